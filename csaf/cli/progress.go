package cli

import (
	"fmt"
	"io"
	"strings"
)

// progress draws a bar on a terminal, and nothing elsewhere.
type progress struct {
	out         io.Writer
	done, total int
	shown       int // per cent
}

// newProgress is nil, which draws nothing, where a bar would not help.
func newProgress(out io.Writer, total int, terminal bool) *progress {
	if !terminal || total < 20 {
		return nil
	}
	return &progress{out: out, total: total, shown: -1}
}

func (p *progress) step() {
	if p == nil {
		return
	}
	p.done++
	percent := p.done * 100 / p.total
	if percent == p.shown {
		return
	}
	p.shown = percent
	const width = 40
	full := p.done * width / p.total
	fmt.Fprintf(p.out, "\r[%s%s] %3d %% of %d documents", strings.Repeat("#", full), strings.Repeat(".", width-full), percent, p.total)
}

func (p *progress) end() {
	if p != nil {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
