package cvd

import (
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// Siblings are cases that came of the same matter: one was split off the other,
// or both handle a report. Each goes its own way, but what one of them gives
// away is known in all: so they tell each other of changes (Vultron EM, split;
// norm 11).

// News is what a case was told of a sibling and no officer has dealt with yet.
type News struct {
	Of    CaseID    `json:"of"`
	What  NewsKind  `json:"what"`
	Until time.Time `json:"until,omitzero"` // the end that was proposed or fixed
	At    time.Time `json:"at"`
}

// NewsKind is what happened in a sibling.
type NewsKind string

// The kinds of news.
const (
	NewsPublic   NewsKind = "P"         // its matter became public
	NewsExploit  NewsKind = "X"         // an exploit became public
	NewsAttacks  NewsKind = "A"         // attacks were seen
	NewsEnded    NewsKind = "ended"     // its embargo ended
	NewsProposed NewsKind = "proposed"  // other terms were proposed
	NewsFixed    NewsKind = "fixed"     // its embargo has another end
	NewsPlanned  NewsKind = "planned"   // its publication was planned for another day
	NewsSplit    NewsKind = "split"     // a part was split off it
	NewsOut      NewsKind = "published" // its advisory came out
)

// Leaks reports whether the news may concern the embargo of its reader: what
// one of two siblings gives away, the other can hardly keep.
func (k NewsKind) Leaks() bool {
	return k == NewsPublic || k == NewsExploit || k == NewsAttacks || k == NewsOut || k == NewsEnded
}

type (
	// NoteSibling tells a case what happened in a sibling. It comes from the clock:
	// whoever did it there has no part here.
	NoteSibling struct {
		Of    CaseID    `json:"of"`
		What  NewsKind  `json:"what"`
		Until time.Time `json:"until,omitzero"`
	}
	// SettleNews says that an officer has considered what came of the siblings.
	SettleNews struct {
		Note string `json:"note,omitempty"`
	}
)

func (NoteSibling) Verb() string { return "note_sibling" }
func (SettleNews) Verb() string  { return "settle_news" }

func (v NoteSibling) apply(m *move) error {
	if m.by.Role != party.Clock {
		return fault.New(fault.NotAllowed, "fault.clock_only")
	}
	n := News{Of: v.Of, What: v.What, Until: v.Until, At: m.now}
	m.c.News = slices.DeleteFunc(m.c.News, func(x News) bool { return x.Of == n.Of && x.What == n.What })
	m.c.News = append(m.c.News, n)
	return nil
}

func (SettleNews) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if len(m.c.News) == 0 {
		return fault.New(fault.NotNow, "fault.case.no_news")
	}
	m.c.News = nil
	return nil
}

// Happened says what a verb changed that a sibling must hear of.
func Happened(before, after Case) []NoteSibling {
	var all []NoteSibling
	add := func(what NewsKind, until time.Time) {
		all = append(all, NoteSibling{Of: after.ID, What: what, Until: until})
	}
	rose := func(was, is time.Time) bool { return was.IsZero() && !is.IsZero() }
	was, is := before.Embargo, after.Embargo
	ended := before.UnderEmbargo() && !after.UnderEmbargo()
	if ended && is.Cause == EndPublished {
		add(NewsOut, time.Time{})
		return all
	}
	if rose(before.Exploit, after.Exploit) {
		add(NewsExploit, time.Time{})
	} else if rose(before.Public, after.Public) {
		add(NewsPublic, time.Time{})
	}
	if rose(before.Attacks, after.Attacks) {
		add(NewsAttacks, time.Time{})
	}
	if ended && len(all) == 0 {
		add(NewsEnded, time.Time{})
	}
	if after.UnderEmbargo() && !was.Until.Equal(is.Until) {
		add(NewsFixed, is.Until)
	}
	if o := is.Open; o != nil && !o.Until.IsZero() && (was.Open == nil || !was.Open.Until.Equal(o.Until)) {
		add(NewsProposed, o.Until)
	}
	if !after.Planned.IsZero() && !before.Planned.IsZero() && !before.Planned.Equal(after.Planned) {
		add(NewsPlanned, after.Planned)
	}
	if len(after.Splits) > len(before.Splits) {
		add(NewsSplit, time.Time{})
	}
	return all
}

// kinVerbs are an officer's verbs that join the case to others.
func (c Case) kinVerbs() []string {
	vs := []string{"merge_case", "close_into"}
	if len(c.Vulns) > 1 {
		vs = append(vs, "split_case")
	}
	if len(c.Reports) > 0 && len(c.Vulns) > 1 {
		vs = append(vs, "link_report")
	}
	if len(c.News) > 0 {
		vs = append(vs, "settle_news")
	}
	return vs
}
