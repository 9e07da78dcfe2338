package draw

import (
	"cmp"
	"slices"
)

// Distances in pixels.
const (
	margin   = 12.0
	gap      = 14.0 // between neighbours of a layer
	layerGap = 22.0
)

// Layered draws a machine from top to bottom: the first state above, each other
// one below those that lead to it.
func Layered(m Machine) []byte {
	p := newPlan(m)
	p.order()
	p.settle()
	top, bottom := p.heights()
	s := &svg{}
	ports := p.ports()
	for i, a := range p.arrows {
		s.line(p.way(a, ports[i], top, bottom), a.back)
	}
	for _, n := range p.places {
		switch {
		case n.state >= 0:
			y := (top[n.layer] + bottom[n.layer] - n.height) / 2
			s.box(n, y, m.States[n.state] == m.Initial, slices.Contains(m.Final, m.States[n.state]))
		case len(n.lines) > 0:
			s.label(n.x+6, (top[n.layer]+bottom[n.layer]-n.height)/2, n.lines, n.tip)
		}
	}
	width := 0.0
	for _, n := range p.places {
		width = max(width, n.x+n.right)
	}
	return s.finish(m.Name, width+margin, bottom[len(bottom)-1], legend)
}

const legend = "thick frame: first state · double frame: a record may rest here · small print: who may do it"

// heights says where each layer begins and ends.
func (p *plan) heights() (top, bottom []float64) {
	y := margin
	for _, l := range p.layers {
		high := 0.0
		for _, n := range l {
			high = max(high, p.places[n].height)
		}
		top, bottom = append(top, y), append(bottom, y+high)
		y += high + layerGap
	}
	return top, bottom
}

// ports spreads the ends of the arrows along the edges of the boxes, in the
// order of where they come from. It gives each arrow's upper and lower x.
func (p *plan) ports() [][2]float64 {
	type end struct {
		arrow, side int
		towards     float64
	}
	edges := map[[2]int][]end{} // by box and side: 0 its bottom, 1 its top
	for i, a := range p.arrows {
		up, down := a.ends()
		below, above := down, up
		if len(a.via) > 0 {
			below, above = a.via[0], a.via[len(a.via)-1]
		}
		edges[[2]int{up, 0}] = append(edges[[2]int{up, 0}], end{i, 0, p.places[below].x})
		edges[[2]int{down, 1}] = append(edges[[2]int{down, 1}], end{i, 1, p.places[above].x})
	}
	at := make([][2]float64, len(p.arrows))
	for box, ends := range edges {
		slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.towards, b.towards) })
		n := p.places[box[0]]
		for k, e := range ends {
			at[e.arrow][e.side] = n.x - n.left + (n.left+n.right)*float64(k+1)/float64(len(ends)+1)
		}
	}
	return at
}

// point is a spot of a line.
type point struct{ x, y float64 }

// way is the line of an arrow from its upper box to its lower.
func (p *plan) way(a arrow, port [2]float64, top, bottom []float64) []point {
	up, down := a.ends()
	edge := func(n place, side float64) float64 {
		return (top[n.layer]+bottom[n.layer])/2 + side*n.height/2
	}
	way := []point{{port[0], edge(p.places[up], 1)}, {port[0], bottom[p.places[up].layer]}}
	for _, i := range a.via {
		n := p.places[i]
		way = append(way, point{n.x, top[n.layer]}, point{n.x, bottom[n.layer]})
	}
	return append(way, point{port[1], top[p.places[down].layer]}, point{port[1], edge(p.places[down], -1)})
}
