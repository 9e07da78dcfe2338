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

// SettleMail notes what became of a kept letter. known holds what was read of it.
// A letter that arrived before (the same Message-ID) is settled as done.
func (d *Desk) SettleMail(ctx context.Context, known talk.Mail) error {
	return d.do(ctx, func(tx *store.Tx) error {
		m, err := tx.Mail(ctx, known.ID)
		if err != nil {
			return err
		}
		if known.MessageID != "" {
			if old, err := tx.MailByMessageID(ctx, known.MessageID); err == nil && old.ID != m.ID {
				known.State, known.Problem, known.MessageID = talk.MailDone, "mail.arrived_before", ""
			} else if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		known.At, known.Raw, known.SHA256, known.Size, known.Version = m.At, m.Raw, m.SHA256, m.Size, m.Version
		if err := tx.SetMail(ctx, &known); err != nil {
			return err
		}
		return d.note(ctx, tx, party.ClockActor(), journal.AboutMail, m.ID, "settle_mail", struct {
			State  talk.MailState `json:"state"`
			SHA256 string         `json:"sha256"`
		}{known.State, m.SHA256})
	})
}

// MailArrived reports whether a letter with this Message-ID has been settled before.
func (d *Desk) MailArrived(ctx context.Context, messageID string) (bool, error) {
	found := false
	err := d.view(ctx, func(tx *store.Tx) error {
		_, err := tx.MailByMessageID(ctx, messageID)
		found = err == nil
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return err
	})
	return found, err
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

// JoinMail puts a letter into its writer's thread.
func (d *Desk) JoinMail(ctx context.Context, mail string, from Correspondent, text string, files []Upload) error {
	return d.write(ctx, from.Actor, from.Thread, text, files, mail)
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
		l.State, l.Problem = talk.LetterFailed, why
		if err := tx.SetLetter(ctx, &l); err != nil {
			return err
		}
		c, err := tx.Contact(ctx, party.PersonID(l.Who))
		if err == nil {
			c.Bounced = tx.Now()
			err = tx.SetContact(ctx, &c)
		}
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		if err != nil {
			return err
		}
		return d.note(ctx, tx, party.ClockActor(), journal.AboutLetter, l.ID, "letter_returned", nil)
	})
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
	if m.State != talk.MailTray && m.State != talk.MailBroken && m.State != talk.MailNew {
		return fault.New(fault.NotNow, "fault.mail.placed_already")
	}
	if mark == "" {
		m.State = talk.MailDone
		return d.SettleMail(ctx, m)
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
	if err := d.JoinMail(ctx, id, writers[i], m.Text, nil); err != nil {
		return err
	}
	m.State, m.Thread = talk.MailJoined, writers[i].Thread
	return d.SettleMail(ctx, m)
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
