package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/keys"
	"nakodo/internal/mail"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// desks is a centre with one case, whose vendor answers by letter.
type desks struct {
	*desk.Desk
	door    mail.Door
	officer party.Actor
	vendor  party.Actor
	id      cvd.CaseID
	reply   string // the vendor's reply address
}

func newDesks(t *testing.T, s *store.Store, clock *storetest.Clock) *desks {
	t.Helper()
	say, err := words.Load()
	must(t, err)
	key, err := keys.Create("Centre", "case@centre.example", clock.Now())
	must(t, err)
	d := &desks{officer: party.OfficerActor("ann"), Desk: desk.New(desk.Config{
		Store: s, Key: key, Links: bytes.Repeat([]byte{7}, 32), Words: say, Tag: mail.Hash,
		Centre: desk.Centre{Prefix: "NKD", Reports: "NKR", Base: "https://centre.example", Mail: "case@centre.example"},
	})}
	d.door = mail.Door{Desk: d.Desk, Reader: mail.Reader{Marks: marks(t), Box: box(), Mine: []*keys.Private{key}, Signers: d.Signers}}
	ctx := t.Context()
	must(t, s.Do(ctx, func(tx *store.Tx) error {
		return tx.SetPerson(ctx, &party.Person{ID: "ann", Role: party.Officer, Name: "Ann", Mail: "ann@centre.example", Lang: "en", Active: true})
	}))
	org, err := d.SaveOrganisation(ctx, d.officer, party.Organisation{Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: "Acme"}}})
	must(t, err)
	who, err := d.SaveContact(ctx, d.officer, party.Contact{Org: org, Name: "PSIRT", Mail: "psirt@acme.example", Lang: "en", Duty: party.OnDuty})
	must(t, err)
	d.vendor = party.VendorActor(org, who)
	got, err := d.ReceiveReport(ctx, desk.Incoming{Door: "web", Identity: cvd.Identity{Anonymous: true},
		Submission: cvd.Submission{Kind: cvd.AboutProduct, Title: "t", Product: "p", Result: "r", Coordinator: cvd.CentreLeads}})
	must(t, err)
	must(t, d.JudgeReport(ctx, d.officer, got.ID, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	d.id, err = d.OpenCase(ctx, d.officer, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: words.Text{EN: "t"}})
	must(t, err)
	must(t, d.InviteVendor(ctx, d.officer, d.id, desk.Invitation{Org: org, How: "mail", Reason: "no agreement yet"}))
	d.reply = box().ReplyTo("NKD#"+string(d.id), string(who))
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// deliver pipes a letter in.
func (d *desks) deliver(t *testing.T, from, to, id, subject, body string) talk.MailState {
	t.Helper()
	head := "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\n"
	if id != "" {
		head += "Message-ID: <" + id + ">\r\n"
	}
	state, err := d.door.Deliver(t.Context(), []byte(head+"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n\r\n"+body), mail.Envelope{})
	must(t, err)
	return state
}

// said is what the vendor's own conversation holds.
func (d *desks) said(t *testing.T) []string {
	t.Helper()
	p, err := d.Case(t.Context(), d.vendor, d.id)
	must(t, err)
	var texts []string
	for _, m := range p.Talk[0].Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

func TestDeliver_ALetterJoinsOnceHoweverOftenItComes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := newDesks(t, s, clock)
		if state := d.deliver(t, "psirt@acme.example", d.reply, "one@acme.example", "Re: it", "we are affected"); state != talk.MailJoined {
			t.Fatalf("the reply became %s", state)
		}
		for range 2 {
			if state := d.deliver(t, "psirt@acme.example", d.reply, "one@acme.example", "Re: it", "we are affected"); state != talk.MailDone {
				t.Errorf("a second copy became %s", state)
			}
		}
		if got := d.said(t); len(got) != 1 || got[0] != "we are affected" {
			t.Errorf("the conversation holds %q", got)
		}
		report := "Product: Gateway\r\nVersion: 1\r\nImpact: bad\r\n\r\nIt opens with any key."
		if state := d.deliver(t, "fay@finder.example", "case@centre.example", "r@finder.example", "a hole", report); state != talk.MailReport {
			t.Fatalf("the report became %s", state)
		}
		if state := d.deliver(t, "fay@finder.example", "case@centre.example", "r@finder.example", "a hole", report); state != talk.MailDone {
			t.Errorf("its second copy became %s", state)
		}
		rows, err := d.Reports(t.Context(), d.officer, false)
		must(t, err)
		if len(rows) != 2 {
			t.Errorf("there are %d reports, want the first and one by letter", len(rows))
		}
	})
}

func TestDeliver_WhatCannotBePlacedWaitsInTheTray(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := newDesks(t, s, clock)
		ctx := t.Context()
		if state := d.deliver(t, "psirt@acme.example", d.reply, "empty@acme.example", "", ""); state != talk.MailTray {
			t.Errorf("a letter that says nothing became %s", state)
		}
		if state := d.deliver(t, "x@x.example", "case@centre.example", "", "NKD#"+string(d.id), "I am Acme"); state != talk.MailTray {
			t.Errorf("a stranger's letter became %s", state)
		}
		if got := d.said(t); len(got) != 0 {
			t.Errorf("the conversation holds %q", got)
		}
		tray, err := d.Tray(ctx, d.officer)
		must(t, err)
		if len(tray) != 2 {
			t.Fatalf("the tray holds %d letters", len(tray))
		}
		for _, m := range tray {
			if m.Problem == "" {
				t.Errorf("%q says nothing of why it waits", m.Subject)
			}
		}
	})
}

// TestPlaceMail_TwoOfficersPlaceALetterOnce: the second is told, and the thread
// has the message once.
func TestPlaceMail_TwoOfficersPlaceALetterOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := newDesks(t, s, clock)
		ctx, mark := t.Context(), "NKD#"+string(d.id)
		d.deliver(t, "psirt@acme.example", "case@centre.example", "two@acme.example", mark, "we forgot the address")
		tray, err := d.Tray(ctx, d.officer)
		must(t, err)
		done := make(chan error)
		for range 2 {
			go func() { done <- d.PlaceMail(ctx, d.officer, tray[0].ID, mark, "PSIRT@acme.example") }()
		}
		first, second := <-done, <-done
		if (first == nil) == (second == nil) {
			t.Errorf("the two officers were told %v and %v", first, second)
		}
		if got := d.said(t); len(got) != 1 || !strings.Contains(got[0], "forgot") {
			t.Errorf("the conversation holds %q", got)
		}
		must(t, d.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

func TestReportFromMail_AnOfficerMakesAReportOfALetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := newDesks(t, s, clock)
		ctx := t.Context()
		d.deliver(t, "fay@finder.example", "case@centre.example", "three@finder.example", "hello", "there is a hole somewhere")
		tray, err := d.Tray(ctx, d.officer)
		must(t, err)
		in := desk.Incoming{Identity: cvd.Identity{Mail: "fay@finder.example"},
			Submission: cvd.Submission{Kind: cvd.AboutProduct, Title: "a hole", Product: "p", Result: tray[0].Text, Coordinator: cvd.CentreLeads}}
		got, err := d.ReportFromMail(ctx, d.officer, tray[0].ID, in)
		must(t, err)
		if _, err := d.ReportFromMail(ctx, d.officer, tray[0].ID, in); err == nil {
			t.Error("one letter became two reports")
		}
		m, _, err := d.Mail(ctx, d.officer, tray[0].ID)
		if err != nil || m.State != talk.MailReport || m.Report != string(got.ID) {
			t.Errorf("the letter is %s of %s, %v", m.State, m.Report, err)
		}
	})
}
