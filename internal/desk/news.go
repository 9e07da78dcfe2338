package desk

import (
	"context"
	"encoding/json"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// News is what is new in a case to one person since they last looked. It is made
// of that person's view alone, so it counts nothing that they may not see.
type News struct {
	Since    time.Time // of the look before; zero: never
	Messages int       // to an officer: conversations in which somebody else wrote
	Files    int
	Statuses int // words of others: statuses and statements
	Answers  int // officers only: participants that answered
	Terms    bool
	Text     bool // title, description, vulnerabilities
	now      talk.Look
}

// NewsPart is one thing that is new: web.news.<What>, and how many.
type NewsPart struct {
	What string
	N    int
}

// Parts lists what is new, what binds the reader first.
func (n News) Parts() []NewsPart {
	var parts []NewsPart
	for _, p := range []NewsPart{{"terms", flag(n.Terms)}, {"text", flag(n.Text)}, {"messages", n.Messages}, {"files", n.Files}, {"statuses", n.Statuses}, {"answers", n.Answers}} {
		if p.N > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// Any reports whether there is something new.
func (n News) Any() bool { return len(n.Parts()) > 0 }

// Never reports whether the person has not looked at the case yet.
func (n News) Never() bool { return n.Since.IsZero() }

// Fresh reports whether something came after the person last looked.
func (n News) Fresh(at time.Time) bool { return !n.Since.IsZero() && at.After(n.Since) }

// visitor is the name under which a person's visits are kept; "" for whoever has none.
func visitor(by party.Actor) string {
	if by.Person == "" {
		return ""
	}
	if by.Role == party.Officer {
		return "officer/" + string(by.Person)
	}
	return "contact/" + string(by.Person)
}

// lookAt is what a person sees now, as far as it has no date of its own.
func lookAt(v cvd.View, now time.Time) talk.Look {
	digest := func(parts ...any) string {
		raw, _ := json.Marshal(parts) // plain records: cannot fail
		return talk.Digest(string(raw))[:16]
	}
	e := v.Embargo
	var open any
	if e.Open != nil {
		open = []any{e.Open.At, e.Open.Until, e.Open.Term}
	}
	return talk.Look{
		At:    now,
		Terms: digest(e.State, e.Terms, e.Until, e.Term, e.Ended, open, v.Planned, v.Public, v.TLP),
		Text:  digest(v.Title, v.Brief, v.Vulns, v.Exploit, v.Attacks),
	}
}

// news compares a case with the look that since chooses of the person's visit.
// Messages and files are counted by whoever reads them.
func (d *Desk) news(ctx context.Context, tx *store.Tx, by party.Actor, v cvd.View, since func(talk.Visit) talk.Look) (News, talk.Look, error) {
	n := News{now: lookAt(v, tx.Now())}
	who := visitor(by)
	if who == "" {
		return n, talk.Look{}, nil
	}
	visit, err := tx.Visit(ctx, who, v.ID)
	if err != nil {
		return n, talk.Look{}, err
	}
	old := since(visit)
	if n.Since = old.At; old.At.IsZero() {
		return n, old, nil
	}
	n.Terms, n.Text = old.Terms != n.now.Terms, old.Text != n.now.Text
	others := func(org party.OrgID, role party.Role) bool {
		return org != v.My.Org && (by.Role != party.Officer || role != party.Officer)
	}
	for _, s := range v.Statuses {
		if s.At.After(old.At) && others(s.Org, s.By) {
			n.Statuses++
		}
	}
	for _, s := range v.Statements {
		if s.At.After(old.At) && others(s.Org, "") {
			n.Statuses++
		}
	}
	if by.Role == party.Officer {
		for i := range v.Parties {
			if p := &v.Parties[i]; p.Org != "" && p.Answered.After(old.At) {
				n.Answers++
			}
		}
	}
	return n, old, nil
}

// pageNews is news for a page of the case: during a visit what was new at its
// beginning stays marked.
func (d *Desk) pageNews(ctx context.Context, tx *store.Tx, by party.Actor, v cvd.View) (News, error) {
	n, _, err := d.news(ctx, tx, by, v, func(x talk.Visit) talk.Look { return x.Since(tx.Now()) })
	return n, err
}

// listNews is news for a line of a list: what came since the person last looked
// at the case itself.
func (d *Desk) listNews(ctx context.Context, tx *store.Tx, by party.Actor, v cvd.View) (News, error) {
	n, old, err := d.news(ctx, tx, by, v, func(x talk.Visit) talk.Look { return x.Last })
	if err != nil || old.At.IsZero() {
		return n, err
	}
	threads, err := tx.ThreadsWrittenSince(ctx, v.ID, v.Me, old)
	if err != nil {
		return n, err
	}
	if by.Role == party.Officer && len(threads) > 0 {
		n.Messages, err = d.threadsWaiting(ctx, tx, by, v.ID, old.At)
		return n, err
	}
	l := listener{by: by, me: string(v.Me), view: &v}
	for _, t := range threads {
		if !l.hears(t) {
			continue
		}
		ms, err := tx.Messages(ctx, t.ID)
		if err != nil {
			return n, err
		}
		for _, m := range ms {
			if m.At.After(old.At) && !l.wrote(m) {
				n.Messages++
				n.Files += len(m.Files)
			}
		}
	}
	return n, nil
}

// threadsWaiting counts the conversations in which somebody else wrote last,
// after a moment.
func (d *Desk) threadsWaiting(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, since time.Time) (int, error) {
	last, err := tx.LastMessages(ctx, id)
	n := 0
	for _, m := range last {
		if m.At.After(since) && m.By.Person != by.Person {
			n++
		}
	}
	return n, err
}

// wrote reports whether a message is the listener's own.
func (l listener) wrote(m talk.Message) bool {
	return string(participantOf(m.By)) == l.me && m.By.Person == l.by.Person
}

// count adds the messages and files of conversations that are marked as new.
func (n *News) count(talks []Conversation) {
	for _, c := range talks {
		for _, m := range c.Messages {
			if m.New {
				n.Messages++
				n.Files += len(m.Files)
			}
		}
	}
}

// Visited notes that a person was shown a case with these news. Doors call it
// once the page is made.
func (d *Desk) Visited(ctx context.Context, by party.Actor, id cvd.CaseID, n News) error {
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err == nil {
			_, err = c.SeenBy(inCase(by, c))
		}
		return err
	})
	who := visitor(by)
	if err != nil || who == "" || n.now.At.IsZero() {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		old, err := tx.Visit(ctx, who, id)
		if err != nil {
			return err
		}
		return tx.SetVisit(ctx, who, id, old.With(n.now))
	})
}
