package csaf

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// convertDates replaces leap seconds, which CSAF 2.1 forbids, in every
// date-time of the document.
func (c *converter) convertDates() {
	for n := range c.src.root.Descendants() {
		if !n.Is(String) || len(n.Text()) < len("2006-01-02T15:04:05Z") || n.Text()[17:19] != "60" {
			continue
		}
		p, ok := splitTime(n.Text())
		if !ok || p.second != 60 {
			continue
		}
		if isValidLeapSecond(p) {
			c.warn(n, "leap seconds are prohibited in CSAF 2.1; this one, which did exist, was replaced by %s", withoutLeapSecond(n.Text()))
		} else {
			c.warn(n, "leap seconds are prohibited in CSAF 2.1; this one, which never existed, was replaced by %s", withoutLeapSecond(n.Text()))
		}
	}
	replaceDates(reflect.ValueOf(c.doc).Elem())
}

// replaceDates walks the model for values of the type DateTime.
func replaceDates(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			replaceDates(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			replaceDates(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			replaceDates(v.Field(i))
		}
	case reflect.String:
		if d, ok := v.Interface().(DateTime); ok {
			v.SetString(normalDate(string(d)))
		}
	}
}

// normalDate replaces a leap second, and lower case letters, which 2.1 does not
// accept either.
func normalDate(s string) string {
	p, ok := splitTime(s)
	if !ok {
		return s
	}
	if p.second == 60 {
		s = withoutLeapSecond(s)
	}
	return strings.ToUpper(s)
}

// withoutLeapSecond writes 59.999999 for the seconds and their fraction.
func withoutLeapSecond(s string) string {
	zone := 19
	for zone < len(s) && (s[zone] == '.' || isDigit(s[zone])) {
		zone++
	}
	return s[:17] + "59.999999" + s[zone:]
}

// leapSeconds are the days that ended with one, up to 2026 (IERS Bulletin C).
var leapSeconds = strings.Fields(`1972-06-30 1972-12-31 1973-12-31 1974-12-31 1975-12-31 1976-12-31 1977-12-31
	1978-12-31 1979-12-31 1981-06-30 1982-06-30 1983-06-30 1985-06-30 1987-12-31 1989-12-31 1990-12-31 1992-06-30
	1993-06-30 1994-06-30 1995-12-31 1997-06-30 1998-12-31 2005-12-31 2008-12-31 2012-06-30 2015-06-30 2016-12-31`)

// isValidLeapSecond reports whether the second did exist.
func isValidLeapSecond(p timeParts) bool {
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, 59, 0, time.UTC).Add(-p.offset)
	_, ok := slices.BinarySearch(leapSeconds, t.Format(time.DateOnly))
	return ok && t.Hour() == 23 && t.Minute() == 59
}
