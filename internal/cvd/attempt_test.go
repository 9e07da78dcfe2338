package cvd

import (
	"encoding/json"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/product"
)

// t0 is when the cases of this file were opened.
var t0 = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// An event of before attempts were recorded in full leads to what it led to.
func TestAnOldAttemptReplaysAsItWas(t *testing.T) {
	c := Case{ID: "64806328", Version: 3, Opened: t0, Parties: []Participant{
		{ID: Centre, Role: party.Officer}, {ID: "org:a", Role: party.Vendor, Org: "a", Attempts: []Attempt{{At: t0, How: "mail"}}},
	}}
	v, _, err := DecodeVerb("note_attempt", json.RawMessage(`{"args":{"who":"org:a","how":"phone"}}`))
	if err != nil {
		t.Fatal(err)
	}
	next, out, err := c.Do(v, party.OfficerActor("ann"), t0.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(next.Parties[1].Attempts)
	if want := `[{"at":"2026-04-01T09:00:00Z","how":"mail"},{"at":"2026-04-01T10:00:00Z","how":"phone"}]`; string(raw) != want {
		t.Errorf("it leads to %s, want %s", raw, want)
	}
	if e := out.Events[0]; e.About.Kind != journal.AboutCase || string(e.Data) != `{"args":{"who":"org:a","how":"phone"}}` {
		t.Errorf("and is journaled as %s", e.Data)
	}
}

func TestAttemptsInFull(t *testing.T) {
	ann := party.OfficerActor("ann")
	c := Case{ID: "64806328", Version: 3, Opened: t0, Parties: []Participant{{ID: Centre, Role: party.Officer}, {ID: "org:a", Role: party.Vendor, Org: "a"}}}
	now := t0.AddDate(0, 0, 5)
	for name, x := range map[string]struct {
		v    NoteAttempt
		kind fault.Kind
	}{
		"in full":                          {NoteAttempt{How: "fax", By: "ann", To: "1", Came: CameNoReply, At: t0.AddDate(0, 0, 1)}, ""},
		"in another's name":                {NoteAttempt{How: "fax", By: "bob"}, fault.NotAllowed},
		"in the future":                    {NoteAttempt{How: "fax", At: now.Add(time.Minute)}, fault.Invalid},
		"before the case":                  {NoteAttempt{How: "fax", At: t0.AddDate(0, 0, -1)}, fault.Invalid},
		"no address, and not where looked": {NoteAttempt{How: "fax", Came: CameNoAddress}, fault.Invalid},
		"no address":                       {NoteAttempt{How: "fax", Came: CameNoAddress, Note: "directory"}, ""},
		"a result that is none":            {NoteAttempt{How: "fax", Came: "perhaps"}, fault.Invalid},
		"a means that is none":             {NoteAttempt{How: "pigeon"}, fault.Invalid},
		"an answer":                        {NoteAttempt{How: "phone", Came: CameAnswered, At: t0.AddDate(0, 0, 2)}, ""},
	} {
		x.v.Who = "org:a"
		next, _, err := c.Do(x.v, ann, now)
		if fault.KindOf(err) != x.kind {
			t.Errorf("%s: %v, want %q", name, err, x.kind)
			continue
		}
		if err == nil && (x.v.Came == CameAnswered) != next.Parties[1].Heard.Equal(t0.AddDate(0, 0, 2)) {
			t.Errorf("%s: heard %s", name, next.Parties[1].Heard)
		}
		if _, _, err := c.Do(x.v, party.VendorActor("a", "v"), now); err == nil {
			t.Errorf("%s: a vendor may record it", name)
		}
	}
	next, _, err := c.Do(NameProduct{Who: "org:a", Product: product.Product{Name: "Gateway", Org: "forged"}}, ann, now)
	if err != nil || len(next.Products) != 1 || next.Products[0].Org != "a" || len(next.Statuses) > 0 || !next.Parties[1].Heard.IsZero() {
		t.Errorf("a product that an officer names: %+v, %v", next.Products, err)
	}
}
