package web_test

import (
	"net/url"
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/priority"
)

func TestPriority_PresetDecidedKeptAndListed(t *testing.T) {
	c, s, b := atDesk(t)
	act := func(v cvd.Verb) error { return c.Act(t.Context(), s.Officer, s.Case, 0, v) }
	page := caseAt(s) + "/priority"

	st, path, body := b.get(caseAt(s))
	b.expect("the case", st, path, body, 200, caseAt(s), `href="`+page+`"`)
	st, path, body = b.get(page)
	b.expect("the page", st, path, body, 200, page, "The case tells: 7.0 to 10.0")
	for _, want := range []string{"Nobody has judged this case yet", "The case tells: Several", "DT_COORD_TRIAGE 1.0.0", "Range of impact:"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	values := filled(t, body, "priority")
	for field, want := range map[string]string{"matrix.score": "high", "matrix.users": "unknown", "triage.RP": "N", "triage.SC": "M", "triage.U": "", "publication.PVA": "P", "matrix.version": "2019"} {
		if got := values.Get(field); got != want {
			t.Errorf("%s is preset to %q, want %q", field, got, want)
		}
	}

	// without script the page comes back with what follows; nothing is stored
	values.Set("matrix.users", "few")
	values.Set("matrix.influence", "none")
	values.Set("matrix.attack", "none")
	values.Set("note", "a test stand only")
	st, path, body = b.send(page+"/check", values)
	b.expect("the check", st, path, body, 200, page+"/check", "a test stand only")
	if !strings.Contains(body, "narrow") || !strings.Contains(body, "Handle it in the order of receipt.") || !strings.Contains(body, "Nobody has judged this case yet") {
		t.Error("the check does not tell what follows, or has stored it")
	}
	if again := filled(t, body, "priority"); again.Get("seen") != values.Get("seen") || again.Get("matrix.users") != "few" {
		t.Errorf("the check lost what was answered: %v", again)
	}
	// with script the decisions alone come back
	values.Set("triage.U", "S")
	values.Set("triage.PSI", "S")
	st, body = b.fragment(page+"/check", values)
	if st != 200 || strings.Contains(body, "<html") || !strings.Contains(body, "Utility to attackers: Super effective") || !strings.Contains(body, "Coordinate") {
		t.Errorf("the fragment, %d:\n%s", st, body)
	}

	st, path, body = b.send(page, values)
	b.expect("keeping it", st, path, body, 200, caseAt(s), "The priority is kept")
	k := held(t, c, s).Priority
	if k == nil || k.Matrix.Outcome != priority.Normal || k.Triage.Outcome != "C" || k.Publication.Outcome != "P" || k.Note != "a test stand only" || k.By != s.Officer.Person {
		t.Fatalf("kept is %+v", k)
	}
	_, _, body = b.get(page)
	for _, want := range []string{"Hanako", "a test stand only", "Number of users: Few", "matrix 2019"} {
		if !strings.Contains(body, want) {
			t.Errorf("the history lacks %q", want)
		}
	}
	if filled(t, body, "priority").Get("matrix.users") != "few" {
		t.Error("the form does not begin with the last answers")
	}

	// the case learns of attacks: the page says so, and the answer moves it to the front
	must(t, act(cvd.RecordEvent{What: cvd.CSAttacks, Note: "seen by a sensor"}))
	_, _, body = b.get(page)
	if !strings.Contains(body, `<span class="state wait">answered otherwise</span> The case tells: Attack code is public, or attacks were seen`) {
		t.Error("the page does not say that the case knows better")
	}
	values = filled(t, body, "priority")
	values.Set("matrix.attack", "seen")
	st, path, body = b.send(page, values)
	b.expect("again", st, path, body, 200, caseAt(s), "Priority")
	_, _, body = b.get("/desk/cases")
	if !strings.Contains(body, `<span class="state go">Priority case</span>`) {
		t.Errorf("the list does not show the priority")
	}
	rows, err := c.Cases(t.Context(), s.Officer)
	must(t, err)
	if rows[0].View.ID != s.Case {
		t.Error("the priority case is not the first of the list")
	}
	st, path, body = b.get(caseAt(s) + "/history")
	b.expect("the history", st, path, body, 200, caseAt(s)+"/history", "The priority was judged")
	must(t, c.Fsck(t.Context(), nil, nil))
}

func TestPriority_RefusalsKeepWhatWasAnswered(t *testing.T) {
	c, s, b := atDesk(t)
	page := caseAt(s) + "/priority"
	_, _, body := b.get(page)
	values := filled(t, body, "priority")
	values.Set("note", "typed for an hour")

	// a vendor was faster: the answers stay, and the second try counts
	old := url.Values{}
	for k, v := range values {
		old[k] = v
	}
	must(t, c.Act(t.Context(), s.Officer, s.Case, 0, cvd.PrioritiseCase{Matrix: priority.Sheet{Version: "2019", Answers: priority.Answers{"score": "low"}}, Note: "a colleague's reason"}))
	st, path, body := b.send(page, old)
	b.expect("a colleague was faster", st, path, body, 409, page, "typed for an hour")
	if !strings.Contains(body, "a colleague&#39;s reason") {
		t.Error("what the colleague kept is not shown")
	}
	values = filled(t, body, "priority")

	values.Set("triage.SC", "X")
	st, path, body = b.send(page, values)
	b.expect("an answer that is none", st, path, body, 422, page, "Choose one of the answers offered")
	values.Set("triage.SC", "M")
	values.Set("publication.version", "0.1")
	st, path, body = b.send(page, values)
	b.expect("an old table", st, path, body, 422, page, "The decision table has been changed meanwhile")

	none := url.Values{"seen": values["seen"], "note": {"no answers"}}
	st, path, body = b.send(page, none)
	b.expect("no answers", st, path, body, 422, page, "Answer at least one question")
	values.Set("publication.version", "1.0.0")
	st, path, body = b.send(page, values)
	b.expect("the second try", st, path, body, 200, caseAt(s), "The priority is kept")
}

func TestPriority_NobodyElseFindsThePage(t *testing.T) {
	c, s, _ := atDesk(t)
	page := caseAt(s) + "/priority"
	vendor := signedIn(t, c, s.Acme)
	st, _, body := vendor.get(page)
	if st != 404 || strings.Contains(body, "DT_COORD") {
		t.Errorf("a vendor gets %d", st)
	}
	if st, _, _ := vendor.send(page, url.Values{"matrix.score": {"high"}}); st != 404 {
		t.Errorf("a vendor posts and gets %d", st)
	}
}
