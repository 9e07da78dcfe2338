package inquiry_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

var (
	t0  = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	ann = party.OfficerActor("ann")
	bob = party.OfficerActor("bob")
)

// tried is a standing in which every means was tried at a moment.
func tried(at time.Time) inquiry.Standing {
	var tries []inquiry.Try
	for _, how := range inquiry.PolicyAt(at).Means {
		tries = append(tries, inquiry.Try{At: at, How: how})
	}
	return inquiry.Stand(tries, time.Time{}, inquiry.PolicyAt(at))
}

func TestGuidelineIV42_EveryMeansCountsFromTheLastWord(t *testing.T) {
	p := inquiry.PolicyAt(t0)
	at := func(days int) time.Time { return t0.AddDate(0, 0, days) }
	tries := []inquiry.Try{{at(0), "mail"}, {at(3), "post"}, {at(9), "mail"}, {at(4), "phone"}, {at(5), "portal"}}
	s := inquiry.Stand(tries, time.Time{}, p)
	if !slices.Equal(s.Untried, []string{"fax"}) || !s.Since.IsZero() || !s.NameFrom(p).IsZero() || !s.CommitteeFrom(p).IsZero() {
		t.Errorf("with fax untried: %+v", s)
	}
	s = inquiry.Stand(append(tries, inquiry.Try{At: at(7), How: "fax"}), time.Time{}, p)
	if len(s.Untried) > 0 || !s.Since.Equal(at(7)) || !s.Tried["mail"].Equal(at(0)) || !s.CommitteeFrom(p).Equal(at(7).AddDate(0, 6, 0)) {
		t.Errorf("with all tried: %+v", s)
	}
	s = inquiry.Stand(append(tries, inquiry.Try{At: at(7), How: "fax"}), at(8), p) // it answered on the eighth day
	if !slices.Equal(s.Untried, []string{"post", "phone", "fax"}) || !s.First.Equal(at(9)) {
		t.Errorf("after a word: %+v", s)
	}
}

// acts are everything that can be tried, by whom.
func acts(now time.Time, ground inquiry.Standing) []inquiry.Verb {
	notice := inquiry.Notice{Kind: inquiry.Company, Name: words.Text{EN: "Acme"}}
	return []inquiry.Verb{
		inquiry.Open{ID: "i", Org: "o", Notice: notice}, inquiry.Write{Notice: notice}, inquiry.ProposeName{Standing: ground},
		inquiry.ConfirmName{Standing: ground, Number: 7}, inquiry.ProposeProduct{Standing: ground, Product: inquiry.Product{Name: "G", Versions: "1", AnswerBy: now.AddDate(0, 1, 0)}},
		inquiry.ConfirmProduct{Standing: ground}, inquiry.Return{Reason: "no"}, inquiry.Refer{}, inquiry.Answer{Note: "it wrote"}, inquiry.Withdraw{Reason: "wrong"}, inquiry.Conclude{},
	}
}

// TestWalk tries every verb by everybody in every state that can be reached, with
// every ground, and holds what must always be true.
func TestWalk(t *testing.T) {
	type at struct {
		i      inquiry.Inquiry
		events []journal.Event
	}
	now := t0
	queue, seen := []at{{}}, map[string]bool{}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		for _, by := range []party.Actor{ann, bob, party.ClockActor(), party.VendorActor("o", "v"), party.FinderActor("r"), {Role: party.Officer}} {
			for _, days := range []int{0, 20, 100} {
				moment := now.AddDate(0, 0, days+len(here.events)*100)
				for _, ground := range []inquiry.Standing{{}, tried(moment.AddDate(0, 0, -10)), tried(moment.AddDate(0, -2, 0))} {
					for _, v := range acts(moment, ground) {
						next, out, err := here.i.Do(v, by, moment)
						if err != nil {
							if fault.Of(err) == nil {
								t.Fatalf("%s by %s from %s: %v is no refusal", v.Name(), by.Role, here.i.State, err)
							}
							continue
						}
						if by.Person == "" && by.Role != party.Clock || by.Role != party.Officer && v.Name() != inquiry.VerbConclude {
							t.Fatalf("%s by %+v", v.Name(), by)
						}
						hold(t, here.i, next, v, by, moment, ground)
						key, _ := json.Marshal([]any{next.State, next.Authors, next.Named.IsZero(), next.Shown.IsZero(), next.Product != nil})
						if !seen[string(key)] {
							seen[string(key)] = true
							queue = append(queue, at{next, append(slices.Clone(here.events), out.Events...)})
						}
					}
				}
			}
		}
		if len(here.events) > 0 {
			again, err := inquiry.Replay(here.events)
			if err != nil || !reflect.DeepEqual(again, here.i) {
				t.Fatalf("replay gives %+v, %v; want %+v", again, err, here.i)
			}
		}
	}
	for _, s := range inquiry.Listing.States() {
		found := s == inquiry.None
		for key := range seen {
			found = found || strings.HasPrefix(key, `["`+string(s)+`"`)
		}
		if !found {
			t.Errorf("nothing leads to %s", s)
		}
	}
}

// hold is what must be true after every step.
func hold(t *testing.T, before, after inquiry.Inquiry, v inquiry.Verb, by party.Actor, now time.Time, ground inquiry.Standing) {
	t.Helper()
	row, public := after.Row()
	if public != after.State.Public() || public && (row.Number == 0 || row.Added.IsZero()) {
		t.Fatalf("%s: public %v in %s with %+v", v.Name(), public, after.State, row)
	}
	if row.Product != "" && after.Shown.IsZero() {
		t.Fatalf("%s: a product shows before it was confirmed", v.Name())
	}
	if _, was := before.Row(); public && !was {
		if slices.Contains(before.Authors, by.Person) {
			t.Fatalf("%s listed a name alone", by.Person)
		}
		if ground.Since.IsZero() || now.Before(ground.NameFrom(inquiry.PolicyAt(now))) {
			t.Fatalf("a name was listed on the ground %+v", ground)
		}
	}
	if !after.Shown.IsZero() && before.Shown.IsZero() {
		if slices.Contains(before.Authors, by.Person) || now.Before(after.Named.AddDate(0, 3, 0)) {
			t.Fatalf("a product was disclosed by %s, %s after the name", by.Person, now.Sub(after.Named))
		}
	}
	if (after.Number > 0) != !after.Named.IsZero() {
		t.Fatalf("%s: number %d, named %s", v.Name(), after.Number, after.Named)
	}
}

func TestTheListNeverTellsOfACase(t *testing.T) {
	for _, text := range []string{"see CVE-2026-1234", "cwe-79", "CVSS 9.8", "NKD#64806328", "AV:N/AC:L"} {
		_, _, err := inquiry.Inquiry{}.Do(inquiry.Open{ID: "i", Org: "o", Notice: inquiry.Notice{Kind: inquiry.Company, Name: words.Text{EN: "Acme"}, Related: words.Text{JA: text}}}, ann, t0)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q may be published: %v", text, err)
		}
	}
}

// A referral to the committee changes nothing that the public reads.
func TestAReferralDoesNotShow(t *testing.T) {
	i := inquiry.Inquiry{ID: "i", Version: 1, Org: "o", Number: 3, Named: t0, Shown: t0, State: inquiry.Disclosed, Notice: inquiry.Notice{Kind: inquiry.Company, Name: words.Text{EN: "Acme"}}, Product: &inquiry.Product{Name: "G", Versions: "1"}}
	next, _, err := i.Do(inquiry.Refer{}, ann, t0.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := i.Row()
	after, public := next.Row()
	if !public || before != after {
		t.Errorf("the row was %+v and is %+v", before, after)
	}
}

func TestMarks(t *testing.T) {
	if m := inquiry.Mark("DID", 12); m != "DID#0012" {
		t.Error(m)
	}
	for text, want := range map[string]int{"DID#0012": 12, "did0012": 12, "DID#123456": 123456, "DID#12": 0, "DID#0000": 0, "NKD#0012": 0, "DID#12x4": 0, "DID#-001": 0, "": 0} {
		n, ok := inquiry.ParseMark("DID", text)
		if ok != (want > 0) || ok && n != want {
			t.Errorf("%q: %d %v", text, n, ok)
		}
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add("DID#0012")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := inquiry.ParseMark("DID", s); ok {
			if again, ok := inquiry.ParseMark("DID", inquiry.Mark("DID", n)); !ok || again != n {
				t.Errorf("%q: %d does not come back", s, n)
			}
		}
	})
}

func TestQuarterlyFigures(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	from, to := inquiry.Quarter(2026, 4, jst)
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 12, 0, 0, 0, jst) }
	all := []inquiry.Inquiry{
		{State: inquiry.Named, Named: day(10, 1)},
		{State: inquiry.Answered, Named: day(7, 1), Ended: day(12, 31)},
		{State: inquiry.Answered, Named: day(7, 1), Ended: day(9, 30)},
		{State: inquiry.Withdrawn, Named: day(11, 1), Ended: day(11, 2)},
		{State: inquiry.Answered, Ended: day(11, 1)}, // never listed: no figure tells of it
		{State: inquiry.Draft},
		{State: inquiry.Named, Named: to},
	}
	got := inquiry.Tally(all, []time.Time{day(9, 30), day(10, 1), {}}, from, to)
	if want := (inquiry.Figures{Named: 2, Resumed: 1, Published: 1, Cumulative: 4, Listed: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !from.Equal(time.Date(2026, 9, 30, 15, 0, 0, 0, time.UTC)) {
		t.Errorf("the quarter begins %s", from)
	}
}
