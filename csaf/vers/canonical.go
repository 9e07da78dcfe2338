package vers

import (
	"fmt"
	"slices"
	"strings"
)

// Check reports the first reason why the range is not in canonical form, or
// nil. For types whose versions cannot be compared here, and for a vls whose
// versions are more than numbers, the order is taken as it is.
func (r Range) Check() error {
	if r.Type != strings.ToLower(r.Type) {
		return fmt.Errorf("has the type %q: write it in lower case", r.Type)
	}
	if strings.Contains(r.Type, "+") {
		return fmt.Errorf("has the type %q: only letters, digits, \".\" and \"-\" are allowed", r.Type)
	}
	if (r.Type == "all" || r.Type == "none") && !r.Star {
		return fmt.Errorf("has versions after vers:%s/, where only \"*\" can stand", r.Type)
	}
	for _, c := range r.Constraints {
		if err := r.checkVersion(c); err != nil {
			return err
		}
	}
	if err := r.checkUnique(); err != nil {
		return err
	}
	if err := r.checkOrder(); err != nil {
		return err
	}
	return r.checkSequence()
}

func (r Range) checkVersion(c Constraint) error {
	if c.explicit && r.IsVers() {
		return fmt.Errorf("has \"=\" before %q: leave it out, equality needs no comparator", c.raw)
	}
	for rest := c.raw; ; {
		i := strings.IndexByte(rest, '%')
		if i < 0 {
			break
		}
		triplet := rest[i : i+3]
		if d := unhex(triplet[1])<<4 | unhex(triplet[2]); triplet != strings.ToUpper(triplet) ||
			isAlnum(d) || strings.IndexByte("-._~:", d) >= 0 {
			return fmt.Errorf("has the percent-encoding %q in %q, which is not canonical", triplet, c.raw)
		}
		rest = rest[i+3:]
	}
	if r.scheme != nil && r.scheme.valid != nil && !r.scheme.valid(c.Version) {
		return fmt.Errorf("has the version %q, which is not %s", c.Version, r.scheme.want)
	}
	return nil
}

func (r Range) checkUnique() error {
	for i, a := range r.Constraints {
		for _, b := range r.Constraints[:i] {
			if a.Version == b.Version || r.strict() && r.scheme.compare(a.Version, b.Version) == 0 {
				return fmt.Errorf("has the version %q twice", a.Version)
			}
			if i > 256 {
				break // sorted neighbours below find the rest in long lists
			}
		}
	}
	return nil
}

// strict reports whether the scheme's order is law, not best effort.
func (r Range) strict() bool {
	if r.scheme == nil {
		return false
	}
	if !r.scheme.bestEffort {
		return true
	}
	return !slices.ContainsFunc(r.Constraints, func(c Constraint) bool {
		return strings.IndexFunc(strings.TrimLeft(c.Version, "vV"), func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) >= 0
	})
}

func (r Range) checkOrder() error {
	if !r.strict() {
		return nil
	}
	for i := 1; i < len(r.Constraints); i++ {
		a, b := r.Constraints[i-1], r.Constraints[i]
		switch d := r.scheme.compare(a.Version, b.Version); {
		case d == 0:
			return fmt.Errorf("has the version %q twice", b.Version)
		case d > 0:
			return fmt.Errorf("is not sorted by version: %q stands before %q", a.Version, b.Version)
		}
	}
	return nil
}

// checkSequence holds the comparators to the rules for neighbours: without
// "!=", "=" is followed by "=", ">" or ">="; without "=" as well, those that
// begin and those that end an interval alternate.
func (r Range) checkSequence() error {
	var last, bound *Constraint
	for i := range r.Constraints {
		c := &r.Constraints[i]
		if c.Comparator == NotEqual {
			continue
		}
		if last != nil && last.Comparator == Equal && c.isUpper() {
			return redundant(last, c)
		}
		if c.Comparator != Equal {
			if bound != nil && bound.isLower() == c.isLower() {
				return redundant(bound, c)
			}
			bound = c
		}
		last = c
	}
	return nil
}

func redundant(a, b *Constraint) error {
	return fmt.Errorf("has %q followed by %q, of which one says nothing: remove it",
		a.Comparator.String()+a.raw, b.Comparator.String()+b.raw)
}

// sorted gives the constraints in the order of their versions, if the type has
// one, else as written.
func (r Range) sorted() []Constraint {
	if r.scheme == nil {
		return r.Constraints
	}
	byVersion := func(a, b Constraint) int { return r.scheme.compare(a.Version, b.Version) }
	if slices.IsSortedFunc(r.Constraints, byVersion) {
		return r.Constraints
	}
	list := slices.Clone(r.Constraints)
	slices.SortStableFunc(list, byVersion)
	return list
}
