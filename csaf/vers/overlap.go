package vers

import (
	"slices"
	"sort"
	"sync"
)

// Versions are taken as dense: between two different versions there may always
// be a third. A range is then a list of intervals and single versions, without
// the versions that "!=" excludes. The lists are in order and their intervals
// disjoint, so that questions take no longer than a walk or a binary search:
// ranges with a hundred thousand constraints come from people who mean harm.

// interval is from low to high; an end without a version is open.
type interval struct {
	low, high       string
	hasLow, hasHigh bool
	inLow, inHigh   bool // the end belongs to the interval
}

// shape is a range as intervals. A single version is an interval of itself,
// unless it lies in another one.
type shape struct {
	intervals []interval
	except    []string
	all, none bool
}

// lazyShape is the shape of a range, made when it is first asked for.
type lazyShape struct {
	once sync.Once
	shape
}

func (r Range) shape() *shape {
	if r.lazy == nil {
		s := r.newShape()
		return &s
	}
	r.lazy.once.Do(func() { r.lazy.shape = r.newShape() })
	return &r.lazy.shape
}

func (r Range) newShape() shape {
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
		case c.Comparator == Equal && open >= 0:
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
		case !begun: // nothing began before: everything up to here
			s.intervals = append(s.intervals[:0], interval{high: c.Version, hasHigh: true, inHigh: c.includes()})
			begun = true
		}
	}
	return s
}

// Contains reports whether a version is in the range. If the versions of the
// range's type cannot be compared, only equality counts.
func (r Range) Contains(version string) bool {
	return r.shape().contains(version, r.compare())
}

func (r Range) compare() func(a, b string) int {
	if r.scheme != nil {
		return r.scheme.compare
	}
	return nil
}

func (s *shape) contains(version string, compare func(a, b string) int) bool {
	if s.all || s.none {
		return s.all
	}
	if compare == nil {
		return slices.ContainsFunc(s.intervals, func(i interval) bool {
			return i.inLow && i.low == version || i.inHigh && i.high == version
		})
	}
	if _, out := slices.BinarySearchFunc(s.except, version, compare); out {
		return false
	}
	// The first interval that does not end below the version.
	i := sort.Search(len(s.intervals), func(i int) bool {
		return !s.intervals[i].hasHigh || compare(s.intervals[i].high, version) >= 0
	})
	for ; i < len(s.intervals); i++ {
		if s.intervals[i].contains(version, compare) {
			return true
		}
		if s.intervals[i].hasLow && compare(s.intervals[i].low, version) > 0 {
			return false
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
	for i, k := 0, 0; i < len(a.intervals) && k < len(b.intervals); {
		x, y := a.intervals[i], b.intervals[k]
		if a.meets(b, x, y, compare) {
			return true, true
		}
		if endsFirst(x, y, compare) {
			i++
		} else {
			k++
		}
	}
	return false, true
}

// endsFirst reports whether x ends before y does.
func endsFirst(x, y interval, compare func(a, b string) int) bool {
	switch {
	case !x.hasHigh:
		return false
	case !y.hasHigh:
		return true
	}
	d := compare(x.high, y.high)
	return d < 0 || d == 0 && !x.inHigh
}

// meets reports whether two intervals have a version in common that neither
// range excludes.
func (s *shape) meets(other *shape, x, y interval, compare func(a, b string) int) bool {
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
