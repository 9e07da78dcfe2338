package desk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

// agreeAll has an officer agree to every change that waits.
func (o *office) agreeAll(by party.Actor) {
	o.t.Helper()
	waiting, err := o.Changes(o.t.Context(), by)
	o.must(err)
	for _, c := range waiting {
		o.must(o.AgreeChange(o.t.Context(), by, c.ID))
	}
}

// contact reads the first contact of an organisation.
func (o *office) contact(org party.OrgID) party.Contact {
	o.t.Helper()
	p, err := o.Organisation(o.t.Context(), o.ann, org)
	o.must(err)
	return p.Contacts[0]
}

func (o *office) tasks(by party.Actor) string {
	o.t.Helper()
	tasks, err := o.Next(o.t.Context(), by, true)
	o.must(err)
	var all []string
	for _, t := range tasks {
		all = append(all, t.What)
	}
	return strings.Join(all, " ")
}

func TestRegistration_FromApplicationToTheList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		o.refused(fault.Invalid, o.ApplyForRegistration(ctx, "", party.Applicant{Mail: "x"}))
		o.must(o.ApplyForRegistration(ctx, party.Individual, party.Applicant{
			Name: "Hanamaru Works", Domain: "hanamaru.test", Products: "HX-200\nHX-300\nHX-200", Contact: "PSIRT", Mail: "psirt@hanamaru.test", Lang: "ja", Listed: true,
		}))
		if found, err := o.Organisations(ctx, o.ann, "Hanamaru", "", 10); err != nil || len(found) > 0 {
			t.Fatalf("an application alone is in the registry: %v, %v", found, err)
		}
		open, err := o.Registrations(ctx, o.ann)
		o.must(err)
		id := open[0].ID
		step := func(do party.RegVerb, in desk.RegistrationInput) error {
			clock.Move(time.Hour)
			return o.StepRegistration(ctx, o.ann, id, do, in)
		}
		o.refused(fault.NotNow, step(party.RegMeet, desk.RegistrationInput{}))
		o.refused(fault.Invalid, step(party.RegSendPapers, desk.RegistrationInput{}))
		o.refused(fault.NotFound, step(party.RegSendPapers, desk.RegistrationInput{Org: "nobody"}))
		o.must(step(party.RegSendPapers, desk.RegistrationInput{New: true, Note: "by post"}))
		if !strings.Contains(o.tasks(o.bob), string(party.RegMeet)) {
			t.Errorf("the next step is nobody's: %s", o.tasks(o.bob))
		}
		o.must(step(party.RegMeet, desk.RegistrationInput{}))
		o.refused(fault.NotNow, step(party.RegNoteSigned, desk.RegistrationInput{}))
		p, err := o.Registration(ctx, o.ann, id)
		o.must(err)
		org := p.Org
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: org, Scope: party.ScopeGroup, Edition: "1", Signed: clock.Now()}))
		o.refused(fault.NotNow, step(party.RegNoteSigned, desk.RegistrationInput{}))
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: org, Scope: party.ScopeReports, Edition: "1", Signed: clock.Now()}))
		o.must(step(party.RegNoteSigned, desk.RegistrationInput{}))
		o.refused(fault.NotNow, step(party.RegNoteAnswers, desk.RegistrationInput{}))
		vendor := party.VendorActor(org, o.contact(org).ID)
		o.must(o.AnswerKeywords(ctx, vendor, org, []desk.KeywordReply{{Keyword: "dnp3", Reply: party.ReplyNo}}))
		o.must(step(party.RegNoteAnswers, desk.RegistrationInput{}))
		page, err := o.Organisation(ctx, o.ann, org)
		o.must(err)
		if page.Org.Tier != party.Unverified || page.Registration == nil || page.Registration.Next() != party.RegEnter {
			t.Errorf("before the end: %s, %+v", page.Org.Tier, page.Registration)
		}
		page.Org.Tier = party.General // by the form of the organisation
		_, err = o.SaveOrganisation(ctx, o.ann, page.Org)
		o.must(err)
		if page, _ = o.Organisation(ctx, o.ann, org); page.Org.Tier != party.Unverified {
			t.Errorf("the form registers: %s", page.Org.Tier)
		}
		o.refused(fault.NotNow, func() error { _, err := o.BeginRegistration(ctx, o.ann, org, party.General, ""); return err }())
		listed, err := o.PublicVendors(ctx)
		o.must(err)
		if len(listed) > 0 {
			t.Errorf("the public list has %v", listed)
		}
		o.must(step(party.RegEnter, desk.RegistrationInput{}))
		if page, _ = o.Organisation(ctx, o.ann, org); page.Org.Tier != party.Individual || len(page.Org.Products) != 2 || len(page.Registration.Steps) != 6 {
			t.Errorf("at the end: %+v", page.Org)
		}
		if listed, err = o.PublicVendors(ctx); err != nil || len(listed) != 1 || listed[0] != "Hanamaru Works" {
			t.Errorf("the public list has %v, %v", listed, err)
		}
		if n := len(o.lettersTo("psirt@hanamaru.test")); n != 6 {
			t.Errorf("the vendor got %d letters about 6 steps", n)
		}
		o.refused(fault.NotFound, o.StepRegistration(ctx, vendor, id, party.RegEnd, desk.RegistrationInput{Note: "x"}))
		o.must(step(party.RegEnd, desk.RegistrationInput{Note: "left"}))
		if listed, err = o.PublicVendors(ctx); err != nil || len(listed) != 0 {
			t.Errorf("after the end the public list has %v, %v", listed, err)
		}
		o.sound()
	})
}

// Somebody who says to be a vendor that is known becomes no contact of it.
func TestRegistration_AnApplicantIsNotTakenAtItsWord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		o.must(o.ApplyForRegistration(ctx, party.General, party.Applicant{Name: "ACME CONTROLS", Contact: "Mallory", Mail: "mallory@evil.test"}))
		open, err := o.Registrations(ctx, o.ann)
		o.must(err)
		p, err := o.Registration(ctx, o.ann, open[0].ID)
		o.must(err)
		if len(p.Matches) != 1 || p.Matches[0].ID != o.acme.Org {
			t.Errorf("it may be %v", p.Matches)
		}
		o.must(o.StepRegistration(ctx, o.ann, p.ID, party.RegSendPapers, desk.RegistrationInput{Org: o.acme.Org}))
		page, err := o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		if len(page.Contacts) != 1 || page.Contacts[0].Mail == "mallory@evil.test" {
			t.Errorf("the contacts are %+v", page.Contacts)
		}
		o.refused(fault.NotFound, o.StepRegistration(ctx, o.zeta, p.ID, party.RegWithdraw, desk.RegistrationInput{}))
		o.must(o.StepRegistration(ctx, o.acme, p.ID, party.RegWithdraw, desk.RegistrationInput{}))
		own, err := o.OwnRecord(ctx, o.acme)
		o.must(err)
		if own.Registration.State != party.RegGone || own.Registration.Steps != nil {
			t.Errorf("the vendor sees %+v", own.Registration)
		}
		o.sound()
	})
}

func TestRecord_AVendorsOwnChangeWaitsForAnOfficer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		own, err := o.OwnRecord(ctx, o.acme)
		o.must(err)
		said := own.Org
		o.refused(fault.NotNow, o.ProposeRecord(ctx, o.acme, said)) // nothing differs
		said.Names = append(said.Names, party.Name{Text: "アクメ", Lang: "ja", Kind: party.Alias})
		said.Domains, said.Calendar, said.Tier = []string{"acme.example"}, party.CalendarEU, party.Individual
		o.must(o.ProposeRecord(ctx, o.acme, said))
		o.refused(fault.NotFound, o.ProposeRecord(ctx, o.ann, said))
		more := own.Org
		more.Listed = true
		o.must(o.ProposeRecord(ctx, o.acme, more)) // takes the first in
		waiting, err := o.Changes(ctx, o.ann)
		o.must(err)
		if len(waiting) != 1 || len(waiting[0].Fields) != 5 || waiting[0].Missing() != 1 {
			t.Fatalf("what waits is %+v", waiting)
		}
		if page, _ := o.Organisation(ctx, o.ann, o.acme.Org); len(page.Org.Names) != 1 || len(page.Changes) != 1 {
			t.Errorf("it took effect at once: %+v", page.Org)
		}
		// What an officer changes meanwhile stays.
		page, err := o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		page.Org.Domains, page.Org.Sector = append(page.Org.Domains, "acme.co.test"), "energy"
		_, err = o.SaveOrganisation(ctx, o.ann, page.Org)
		o.must(err)
		o.refused(fault.NotFound, o.AgreeChange(ctx, o.acme, waiting[0].ID))
		o.refused(fault.NotFound, o.WithdrawChange(ctx, o.zeta, waiting[0].ID))
		o.must(o.AgreeChange(ctx, o.ann, waiting[0].ID))
		page, err = o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		if got := fmt.Sprintln(page.Org.Domains, page.Org.Sector, page.Org.Calendar, page.Org.Listed, len(page.Org.Names), page.Org.Tier); got != "[acme.co.test acme.example] energy eu true 2 general\n" {
			t.Errorf("the record is %s", got)
		}
		o.refused(fault.NotNow, o.AgreeChange(ctx, o.bob, waiting[0].ID))

		own, err = o.OwnRecord(ctx, o.acme)
		o.must(err)
		said = own.Org
		said.Zone = "Europe/Berlin"
		clock.Move(time.Hour)
		o.must(o.ProposeRecord(ctx, o.acme, said))
		waiting, err = o.Changes(ctx, o.ann)
		o.must(err)
		o.refused(fault.Invalid, o.RefuseChange(ctx, o.ann, waiting[0].ID, " "))
		o.must(o.RefuseChange(ctx, o.ann, waiting[0].ID, "not where you are"))
		if own, err = o.OwnRecord(ctx, o.acme); err != nil || own.Changes[0].Reason != "not where you are" || own.Org.Zone != "" {
			t.Errorf("the vendor sees %+v, %v", own.Changes, err)
		}
		if own, err = o.OwnRecord(ctx, o.zeta); err != nil || len(own.Changes) != 0 || own.Org.ID != o.zeta.Org {
			t.Errorf("another vendor sees %+v, %v", own, err)
		}
		o.refused(fault.NotFound, o.ProposeRemoval(ctx, o.zeta, o.acme.Person))
		o.sound()
	})
}

func TestContact_AnotherAddressTakesTwoOfficers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		for _, asks := range []string{"vendor", "officer"} {
			c := o.contact(o.acme.Org)
			oldMail, newMail := c.Mail, asks+"@acme.test"
			c.Mail, c.Phone = newMail, "+81-3-"+asks
			if asks == "vendor" {
				c.Verified = clock.Now() // not for it to say
				o.must(o.ProposeContact(ctx, o.acme, c))
			} else {
				_, err := o.SaveContact(ctx, o.ann, c)
				o.must(err)
			}
			warned := o.lettersTo(oldMail)
			if got := warned[len(warned)-1].Template; got != "change_asked" {
				t.Errorf("%s asks: the old address is told %s", asks, got)
			}
			if named := o.lettersTo(newMail); len(named) != 1 || named[0].Template != "address_named" {
				t.Errorf("%s asks: the new address is told %+v", asks, named)
			}
			waiting, err := o.Changes(ctx, o.ann)
			o.must(err)
			id := waiting[0].ID
			if asks == "vendor" {
				o.must(o.AgreeChange(ctx, o.ann, id))
			}
			if now := o.contact(o.acme.Org); now.Mail != oldMail || strings.HasSuffix(now.Phone, asks) {
				t.Errorf("%s asks: with one officer it is %+v", asks, now)
			}
			o.refused(fault.NotAllowed, o.AgreeChange(ctx, o.ann, id))
			if strings.Contains(o.tasks(o.ann), "agree_guarded") || !strings.Contains(o.tasks(o.bob), "agree_guarded") {
				t.Errorf("%s asks: ann's tasks are %s, bob's %s", asks, o.tasks(o.ann), o.tasks(o.bob))
			}
			own, err := o.OwnRecord(ctx, o.acme)
			o.must(err)
			if seen := fmt.Sprintf("%+v", own.Changes[0]); strings.Contains(seen, newMail) != (asks == "vendor") {
				t.Errorf("%s asks: the vendor sees %s", asks, seen)
			}
			clock.Move(time.Hour)
			o.must(o.AgreeChange(ctx, o.bob, id))
			now := o.contact(o.acme.Org)
			if now.Mail != newMail || !strings.HasSuffix(now.Phone, asks) || !now.Verified.IsZero() {
				t.Errorf("%s asks: with two officers it is %+v", asks, now)
			}
			if told := o.lettersTo(oldMail); told[len(told)-1].Template != "change_made" {
				t.Errorf("%s asks: in the end the old address is told %+v", asks, told[len(told)-1])
			}
			clock.Move(100 * 24 * time.Hour)
		}
		o.sound()
	})
}

func TestContact_AddedByOneTakenOutByTwo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		o.refused(fault.NotNow, o.ProposeRemoval(ctx, o.acme, o.acme.Person)) // nobody would be left
		o.must(o.ProposeContact(ctx, o.acme, party.Contact{Name: "Second", Mail: "second@acme.test", Lang: "en", Duty: party.Backup, Org: o.zeta.Org, Verified: clock.Now()}))
		o.agreeAll(o.ann)
		page, err := o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		if len(page.Contacts) != 2 || len(o.lettersTo("second@acme.test")) != 0 {
			t.Fatalf("the contacts are %+v", page.Contacts)
		}
		if told := o.lettersTo("psirt@acme.test"); !strings.Contains(fmt.Sprint(told), "contact_added") {
			t.Error("the first contact was not told of the second")
		}
		for _, c := range page.Contacts {
			if c.Name == "Second" && !c.Verified.IsZero() {
				t.Error("a vendor verified its own address")
			}
		}
		clock.Move(time.Hour)
		o.must(o.RemoveContact(ctx, o.ann, o.acme.Person))
		clock.Move(time.Hour)
		o.agreeAll(o.bob)
		page, err = o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		if len(page.Contacts) != 1 || page.Contacts[0].Name != "Second" {
			t.Errorf("the contacts are %+v", page.Contacts)
		}
		own, err := o.OwnRecord(ctx, party.VendorActor(o.acme.Org, page.Contacts[0].ID))
		o.must(err)
		if seen := fmt.Sprintf("%+v", own.Changes); strings.Contains(seen, "psirt@") {
			t.Errorf("who was taken out is still spoken of: %s", seen)
		}
		if told := o.lettersTo("psirt@acme.test"); told[len(told)-1].Template != "change_made" {
			t.Errorf("who was taken out is told %+v", told[len(told)-1])
		}
		o.sound()
	})
}

func TestContact_ABounceMarksItUntilItIsVerified(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		clock.Move(time.Minute)
		o.runWith(postman{refuse: map[string]error{"psirt@acme.test": &desk.Undeliverable{Err: errors.New("550 no such user")}}})
		c := o.contact(o.acme.Org)
		if c.Bounced.IsZero() || c.Proof(clock.Now()) != party.ProofBounced || !strings.Contains(o.tasks(o.ann), "contacts_bounced") {
			t.Errorf("case %s: the contact is %+v, the tasks %s", id, c, o.tasks(o.ann))
		}
		found, err := o.OrganisationsShown(ctx, o.ann, "bounced", 10)
		o.must(err)
		if len(found) != 1 || found[0].ID != o.acme.Org {
			t.Errorf("the filter finds %v", found)
		}
		c = c.Proved(clock.Now(), "by telephone")
		_, err = o.SaveContact(ctx, o.ann, c)
		o.must(err)
		if c = o.contact(o.acme.Org); !c.Bounced.IsZero() || strings.Contains(o.tasks(o.ann), "contacts_bounced") {
			t.Errorf("verified, the contact is %+v, the tasks %s", c, o.tasks(o.ann))
		}
		// What comes back from an address that was replaced says nothing of the new one.
		letter := o.lettersTo("psirt@acme.test")[0]
		o.must(o.SendLetter(ctx, o.ann, letter.ID))
		o.run()
		c.Mail = "new@acme.test"
		_, err = o.SaveContact(ctx, o.ann, c)
		o.must(err)
		o.agreeAll(o.bob)
		o.must(o.LetterReturned(ctx, letter.Tag, "550"))
		if c = o.contact(o.acme.Org); !c.Bounced.IsZero() {
			t.Errorf("the new address is marked: %+v", c)
		}
		o.sound()
	})
}

func TestStillRight_OnceAYearAndOneClick(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		asked := func() (n int) {
			for _, l := range o.lettersTo("psirt@acme.test") {
				if l.Template == "still_right" && l.State == talk.LetterSent {
					n++
				}
			}
			return n
		}
		clock.Move(364 * 24 * time.Hour)
		o.run()
		if asked() != 0 {
			t.Error("asked before a year is over")
		}
		clock.Move(25 * time.Hour)
		o.run()
		o.run()
		if asked() != 1 {
			t.Errorf("asked %d times after a year", asked())
		}
		token := o.linkIn("psirt@acme.test", "/still-right/")
		r, err := o.PeekStillRight(ctx, token)
		o.must(err)
		if r.Org.ID != o.acme.Org || !r.Asked {
			t.Errorf("the link shows %+v", r.Org)
		}
		o.refused(fault.NotFound, o.PeekLink(ctx, token)) // it lets nobody in
		_, _, err = o.UseLink(ctx, token)
		o.refused(fault.NotFound, err)
		if c := o.contact(o.acme.Org); !c.Verified.IsZero() {
			t.Error("looking at the page confirmed it")
		}
		o.must(o.ConfirmByLink(ctx, token))
		c := o.contact(o.acme.Org)
		if c.Proof(clock.Now()) != party.ProofGood || c.How != party.HowYearly {
			t.Errorf("after the click the contact is %+v", c)
		}
		o.refused(fault.NotFound, o.ConfirmByLink(ctx, token))
		clock.Move(400 * 24 * time.Hour)
		o.run()
		if asked() != 2 {
			t.Errorf("asked %d times after two years", asked())
		}
		if found, err := o.OrganisationsShown(ctx, o.ann, "aged", 10); err != nil || len(found) != 1 || !strings.Contains(o.tasks(o.ann), "contacts_aged") {
			t.Errorf("aged are %v, %v; the tasks %s", found, err, o.tasks(o.ann))
		}
		o.sound()
	})
}

// linkIn is the token of the newest letter to an address that has such a link.
func (o *office) linkIn(to, path string) string {
	o.t.Helper()
	token := ""
	for _, l := range o.lettersTo(to) {
		var n notice.Letter
		o.must(json.Unmarshal(l.Args, &n))
		if _, after, ok := strings.Cut(n.Link, path); ok {
			token = after
		}
	}
	if token == "" {
		o.t.Fatalf("no letter to %s has a link to %s", to, path)
	}
	return token
}

// Who is not admitted to a case does not learn of it by asking for those who are
// to be taken out; an officer is told, before nobody is left.
func TestContact_AdmittedAloneToACase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.sign(id, o.acme)
		second, err := o.SaveContact(ctx, o.ann, party.Contact{Org: o.acme.Org, Name: "Second", Mail: "second@acme.test", Lang: "en", Duty: party.OnDuty})
		o.must(err)
		o.act(o.acme, id, cvd.AdmitMembers{Who: cvd.OrgParticipant(o.acme.Org), Members: []party.PersonID{o.acme.Person}})
		o.refused(fault.NotNow, o.RemoveContact(ctx, o.ann, o.acme.Person))
		o.must(o.ProposeRemoval(ctx, party.VendorActor(o.acme.Org, second), o.acme.Person))
		waiting, err := o.Changes(ctx, o.ann)
		o.must(err)
		o.must(o.AgreeChange(ctx, o.ann, waiting[0].ID))
		o.refused(fault.NotNow, o.AgreeChange(ctx, o.bob, waiting[0].ID))
		if c, err := o.Change(ctx, o.bob, waiting[0].ID); err != nil || c.State != party.ChangeWaiting || len(c.Agreed) != 1 {
			t.Errorf("after the refusal it is %+v, %v", c.Change, err)
		}
		o.sound()
	})
}
