package cvd

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/priority"
	"nakodo/internal/product"
	"nakodo/internal/severity"
	"nakodo/internal/words"
)

func sheet(t priority.Table, pairs ...string) priority.Sheet {
	s := priority.Sheet{Version: t.Version, Answers: priority.Answers{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		s.Answers[pairs[i]] = pairs[i+1]
	}
	return s
}

func TestPrioritiseCase_KeepsAnswersOutcomeDateAndWho(t *testing.T) {
	at := start.Add(3 * time.Hour)
	v := PrioritiseCase{
		Matrix:      sheet(priority.Matrix, "score", "medium", "users", "some", "influence", "none"),
		Triage:      sheet(priority.Triage, "RP", "N", "SCON", "Y"),
		Publication: sheet(priority.Publication, "PVA", "P"),
		Note:        " asked the vendor \n",
	}
	c := do(t, open(t), officer, at, v)
	p := c.Priority
	if p == nil || p.Matrix.Outcome != priority.Normal || p.Triage.Outcome != "" || p.Publication.Outcome != "P" || p.By != officer.Person || !p.At.Equal(at) || p.Note != "asked the vendor" {
		t.Fatalf("%+v", p)
	}
	if !maps.Equal(p.Triage.Answers, priority.Answers{"RP": "N", "SCON": "Y"}) || p.Triage.Version != "1.0.0" {
		t.Errorf("kept %+v", p.Triage)
	}
	if p.Word() != "priority.matrix.to.normal.tag" || p.Rank() != 1 {
		t.Errorf("%s, rank %d", p.Word(), p.Rank())
	}
	v.Triage.Answers["RP"] = "Y" // the caller's map is not the case's
	if p.Triage.Answers["RP"] != "N" {
		t.Error("the case shares the caller's answers")
	}
}

func TestPrioritiseCase_IsReplayed(t *testing.T) {
	c, out, err := Case{}.Do(OpenCase{ID: "64806328", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}}, officer, start)
	if err != nil {
		t.Fatal(err)
	}
	var events []journal.Event
	events = append(events, out.Events...)
	for i, v := range []PrioritiseCase{
		{Matrix: sheet(priority.Matrix, "score", "high")},
		{Matrix: sheet(priority.Matrix, "score", "low", "users", "few"), Triage: sheet(priority.Triage, "RP", "Y", "SC", "O"), Note: "lower"},
	} {
		next, out, err := c.Do(v, officer, start.Add(time.Duration(i+1)*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		c, events = next, append(events, out.Events...)
	}
	again, err := Replay(events)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(c)
	b, _ := json.Marshal(again)
	if string(a) != string(b) || c.Priority.Matrix.Outcome != priority.Simple || c.Priority.Triage.Outcome != "D" {
		t.Errorf("replayed\n%s\nof\n%s", b, a)
	}
}

func TestPrioritiseCase_Refusals(t *testing.T) {
	c := open(t)
	closed := do(t, do(t, do(t, c, officer, start, RecordEvent{What: CSPublic, Note: "seen"}), officer, start, PlanPublication{At: start.Add(day)}), officer, start, CloseCase{Why: WhyPublished})
	good := sheet(priority.Matrix, "score", "high")
	for name, tt := range map[string]struct {
		c     Case
		by    party.Actor
		v     PrioritiseCase
		kind  fault.Kind
		field string
	}{
		"a finder":          {c, finder, PrioritiseCase{Matrix: good}, fault.NotAllowed, ""},
		"the clock":         {c, party.ClockActor(), PrioritiseCase{Matrix: good}, fault.NotAllowed, ""},
		"a closed case":     {closed, officer, PrioritiseCase{Matrix: good}, fault.NotNow, ""},
		"no answers":        {c, officer, PrioritiseCase{Note: "x"}, fault.Invalid, ""},
		"an unknown answer": {c, officer, PrioritiseCase{Triage: sheet(priority.Triage, "SC", "X")}, fault.Invalid, "triage.SC"},
		"another version":   {c, officer, PrioritiseCase{Publication: priority.Sheet{Version: "0.9", Answers: priority.Answers{"E": "N"}}}, fault.Invalid, "publication"},
		"a long reason":     {c, officer, PrioritiseCase{Matrix: good, Note: strings.Repeat("あ", 2001)}, fault.Invalid, "note"},
	} {
		_, _, err := tt.c.Do(tt.v, tt.by, start.Add(time.Hour))
		f := fault.Of(err)
		if fault.KindOf(err) != tt.kind || tt.kind == fault.Invalid && f.Problems[0].Field != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSeenBy_PriorityIsForOfficersOnly(t *testing.T) {
	for stage, c := range stages(t) {
		v, err := c.SeenBy(officer)
		if err != nil || v.Priority == nil || v.Priority.Note != "SECRET-PRIORITY" {
			t.Errorf("%s: an officer sees %+v, %v", stage, v.Priority, err)
		}
		for _, reader := range []party.Actor{vendorA, vendorB, finder} {
			if v, err := c.SeenBy(reader); err == nil && (v.Priority != nil || strings.Contains(dump(v), "SECRET-PRIORITY")) {
				t.Errorf("%s: %s %s sees the priority", stage, reader.Role, reader.Org)
			}
		}
	}
}

func TestPriority_NobodyHasJudged(t *testing.T) {
	var p *Priority
	if p.Word() != "" || p.Rank() != 1 {
		t.Errorf("%q, %d", p.Word(), p.Rank())
	}
	p = &Priority{Triage: priority.Judgement{Outcome: "C"}}
	if p.Word() != "priority.triage.to.C.tag" || (&Priority{}).Word() != "priority.open" {
		t.Errorf("%q, %q", p.Word(), (&Priority{}).Word())
	}
	if (&Priority{Matrix: priority.Judgement{Outcome: priority.Priority}}).Rank() != 0 {
		t.Error("a priority case waits its turn")
	}
}

func TestKnown_WhatTheCaseAnswersItself(t *testing.T) {
	score := func(vector string) severity.Score {
		s, err := severity.Parse(vector)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	vendor := func(org party.OrgID, f func(*Participant)) Participant {
		p := Participant{ID: OrgParticipant(org), Role: party.Vendor, Org: org}
		if f != nil {
			f(&p)
		}
		return p
	}
	works := func(p *Participant) { p.RM, p.Heard = RMAccepted, start }
	is := func(v View, want map[string]string) {
		t.Helper()
		k := v.Known()
		got := map[string]string{}
		for table, answers := range map[string]priority.Answers{"m": k.Matrix, "t": k.Triage, "p": k.Publication} {
			for key, value := range answers {
				got[table+"."+key] = value
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		for key, wrong := range map[string][]string{"matrix": priority.Matrix.Wrong(k.Matrix), "triage": priority.Triage.Wrong(k.Triage), "publication": priority.Publication.Wrong(k.Publication)} {
			if len(wrong) > 0 {
				t.Errorf("%s: no answers to its questions: %v", key, wrong)
			}
		}
	}
	is(View{}, map[string]string{"t.RC": "C", "t.RP": "N", "p.E": "N", "p.PVA": "P"})
	is(View{
		Exploit: start, Public: start, FirstAttempt: start,
		Vulns:   []Vuln{{Scores: []severity.Score{score("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/S:P/AU:Y/V:D")}}},
		Parties: []Participant{vendor("A", works)},
	}, map[string]string{"m.score": "medium", "m.attack": "seen", "t.RP": "Y", "t.SCON": "Y", "t.RC": "C", "t.SC": "O", "t.SE": "A", "t.U": "E", "t.PSI": "S", "p.SINV": "C", "p.E": "P"})
	is(View{
		Attacks: start, Public: start,
		Vulns:    []Vuln{{Scores: []severity.Score{score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")}}},
		Parties:  []Participant{vendor("A", works), vendor("B", func(p *Participant) { p.Silent = start }), {Role: party.Observer, Org: "W"}},
		Statuses: []Status{{Org: "A", Status: product.Affected}},
	}, map[string]string{"m.score": "high", "m.attack": "seen", "t.RP": "Y", "t.RC": "C", "t.SC": "M", "t.SE": "U", "p.SINV": "UU", "p.E": "A"})
	is(View{ // only those with something to remedy count for the remedy
		Parties:  []Participant{vendor("A", func(p *Participant) { works(p); p.Ready = start }), vendor("B", func(p *Participant) { p.Heard = start })},
		Statuses: []Status{{Org: "B", Status: product.NotAffected}, {Org: "A", Status: product.Affected}},
	}, map[string]string{"t.RP": "N", "t.RC": "C", "t.SC": "M", "t.SE": "A", "p.SINV": "FR", "p.E": "N", "p.PVA": "P"})
}
