package journal_test

import (
	"testing"
	"time"

	"nakodo/internal/journal"
	"nakodo/internal/party"
)

func TestChain_EveryFieldIsUnderTheHash(t *testing.T) {
	at := time.Date(2026, 11, 3, 1, 2, 3, 4000, time.UTC)
	e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutCase, ID: "64806328"}, at, party.OfficerActor("o1"), "open_case", map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	e = e.Chain(7, "before")
	if !e.Intact("before") || e.Intact("other") {
		t.Fatalf("as chained: %v, behind another: %v", e.Intact("before"), e.Intact("other"))
	}
	for name, change := range map[string]func(*journal.Event){
		"seq": func(e *journal.Event) { e.Seq++ }, "kind": func(e *journal.Event) { e.About.Kind = journal.AboutReport },
		"id": func(e *journal.Event) { e.About.ID = "1" }, "time": func(e *journal.Event) { e.At = e.At.Add(time.Microsecond) },
		"actor": func(e *journal.Event) { e.By.Person = "o2" }, "verb": func(e *journal.Event) { e.Verb += "x" },
		"data": func(e *journal.Event) { e.Data = []byte(`{"a":"c"}`) }, "prev": func(e *journal.Event) { e.Prev = "x" },
		// Moving a letter from one field to the next must show too.
		"border": func(e *journal.Event) { e.About.ID, e.Verb = e.About.ID+"o", e.Verb[1:] },
	} {
		forged := e
		change(&forged)
		if forged.Intact(forged.Prev) {
			t.Errorf("a changed %s does not show", name)
		}
	}
}

func TestNewEvent_KeepsMicrosecondsInUTC(t *testing.T) {
	zone := time.FixedZone("JST", 9*3600)
	e, err := journal.NewEvent(journal.Ref{}, time.Date(2026, 1, 1, 0, 0, 0, 1234567, zone), party.ClockActor(), "x", nil)
	if err != nil || e.At.Location() != time.UTC || e.At.Nanosecond() != 1234000 {
		t.Errorf("%v at %s", err, e.At)
	}
}
