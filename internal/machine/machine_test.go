package machine_test

import (
	"slices"
	"strings"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/machine"
)

type (
	state string
	verb  string
	role  string
)

var lamp = machine.Table[state, verb, role]{
	Name: "lamp", Initial: "off", Final: []state{"broken"},
	Rows: []machine.Row[state, verb, role]{
		{From: "off", Do: "switch", To: "on", By: []role{"owner", "guest"}, Clause: "1"},
		{From: "on", Do: "switch", To: "off", By: []role{"owner"}, Clause: "2"},
		{From: "on", Do: "drop", To: "broken", By: []role{"guest"}, Clause: "3"},
	},
}

func TestStep(t *testing.T) {
	for _, tt := range []struct {
		from state
		do   verb
		by   role
		to   state
		kind fault.Kind
	}{
		{"off", "switch", "guest", "on", ""},
		{"on", "switch", "guest", "on", fault.NotAllowed},
		{"on", "switch", "owner", "off", ""},
		{"off", "drop", "guest", "off", fault.NotNow},
		{"broken", "switch", "owner", "broken", fault.NotNow},
	} {
		to, err := lamp.Step(tt.from, tt.do, tt.by)
		if to != tt.to || fault.KindOf(err) != tt.kind {
			t.Errorf("%s, %s by %s: %s, %v; want %s, %s", tt.from, tt.do, tt.by, to, err, tt.to, tt.kind)
		}
	}
}

func TestVerbsStatesAndDot(t *testing.T) {
	if vs := lamp.Verbs("on", "guest"); !slices.Equal(vs, []verb{"drop"}) {
		t.Errorf("a guest may %v", vs)
	}
	if ss := lamp.States(); !slices.Equal(ss, []state{"off", "on", "broken"}) {
		t.Errorf("states %v", ss)
	}
	for _, want := range []string{`digraph "lamp"`, `"off" -> "on"`, `"broken" [peripheries=2]`} {
		if !strings.Contains(lamp.Dot(), want) {
			t.Errorf("the drawing lacks %s:\n%s", want, lamp.Dot())
		}
	}
}
