package csaf

import "time"

// parseTime reads a date-time of RFC 3339 section 5.6. A leap second is
// accepted and counted as the first moment of the next minute; ok is false
// where the text is no date-time or names a day that does not exist.
func parseTime(s string) (t time.Time, ok bool) {
	p, ok := splitTime(s)
	if !ok {
		return time.Time{}, false
	}
	t = time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nanos, time.UTC)
	return t.Add(-p.offset), true
}

// timeParts is a date-time as written, before it is counted from an epoch.
type timeParts struct {
	year, month, day     int
	hour, minute, second int
	nanos                int
	offset               time.Duration // east of Greenwich
}

func splitTime(s string) (p timeParts, ok bool) {
	if len(s) < len("2006-01-02T15:04:05Z") ||
		s[4] != '-' || s[7] != '-' || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return p, false
	}
	var bad bool
	num := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			if c < '0' || c > '9' {
				bad = true
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	p.year, p.month, p.day = num(0, 4), num(5, 7), num(8, 10)
	p.hour, p.minute, p.second = num(11, 13), num(14, 16), num(17, 19)
	i := 19
	if s[i] == '.' {
		i++
		from, unit := i, 100_000_000
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			p.nanos += int(s[i]-'0') * unit
			unit /= 10
			i++
		}
		if i == from {
			return p, false
		}
	}
	switch zone := s[i:]; {
	case zone == "Z" || zone == "z":
	case len(zone) == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':':
		h, m := num(i+1, i+3), num(i+4, i+6)
		bad = bad || h > 23 || m > 59
		p.offset = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
		if zone[0] == '-' {
			p.offset = -p.offset
		}
	default:
		return p, false
	}
	bad = bad || p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysIn(p.year, p.month) ||
		p.hour > 23 || p.minute > 59 || p.second > 60
	return p, !bad
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
