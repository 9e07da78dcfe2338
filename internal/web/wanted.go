package web

import (
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// WantedList is whom a case may concern: what is clearly named, and guesses and
// near misses, which a page folds away.
type WantedList struct{ Sure, Faint []WantedRow }

// WantedRow is one suggestion with its reasons in words.
type WantedRow struct {
	desk.Suggestion
	Case cvd.CaseID
	Why  []string
}

func (s *Site) wantedOf(list []desk.Suggestion, id cvd.CaseID, l words.Lang) WantedList {
	var w WantedList
	reasons := s.reasonsOf(list, l)
	for _, x := range list {
		row := WantedRow{Suggestion: x, Case: id, Why: reasons[x.Org]}
		if x.Weak || x.NearMiss {
			w.Faint = append(w.Faint, row)
		} else {
			w.Sure = append(w.Sure, row)
		}
	}
	return w
}

// reasonsOf puts the reasons of suggestions into words.
func (s *Site) reasonsOf(list []desk.Suggestion, l words.Lang) map[party.OrgID][]string {
	said := map[party.OrgID][]string{}
	for _, x := range list {
		for _, why := range x.Reasons {
			why.Dismissed = nil // the page says once why it was set aside
			said[x.Org] = append(said[x.Org], why.Say(s.Desk.Words, l))
		}
	}
	return said
}
