package draw

import (
	"fmt"
	"slices"
	"strings"
)

// Grid draws a machine whose states are pairs: the first split letters of a
// state's name are its row, the rest its column. Steps between rows are straight
// lines, steps between columns arcs above the row, labelled by their verb alone;
// the notes below say what the verbs mean and who may do them.
func Grid(m Machine, split int, notes ...string) []byte {
	g := grid{Machine: m, split: split}
	for _, s := range m.States {
		g.rows, g.columns = once(g.rows, s[:split]), once(g.columns, s[split:])
	}
	slices.SortFunc(g.rows, risen)
	slices.SortFunc(g.columns, risen)
	s := &svg{}
	for _, step := range m.Steps {
		g.step(s, step)
	}
	for _, state := range m.States {
		n := place{lines: []words{{text: state}}, x: g.x(state), left: cellWidth / 2, right: cellWidth / 2, height: cellHeight}
		s.box(n, g.y(state), state == m.Initial, slices.Contains(m.Final, state))
	}
	width := margin + float64(len(g.columns))*(cellWidth+cellGap)
	height := margin + float64(len(g.rows))*rowHeight
	return s.finish(m.Name, width, height, notes...)
}

const (
	cellWidth  = 62.0
	cellHeight = 24.0
	cellGap    = 34.0
	rowHeight  = 118.0
	arc        = 17.0 // how much higher an arc is for each column it spans, at first
)

type grid struct {
	Machine
	split         int
	rows, columns []string
}

func once(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// risen orders names of small and large letters as numbers of which each large
// letter is a one: vfd, Vfd, VFd, VFD, and pxa, pxA, pXa, pXA, Pxa ...
func risen(a, b string) int {
	bits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' {
				return '0'
			}
			return '1'
		}, s)
	}
	return strings.Compare(bits(a), bits(b))
}

func (g grid) x(state string) float64 {
	return margin + cellWidth/2 + float64(slices.Index(g.columns, state[g.split:]))*(cellWidth+cellGap)
}

// y is the upper edge of a state's box; the arcs stand above it.
func (g grid) y(state string) float64 {
	return margin + float64(slices.Index(g.rows, state[:g.split])+1)*rowHeight - cellHeight - 14
}

func (g grid) step(s *svg, step Step) {
	x1, y1, x2, y2 := g.x(step.From), g.y(step.From), g.x(step.To), g.y(step.To)
	if x1 == x2 {
		s.open(tip([]Step{step}))
		// Left of the middle, where no arc ends.
		x := x1 - cellWidth/4
		s.line([]point{{x, y1 + cellHeight}, {x, y2}}, false)
		s.label(x+4, y1+cellHeight, []words{{text: step.Do}}, "")
		s.shut("step")
		return
	}
	span := (x2 - x1) / (cellWidth + cellGap)
	if span == 1 {
		s.open(tip([]Step{step}))
		fmt.Fprintf(s, `<path class="l" marker-end="url(#head-%s)" d="M%.1f %.1fH%.1f"/>`+"\n", headMark, x1+cellWidth/2, y1+cellHeight/2, x2-cellWidth/2)
		s.text((x1+x2)/2-2, y1+cellHeight/2-4, words{text: step.Do}, "middle")
		s.shut("step")
		return
	}
	// The wider an arc, the farther out it leaves its box, so that no two touch.
	from, to, high := x1+5*span, x2-5*span, y1-arc*span
	s.open(tip([]Step{step}))
	fmt.Fprintf(s, `<path class="l" marker-end="url(#head-%s)" d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f"/>`+"\n", headMark, from, y1, from+10, high, to-10, high, to, y1)
	s.text((from+to)/2, y1-arc*span*0.75-3, words{text: step.Do}, "middle")
	s.shut("step")
}
