package desk

import (
	"context"
	"strings"
	"sync"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Rail is the numbers beside the places of an officer's desk.
type Rail struct {
	Next, Reports, Cases, Advisories, Organisations, Letters, Tray int
	LateNext, LateReports, LateCases, LateAdvisories, LateLetters  bool
}

// railCache remembers what is due, which takes reading every open case. It is
// good until something happens (the journal grows) or a minute passes.
type railCache struct {
	mu     sync.Mutex
	seq    int64
	minute time.Time
	due    map[party.PersonID]Rail
}

// get gives what is remembered for an officer at a place of the journal.
func (c *railCache) get(seq int64, minute time.Time, who party.PersonID) (Rail, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.due == nil || c.seq != seq || !c.minute.Equal(minute) {
		c.seq, c.minute, c.due = seq, minute, map[party.PersonID]Rail{}
	}
	r, ok := c.due[who]
	return r, ok
}

func (c *railCache) put(seq int64, minute time.Time, who party.PersonID, r Rail) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seq == seq && c.minute.Equal(minute) {
		c.due[who] = r
	}
}

// Rail counts what waits where, for the officer who looks.
func (d *Desk) Rail(ctx context.Context, by party.Actor) (Rail, error) {
	if err := officer(by); err != nil {
		return Rail{}, err
	}
	var r Rail
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if r, err = d.railDue(ctx, tx, by); err != nil {
			return err
		}
		tally, err := tx.Tally(ctx)
		if err != nil {
			return err
		}
		r.Reports, r.Cases, r.Advisories, r.Organisations = tally.Reports, tally.Cases, tally.Advisories, tally.Organisations
		out, err := tx.CountLetters(ctx)
		if err != nil {
			return err
		}
		r.Letters, r.LateLetters = out[talk.LetterFailed]+out[talk.LetterHeld], out[talk.LetterFailed] > 0
		in, err := tx.CountMail(ctx)
		r.Tray = in[talk.MailTray] + in[talk.MailBroken] + in[talk.MailNew]
		return err
	})
	return r, err
}

// railDue counts the officer's tasks and says where something is late.
func (d *Desk) railDue(ctx context.Context, tx *store.Tx, by party.Actor) (Rail, error) {
	seq, _, err := tx.JournalHead(ctx)
	if err != nil {
		return Rail{}, err
	}
	minute := tx.Now().Truncate(time.Minute)
	if r, ok := d.rail.get(seq, minute, by.Person); ok {
		return r, nil
	}
	tasks, err := d.next(ctx, tx, by, true)
	if err != nil {
		return Rail{}, err
	}
	r := Rail{Next: len(tasks)}
	for _, t := range tasks {
		r.LateNext = r.LateNext || t.Late
		r.LateReports = r.LateReports || t.Late && strings.HasPrefix(t.Link, "/desk/reports/")
		r.LateCases = r.LateCases || t.Late && strings.HasPrefix(t.Link, "/desk/cases/")
		r.LateAdvisories = r.LateAdvisories || t.Late && strings.HasPrefix(t.Link, "/desk/advisories/")
	}
	d.rail.put(seq, minute, by.Person, r)
	return r, nil
}
