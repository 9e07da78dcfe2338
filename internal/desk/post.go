package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// JobLetter sends one letter; its key is the letter's id.
const JobLetter = "letter.send"

// post collects the letters of one verb and queues them with its outcome: they
// leave after the commit, or not at all. A failure is kept until queue, so that
// the plans read as lists of who is told what.
type post struct {
	d       *Desk
	ctx     context.Context
	tx      *store.Tx
	about   journal.Ref
	version int64 // of the record after the verb: makes the letters' ids unique
	letters []notice.Letter
	dry     bool // only to be looked at: no link is made, nothing is queued
	err     error
}

func (d *Desk) post(ctx context.Context, tx *store.Tx, about journal.Ref, version int64) *post {
	return &post{d: d, ctx: ctx, tx: tx, about: about, version: version}
}

// write adds a letter to one recipient; one without an address gets none.
func (p *post) write(to notice.Recipient, mark, link string, detailed bool, make func(notice.Head) notice.Letter) {
	if p.err != nil || to.Mail == "" {
		return
	}
	l := make(notice.Head{
		About: p.about, Mark: mark, To: to, TLP: tlp.AmberStrict, Link: p.d.Centre.Base + link,
		Detailed: detailed, Zone: p.d.Centre.Zone,
	})
	// The id is made of what the letter is: the same verb tried again after a lost
	// race makes the same letter. The mark is part of it, because the finder of two
	// reports gets a letter for each. It is keyed, because it stands in a header and
	// the version counts what others do.
	l.ID = p.d.token("letter", fmt.Sprintf("%s/%s/%d/%s/%s/%s/%s", p.about.Kind, p.about.ID, p.version, mark, l.Kind, to.Person, to.Mail))[:32]
	if !slices.ContainsFunc(p.letters, func(x notice.Letter) bool { return x.ID == l.ID }) {
		p.letters = append(p.letters, l)
	}
}

// finder writes to the finder of a report, if there is an address. Details may
// travel inside OpenPGP: it is the finder's own report.
func (p *post) finder(r cvd.Report, make func(notice.Head) notice.Letter) {
	if p.err != nil {
		return
	}
	if r.Source != "" {
		p.source(r, make)
		return
	}
	id, err := p.tx.Identity(p.ctx, r.ID)
	if fault.KindOf(err) == fault.NotFound {
		return
	}
	if err != nil {
		p.err = err
		return
	}
	to := notice.Recipient{Name: id.Name, Mail: id.Mail, Lang: words.ParseLang(r.Submission.Lang), Key: id.Key, Ticket: r.Submission.OwnID}
	p.write(to, string(r.ID), p.d.FinderLink(r.ID), true, make)
}

// officers writes to every officer on the team, or to those named; to all where
// none of those named is on the team any longer.
func (p *post) officers(mark, link string, make func(notice.Head) notice.Letter, only ...party.PersonID) {
	if p.err != nil {
		return
	}
	people, err := p.tx.People(p.ctx, party.Officer)
	if err != nil {
		p.err = err
		return
	}
	people = slices.DeleteFunc(people, func(x party.Person) bool { return !x.Active })
	named := func(x party.Person) bool { return slices.Contains(only, x.ID) }
	some := slices.ContainsFunc(people, named)
	for _, x := range people {
		if some && !named(x) {
			continue
		}
		to := notice.Recipient{Person: x.ID, Name: x.Name, Mail: x.Mail, Lang: words.ParseLang(x.Lang), Key: x.Key}
		p.write(to, mark, link, true, make)
	}
}

// org writes to an organisation's contacts on duty; to the others where nobody
// is. One letter each, never one to several (CERT Guide: never CC).
func (p *post) org(part cvd.Participant, mark, link string, detailed bool, make func(notice.Head) notice.Letter) {
	if p.err != nil {
		return
	}
	contacts, err := p.tx.Contacts(p.ctx, part.Org)
	if err != nil {
		p.err = err
		return
	}
	for _, c := range onDuty(contacts, part.Members) {
		p.contact(part, c, mark, link, detailed, make)
	}
}

// contact writes to one contact of an organisation that takes part.
func (p *post) contact(part cvd.Participant, c party.Contact, mark, link string, detailed bool, make func(notice.Head) notice.Letter) {
	to := notice.Recipient{Person: c.ID, Org: c.Org, Name: c.Name, Mail: c.Mail, Lang: words.ParseLang(c.Lang), Key: c.Key, Ticket: part.Number}
	by := party.Actor{Role: part.Role, Org: c.Org, Person: c.ID}
	p.write(to, mark, p.door(by, link, noticeLife), detailed, make)
}

// onDuty chooses whom to write to: those of the contacts with an address, and of
// the members where there are any, who are on duty; all of them where nobody is.
func onDuty(contacts []party.Contact, members []party.PersonID) []party.Contact {
	reach := slices.DeleteFunc(slices.Clone(contacts), func(c party.Contact) bool {
		return c.Mail == "" || len(members) > 0 && !slices.Contains(members, c.ID)
	})
	if some := slices.DeleteFunc(slices.Clone(reach), func(c party.Contact) bool { return c.Duty != party.OnDuty }); len(some) > 0 {
		return some
	}
	return reach
}

// noticeLife is how long the link in a letter opens the door: as long as an
// invitation waits for its answer.
const noticeLife = 7 * 24 * time.Hour

// door makes a link that signs its holder in once and leads on. Nobody whose
// mail we write to should need a password to read it.
func (p *post) door(by party.Actor, to string, life time.Duration) string {
	if p.err != nil || p.dry {
		return to
	}
	token, err := auth.NewToken(p.d.Random)
	if err == nil {
		err = p.tx.AddLink(p.ctx, token, store.Link{
			Purpose: linkSignIn, Actor: by, About: journal.Ref{Kind: journal.AboutContact, ID: string(by.Person)},
			To: to, Once: true, Made: p.tx.Now(), Until: p.tx.Now().Add(life),
		})
	}
	if err != nil {
		p.err = err
	}
	return "/in/" + token
}

// queue stores the letters and adds a job for each to the outcome. A letter that
// is there already was ordered by an errand that has run before and whose worker
// died before it could say so.
func (p *post) queue(out *journal.Outcome) error {
	if p.err != nil {
		return p.err
	}
	for _, l := range p.letters {
		if _, err := p.tx.Letter(p.ctx, l.ID); err == nil {
			continue
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
		args, err := json.Marshal(l)
		if err != nil {
			return err
		}
		state := talk.LetterQueued
		if p.d.Hold {
			state = talk.LetterHeld
		}
		kept := talk.Letter{
			ID: l.ID, Tag: p.d.Tag(l.ID), State: state, About: l.About, To: l.To.Mail, Name: l.To.Name, Who: string(l.To.Person),
			Lang: string(l.To.Lang), Template: string(l.Kind), Args: args, Made: p.tx.Now(),
		}
		if err := p.tx.SetLetter(p.ctx, &kept); err != nil {
			return err
		}
		if state == talk.LetterQueued {
			out.Jobs = append(out.Jobs, journal.Job{Kind: JobLetter, Key: l.ID, At: p.tx.Now(), About: l.About})
		}
	}
	return nil
}

// record stores an outcome with the letters that go with it.
func (p *post) record(out journal.Outcome) error {
	if err := p.queue(&out); err != nil {
		return err
	}
	return p.tx.Record(p.ctx, out)
}
