package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress shows how far a long command has come: a bar that is drawn again in
// place on a terminal, a line now and then anywhere else.
type progress struct {
	out      io.Writer
	terminal bool
	all      int
	begin    time.Time
	shown    time.Time
}

func newProgress(out io.Writer, all int, begin time.Time) *progress {
	return &progress{out: out, terminal: isTerminal(out), all: all, begin: begin, shown: begin}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// How often the bar is drawn, and how often a line is written where there is none.
const drawEvery, lineEvery = 100 * time.Millisecond, 10 * time.Second

// show says that n of all are done.
func (p *progress) show(n int, now time.Time) {
	every := lineEvery
	if p.terminal {
		every = drawEvery
	}
	if now.Sub(p.shown) < every {
		return
	}
	p.shown = now
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s %s", bar(n, p.all), p.state(n, now))
		return
	}
	fmt.Fprintln(p.out, p.state(n, now))
}

// state is the progress in words: "823 of 1655, 112 a second, 7s left".
func (p *progress) state(n int, now time.Time) string {
	took := now.Sub(p.begin)
	if n == 0 || took <= 0 {
		return fmt.Sprintf("%d of %d", n, p.all)
	}
	left := time.Duration(float64(took) / float64(n) * float64(p.all-n)).Round(time.Second)
	return fmt.Sprintf("%d of %d, %.0f a second, %s left", n, p.all, float64(n)/took.Seconds(), left)
}

// barWidth is the width of a full bar, in characters.
const barWidth = 30

func bar(n, all int) string {
	full := barWidth * n / max(all, 1)
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", barWidth-full) + "]"
}

// say writes a line of its own, above the bar.
func (p *progress) say(line string) {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = p.begin // draw the bar again at once
	}
	fmt.Fprintln(p.out, line)
}

// end takes the bar away.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
