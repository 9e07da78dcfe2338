package desk

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// AskedChange is a change of the registry as an officer decides over it.
type AskedChange struct {
	party.Change
	OrgName string
	Asker   string              // name of who asked
	Fields  []party.FieldChange // what would change
	Mine    bool                // this officer has said yes already: it waits for another
}

// maxChanges is how many changes of one organisation may wait.
const maxChanges = 20

// askChange keeps a change until officers have agreed. What the same side asks of
// the same record takes in what it asked before and nobody has agreed to yet.
func (d *Desk) askChange(ctx context.Context, tx *store.Tx, by party.Actor, c party.Change) error {
	waiting, err := tx.ChangesWaitingOf(ctx, c.Org)
	if err != nil {
		return err
	}
	if len(waiting) >= maxChanges {
		return fault.New(fault.Busy, "fault.change.many")
	}
	for _, w := range waiting {
		if w.Contact != c.Contact {
			continue
		}
		if w.By.Role == party.Officer || by.Role == party.Officer || len(w.Agreed) > 0 {
			return fault.New(fault.NotNow, "fault.change.waits")
		}
		if err := d.withdraw(ctx, tx, by, w); err != nil {
			return err
		}
		c = joinedChange(c, w)
	}
	c.ID, c.By, c.At, c.State = d.newID(), by, tx.Now(), party.ChangeWaiting
	if by.Role == party.Officer {
		c.Agreed = []party.Agreed{{By: by.Person, At: tx.Now()}}
	}
	if len(c.Differences()) == 0 {
		return fault.New(fault.NotNow, "fault.change.nothing")
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutChange, ID: c.ID}, 1)
	if c.Guarded() {
		d.warnOld(p, c, notice.ChangeAsked)
		if c.ContactTo != nil && !strings.EqualFold(c.ContactTo.Mail, c.ContactFrom.Mail) {
			to := notice.Recipient{Mail: c.ContactTo.Mail, Lang: langOf(c.ContactTo.Lang)}
			p.write(to, "", "/", false, notice.AddressNamed)
		}
	}
	if err := d.setChange(ctx, tx, by, &c, "ask_change"); err != nil {
		return err
	}
	return p.record(journal.Outcome{})
}

// joinedChange adds to a change what an earlier one of the same record asked;
// where both speak of one field the later word counts.
func joinedChange(c, earlier party.Change) party.Change {
	switch {
	case c.OrgTo != nil && earlier.OrgTo != nil:
		both, _ := c.OrgTo.Merged(*earlier.OrgFrom, *earlier.OrgTo)
		c.OrgTo = &both
	case c.ContactTo != nil && c.ContactFrom != nil && earlier.ContactTo != nil && earlier.ContactFrom != nil:
		both, _ := c.ContactTo.Merged(*earlier.ContactFrom, *earlier.ContactTo)
		c.ContactTo = &both
	}
	return c
}

// setChange stores a change with its event, which has only the digest of what
// would change: addresses are personal data.
func (d *Desk) setChange(ctx context.Context, tx *store.Tx, by party.Actor, c *party.Change, verb string) error {
	if err := tx.SetChange(ctx, c); err != nil {
		return err
	}
	raw, err := json.Marshal(c.Differences())
	if err != nil {
		return err
	}
	return d.note(ctx, tx, by, journal.AboutChange, c.ID, verb, struct {
		Org    party.OrgID `json:"org"`
		Digest string      `json:"digest"`
	}{c.Org, talk.Digest(string(raw))})
}

// warnOld writes to the address that is to be, or was, replaced. Who lost a key
// cannot open what is sealed with it.
func (d *Desk) warnOld(p *post, c party.Change, make func(notice.Head, string) notice.Letter) {
	old, what := *c.ContactFrom, changedWhat(c)
	to := recipientOf(old)
	if what != "mail" {
		to.Key = ""
	}
	p.write(to, "", recordPath, false, func(h notice.Head) notice.Letter {
		return make(h, d.Words.Say(h.To.Lang, "letter.change.what."+what, nil))
	})
}

// changedWhat names what letters go by that a guarded change touches.
func changedWhat(c party.Change) string {
	switch {
	case c.ContactTo == nil:
		return "gone"
	case strings.EqualFold(c.ContactFrom.Mail, c.ContactTo.Mail):
		return "key"
	case c.ContactFrom.Key == c.ContactTo.Key && c.ContactFrom.Cert == c.ContactTo.Cert:
		return "mail"
	}
	return "both"
}

// RemoveContact asks for a contact to be taken out of the registry. Letters
// would go elsewhere, so a second officer must agree.
func (d *Desk) RemoveContact(ctx context.Context, by party.Actor, id party.PersonID) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		old, err := tx.Contact(ctx, id)
		if err != nil {
			return err
		}
		if err := d.mayDrop(ctx, tx, old); err != nil {
			return err
		}
		if err := d.mayLeaveCases(ctx, tx, old); err != nil {
			return err
		}
		return d.askChange(ctx, tx, by, party.Change{Org: old.Org, Contact: id, ContactFrom: &old})
	})
}

// Changes lists what waits for officers, the oldest first.
func (d *Desk) Changes(ctx context.Context, by party.Actor) ([]AskedChange, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var all []AskedChange
	err := d.view(ctx, func(tx *store.Tx) error {
		waiting, err := tx.ChangesWaiting(ctx, 200)
		if err != nil {
			return err
		}
		for _, c := range waiting {
			asked, err := d.askedChange(ctx, tx, by, c)
			if err != nil {
				return err
			}
			all = append(all, asked)
		}
		return nil
	})
	return all, err
}

// Change opens one change.
func (d *Desk) Change(ctx context.Context, by party.Actor, id string) (AskedChange, error) {
	if err := officer(by); err != nil {
		return AskedChange{}, err
	}
	var asked AskedChange
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Change(ctx, id)
		if err != nil {
			return err
		}
		asked, err = d.askedChange(ctx, tx, by, c)
		return err
	})
	return asked, err
}

func (d *Desk) askedChange(ctx context.Context, tx *store.Tx, by party.Actor, c party.Change) (AskedChange, error) {
	asked := AskedChange{Change: c, Fields: c.Differences(), Mine: c.AgreedBy(by.Person)}
	o, err := tx.Organisation(ctx, c.Org)
	if err != nil {
		return asked, err
	}
	asked.OrgName = o.Name()
	if c.By.Role != party.Officer { // the person, where the organisation still has them
		who, err := tx.Contact(ctx, c.By.Person)
		if err == nil || fault.KindOf(err) != fault.NotFound {
			asked.Asker = who.Name
			return asked, err
		}
	}
	asked.Asker, err = d.actorName(ctx, tx, c.By, map[string]string{})
	return asked, err
}

// AgreeChange is an officer's yes. The last that is needed makes the change.
func (d *Desk) AgreeChange(ctx context.Context, by party.Actor, id string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Change(ctx, id)
		if err != nil {
			return err
		}
		if c, err = c.Agree(by.Person, tx.Now()); err != nil {
			return err
		}
		if err := d.setChange(ctx, tx, by, &c, "agree_change"); err != nil || c.State != party.ChangeMade {
			return err
		}
		return d.makeChange(ctx, tx, by, c)
	})
}

// makeChange lets a change take effect on the record as it is by now.
func (d *Desk) makeChange(ctx context.Context, tx *store.Tx, by party.Actor, c party.Change) error {
	var err error
	switch {
	case c.OrgTo != nil:
		err = d.makeOrgChange(ctx, tx, by, c)
	case c.ContactFrom == nil:
		err = d.putContact(ctx, tx, by, nil, c.ContactTo)
	default:
		err = d.makeContactChange(ctx, tx, by, c)
	}
	if err != nil {
		return err
	}
	return d.answerAsker(ctx, tx, c)
}

func (d *Desk) makeOrgChange(ctx context.Context, tx *store.Tx, by party.Actor, c party.Change) error {
	now, err := tx.Organisation(ctx, c.Org)
	if err != nil {
		return err
	}
	next, both := now.Merged(*c.OrgFrom, *c.OrgTo)
	if len(both) > 0 {
		return fault.New(fault.NotNow, "fault.change.conflict")
	}
	if err := plausible(next); err != nil {
		return err
	}
	return d.putOrganisation(ctx, tx, by, &next, "change_organisation")
}

func (d *Desk) makeContactChange(ctx context.Context, tx *store.Tx, by party.Actor, c party.Change) error {
	now, err := tx.Contact(ctx, c.Contact)
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.NotNow, "fault.change.conflict")
	}
	if err != nil {
		return err
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutChange, ID: c.ID}, c.Version)
	if c.ContactTo == nil {
		if err := d.dropContact(ctx, tx, by, now); err != nil {
			return err
		}
		d.warnOld(p, c, notice.ChangeMade)
		if err := p.record(journal.Outcome{}); err != nil {
			return err
		}
		return d.forgetContact(ctx, tx, c)
	}
	next, both := now.Merged(*c.ContactFrom, *c.ContactTo)
	if len(both) > 0 || !c.Guarded() && now.Diverts(next) {
		return fault.New(fault.NotNow, "fault.change.conflict")
	}
	if err := d.putContact(ctx, tx, by, &now, &next); err != nil {
		return err
	}
	if c.Guarded() {
		d.warnOld(p, c, notice.ChangeMade)
	}
	return p.record(journal.Outcome{})
}

// forgetContact takes the personal data of a contact that is gone out of the
// changes that were asked for it.
func (d *Desk) forgetContact(ctx context.Context, tx *store.Tx, gone party.Change) error {
	all, err := tx.ChangesOf(ctx, gone.Org, 10_000)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Contact != gone.Contact {
			continue
		}
		for _, side := range []**party.Contact{&c.ContactFrom, &c.ContactTo} {
			if *side != nil {
				*side = &party.Contact{ID: c.Contact, Org: c.Org}
			}
		}
		if err := tx.SetChange(ctx, &c); err != nil {
			return err
		}
	}
	return nil
}

// answerAsker tells the person of the organisation who asked what became of it.
func (d *Desk) answerAsker(ctx context.Context, tx *store.Tx, c party.Change) error {
	if c.By.Role == party.Officer {
		return nil
	}
	who, err := tx.Contact(ctx, c.By.Person)
	if fault.KindOf(err) == fault.NotFound {
		return nil // taken out meanwhile, perhaps by this change
	}
	if err != nil {
		return err
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutChange, ID: c.ID}, c.Version)
	p.write(recipientOf(who), "", d.roomDoor(p, who), false, func(h notice.Head) notice.Letter {
		return notice.ChangeAnswered(h, d.Words.Say(h.To.Lang, "letter.change.answer."+string(c.State), nil))
	})
	return p.record(journal.Outcome{})
}

// RefuseChange is an officer's no, with a reason that whoever asked reads.
func (d *Desk) RefuseChange(ctx context.Context, by party.Actor, id, reason string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Change(ctx, id)
		if err != nil {
			return err
		}
		if c, err = c.Refuse(by.Person, strings.TrimSpace(reason), tx.Now()); err != nil {
			return err
		}
		if err := d.setChange(ctx, tx, by, &c, "refuse_change"); err != nil {
			return err
		}
		return d.answerAsker(ctx, tx, c)
	})
}

// WithdrawChange takes back what somebody of the same organisation asked for, or
// the officer's own.
func (d *Desk) WithdrawChange(ctx context.Context, by party.Actor, id string) error {
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Change(ctx, id)
		if err != nil {
			return err
		}
		own := officer(by) == nil && c.By == by || c.By.Role != party.Officer && ownRecord(by) == nil && c.Org == by.Org
		if !own {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return d.withdraw(ctx, tx, by, c)
	})
}

func (d *Desk) withdraw(ctx context.Context, tx *store.Tx, by party.Actor, c party.Change) error {
	c, err := c.Withdraw(by.Person, tx.Now())
	if err != nil {
		return err
	}
	return d.setChange(ctx, tx, by, &c, "withdraw_change")
}

func langOf(s string) words.Lang { return words.ParseLang(s) }

// shownFor is how long an ended change is shown to those who asked for it.
const shownFor = 90 * 24 * time.Hour
