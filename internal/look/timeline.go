package look

import (
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Timeline is an embargo to be drawn. Zero instants are left out. The picture
// comes with the same facts as a table, and as a list where the screen is too
// narrow for it.
type Timeline struct {
	First     time.Time // first attempt to reach a vendor: where the 45 days begin
	Agreed    time.Time // when the present terms came into force
	Today     time.Time
	Until     time.Time // when the present term ends
	Ended     time.Time // when it ended early, if it did
	Proposals []Proposal
	Past      []Moment // anything else worth a mark, such as an earlier term's end
}

// Proposal is a wish for another end.
type Proposal struct {
	By    string
	At    time.Time // when it was made
	Until time.Time
	Open  bool // nobody has decided yet
}

// Moment is a named instant.
type Moment struct {
	At   time.Time
	Text string
}

// The drawing's measures, in units of its viewBox.
const (
	lineLeft, lineRight = 24.0, 836.0
	rowHeight           = 22.0
	charWidth           = 8.6 // of a Latin letter at 16 units; a Japanese one is 16
)

// point is one instant on the line, ready to be drawn.
type point struct {
	At           time.Time
	Kind         string // first, agreed, today, end, open, settled, past
	Date         string
	Text         string
	When         template.HTML // for table and list
	X            float64
	TextX        float64
	Anchor       string
	TextY, LeadY float64
	Above        bool
	Held         bool // the embargo holds from here to the next point
	width        float64
}

func (pt point) Label() string {
	if pt.Text == "" {
		return pt.Date
	}
	return pt.Date + " " + pt.Text
}

type timelineView struct {
	Title, TableTitle, ColWhen, ColWhat string
	Points                              []point
	Height, Axis                        float64
	PastX, PastW, ComingX, ComingW      float64
	Left, Right                         float64
}

func (p *press) timeline(t Timeline) (template.HTML, error) {
	pts := p.points(t)
	if len(pts) == 0 {
		return "", nil
	}
	from, to := pts[0].At, pts[len(pts)-1].At
	x := func(at time.Time) float64 {
		if !to.After(from) {
			return lineLeft
		}
		at = at.Round(0)
		share := float64(at.Sub(from)) / float64(to.Sub(from))
		return lineLeft + min(1, max(0, share))*(lineRight-lineLeft)
	}
	for i := range pts {
		pts[i].X = x(pts[i].At)
	}
	above, below := stack(pts, true), stack(pts, false)
	v := timelineView{
		Title:      p.say("look.timeline.label", "points", strings.Join(spoken(pts), p.say("look.timeline.comma"))),
		TableTitle: p.say("look.timeline.table"), ColWhen: p.say("look.timeline.when"), ColWhat: p.say("look.timeline.what"),
		Axis: float64(above)*rowHeight + 22, Points: pts, Left: lineLeft, Right: lineRight,
	}
	v.Height = v.Axis + 18 + float64(below)*rowHeight
	for i := range pts {
		pts[i].place(v.Axis)
	}
	if end := t.end(); !t.Agreed.IsZero() && !end.IsZero() {
		v.PastX, v.PastW = x(t.Agreed), x(earlier(t.Today, end))-x(t.Agreed)
		v.ComingX, v.ComingW = x(later(t.Agreed, earlier(t.Today, end))), x(end)-x(later(t.Agreed, earlier(t.Today, end)))
		v.PastW = max(0, v.PastW)
	}
	return p.bit("timeline", v)
}

// end is when the embargo ends or ended.
func (t Timeline) end() time.Time {
	if !t.Ended.IsZero() {
		return t.Ended
	}
	return t.Until
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// points lists what there is to draw, in order of time.
func (p *press) points(t Timeline) []point {
	var pts []point
	add := func(at time.Time, kind, text string, above bool) {
		if at.IsZero() {
			return
		}
		local := at.In(p.zone())
		d := shortDate(local, t.Today.In(p.zone()), p.base.Lang)
		if kind == "end" {
			d += local.Format(" 15:04 ") + zoneName(local)
		}
		held := !t.Agreed.IsZero() && !at.Before(t.Agreed) && at.Before(t.end())
		pts = append(pts, point{At: at, Kind: kind, Date: d, Text: text, When: p.when(at), Above: above, Held: held})
	}
	add(t.First, "first", p.say("look.timeline.first"), false)
	for _, m := range t.Past {
		add(m.At, "past", m.Text, false)
	}
	add(t.Agreed, "agreed", p.say("look.timeline.agreed"), true)
	add(t.Today, "today", p.today(t), true)
	for _, pr := range t.Proposals {
		kind, key := "settled", "look.timeline.asked"
		if pr.Open {
			kind, key = "open", "look.timeline.asks"
		}
		add(pr.Until, kind, p.say(key, "by", pr.By), false)
	}
	if t.Ended.IsZero() {
		add(t.Until, "end", p.say("look.timeline.ends"), true)
	} else {
		add(t.Ended, "end", p.say("look.timeline.ended"), true)
		add(t.Until, "settled", p.say("look.timeline.agreed_end"), false)
	}
	slices.SortStableFunc(pts, func(a, b point) int { return a.At.Compare(b.At) })
	return pts
}

// today says which day of the term it is, while one runs. The term is counted
// from the first attempt at contact.
func (p *press) today(t Timeline) string {
	if t.First.IsZero() || t.Until.IsZero() || !t.Ended.IsZero() || !t.Today.Before(t.Until) || t.Today.Before(t.First) {
		return p.say("look.timeline.today")
	}
	days := func(at time.Time) int {
		return int(midnight(at, p.zone()).Sub(midnight(t.First, p.zone())) / (24 * time.Hour))
	}
	return p.say("look.timeline.today_day", "n", days(t.Today), "of", days(t.Until))
}

func spoken(pts []point) []string {
	var s []string
	for _, pt := range pts {
		s = append(s, pt.Label())
	}
	return s
}

// stack gives each label of one side a row in which it touches no other, the
// row nearest the line first, and returns how many rows there are.
func stack(pts []point, above bool) int {
	var ends []float64 // where each row is free from
	for i := range pts {
		pt := &pts[i]
		if pt.Above != above {
			continue
		}
		pt.width = labelWidth(pt.Label())
		left := pt.X - 8
		pt.Anchor, pt.TextX = "start", pt.X-6
		if pt.X+pt.width > lineRight+20 {
			left, pt.Anchor, pt.TextX = pt.X-pt.width, "end", pt.X+8
		}
		row := slices.IndexFunc(ends, func(e float64) bool { return e <= left })
		if row < 0 {
			row, ends = len(ends), append(ends, 0)
		}
		ends[row] = left + pt.width + 16
		pt.TextY = float64(row) // place turns the row into a height
	}
	return len(ends)
}

// place turns a label's row into its height.
func (pt *point) place(axis float64) {
	row := pt.TextY
	if pt.Above {
		pt.TextY = axis - 18 - row*rowHeight
		pt.LeadY = pt.TextY + 4
		return
	}
	pt.TextY = axis + 28 + row*rowHeight
	pt.LeadY = pt.TextY - 15
}

func labelWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		if utf8.RuneLen(r) > 2 {
			w += 16.2
		} else {
			w += charWidth
		}
	}
	return w
}
