package bcp47

import "strings"

// find looks a subtag up in a list of equally long lines: width bytes for the
// subtag, filled up with spaces, then extra bytes for a note, parted by one
// space if there are any.
func find(list string, width, extra int, subtag string) (note string, ok bool) {
	line := width + 1
	if extra > 0 {
		line += extra + 1
	}
	low, high := 0, len(list)/line
	for low < high {
		mid := (low + high) / 2
		row := list[mid*line : mid*line+line-1]
		switch c := compareFold(row[:width], subtag); {
		case c < 0:
			low = mid + 1
		case c > 0:
			high = mid
		case extra > 0:
			return row[width+1:], true
		default:
			return "", true
		}
	}
	return "", false
}

func listed(list string, width int, subtag string) bool {
	_, ok := find(list, width, 0, subtag)
	return ok
}

// compareFold compares a line of the registry, padded with spaces, with a
// subtag of any case.
func compareFold(row, subtag string) int {
	for i := range len(row) {
		c := byte(' ')
		if i < len(subtag) {
			c = lower(subtag[i])
		}
		if row[i] != c {
			return int(row[i]) - int(c)
		}
	}
	if len(subtag) > len(row) {
		return -1
	}
	return 0
}

func isGrandfathered(tag string) bool {
	for line := range strings.Lines(grandfathered) {
		if strings.EqualFold(strings.TrimSuffix(line, "\n"), tag) {
			return true
		}
	}
	return false
}

// isPrivate knows the ranges that the registry reserves for private use.
func isPrivate(kind Kind, s string) bool {
	switch kind {
	case PrivateUse:
		return true
	case Language:
		return len(s) == 3 && lower(s[0]) == 'q' && lower(s[1]) <= 't'
	case Script:
		return len(s) == 4 && lower(s[0]) == 'q' && lower(s[1]) == 'a' &&
			(lower(s[2]) == 'a' || lower(s[2]) == 'b' && lower(s[3]) <= 'x')
	case Region:
		if len(s) != 2 {
			return false
		}
		a, b := lower(s[0]), lower(s[1])
		return a == 'a' && b == 'a' || a == 'q' && b >= 'm' || a == 'x' || a == 'z' && b == 'z'
	}
	return false
}

func isVariant(s string) bool {
	if !isAlnum(s) {
		return false
	}
	return len(s) >= 5 && len(s) <= 8 || len(s) == 4 && isDigit(s[:1])
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func isAlpha(s string) bool {
	for i := range len(s) {
		if c := lower(s[i]); c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func isDigit(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func isAlnum(s string) bool {
	for i := range len(s) {
		if c := lower(s[i]); (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
