// Package calendar knows which days are worked: the days off of Japan, of the
// European Union's common payment system, and of the federal government of the
// United States, as data with an edition and a source. Start at Named; a
// Calendar answers whether a moment falls on a business day and which day comes n
// business days later.
//
// A day is a day of some place: every question takes the time zone in which it
// is asked, and an answer keeps the time of day.
package calendar

import (
	"time"

	"nakodo/internal/words"
)

// Key names a calendar in a configuration and in an organisation's record.
type Key string

// The calendars.
const (
	JP   Key = "jp"   // Japan: national holidays and the turn of the year
	EU   Key = "eu"   // the common days off of the European Union (TARGET)
	US   Key = "us"   // federal holidays of the United States
	None Key = "none" // every day is a business day: a duty officer works round the clock
)

// Keys lists the calendars in the order in which a page offers them.
func Keys() []Key { return []Key{JP, EU, US, None} }

// Day is a date of the civil calendar, without a place.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the date that a moment has in a zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day{y, m, d}
}

// add is the date n days on.
func (d Day) add(n int) Day { return DayOf(d.at().AddDate(0, 0, n), time.UTC) }

func (d Day) at() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func (d Day) weekday() time.Weekday { return d.at().Weekday() }

// Period is a stretch of every year in which answers come slowly, worked or not.
// To may lie before From: the stretch then crosses the turn of the year.
type Period struct {
	Name     words.Text
	From, To struct {
		Month time.Month
		Day   int
	}
}

func (p Period) has(d Day) bool {
	at := int(d.Month)*100 + d.Day
	from, to := int(p.From.Month)*100+p.From.Day, int(p.To.Month)*100+p.To.Day
	if from <= to {
		return from <= at && at <= to
	}
	return at >= from || at <= to
}

// Calendar is one place's days off. The zero Calendar has none: every day is a
// business day.
type Calendar struct {
	Key     Key
	Edition string // of the rules: raised whenever a rule here changes
	From    int    // the first year that the rules are right for
	Until   int    // the last year
	Source  string
	Hard    []Period // answers come slowly (Guideline, appendix 6 names them for Japan)

	weekend bool
	holiday func(d Day) (words.Text, bool)
}

// Named finds a calendar; false where there is none of that name.
func Named(k Key) (Calendar, bool) {
	for _, c := range calendars {
		if c.Key == k {
			return c, true
		}
	}
	return Calendar{}, false
}

// Holiday is the name of a day off; false where the day is no holiday. A Saturday
// or a Sunday is a day off without being a holiday.
func (c Calendar) Holiday(d Day) (words.Text, bool) {
	if c.holiday == nil {
		return words.Text{}, false
	}
	return c.holiday(d)
}

// Open reports whether a date is a business day.
func (c Calendar) Open(d Day) bool {
	if w := d.weekday(); c.weekend && (w == time.Saturday || w == time.Sunday) {
		return false
	}
	_, off := c.Holiday(d)
	return !off
}

// IsBusinessDay reports whether a moment falls on a business day in a zone.
func (c Calendar) IsBusinessDay(t time.Time, zone *time.Location) bool {
	return c.Open(DayOf(t, zone))
}

// longestRest bounds the search for a business day: no place rests for longer.
const longestRest = 31

// Next is the moment itself on a business day, else the same time of day on the
// first business day after it.
func (c Calendar) Next(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	for i := 0; i < longestRest && !c.IsBusinessDay(t, zone); i++ {
		t = t.AddDate(0, 0, 1)
	}
	return t.UTC()
}

// Last is the moment itself on a business day, else the same time of day on the
// last business day before it: by when to act where a limit falls on a day off.
func (c Calendar) Last(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	for i := 0; i < longestRest && !c.IsBusinessDay(t, zone); i++ {
		t = t.AddDate(0, 0, -1)
	}
	return t.UTC()
}

// Months is the moment n months later, on the same day of the month in the zone
// of t, or on the month's last day where it has no such day.
func Months(t time.Time, n int) time.Time {
	end := t.AddDate(0, n, 0)
	if end.Day() != t.Day() {
		end = end.AddDate(0, 0, -end.Day())
	}
	return end
}

// Add is the moment n business days later, n at least 0, at the same time of
// day. The day of the moment itself does not count. With n 0 it is Next.
func (c Calendar) Add(t time.Time, n int, zone *time.Location) time.Time {
	if n <= 0 {
		return c.Next(t, zone)
	}
	t = t.In(zone)
	for ; n > 0; n-- {
		t = c.Next(t.AddDate(0, 0, 1), zone).In(zone)
	}
	return t.UTC()
}

// HardPeriod is the slow stretch that a moment falls into; false for none.
func (c Calendar) HardPeriod(t time.Time, zone *time.Location) (Period, bool) {
	d := DayOf(t, zone)
	for _, p := range c.Hard {
		if p.has(d) {
			return p, true
		}
	}
	return Period{}, false
}
