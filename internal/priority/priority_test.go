package priority

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/words"
)

// every calls f with each complete set of answers of a table.
func every(t Table, f func(Answers)) {
	t.each(make([]string, len(t.Points)), func(values []string) {
		a := Answers{}
		for i, p := range t.Points {
			a[p.Key] = values[i]
		}
		f(a)
	})
}

func counts(t Table) (rows int, by map[string]int) {
	by = map[string]int{}
	every(t, func(a Answers) { rows++; by[t.Decide(a)]++ })
	return rows, by
}

func TestGuideline_Appendix4_Matrix(t *testing.T) {
	// the range of each row is reached by the users alone, nothing else being so
	for users, row := range map[string][3]string{
		"many": {Normal, Priority, Priority},
		"some": {Simple, Normal, Priority},
		"few":  {Simple, Simple, Normal},
	} {
		for i, score := range []float64{3.9, 6.9, 10} {
			a := Answers{"score": ScoreBand(score), "users": users, "influence": "none", "attack": "none"}
			if got := Matrix.Decide(a); got != row[i] {
				t.Errorf("%s users, CVSS %.1f: %s, want %s", users, score, got, row[i])
			}
		}
	}
}

func TestGuideline_Appendix4_ScoreBands(t *testing.T) {
	for score, want := range map[float64]string{0: "low", 3.9: "low", 4.0: "medium", 6.9: "medium", 7.0: "high", 10: "high"} {
		if got := ScoreBand(score); got != want {
			t.Errorf("%.1f is %s, want %s", score, got, want)
		}
	}
}

func TestGuideline_Appendix4_RangeFollowsFromThreeQuestions(t *testing.T) {
	for _, tt := range []struct{ users, influence, attack, want string }{
		{"", "", "", Wide}, {unknown, unknown, unknown, Wide}, // all three unknown
		{"few", "none", "seen", Wide}, // public attack code or attacks seen
		{"few", "infrastructure", "none", Wide},
		{"many", "none", "none", Wide},
		{unknown, unknown, "none", Wide},
		{"some", "none", unknown, Medium},
		{"few", "some", "none", Medium},
		{"some", unknown, "none", Medium},
		{"few", "none", "none", Narrow},
		{"few", unknown, unknown, Narrow},
		{unknown, "none", "none", Narrow},
	} {
		a := Answers{"users": tt.users, "influence": tt.influence, "attack": tt.attack}
		if got := Range(a); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestGuideline_Appendix4_PassiveAttackOnWebApplicationMayBeClosed(t *testing.T) {
	n := 0
	every(Matrix, func(a Answers) {
		if MayClose(a) {
			n++
			if Matrix.Decide(a) != Normal || a["score"] != "medium" || a["attack"] == "seen" {
				t.Errorf("%v may be closed", a)
			}
		}
	})
	if n == 0 {
		t.Error("nothing may ever be closed")
	}
	if MayClose(Answers{"score": "medium", "users": "some", "influence": "none"}) {
		t.Error("closed without the answer that the attack is passive")
	}
}

func TestSSVC_CoordinatorTriage_Counts(t *testing.T) {
	rows, by := counts(Triage)
	if rows != 192 || by["D"] != 150 || by["T"] != 15 || by["C"] != 27 {
		t.Errorf("%d rows, %v; want 192: 150 decline, 15 track, 27 coordinate", rows, by)
	}
}

// T2 of the requirements, in words.
func TestSSVC_CoordinatorPublication_InWords(t *testing.T) {
	rows, by := counts(Publication)
	if rows != 27 || by["P"] != 14 || by["N"] != 13 {
		t.Errorf("%d rows, %v", rows, by)
	}
	every(Publication, func(a Answers) {
		want := "N"
		switch {
		case a["PVA"] == "P", a["PVA"] == "A" && a["E"] == "A", a["SINV"] == "UU" && a["E"] == "A", a["SINV"] == "UU" && a["PVA"] == "A" && a["E"] == "P":
			want = "P"
		}
		if got := Publication.Decide(a); got != want {
			t.Errorf("%v: %s, want %s", a, got, want)
		}
	})
}

// published is a decision table as CERT/CC publishes it.
type published struct {
	Key, Version, Outcome string
	Points                map[string]struct {
		Key, Version string
		Values       []struct{ Key string }
	} `json:"decision_points"`
	Mapping []map[string]string
}

func read(t *testing.T, file string) published {
	t.Helper()
	dir := os.Getenv("NAKODO_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	raw, err := os.ReadFile(filepath.Join(dir, "ssvc/decision_tables/ssvc", file))
	if os.IsNotExist(err) {
		t.Skip("the published tables are not here: NAKODO_DATA names the folder of the test data")
	}
	var p published
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSSVC_CoordinatorTriage_EveryPublishedRow(t *testing.T) {
	same(t, Triage, "coordinator_triage_1_0_0.json", 192)
}

func TestSSVC_CoordinatorPublication_EveryPublishedRow(t *testing.T) {
	same(t, Publication, "coordinator_publish_decision_table_1_0_0.json", 27)
}

// same compares a table with the published one: its version, the points with
// their versions and values, and every row.
func same(t *testing.T, table Table, file string, rows int) {
	p := read(t, file)
	if p.Key != table.Key || p.Version != table.Version {
		t.Errorf("published is %s %s, ours is %s %s", p.Key, p.Version, table.Key, table.Version)
	}
	if len(p.Mapping) != rows || len(p.Points) != len(table.Points)+1 {
		t.Fatalf("%d rows, %d points", len(p.Mapping), len(p.Points))
	}
	id := func(x Point) string { return "ssvc:" + x.Key + ":" + x.Version }
	for _, x := range append(slices.Clone(table.Points), table.Outcome) {
		var values []string
		for _, v := range p.Points[id(x)].Values {
			values = append(values, v.Key)
		}
		if !slices.Equal(values, x.Values) {
			t.Errorf("%s: published values %v, ours %v", id(x), values, x.Values)
		}
	}
	seen := map[string]bool{}
	for _, row := range p.Mapping {
		a := Answers{}
		for _, x := range table.Points {
			a[x.Key] = row[id(x)]
		}
		key := strings.Join(table.filled(a), " ")
		if seen[key] {
			t.Errorf("row %s is there twice", key)
		}
		seen[key] = true
		if got, want := table.Decide(a), row[id(table.Outcome)]; got != want {
			t.Errorf("%v: %s, published %s", a, got, want)
		}
	}
}

func TestExplain_AnswersThatDecided(t *testing.T) {
	for _, tt := range []struct {
		table   Table
		answers Answers
		outcome string
		because string
		missing string
	}{
		{Matrix, Answers{"score": "high", "attack": "seen"}, Priority, "score attack", ""},
		{Matrix, Answers{"score": "high"}, Priority, "score users influence", ""},
		{Matrix, Answers{"users": "few", "influence": "none", "attack": "none"}, "", "", "score"},
		{Triage, Answers{"RP": "Y", "SC": "O"}, "D", "RP SC", ""},
		{Triage, Answers{"RP": "Y", "SCON": "N", "RC": "C", "SC": "O", "SE": "A", "U": "L", "PSI": "M"}, "D", "RP SC", ""},
		{Triage, Answers{"SC": "M", "SE": "U", "U": "S", "PSI": "S", "RP": "Y", "SCON": "Y", "RC": "C"}, "C", "SC U PSI", ""},
		{Triage, Answers{"RP": "N", "SCON": "Y", "RC": "C", "SC": "M"}, "", "", "SE U PSI"},
		{Publication, Answers{"PVA": "P"}, "P", "PVA", ""},
		{Publication, Answers{"SINV": "FR", "E": "P", "PVA": "A"}, "N", "SINV E PVA", ""},
		{Publication, Answers{"E": "N"}, "", "", "PVA"},
	} {
		d := tt.table.Explain(tt.answers)
		if d.Outcome != tt.outcome || strings.Join(d.Because, " ") != tt.because || strings.Join(d.Missing, " ") != tt.missing {
			t.Errorf("%s %v: %+v", tt.table.Key, tt.answers, d)
		}
	}
}

// What Explain says holds: the answers named settle the outcome whatever the
// others are, one fewer does not, and every turn leads where it says.
func TestExplain_HoldsForEveryRow(t *testing.T) {
	for _, table := range []Table{Matrix, Triage, Publication} {
		every(table, func(a Answers) {
			d := table.Explain(a)
			alone := Answers{}
			for _, key := range d.Because {
				alone[key] = a[key]
			}
			if table.Decide(alone) != d.Outcome || d.Outcome == "" || len(d.Possible) != 1 || len(d.Missing) != 0 {
				t.Fatalf("%s %v: %+v", table.Key, a, d)
			}
			for _, turn := range d.Turns {
				other := Answers{}
				for k, v := range a {
					other[k] = v
				}
				other[turn.Point] = turn.Value
				if got := table.Decide(other); got != turn.Outcome || got == d.Outcome {
					t.Fatalf("%s %v: %+v leads to %s", table.Key, a, turn, got)
				}
			}
		})
	}
}

func TestWrong_NamesAnswersNobodyAsked(t *testing.T) {
	if got := Triage.Wrong(Answers{"RP": "Y", "SC": "X", "E": "N", "U": ""}); !slices.Equal(got, []string{"E", "SC", "U"}) {
		t.Errorf("%v", got)
	}
}

func TestEveryPointValueAndOutcomeHasItsWords(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	need := func(keys ...string) {
		for _, key := range keys {
			if say[key].EN == "" || say[key].JA == "" {
				t.Errorf("no words for %s", key)
			}
		}
	}
	for _, table := range []Table{Matrix, Triage, Publication} {
		need(table.Words, table.Words+".about")
		for _, o := range table.Outcome.Values {
			need(table.Words+".to."+o, table.Words+".to."+o+".hint")
			if table.Key != Publication.Key {
				need(table.Words + ".to." + o + ".tag")
			}
		}
		for _, p := range table.Points {
			key := table.Words + "." + p.Key
			need(key, key+".hint", key+".name")
			for _, v := range p.Values {
				need(key+"."+v, key+"."+v+".hint")
			}
		}
	}
	for _, r := range []string{Wide, Medium, Narrow} {
		need("priority.matrix.range." + r)
	}
}
