package vers

// Versions are taken as dense: between two different versions there may always
// be a third. A range is then a list of intervals and single versions, without
// the versions that "!=" excludes.

// interval is from low to high; an end without a version is open.
type interval struct {
	low, high       string
	hasLow, hasHigh bool
	inLow, inHigh   bool // the end belongs to the interval
}

// shape is a range as intervals. A single version is an interval of itself.
type shape struct {
	intervals []interval
	except    []string
	all, none bool
}

func (r Range) shape() shape {
	if r.Star {
		return shape{all: r.Type != "none", none: r.Type == "none"}
	}
	var s shape
	open := -1 // the interval that waits for its end
	begun := false
	for _, c := range r.sorted() {
		switch {
		case c.Comparator == NotEqual:
			s.except = append(s.except, c.Version)
		case c.Comparator == Equal:
			s.intervals = append(s.intervals, interval{c.Version, c.Version, true, true, true, true})
		case c.isLower():
			if open < 0 {
				open = len(s.intervals)
				s.intervals = append(s.intervals, interval{low: c.Version, hasLow: true, inLow: c.includes()})
			}
			begun = true
		case open >= 0:
			s.intervals[open].high, s.intervals[open].hasHigh, s.intervals[open].inHigh = c.Version, true, c.includes()
			open = -1
		case !begun: // nothing before: everything up to here
			s.intervals = append(s.intervals, interval{high: c.Version, hasHigh: true, inHigh: c.includes()})
			begun = true
		}
	}
	return s
}

// Contains reports whether a version is in the range. If the versions of the
// range's type cannot be compared, only equality counts.
func (r Range) Contains(version string) bool {
	s := r.shape()
	compare := r.compare()
	return s.contains(version, compare)
}

func (r Range) compare() func(a, b string) int {
	if r.scheme != nil {
		return r.scheme.compare
	}
	return nil
}

func (s shape) contains(version string, compare func(a, b string) int) bool {
	if s.all || s.none {
		return s.all
	}
	if compare == nil {
		for _, i := range s.intervals {
			if i.inLow && i.low == version || i.inHigh && i.high == version {
				return true
			}
		}
		return false
	}
	for _, x := range s.except {
		if compare(x, version) == 0 {
			return false
		}
	}
	for _, i := range s.intervals {
		if i.contains(version, compare) {
			return true
		}
	}
	return false
}

func (i interval) contains(version string, compare func(a, b string) int) bool {
	if i.hasLow {
		if d := compare(i.low, version); d > 0 || d == 0 && !i.inLow {
			return false
		}
	}
	if i.hasHigh {
		if d := compare(version, i.high); d > 0 || d == 0 && !i.inHigh {
			return false
		}
	}
	return true
}

// Overlaps reports whether some version is in both ranges. It is not ok if
// that cannot be said: the ranges have different types, or the versions of
// their type cannot be compared. A vls is compared on best effort, in the order
// of the other range's type.
func (r Range) Overlaps(other Range) (overlap, ok bool) {
	a, b := r.shape(), other.shape()
	switch {
	case a.none || b.none:
		return false, true
	case a.all:
		return b.all || len(b.intervals) > 0, true
	case b.all:
		return len(a.intervals) > 0, true
	}
	compare := r.compare()
	switch {
	case !r.IsVers():
		compare = other.compare()
	case other.IsVers() && r.Type != other.Type:
		return false, false
	}
	if compare == nil {
		return false, false
	}
	for _, x := range a.intervals {
		for _, y := range b.intervals {
			if a.meets(b, x, y, compare) {
				return true, true
			}
		}
	}
	return false, true
}

// meets reports whether two intervals have a version in common that neither
// range excludes.
func (s shape) meets(other shape, x, y interval, compare func(a, b string) int) bool {
	low, hasLow, inLow := x.low, x.hasLow, x.inLow
	if y.hasLow {
		d := 1
		if hasLow {
			d = compare(y.low, low)
		}
		if d > 0 {
			low, hasLow, inLow = y.low, true, y.inLow
		} else if d == 0 {
			inLow = inLow && y.inLow
		}
	}
	high, hasHigh, inHigh := x.high, x.hasHigh, x.inHigh
	if y.hasHigh {
		d := -1
		if hasHigh {
			d = compare(y.high, high)
		}
		if d < 0 {
			high, hasHigh, inHigh = y.high, true, y.inHigh
		} else if d == 0 {
			inHigh = inHigh && y.inHigh
		}
	}
	if !hasLow || !hasHigh {
		return true
	}
	switch d := compare(low, high); {
	case d < 0:
		return true // infinitely many, whatever is excluded
	case d > 0 || !inLow || !inHigh:
		return false
	}
	return s.contains(low, compare) && other.contains(low, compare)
}
