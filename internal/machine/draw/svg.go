package draw

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// svg collects the parts of a picture.
type svg struct{ strings.Builder }

// head opens the file. Everything is drawn in currentColor, so that a page may
// set the colour; a file that stands alone follows the reader's choice of light or dark.
const head = `<svg xmlns="http://www.w3.org/2000/svg" class="machine" role="img" aria-label="%s" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">
<title>%[1]s</title>
<style>.machine:root{color:#1c2430}@media (prefers-color-scheme:dark){.machine:root{color:#dfe6ee}}.l{fill:none;stroke:currentColor;stroke-width:1.1;opacity:.75}.b{fill:none;stroke:currentColor}.s{font-size:10px;opacity:.75}</style>
<defs><marker id="head-%[6]s" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0.8 8 4 0 7.2z" fill="currentColor"/></marker></defs>
`

// headMark stands for the arrow head's name until the machine's is known: two
// pictures in one page must not share it.
const headMark = "\x00"

func (s *svg) finish(name string, width, height float64, notes ...string) []byte {
	for _, n := range notes {
		height += lineHeight + 4
		s.text(margin, height, words{text: n, small: true}, "start")
		width = max(width, words{text: n, small: true}.width()+2*margin)
	}
	height += margin
	title := "The states of the machine: " + name
	return []byte(fmt.Sprintf(head, html.EscapeString(title), width, height, width, height, name) +
		strings.ReplaceAll(s.String(), headMark, name) + "</svg>\n")
}

// box draws a state.
func (s *svg) box(n place, y float64, first, final bool) {
	s.open(n.tip)
	stroke := 1.2
	if first {
		stroke = 2.6
	}
	fmt.Fprintf(s, `<rect class="b" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6" stroke-width="%.1f"/>`+"\n", n.x-n.left, y, n.left+n.right, n.height, stroke)
	if final {
		fmt.Fprintf(s, `<rect class="b" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="4" stroke-width="0.8"/>`+"\n", n.x-n.left+3, y+3, n.left+n.right-6, n.height-6)
	}
	for i, l := range n.lines {
		s.text(n.x, y+lineHeight*float64(i+1)+2, l, "middle")
	}
	s.shut(n.tip)
}

// label writes the text beside a line.
func (s *svg) label(x, y float64, lines []words, tip string) {
	s.open(tip)
	for i, l := range lines {
		s.text(x, y+lineHeight*float64(i+1)-3, l, "start")
	}
	s.shut(tip)
}

func (s *svg) open(tip string) {
	if tip != "" {
		fmt.Fprintf(s, "<g><title>%s</title>\n", html.EscapeString(tip))
	}
}

func (s *svg) shut(tip string) {
	if tip != "" {
		s.WriteString("</g>\n")
	}
}

func (s *svg) text(x, y float64, w words, anchor string) {
	class := ""
	if w.small {
		class = ` class="s"`
	}
	if anchor != "start" {
		class += ` text-anchor="` + anchor + `"`
	}
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f"%s>%s</text>`+"\n", x, y, class, html.EscapeString(w.text))
}

// line draws a way with an arrow head at its end, smooth from point to point.
func (s *svg) line(way []point, reversed bool) {
	if reversed {
		way = slices.Clone(way)
		slices.Reverse(way)
	}
	fmt.Fprintf(s, `<path class="l" marker-end="url(#head-%s)" d="M%.1f %.1f`, headMark, way[0].x, way[0].y)
	for i, to := range way[1:] {
		from := way[i]
		if from == to {
			continue // a piece without length would turn the arrow head aside
		}
		if from.x == to.x {
			fmt.Fprintf(s, "V%.1f", to.y)
			continue
		}
		middle := (from.y + to.y) / 2
		fmt.Fprintf(s, "C%.1f %.1f %.1f %.1f %.1f %.1f", from.x, middle, to.x, middle, to.x, to.y)
	}
	s.WriteString(`"/>` + "\n")
}
