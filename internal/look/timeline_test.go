package look

import (
	"fmt"
	"testing"
	"time"

	"nakodo/internal/words"
)

// However close the dates and long the names, no label may lie on another or
// leave the picture.
func TestLabelsNeverTouch(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
	for gap := range 45 {
		for _, l := range []words.Lang{words.EN, words.JA} {
			p := &press{set: &Set{say: say}, base: Base{Lang: l, Zone: time.UTC}}
			tl := Timeline{First: start, Agreed: start.AddDate(0, 0, gap/10), Today: start.AddDate(0, 0, gap), Until: start.AddDate(0, 0, 45)}
			for i := range 4 {
				tl.Proposals = append(tl.Proposals, Proposal{By: fmt.Sprintf("ベンダ %d", i), Until: tl.Until.AddDate(0, 0, i*gap/4), Open: i == 3})
			}
			pts := p.points(tl)
			for i := range pts {
				pts[i].X = lineLeft + (lineRight-lineLeft)*float64(pts[i].At.Sub(start))/float64(pts[len(pts)-1].At.Sub(start))
			}
			stack(pts, true)
			stack(pts, false)
			checkLabels(t, pts)
		}
	}
}

func checkLabels(t *testing.T, pts []point) {
	t.Helper()
	span := func(p point) (float64, float64) {
		if p.Anchor == "end" {
			return p.TextX - p.width, p.TextX
		}
		return p.TextX, p.TextX + p.width
	}
	for i, a := range pts {
		al, ar := span(a)
		if al < 0 || ar > 860 {
			t.Fatalf("%q leaves the picture: %.0f to %.0f", a.Label(), al, ar)
		}
		for _, b := range pts[:i] {
			bl, br := span(b)
			if a.Above == b.Above && a.TextY == b.TextY && al < br && bl < ar {
				t.Fatalf("%q (%.0f-%.0f) lies on %q (%.0f-%.0f)", a.Label(), al, ar, b.Label(), bl, br)
			}
		}
	}
}

func TestDayOfTheTerm(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &press{set: &Set{say: say}, base: Base{Lang: words.EN, Zone: time.FixedZone("JST", 9*3600)}}
	first := time.Date(2026, 11, 3, 1, 0, 0, 0, time.UTC)
	tl := Timeline{First: first, Agreed: first, Until: first.AddDate(0, 0, 45)}
	for today, want := range map[time.Time]string{
		first:                     "today, day 0 of 45",
		first.Add(15 * time.Hour): "today, day 1 of 45", // past midnight in Tokyo
		first.AddDate(0, 0, 45):   "today",
		first.Add(-time.Hour):     "today",
	} {
		tl.Today = today
		if got := p.today(tl); got != want {
			t.Errorf("%v: got %q, want %q", today, got, want)
		}
	}
}
