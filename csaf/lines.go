package csaf

import (
	"slices"
	"strings"
)

// Lines finds the lines of a document's text in which values stand. Unlike
// Node.Position it looks for line ends only once.
type Lines struct {
	tree   *Tree
	starts []int32 // offsets at which lines begin
}

// NewLines prepares the lines of a tree.
func NewLines(t *Tree) *Lines { return &Lines{tree: t} }

// Of gives the number of the line in which a value begins, from 1, the text of
// the line, and the part of it in bytes that is the value: of a value that is a
// member of an object its name, too, and of a value of several lines what
// stands in the first.
func (l *Lines) Of(n Node) (number int, text string, from, length int) {
	if n.tree == nil || n.tree != l.tree {
		return 0, "", 0, 0
	}
	if l.starts == nil {
		l.starts = []int32{0}
		for i := 0; ; {
			j := strings.IndexByte(l.tree.text[i:], '\n')
			if j < 0 {
				break
			}
			i += j + 1
			l.starts = append(l.starts, int32(i))
		}
	}
	begin, stop := n.span()
	line, ok := slices.BinarySearch(l.starts, int32(begin))
	if !ok {
		line--
	}
	start, end := int(l.starts[line]), len(l.tree.text)
	if line+1 < len(l.starts) {
		end = int(l.starts[line+1]) - 1
	}
	text = strings.TrimSuffix(l.tree.text[start:end], "\r")
	from = min(begin-start, len(text))
	return line + 1, text, from, min(stop-start, len(text)) - from
}

// span is where the value stands in the text, with its name if it has one.
func (n Node) span() (begin, stop int) {
	r := n.raw()
	begin, stop = int(r.start), int(r.stop)
	if r.kind == String {
		begin, stop = begin-1, stop+1
	}
	if r.keyLen > 0 {
		begin = int(r.key) - 1
	}
	return begin, stop
}
