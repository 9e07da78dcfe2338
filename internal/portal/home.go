package portal

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/shelf"
	"nakodo/internal/words"
)

// homeRows is how many advisories the first page shows.
const homeRows = 10

// Home is the portal's first page.
type Home struct {
	look.Base
	Rows []Row
	Feed string
	Ack  int // days until a report is acknowledged
}

// Policy is what the centre promises and asks.
type Policy struct {
	look.Base
	Policy      cvd.Policy
	Sections    []Section
	Ack         int // all in days
	Answer      int
	Term        int
	Longest     int
	Mail        string
	Address     string
	Fingerprint string
}

// Section is a list of promises under one title.
type Section struct {
	Name string
	Keys []string // catalogue keys
}

// sections are the parts of the policy with how many sentences each has.
var sections = []struct {
	name string
	n    int
}{{"finders", 8}, {"ask_finders", 4}, {"vendors", 8}, {"ask_vendors", 4}, {"early", 4}, {"publish", 6}, {"confidential", 5}}

func policySections() []Section {
	var all []Section
	for _, s := range sections {
		part := Section{Name: s.name}
		for i := range s.n {
			part.Keys = append(part.Keys, fmt.Sprintf("portal.policy.%s.%d", s.name, i+1))
		}
		all = append(all, part)
	}
	return all
}

// toLanguage leads to the side of the reader's language.
func (p *Portal) toLanguage(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("Cache-Control", steadyCache)
	http.Redirect(w, r, "/"+string(p.cookies.Language(r))+"/", http.StatusFound)
	return nil
}

func (p *Portal) home(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	return p.serve(w, r, r.URL.Path, func(ctx context.Context) (*httpd.Frozen, error) {
		found, err := p.Desk.Search(ctx, shelf.Question{Limit: homeRows})
		if err != nil {
			return nil, err
		}
		page := Home{
			Base: p.base(l, r.URL.Path, "portal.home"), Rows: rows(found.Entries, l), Feed: advisory.FeedPath(l),
			Ack: days(cvd.PolicyAt(p.Desk.Now()).AckWithin),
		}
		return p.render(page, pageCache)
	})
}

// policy is rendered for each reader, because an edition of the rules takes
// effect by the calendar and not by anything that is published.
func (p *Portal) policy(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	rules := cvd.PolicyAt(p.Desk.Now())
	f, err := p.render(Policy{
		Base: p.base(l, r.URL.Path, "portal.policy"), Policy: rules, Sections: policySections(),
		Ack: days(rules.AckWithin), Answer: days(rules.Answer), Term: days(rules.Term), Longest: days(rules.Longest),
		Mail: p.Desk.Centre.Mail, Address: p.Desk.Centre.Base, Fingerprint: p.Desk.PublicKey().Fingerprint(),
	}, steadyCache)
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
