package party_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

var t0 = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// TestRegistration_EveryStateVerbAndRole takes every verb from every state in
// every role: it may happen where the table has a row, and nowhere else.
func TestRegistration_EveryStateVerbAndRole(t *testing.T) {
	table := party.Registering
	verbs := []party.RegVerb{party.RegApply, party.RegSendPapers, party.RegMeet, party.RegNoteSigned, party.RegNoteAnswers, party.RegEnter, party.RegRefuse, party.RegWithdraw, party.RegEnd}
	roles := []party.Role{party.Officer, party.Vendor, party.Finder, party.Operator, party.Observer, party.Clock, party.Public}
	for _, from := range table.States() {
		for _, do := range verbs {
			for _, role := range roles {
				r := party.Registration{ID: "r", Org: "o", Tier: party.General, State: from}
				got, err := r.Do(do, party.Actor{Role: role, Person: "p"}, t0, "a note", party.RegFacts{Agreement: true, Answers: 1})
				want := -1
				for i, row := range table.Rows {
					if row.From == from && row.Do == do && slices.Contains(row.By, role) {
						want = i
					}
				}
				switch {
				case want < 0 && (err == nil || got.State != from || len(got.Steps) > 0):
					t.Errorf("%s by %s from %s leads to %s", do, role, from, got.State)
				case want >= 0 && (err != nil || got.State != table.Rows[want].To || len(got.Steps) != 1):
					t.Errorf("%s by %s from %s: %s, %v; want %s", do, role, from, got.State, err, table.Rows[want].To)
				}
			}
		}
		if next := (party.Registration{State: from}).Next(); (next == "") != slices.Contains(table.Final, from) && from != party.RegNone {
			t.Errorf("from %s the next step is %q", from, next)
		}
	}
}

func TestRegistration_StepsNeedTheirProof(t *testing.T) {
	ann := party.OfficerActor("ann")
	for _, c := range []struct {
		from party.RegState
		do   party.RegVerb
		org  party.OrgID
		note string
		f    party.RegFacts
		kind fault.Kind
	}{
		{party.RegNone, party.RegApply, "o", "", party.RegFacts{}, ""},
		{party.RegApplied, party.RegSendPapers, "", "", party.RegFacts{}, fault.Invalid},
		{party.RegMet, party.RegNoteSigned, "o", "", party.RegFacts{Answers: 9}, fault.NotNow},
		{party.RegAgreed, party.RegNoteAnswers, "o", "", party.RegFacts{Agreement: true}, fault.NotNow},
		{party.RegAnswered, party.RegEnter, "o", "", party.RegFacts{Answers: 9}, fault.NotNow}, // it ended meanwhile
		{party.RegMet, party.RegRefuse, "o", "", party.RegFacts{}, fault.Invalid},
		{party.RegListed, party.RegEnd, "o", "", party.RegFacts{}, fault.Invalid},
		{party.RegListed, party.RegEnd, "o", "left", party.RegFacts{}, ""},
	} {
		r := party.Registration{Org: c.org, State: c.from, Tier: party.Individual}
		if _, err := r.Do(c.do, ann, t0, c.note, c.f); fault.KindOf(err) != c.kind {
			t.Errorf("%s from %s with %+v: %v, want kind %q", c.do, c.from, c.f, err, c.kind)
		}
	}
	if _, err := (party.Registration{Tier: party.Unverified}).Do(party.RegApply, ann, t0, "", party.RegFacts{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an application for no tier: %v", err)
	}
}

func TestChange_WhoMustAgree(t *testing.T) {
	was := party.Contact{ID: "c", Mail: "a@x.test", Key: "K", Phone: "1"}
	with := func(f func(*party.Contact)) *party.Contact { c := was; f(&c); return &c }
	bare := party.Contact{ID: "c", Phone: "1"}
	for _, c := range []struct {
		what string
		from *party.Contact
		to   *party.Contact
		n    int
	}{
		{"another telephone", &was, with(func(c *party.Contact) { c.Phone = "2" }), 1},
		{"capital letters in the address", &was, with(func(c *party.Contact) { c.Mail = "A@X.test" }), 1},
		{"another address", &was, with(func(c *party.Contact) { c.Mail = "b@x.test" }), 2},
		{"no address", &was, with(func(c *party.Contact) { c.Mail = "" }), 2},
		{"another key", &was, with(func(c *party.Contact) { c.Key = "k" }), 2},
		{"no key", &was, with(func(c *party.Contact) { c.Key = "" }), 2},
		{"a certificate beside the key", &was, with(func(c *party.Contact) { c.Cert = "C" }), 1},
		{"a first address", &bare, &was, 1},
		{"a new contact", nil, &was, 1},
		{"a contact taken out", &was, nil, 2},
	} {
		x := party.Change{State: party.ChangeWaiting, ContactFrom: c.from, ContactTo: c.to}
		if x.Needs() != c.n {
			t.Errorf("%s needs %d officers, want %d", c.what, x.Needs(), c.n)
		}
		for i := range c.n {
			next, err := x.Agree(party.PersonID(fmt.Sprint(i)), t0)
			if err != nil || (next.State == party.ChangeMade) != (i == c.n-1) {
				t.Errorf("%s, officer %d: %s, %v", c.what, i+1, next.State, err)
			}
			if _, err := next.Agree(party.PersonID(fmt.Sprint(i)), t0); err == nil {
				t.Errorf("%s: the same officer agreed twice", c.what)
			}
			x = next
		}
	}
}

func TestMerged_KeepsWhatElseChanged(t *testing.T) {
	base := party.Organisation{
		Names: []party.Name{{Text: "A", Kind: party.Official}, {Text: "Old", Kind: party.Alias}}, Domains: []string{"a.test"}, Zone: "Asia/Tokyo", Languages: []string{"en"},
		Products: []party.Product{{ID: "1", Name: "P", Versions: []string{"1"}}, {ID: "2", Name: "Q"}},
	}
	said := base
	said.Names = []party.Name{{Text: "Ä", Kind: party.Official}, {Text: "A", Kind: party.Former}}
	said.Domains = []string{"a.test", "b.test"}
	said.Products = []party.Product{{ID: "1", Name: "P", Versions: []string{"1", "2"}}}
	said.Languages, said.Country = []string{"ja", "en"}, "JP"
	now := base
	now.Domains = []string{"c.test"} // an officer was at it
	now.Products = append(slices.Clone(base.Products), party.Product{ID: "3", Name: "R"})
	now.Sector = "energy"
	got, both := now.Merged(base, said)
	if len(both) > 0 {
		t.Fatalf("both changed %v", both)
	}
	want := "[{Ä  official} {A  former}] [c.test b.test] [{1 P [1 2]  } {3 R []  }] [ja en] JP energy"
	if s := fmt.Sprint(got.Names, " ", got.Domains, " ", got.Products, " ", got.Languages, " ", got.Country, " ", got.Sector); s != want {
		t.Errorf("merged:\n%s\nwant\n%s", s, want)
	}
	if d := got.Differences(got); len(d) != 0 {
		t.Errorf("it differs from itself: %v", d)
	}
	now = base
	now.Country = "DE"
	now.Products = []party.Product{{ID: "1", Name: "P", Versions: []string{"9"}}, {ID: "2", Name: "Q"}}
	if _, both = now.Merged(base, said); fmt.Sprint(both) != "[products country]" {
		t.Errorf("both changed %v", both)
	}
	var fields []string
	for _, d := range base.Differences(said) {
		fields = append(fields, d.Field+" "+d.From+">"+d.To)
	}
	if s := fmt.Sprintf("%q", fields); s != `["names.kind official>former" "names Old>" "names >Ä" "name A>Ä" "country >JP" "languages en>ja, en" "domains >b.test" "products.versions 1>1, 2" "products Q>"]` {
		t.Errorf("the differences are %s", s)
	}
}

func TestProof_AgesAndComesBack(t *testing.T) {
	c := party.Contact{Mail: "a@x.test"}
	for _, step := range []struct {
		what string
		do   func()
		at   time.Time
		want party.Proof
	}{
		{"new", func() {}, t0, party.ProofNone},
		{"verified", func() { c = c.Proved(t0, "by telephone") }, t0.AddDate(1, 0, 0), party.ProofGood},
		{"fourteen months on", func() {}, t0.AddDate(0, 14, 0), party.ProofAged},
		{"returned", func() { c.Bounced = t0.AddDate(0, 14, 0) }, t0.AddDate(0, 14, 1), party.ProofBounced},
		{"verified again", func() { c = c.Proved(t0.AddDate(0, 15, 0), "by telephone") }, t0.AddDate(0, 16, 0), party.ProofGood},
	} {
		step.do()
		if got := c.Proof(step.at); got != step.want {
			t.Errorf("%s: %s, want %s", step.what, got, step.want)
		}
	}
}
