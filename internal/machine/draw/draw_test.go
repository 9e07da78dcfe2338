package draw_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nakodo/internal/machine/draw"
)

// rect is a box of a picture, or the room of a label.
type rect struct{ x, y, w, h float64 }

func (r rect) meets(o rect) bool {
	return r.x < o.x+o.w && o.x < r.x+r.w && r.y < o.y+o.h && o.y < r.y+r.h
}

// read takes a picture apart; an error says why it is no picture.
func read(picture []byte) (boxes []rect, texts []string, size rect, err error) {
	d := xml.NewDecoder(bytes.NewReader(picture))
	inText := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return boxes, texts, size, nil
		}
		if err != nil {
			return nil, nil, size, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			at := map[string]float64{}
			for _, a := range e.Attr {
				if f, err := strconv.ParseFloat(a.Value, 64); err == nil {
					at[a.Name.Local] = f
				}
			}
			inText = e.Name.Local == "text"
			switch e.Name.Local {
			case "svg":
				size = rect{0, 0, at["width"], at["height"]}
			case "rect":
				if at["rx"] == 6 { // the inner frame of a final state is 4
					boxes = append(boxes, rect{at["x"], at["y"], at["width"], at["height"]})
				}
			}
		case xml.CharData:
			if inText {
				texts = append(texts, string(e))
			}
		case xml.EndElement:
			inText = false
		}
	}
}

// anyMachine is a machine of up to nine states with all kinds of steps: ahead,
// back, across, to itself, and states that nothing leads to.
func anyMachine(t *rapid.T) draw.Machine {
	n := rapid.IntRange(1, 9).Draw(t, "states")
	m := draw.Machine{Name: "any"}
	for i := range n {
		m.States = append(m.States, fmt.Sprintf("state_%d", i))
	}
	m.Initial = m.States[0]
	m.Final = m.States[n-1:]
	state := rapid.SampledFrom(m.States)
	for i := range rapid.IntRange(0, 3*n).Draw(t, "steps") {
		m.Steps = append(m.Steps, draw.Step{From: state.Draw(t, "from"), To: state.Draw(t, "to"), Do: fmt.Sprintf("verb_%d", i), By: []string{"officer", "clock"}, Clause: "a < b & c"})
	}
	return m
}

func TestLayeredDrawsEveryStateAndVerbWithoutOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMachine(t)
		picture := draw.Layered(m)
		if again := draw.Layered(m); !bytes.Equal(picture, again) {
			t.Fatal("the same machine gave another picture")
		}
		boxes, texts, size, err := read(picture)
		if err != nil {
			t.Fatal(err)
		}
		if len(boxes) != len(m.States) {
			t.Fatalf("%d boxes for %d states", len(boxes), len(m.States))
		}
		for i, b := range boxes {
			if b.x < 0 || b.y < 0 || b.x+b.w > size.w || b.y+b.h > size.h {
				t.Fatalf("box %v lies outside of the picture %v", b, size)
			}
			for _, o := range boxes[:i] {
				if b.meets(o) {
					t.Fatalf("the boxes %v and %v overlap", b, o)
				}
			}
		}
		all := strings.Join(texts, "\n")
		for _, s := range m.States {
			if !strings.Contains(all, s) {
				t.Fatalf("the state %s is not named", s)
			}
		}
		for _, s := range m.Steps {
			if !strings.Contains(all, s.Do) {
				t.Fatalf("the verb %s is not named", s.Do)
			}
		}
	})
}

func TestGridPutsStatesInRowsAndColumns(t *testing.T) {
	m := draw.Machine{Name: "pairs", States: []string{"aX", "ax", "Ax", "AX"}, Initial: "ax", Final: []string{"AX"}, Steps: []draw.Step{
		{From: "ax", Do: "A", To: "Ax"}, {From: "ax", Do: "X", To: "aX"}, {From: "aX", Do: "A", To: "AX"}, {From: "Ax", Do: "X", To: "AX"},
	}}
	boxes, texts, _, err := read(draw.Grid(m, 1, "a note"))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]rect{}
	for i, s := range m.States {
		at[s] = boxes[i]
	}
	if at["ax"].y != at["aX"].y || at["Ax"].y != at["AX"].y || at["ax"].y >= at["Ax"].y {
		t.Errorf("the rows are not by the first letter: %v", at)
	}
	if at["ax"].x != at["Ax"].x || at["aX"].x != at["AX"].x || at["ax"].x >= at["aX"].x {
		t.Errorf("the columns are not by the second letter: %v", at)
	}
	if texts[len(texts)-1] != "a note" {
		t.Errorf("the note is missing: %q", texts)
	}
}
