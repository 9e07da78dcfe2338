package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
)

// AgreementPage is one agreement with everything about it.
type AgreementPage struct {
	Agreement party.Agreement
	Name      string               // of the organisation
	Text      *party.AgreementText // what was signed; nil where the centre does not keep it
	File      *FileRow             // the signed document; nil: on paper only
	History   []Moment
}

// scopes are those that an agreement may have.
var scopes = map[party.Scope]bool{party.ScopeReports: true, party.ScopeProvision: true, party.ScopeGroup: true}

// SaveAgreement adds or changes the record of a signed agreement. The document
// and an early end have verbs of their own.
func (d *Desk) SaveAgreement(ctx context.Context, by party.Actor, a party.Agreement) error {
	if err := officer(by); err != nil {
		return err
	}
	a.Edition = strings.TrimSpace(a.Edition)
	var k fault.Check
	k.Need(scopes[a.Scope], "scope", "fault.registry.scope")
	k.Need(!a.Signed.IsZero(), "signed", "fault.registry.need_signed")
	k.Need(!a.Signed.After(d.Now()), "signed", "fault.registry.signed_later")
	k.Need(a.Until.IsZero() || a.Until.After(a.Signed), "until", "fault.registry.until_before")
	k.Need(a.Edition != "", "edition", "fault.registry.need_edition")
	if err := k.Err(); err != nil {
		return err
	}
	verb := "change_agreement"
	if a.ID == "" {
		a.ID, verb = d.newID(), "add_agreement"
	}
	return d.do(ctx, func(tx *store.Tx) error {
		if verb == "change_agreement" {
			old, err := tx.Agreement(ctx, a.ID)
			if err != nil {
				return err
			}
			a.Org, a.Document, a.File, a.Ended, a.Why = old.Org, old.Document, old.File, old.Ended, old.Why
		}
		return d.setAgreement(ctx, tx, by, &a, verb)
	})
}

// EndAgreement ends an agreement before its time. What is open under it closes
// in the same transaction, and the organisation is told.
func (d *Desk) EndAgreement(ctx context.Context, by party.Actor, id, reason string) error {
	if err := officer(by); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	return d.do(ctx, func(tx *store.Tx) error {
		a, err := tx.Agreement(ctx, id)
		if err != nil {
			return err
		}
		var k fault.Check
		k.Need(reason != "", "reason", "fault.registry.need_end_reason")
		if err := k.Err(); err != nil {
			return err
		}
		if !a.InForce(tx.Now()) {
			return fault.New(fault.NotNow, "fault.registry.ended_already")
		}
		a.Ended, a.Why = tx.Now(), reason
		if err := d.setAgreement(ctx, tx, by, &a, "end_agreement"); err != nil {
			return err
		}
		return d.tellOfAgreement(ctx, tx, a, 0)
	})
}

// KeepAgreementDocument keeps the signed document of an agreement: sealed like
// every file, with its SHA-256 in the record and the journal.
func (d *Desk) KeepAgreementDocument(ctx context.Context, by party.Actor, id string, uploads []Upload) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		a, err := tx.Agreement(ctx, id)
		if err != nil {
			return err
		}
		var k fault.Check
		k.Need(len(uploads) == 1, "files", "fault.registry.one_document")
		if err := k.Err(); err != nil {
			return err
		}
		files, err := d.files(by, journal.Ref{Kind: journal.AboutAgreement, ID: a.ID}, uploads)
		if err != nil {
			return err
		}
		if err := tx.SetFile(ctx, files[0]); err != nil {
			return err
		}
		a.File, a.Document = files[0].ID, files[0].SHA256
		return d.setAgreement(ctx, tx, by, &a, "keep_document")
	})
}

// setAgreement stores an agreement, its event and its deadlines, and brings it to
// the organisation's cases.
func (d *Desk) setAgreement(ctx context.Context, tx *store.Tx, by party.Actor, a *party.Agreement, verb string) error {
	if _, err := tx.Organisation(ctx, a.Org); err != nil {
		return err
	}
	if err := tx.SetAgreement(ctx, a); err != nil {
		return err
	}
	kept := *a // a person's name may have to be deleted one day: the journal has its digest
	kept.SignedBy, kept.Ours = talk.Digest(a.SignedBy), talk.Digest(a.Ours)
	e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutAgreement, ID: a.ID}, tx.Now(), by, verb, struct {
		party.Agreement
		Reason string `json:"reason,omitempty"`
	}{kept, a.Why})
	if err != nil {
		return err
	}
	out := journal.Outcome{Events: []journal.Event{e}}
	if err := d.agreementDeadlines(ctx, tx, a.Org, a.Scope, &out); err != nil {
		return err
	}
	if err := tx.Record(ctx, out); err != nil {
		return err
	}
	return d.registryChanged(ctx, tx, by, a.Org)
}

// JobAgreementLetter writes about the end of an agreement; its key is the
// agreement's id and how many days before.
const JobAgreementLetter = "agreement.letter"

// letterDays is how long before the end of an agreement letters leave.
var letterDays = []int{60, 14, 0}

// agreementDeadlines sets the letters about the end of the agreement that counts,
// and drops those about agreements that have been renewed or ended.
func (d *Desk) agreementDeadlines(ctx context.Context, tx *store.Tx, org party.OrgID, scope party.Scope, out *journal.Outcome) error {
	signed, err := tx.Agreements(ctx, org)
	if err != nil {
		return err
	}
	best, inForce := party.Best(signed, scope, tx.Now())
	for _, a := range signed {
		if a.Scope != scope {
			continue
		}
		for _, days := range letterDays {
			key := a.ID + "/" + strconv.Itoa(days)
			out.Drop = append(out.Drop, journal.JobRef{Kind: JobAgreementLetter, Key: key})
			at := a.Until.AddDate(0, 0, -days)
			if inForce && a.ID == best.ID && !a.Until.IsZero() && at.After(tx.Now()) {
				out.Jobs = append(out.Jobs, journal.Job{Kind: JobAgreementLetter, Key: key, At: at, About: journal.Ref{Kind: journal.AboutAgreement, ID: a.ID}})
			}
		}
	}
	return nil
}

// agreementLetter is the clock before and at the end of an agreement.
func (d *Desk) agreementLetter(ctx context.Context, key string) error {
	id, text, _ := strings.Cut(key, "/")
	days, err := strconv.Atoi(text)
	if err != nil {
		return nil // no key of ours
	}
	return d.do(ctx, func(tx *store.Tx) error {
		a, err := tx.Agreement(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		signed, err := tx.Agreements(ctx, a.Org)
		if err != nil {
			return err
		}
		best, _ := party.Best(signed, a.Scope, tx.Now())
		if best.ID != a.ID || !a.Ended.IsZero() || a.Until.IsZero() || tx.Now().Before(a.Until.AddDate(0, 0, -days)) {
			return nil // renewed, ended or prolonged meanwhile
		}
		return d.tellOfAgreement(ctx, tx, a, days)
	})
}

// mayReadAgreement lets officers and the organisation's own people read what was signed.
func (d *Desk) mayReadAgreement(ctx context.Context, tx *store.Tx, by party.Actor, id string) error {
	if officer(by) == nil {
		return nil
	}
	a, err := tx.Agreement(ctx, id)
	if err != nil {
		return err
	}
	if signer(by) != nil || by.Org != a.Org {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// signer refuses everybody but a member of an organisation.
func signer(by party.Actor) error {
	switch by.Role {
	case party.Vendor, party.Operator, party.Observer:
		if by.Org != "" && by.Person != "" {
			return nil
		}
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// Agreement opens one agreement to an officer.
func (d *Desk) Agreement(ctx context.Context, by party.Actor, org party.OrgID, id string) (AgreementPage, error) {
	if err := officer(by); err != nil {
		return AgreementPage{}, err
	}
	var p AgreementPage
	err := d.view(ctx, func(tx *store.Tx) error {
		a, err := tx.Agreement(ctx, id)
		if err == nil && a.Org != org {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		if p, err = d.agreementPage(ctx, tx, a); err != nil {
			return err
		}
		p.History, err = d.timeline(ctx, tx, journal.Ref{Kind: journal.AboutAgreement, ID: id})
		return err
	})
	return p, err
}

// MyAgreements lists what the reader's own organisation has signed, the newest
// first. Why one was ended is the officers' note.
func (d *Desk) MyAgreements(ctx context.Context, by party.Actor) ([]AgreementPage, error) {
	if err := signer(by); err != nil {
		return nil, err
	}
	var all []AgreementPage
	err := d.view(ctx, func(tx *store.Tx) error {
		signed, err := tx.Agreements(ctx, by.Org)
		if err != nil {
			return err
		}
		for _, a := range signed {
			a.Why = ""
			p, err := d.agreementPage(ctx, tx, a)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

// agreementPage adds to an agreement what belongs to it.
func (d *Desk) agreementPage(ctx context.Context, tx *store.Tx, a party.Agreement) (AgreementPage, error) {
	p := AgreementPage{Agreement: a}
	o, err := tx.Organisation(ctx, a.Org)
	if err != nil {
		return p, err
	}
	p.Name = o.Name()
	text, err := tx.AgreementTextOf(ctx, a.Scope, a.Edition)
	switch {
	case err == nil:
		p.Text = &text
	case fault.KindOf(err) != fault.NotFound:
		return p, err
	}
	if a.File == "" {
		return p, nil
	}
	f, err := tx.File(ctx, a.File)
	if err != nil {
		return p, err
	}
	row := fileRow(f, tlp.AmberStrict)
	p.File = &row
	return p, nil
}

// AgreementTexts lists the editions of the texts that the centre keeps.
func (d *Desk) AgreementTexts(ctx context.Context, by party.Actor) ([]party.AgreementText, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var all []party.AgreementText
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		all, err = tx.AgreementTexts(ctx)
		return err
	})
	return all, err
}

// AddAgreementText keeps a new edition. An edition never changes: what somebody
// has signed stays what it was.
func (d *Desk) AddAgreementText(ctx context.Context, by party.Actor, t party.AgreementText) (string, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	t.ID, t.Version, t.Edition = d.newID(), 0, strings.TrimSpace(t.Edition)
	if t.Issued.IsZero() {
		t.Issued = d.Now().Truncate(24 * time.Hour)
	}
	var k fault.Check
	k.Need(scopes[t.Scope], "scope", "fault.registry.scope")
	k.Need(t.Edition != "", "edition", "fault.registry.need_edition")
	k.Need(strings.TrimSpace(t.EN+t.JA) != "", "en", "fault.registry.need_agreement_text")
	if err := k.Err(); err != nil {
		return "", err
	}
	return t.ID, d.do(ctx, func(tx *store.Tx) error {
		if _, err := tx.AgreementTextOf(ctx, t.Scope, t.Edition); fault.KindOf(err) != fault.NotFound {
			if err == nil {
				k.Add("edition", "fault.registry.edition_kept")
				err = k.Err()
			}
			return err
		}
		if err := tx.SetAgreementText(ctx, &t); err != nil {
			return err
		}
		return d.note(ctx, tx, by, journal.AboutText, t.ID, "add_agreement_text", t)
	})
}
