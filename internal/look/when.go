package look

import (
	"fmt"
	"html/template"
	"time"

	"nakodo/internal/words"
)

// zone is the reader's, else the centre's, else UTC.
func (p *press) zone() *time.Location {
	switch {
	case p.base.Zone != nil:
		return p.base.Zone
	case p.base.Centre.Zone != nil:
		return p.base.Centre.Zone
	}
	return time.UTC
}

// when shows an instant in the reader's zone and in UTC, so that two people in
// two countries mean the same hour.
func (p *press) when(t time.Time) template.HTML {
	if t.IsZero() {
		return "–"
	}
	local, utc := t.In(p.zone()), t.UTC()
	also := ""
	if _, offset := local.Zone(); offset != 0 {
		clock := utc.Format("15:04 UTC")
		if local.YearDay() != utc.YearDay() {
			clock = date(utc, p.base.Lang) + " " + clock
		}
		also = ` <span class="muted">(` + clock + `)</span>`
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>%s`, utc.Format(time.RFC3339), p.plainWhen(t), also))
}

// plainWhen is the instant in the reader's zone alone, as text.
func (p *press) plainWhen(t time.Time) string {
	local := t.In(p.zone())
	return date(local, p.base.Lang) + local.Format(" 15:04 ") + zoneName(local)
}

func (p *press) day(t time.Time) template.HTML {
	if t.IsZero() {
		return "–"
	}
	local := t.In(p.zone())
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, local.Format(time.DateOnly), date(local, p.base.Lang)))
}

// date: "18 Dec 2026" in English, "2026-12-18" in Japanese: no reader takes a
// month for a day in either.
func date(t time.Time, l words.Lang) string {
	if l == words.JA {
		return t.Format(time.DateOnly)
	}
	return t.Format("2 Jan 2006")
}

// shortDate leaves out the year where it is the year of now.
func shortDate(t, now time.Time, l words.Lang) string {
	switch {
	case t.Year() != now.Year():
		return date(t, l)
	case l == words.JA:
		return t.Format("1/2")
	}
	return t.Format("2 Jan")
}

// zoneName is the zone's abbreviation, or its distance from UTC where the
// zone has none.
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	if name != "" && name[0] != '+' && name[0] != '-' {
		return name
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, offset/3600, offset%3600/60)
}

// ago says how far an instant is from now, with the instant itself behind it.
func (p *press) ago(t time.Time) template.HTML {
	if t.IsZero() {
		return "–"
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s">%s</time>`, t.UTC().Format(time.RFC3339), p.plainWhen(t), template.HTMLEscapeString(p.distance(t))))
}

func (p *press) distance(t time.Time) string {
	d, which := p.base.Now.Sub(t), "ago"
	if d < 0 {
		d, which = -d, "in"
	}
	days := p.daysApart(t)
	switch {
	case d < time.Minute:
		return p.say("look.time.now")
	case d < time.Hour:
		return p.say("look.time.minutes_"+which, "n", int(d/time.Minute))
	case d < 24*time.Hour && days <= 1 && d < 12*time.Hour || days == 0:
		return p.say("look.time.hours_"+which, "n", int(d/time.Hour))
	}
	return p.say("look.time.days_"+which, "n", days)
}

// daysApart counts midnights in the reader's zone between now and t, unsigned.
func (p *press) daysApart(t time.Time) int {
	n := midnight(t, p.zone()).Sub(midnight(p.base.Now, p.zone())) / (24 * time.Hour)
	return max(int(n), -int(n))
}

// midnight is the calendar day of t in a zone as a UTC midnight, so that days
// can be subtracted without falling over a change to summer time.
func midnight(t time.Time, z *time.Location) time.Time {
	y, m, d := t.In(z).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// due is the first column of "what needs me next": how late or how soon, and
// the exact hour in small.
func (p *press) due(t time.Time) template.HTML {
	if t.IsZero() {
		return template.HTML(`<span class="due"><small>` + template.HTMLEscapeString(p.say("look.due.none")) + `</small></span>`)
	}
	local, days := t.In(p.zone()), p.daysApart(t)
	word, class, small := "", "due", shortDate(local, p.base.Now.In(p.zone()), p.base.Lang)+local.Format(" 15:04")
	switch {
	case t.Before(p.base.Now) && days == 0:
		word, class = p.say("look.due.late_today"), "due late"
	case t.Before(p.base.Now):
		word, class = p.say("look.due.late", "n", days), "due late"
	case days == 0:
		word, small = p.say("look.due.today"), local.Format("15:04")
	case days == 1:
		word, small = p.say("look.due.tomorrow"), local.Format("15:04")
	default:
		word = p.say("look.due.in_days", "n", days)
	}
	return template.HTML(fmt.Sprintf(`<time class="%s" datetime="%s">%s <small>%s</small></time>`,
		class, t.UTC().Format(time.RFC3339), template.HTMLEscapeString(word), small))
}
