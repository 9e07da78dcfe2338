package desk

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/keys"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// maxLetter bounds a letter that comes in, in bytes.
const maxLetter = 50 << 20

// KeepMail keeps a letter's bytes before anybody tries to understand them, so
// that nothing that follows can lose it. It gives the record's id.
func (d *Desk) KeepMail(ctx context.Context, raw []byte) (string, error) {
	blob, err := d.Store.KeepBlob(ctx, bytes.NewReader(raw), maxLetter)
	if err != nil {
		return "", err
	}
	m := talk.Mail{ID: d.newID(), State: talk.MailNew, At: d.Now(), Raw: blob.ID, SHA256: blob.SHA256, Size: blob.Size}
	return m.ID, d.do(ctx, func(tx *store.Tx) error { return tx.SetMail(ctx, &m) })
}

// SettleMail notes what becomes of a kept letter that is put nowhere, and says
// it: a copy of one that arrived before is done. known holds what was read of it.
func (d *Desk) SettleMail(ctx context.Context, known talk.Mail) (talk.MailState, error) {
	return d.settleAlone(ctx, party.ClockActor(), known)
}

func (d *Desk) settleAlone(ctx context.Context, by party.Actor, known talk.Mail) (talk.MailState, error) {
	var state talk.MailState
	err := d.do(ctx, func(tx *store.Tx) error {
		m := known
		arrived, err := d.settle(ctx, tx, by, &m)
		if state = m.State; err != nil || arrived || m.Inquiry == "" || m.State != talk.MailTray {
			return err
		}
		return d.tellOfAnswer(ctx, tx, m)
	})
	return state, err
}

// settle notes what becomes of a kept letter, in the transaction that does it, so
// that neither a second delivery nor a second officer does it again. arrived
// says that the same letter (by its Message-ID) was settled before: then nothing
// else may be done with this copy.
func (d *Desk) settle(ctx context.Context, tx *store.Tx, by party.Actor, known *talk.Mail) (arrived bool, err error) {
	m, err := tx.Mail(ctx, known.ID)
	if err != nil {
		return false, err
	}
	if !waits(m.State) {
		return false, fault.New(fault.NotNow, "fault.mail.placed_already")
	}
	if known.MessageID != "" {
		old, err := tx.MailByMessageID(ctx, known.MessageID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return false, err
		}
		if arrived = err == nil && old.ID != m.ID; arrived {
			known.State, known.Problem, known.MessageID = talk.MailDone, "mail.arrived_before", ""
			known.Thread, known.Report = "", ""
		}
	}
	known.At, known.Raw, known.SHA256, known.Size, known.Version = m.At, m.Raw, m.SHA256, m.Size, m.Version
	if err := tx.SetMail(ctx, known); err != nil {
		return arrived, err
	}
	return arrived, d.note(ctx, tx, by, journal.AboutMail, m.ID, "settle_mail", struct {
		State  talk.MailState `json:"state"`
		SHA256 string         `json:"sha256"`
	}{known.State, m.SHA256})
}

// waits reports whether a letter in this state still waits for somebody.
func waits(s talk.MailState) bool {
	return s == talk.MailNew || s == talk.MailTray || s == talk.MailBroken
}

// Correspondent is somebody whose letters may join a thread: how letters to them
// name them, their addresses and keys, and the thread they have with the centre.
type Correspondent struct {
	Recipient notice.Recipient
	Actor     party.Actor
	Thread    string
}

// Correspondents lists who may write about a case or report, by its mark. Whoever
// has left is not among them. A mark that nobody has gives nobody.
func (d *Desk) Correspondents(ctx context.Context, mark string) ([]Correspondent, error) {
	var out []Correspondent
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if id, ok := strings.CutPrefix(mark, d.Centre.Prefix+"#"); ok {
			out, err = d.caseCorrespondents(ctx, tx, cvd.CaseID(id))
		} else {
			out, err = d.reportCorrespondents(ctx, tx, cvd.ReportID(mark))
		}
		if fault.KindOf(err) == fault.NotFound {
			out, err = nil, nil
		}
		return err
	})
	return out, err
}

func (d *Desk) caseCorrespondents(ctx context.Context, tx *store.Tx, id cvd.CaseID) ([]Correspondent, error) {
	c, err := tx.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	threads, err := tx.ThreadsOfCase(ctx, string(id))
	if err != nil {
		return nil, err
	}
	var out []Correspondent
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Org == "" || !p.Left.IsZero() {
			continue
		}
		own := slices.IndexFunc(threads, func(t talk.Thread) bool {
			return slices.Equal(t.Readers, []string{string(cvd.Centre), string(p.ID)})
		})
		if own < 0 {
			continue
		}
		contacts, err := tx.Contacts(ctx, p.Org)
		if err != nil {
			return nil, err
		}
		for _, x := range contacts {
			if len(p.Members) == 0 || slices.Contains(p.Members, x.ID) {
				out = append(out, Correspondent{
					Recipient: notice.Recipient{Person: x.ID, Org: x.Org, Name: x.Name, Mail: x.Mail, Key: x.Key},
					Actor:     party.Actor{Role: p.Role, Org: p.Org, Person: x.ID}, Thread: threads[own].ID,
				})
			}
		}
	}
	return out, nil
}

func (d *Desk) reportCorrespondents(ctx context.Context, tx *store.Tx, id cvd.ReportID) ([]Correspondent, error) {
	if r, err := tx.Report(ctx, id); err != nil || r.Source != "" {
		if err != nil {
			return nil, err
		}
		return d.sourceCorrespondents(ctx, tx, r)
	}
	who, err := tx.Identity(ctx, id)
	if err != nil || who.Mail == "" {
		return nil, err
	}
	threads, err := tx.ThreadsOfReport(ctx, string(id))
	if err != nil || len(threads) == 0 {
		return nil, err
	}
	return []Correspondent{{
		Recipient: notice.Recipient{Name: who.Name, Mail: who.Mail, Key: who.Key},
		Actor:     party.FinderActor(string(id)), Thread: threads[len(threads)-1].ID,
	}}, nil
}

// JoinMail puts a letter into its writer's thread and settles it, both or
// neither. It says what became of it: a second copy of a letter joins nothing.
func (d *Desk) JoinMail(ctx context.Context, known talk.Mail, from Correspondent, text string, files []Upload) (talk.MailState, error) {
	return d.joinMail(ctx, party.ClockActor(), known, from, text, files)
}

func (d *Desk) joinMail(ctx context.Context, by party.Actor, known talk.Mail, from Correspondent, text string, files []Upload) (talk.MailState, error) {
	in, err := d.message(from.Actor, from.Thread, text, files)
	if err != nil {
		return "", err
	}
	in.mail = known.ID
	var state talk.MailState
	err = d.do(ctx, func(tx *store.Tx) error {
		m := known // this may run more than once
		m.State, m.Thread, m.Problem = talk.MailJoined, from.Thread, ""
		arrived, err := d.settle(ctx, tx, by, &m)
		if state = m.State; err != nil || arrived {
			return err
		}
		return d.say(ctx, tx, from.Actor, in, func(h notice.Head) notice.Letter { return notice.NewMessage(h, "", in.text) })
	})
	return state, err
}

// LetterReturned notes that a letter of ours came back for good, by the tag of
// its bounce address, and marks the contact, so that nobody believes it was
// reached. It shows under failed letters until an officer has acted.
func (d *Desk) LetterReturned(ctx context.Context, tag, why string) error {
	return d.do(ctx, func(tx *store.Tx) error {
		l, err := tx.LetterTagged(ctx, tag)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if l.State == talk.LetterFailed {
			return nil // it came back twice
		}
		l.State, l.Problem = talk.LetterFailed, why
		if err := tx.SetLetter(ctx, &l); err != nil {
			return err
		}
		if err := d.markBounced(ctx, tx, l); err != nil {
			return err
		}
		return d.tellReturned(ctx, tx, l, why)
	})
}

// markBounced marks the contact whose letter came back for good, unless it has
// another address by now.
func (d *Desk) markBounced(ctx context.Context, tx *store.Tx, l talk.Letter) error {
	c, err := tx.Contact(ctx, party.PersonID(l.Who))
	if fault.KindOf(err) == fault.NotFound || err == nil && !strings.EqualFold(c.Mail, l.To) {
		return nil // to an officer or a finder, or to an address that was replaced
	}
	if err != nil {
		return err
	}
	c.Bounced = tx.Now()
	if err := tx.SetContact(ctx, &c); err != nil {
		return err
	}
	return d.note(ctx, tx, party.ClockActor(), journal.AboutContact, string(c.ID), "letter_returned", nil)
}

// tellReturned writes to the officer of the case that a letter to a party came
// back. One to an officer is not answered by another to officers.
func (d *Desk) tellReturned(ctx context.Context, tx *store.Tx, l talk.Letter, why string) error {
	about := journal.Ref{Kind: journal.AboutLetter, ID: l.ID}
	e, err := journal.NewEvent(about, tx.Now(), party.ClockActor(), "letter_returned", nil)
	if err != nil {
		return err
	}
	p := d.post(ctx, tx, about, l.Version)
	_, err = tx.Person(ctx, party.PersonID(l.Who))
	if fault.KindOf(err) == fault.NotFound && l.About.Kind == journal.AboutCase {
		c, err := tx.Case(ctx, cvd.CaseID(l.About.ID))
		if err != nil {
			return err
		}
		p.officers(d.Centre.Mark(c.ID), "/desk/letters/"+l.ID, func(h notice.Head) notice.Letter {
			return notice.LetterReturned(h, l.To, why)
		}, c.Owner)
	} else if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return p.record(journal.Outcome{Events: []journal.Event{e}})
}

// Tray lists the letters that wait for an officer.
func (d *Desk) Tray(ctx context.Context, by party.Actor) ([]talk.Mail, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var list []talk.Mail
	err := d.view(ctx, func(tx *store.Tx) error {
		for _, s := range []talk.MailState{talk.MailBroken, talk.MailTray, talk.MailNew} {
			ms, err := tx.MailIn(ctx, s, 0, 200)
			if err != nil {
				return err
			}
			list = append(list, ms...)
		}
		return nil
	})
	return list, err
}

// Mail opens one letter that came in, with its bytes as they arrived.
func (d *Desk) Mail(ctx context.Context, by party.Actor, id string) (talk.Mail, []byte, error) {
	if err := officer(by); err != nil {
		return talk.Mail{}, nil, err
	}
	var m talk.Mail
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		m, err = tx.Mail(ctx, id)
		return err
	})
	if err != nil {
		return m, nil, err
	}
	body, err := d.Store.Blob(ctx, m.Raw)
	if err != nil {
		return m, nil, err
	}
	defer body.Close()
	raw, err := io.ReadAll(body)
	return m, raw, err
}

// PlaceMail is an officer saying what a waiting letter is: a message for the
// thread of a correspondent (by mark and address), or dealt with.
func (d *Desk) PlaceMail(ctx context.Context, by party.Actor, id, mark, address string) error {
	m, _, err := d.Mail(ctx, by, id)
	if err != nil {
		return err
	}
	if mark == "" {
		m.State = talk.MailDone
		_, err := d.settleAlone(ctx, by, m)
		return err
	}
	writers, err := d.Correspondents(ctx, mark)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(writers, func(c Correspondent) bool { return strings.EqualFold(c.Recipient.Mail, address) })
	if i < 0 {
		var k fault.Check
		k.Add("mark", "fault.mail.no_correspondent")
		return k.Err()
	}
	_, err = d.joinMail(ctx, by, m, writers[i], m.Text, nil)
	return err
}

// ReportFromMail is an officer making a report of a waiting letter.
func (d *Desk) ReportFromMail(ctx context.Context, by party.Actor, id string, in Incoming) (Received, error) {
	m, _, err := d.Mail(ctx, by, id)
	if err != nil {
		return Received{}, err
	}
	in.Door = "mail"
	got, _, err := d.receive(ctx, by, in, &m)
	return got, err
}

// Signers finds the public keys of contacts that have the given key id, to check
// a letter's signature.
func (d *Desk) Signers(keyID string) []*keys.Public {
	var found []*keys.Public
	err := d.view(context.Background(), func(tx *store.Tx) error {
		armoured, err := tx.ContactKeys(context.Background())
		if err != nil {
			return err
		}
		for _, a := range armoured {
			if k, err := keys.ReadPublic(a); err == nil && k.Has(keyID) {
				found = append(found, k)
			}
		}
		return nil
	})
	if err != nil { // an unknown signature is the safe reading
		return nil
	}
	return found
}
