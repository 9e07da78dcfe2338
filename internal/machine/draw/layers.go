package draw

import (
	"cmp"
	"slices"
)

// place is a spot in the picture: a state's box, or where a line passes a layer.
// Boxes stand on even layers, the labels of lines on odd ones.
type place struct {
	state       int // -1: a line passes
	lines       []words
	tip         string
	left, right float64 // how far it reaches to both sides of x
	height      float64
	layer       int
	x           float64
}

// link joins two places of neighbouring layers.
type link struct{ up, down int }

// plan is a machine on its way to a picture.
type plan struct {
	Machine
	arrows []arrow
	places []place // the first len(States) are the boxes
	layers [][]int // places from left to right
	links  []link
}

func newPlan(m Machine) *plan {
	p := &plan{Machine: m}
	var staying map[int][]Step
	p.arrows, staying = m.arrows()
	p.turnBack()
	ranks := p.ranks()
	for i, s := range m.States {
		lines := []words{{text: s}}
		for _, w := range label(staying[i]) {
			w.small = true
			lines = append(lines, w)
		}
		half := widest(lines)/2 + 12
		p.add(place{state: i, lines: lines, tip: tip(staying[i]), left: half, right: half, height: float64(len(lines))*lineHeight + 12, layer: 2 * ranks[i]})
	}
	for i := range p.arrows {
		p.route(&p.arrows[i])
	}
	return p
}

func (p *plan) add(n place) int {
	i := len(p.places)
	p.places = append(p.places, n)
	for len(p.layers) <= n.layer {
		p.layers = append(p.layers, nil)
	}
	p.layers[n.layer] = append(p.layers[n.layer], i)
	return i
}

// turnBack marks the arrows that close a circle, seen from the first state:
// they are laid out upside down.
func (p *plan) turnBack() {
	const fresh, open, done = 0, 1, 2
	mark := make([]int, len(p.States))
	var visit func(s int)
	visit = func(s int) {
		mark[s] = open
		for i, a := range p.arrows {
			if a.from != s {
				continue
			}
			switch mark[a.to] {
			case open:
				p.arrows[i].back = true
			case fresh:
				visit(a.to)
			}
		}
		mark[s] = done
	}
	for s := range p.States {
		if mark[s] == fresh {
			visit(s)
		}
	}
}

// ends are the upper and the lower state of an arrow.
func (a arrow) ends() (up, down int) {
	if a.back {
		return a.to, a.from
	}
	return a.from, a.to
}

// ranks puts each state below all that lead to it.
func (p *plan) ranks() []int {
	ranks := make([]int, len(p.States))
	for changed := true; changed; {
		changed = false
		for _, a := range p.arrows {
			if up, down := a.ends(); ranks[down] <= ranks[up] {
				ranks[down], changed = ranks[up]+1, true
			}
		}
	}
	return ranks
}

// route gives an arrow a place on each layer that it passes, and its label to
// the odd one nearest its middle.
func (p *plan) route(a *arrow) {
	up, down := a.ends()
	first, last := p.places[up].layer, p.places[down].layer
	middle := (first+last)/2 | 1
	above := up
	for layer := first + 1; layer < last; layer++ {
		n := place{state: -1, left: 5, right: 5, layer: layer}
		if layer == middle {
			n.lines, n.tip = label(a.steps), tip(a.steps)
			n.right, n.height = widest(n.lines)+8, float64(len(n.lines))*lineHeight
		}
		here := p.add(n)
		a.via = append(a.via, here)
		p.links = append(p.links, link{above, here})
		above = here
	}
	p.links = append(p.links, link{above, down})
}

// sweeps is how often the layers are put in order; a dozen states settle long before.
const sweeps = 24

// order sorts each layer by where its neighbours are, down and up again, and
// keeps the order with the fewest crossings.
func (p *plan) order() {
	best, fewest := p.copyLayers(), p.crossings()
	for i := range sweeps {
		for n := range p.layers {
			layer := n
			if i%2 == 1 {
				layer = len(p.layers) - 1 - n
			}
			p.sortLayer(layer, i%2 == 0)
		}
		if c := p.crossings(); c < fewest {
			best, fewest = p.copyLayers(), c
		}
	}
	p.layers = best
}

func (p *plan) copyLayers() [][]int {
	c := make([][]int, len(p.layers))
	for i := range c {
		c[i] = slices.Clone(p.layers[i])
	}
	return c
}

// ranksInLayer says where each place stands from the left.
func (p *plan) ranksInLayer() []int {
	at := make([]int, len(p.places))
	for _, l := range p.layers {
		for i, n := range l {
			at[n] = i
		}
	}
	return at
}

func (p *plan) sortLayer(layer int, byUpper bool) {
	at := p.ranksInLayer()
	mean := map[int]float64{}
	for i, n := range p.layers[layer] {
		sum, count := 0.0, 0.0
		for _, l := range p.links {
			if byUpper && l.down == n {
				sum, count = sum+float64(at[l.up]), count+1
			} else if !byUpper && l.up == n {
				sum, count = sum+float64(at[l.down]), count+1
			}
		}
		if count == 0 {
			sum, count = float64(i), 1
		}
		mean[n] = sum / count
	}
	slices.SortStableFunc(p.layers[layer], func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
}

func (p *plan) crossings() int {
	at, n := p.ranksInLayer(), 0
	for i, a := range p.links {
		for _, b := range p.links[:i] {
			if p.places[a.up].layer == p.places[b.up].layer && (at[a.up]-at[b.up])*(at[a.down]-at[b.down]) < 0 {
				n++
			}
		}
	}
	return n
}

// settle finds each place's x: near its neighbours, in the order of its layer,
// with room between.
func (p *plan) settle() {
	for _, l := range p.layers {
		p.spread(l, func(int) (float64, float64) { return 0, 1 })
	}
	for i := range 2 * sweeps {
		for n := range p.layers {
			layer := n
			if i%2 == 1 {
				layer = len(p.layers) - 1 - n
			}
			p.spread(p.layers[layer], p.wish)
		}
	}
	least := p.places[0].x
	for _, n := range p.places {
		least = min(least, n.x-n.left)
	}
	for i := range p.places {
		p.places[i].x += margin - least
	}
}

// wish is where a place would like to be, and how much. Lines want to be
// straight more than boxes want to be in the middle.
func (p *plan) wish(n int) (x, weight float64) {
	for _, l := range p.links {
		other := -1
		switch n {
		case l.up:
			other = l.down
		case l.down:
			other = l.up
		default:
			continue
		}
		w := 1.0
		if p.places[n].state < 0 && p.places[other].state < 0 {
			w = 6
		}
		x, weight = x+w*p.places[other].x, weight+w
	}
	if weight == 0 {
		return p.places[n].x, 0.01
	}
	return x / weight, weight
}

// spread puts the places of a layer as near to their wishes as their order and
// the room between them allow: neighbours that would overlap are joined into a
// block, which stands at the mean of its wishes.
func (p *plan) spread(layer []int, wish func(int) (x, weight float64)) {
	type block struct{ first, last, sum, weight float64 }
	var blocks []block
	offset := make([]float64, len(layer))
	for i, n := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + p.places[layer[i-1]].right + gap + p.places[n].left
		}
		x, w := wish(n)
		b := block{float64(i), float64(i), w * (x - offset[i]), w}
		for len(blocks) > 0 && blocks[len(blocks)-1].sum/blocks[len(blocks)-1].weight > b.sum/b.weight {
			last := blocks[len(blocks)-1]
			b = block{last.first, b.last, b.sum + last.sum, b.weight + last.weight}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		for i := int(b.first); i <= int(b.last); i++ {
			p.places[layer[i]].x = b.sum/b.weight + offset[i]
		}
	}
}
