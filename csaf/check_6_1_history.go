package csaf

// historyChecks are the mandatory tests about versions and their history.
var historyChecks = []check{
	{"6.1.14", v20 | v21, unsortedHistory, 0},
	{"6.1.16", v20 | v21, notLatestVersion, 0},
	{"6.1.17", v20 | v21, versionNeedsDraft, 0},
	{"6.1.18", v20 | v21, releasedWithZero, 0},
	{"6.1.19", v20 | v21, preReleaseInHistory, 0},
	{"6.1.20", v20 | v21, preReleaseNotDraft, 0},
	{"6.1.21", v20 | v21, gapInHistory, 0},
	{"6.1.22", v20 | v21, repeatedVersion, 0},
	{"6.1.30", v20 | v21, mixedVersioning, 0},
}

// unsortedHistory reports the history as a whole, once: which of its items is
// wrong, only its author can say.
func unsortedHistory(c *checker) {
	for i := 1; i < len(c.sorted); i++ {
		before, r := c.sorted[i-1], c.sorted[i]
		if before.ver.ok && r.ver.ok && before.ver.compare(r.ver) > 0 {
			c.fail(c.tracking.Get("revision_history"), "version %q of %s comes after the higher version %q of %s; correct the number or the date",
				r.number, r.raw, before.number, before.raw)
			return
		}
	}
}

func notLatestVersion(c *checker) {
	at := c.tracking.Get("version")
	if !at.Is(String) || len(c.sorted) == 0 {
		return
	}
	last := c.sorted[len(c.sorted)-1]
	a, b := parseDocVersion(at.Text()), last.ver
	a.build, b.build = "", ""
	if c.tracking.Str("status") == StatusDraft {
		a.pre, b.pre = "", ""
	}
	if a != b || !a.ok && at.Text() != last.number {
		c.fail(at, "the document has version %q, its latest revision %q; make them the same", at.Text(), last.number)
	}
}

func versionNeedsDraft(c *checker) {
	status, v := c.tracking.Get("status"), parseDocVersion(c.tracking.Str("version"))
	if status.Is(String) && status.Text() != StatusDraft && (v.zero() || v.pre != "") {
		c.fail(status, "version %q is a draft's, but the status is %q; use the status draft or a released version",
			c.tracking.Str("version"), status.Text())
	}
}

// released reports whether the document's status says that it is out.
func released(c *checker) bool {
	s := c.tracking.Str("status")
	return s == StatusFinal || s == StatusInterim
}

func releasedWithZero(c *checker) {
	if !released(c) {
		return
	}
	for _, r := range c.revisions {
		if r.ver.zero() {
			c.fail(r.node.Get("number"), "the document is %s, but its history has the draft version %q; remove the item",
				c.tracking.Str("status"), r.number)
		}
	}
}

func preReleaseInHistory(c *checker) {
	for _, r := range c.revisions {
		if r.ver.pre != "" {
			c.fail(r.node.Get("number"), "the pre-release version %q does not belong in the history; remove the item or its pre-release part", r.number)
		}
	}
}

func preReleaseNotDraft(c *checker) {
	at := c.tracking.Get("version")
	if v := parseDocVersion(at.Text()); released(c) && v.pre != "" {
		c.fail(at, "the document is %s, but its version %q has a pre-release part; remove it", c.tracking.Str("status"), at.Text())
	}
}

// maxMissing bounds the missing versions that are reported one by one, as a
// history may jump from 1 to any number.
const maxMissing = 100

func gapInHistory(c *checker) {
	h := historyGaps{c: c, at: c.tracking.Get("revision_history"), present: map[string]bool{}}
	for _, r := range c.revisions {
		h.present[r.ver.major] = true
	}
	var last *revision
	for i := range c.sorted {
		r := &c.sorted[i]
		switch {
		case !r.ver.ok:
			continue
		case last == nil && r.ver.major != "0" && r.ver.major != "1":
			c.fail(h.at, "the history begins with version %q; it must begin with 0 or 1", r.number)
			h.missing("1", r.ver.major, "before "+r.raw)
		case last != nil && compareNumerals(r.ver.major, last.ver.major) > 0:
			h.missing(increment(last.ver.major), r.ver.major, "between "+last.raw+" and "+r.raw)
		}
		if last == nil || compareNumerals(r.ver.major, last.ver.major) > 0 {
			last = r
		}
	}
}

type historyGaps struct {
	c       *checker
	at      Node
	present map[string]bool // major versions anywhere in the history
}

// missing reports the versions from one up to another, which exists.
func (h *historyGaps) missing(from, to, where string) {
	for n := 0; compareNumerals(from, to) < 0 && !h.c.full(); n++ {
		switch {
		case n == maxMissing:
			h.c.fail(h.at, "the versions from %s up to %s are missing %s; add their items", from, to, where)
			return
		case h.present[from]:
			h.c.fail(h.at, "version %s is in the history, but not %s; correct the dates or numbers", from, where)
		default:
			h.c.fail(h.at, "version %s is missing altogether, %s; add its item", from, where)
		}
		from = increment(from)
	}
}

// increment adds one to a decimal number of any length.
func increment(s string) string {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			return string(b)
		}
		b[i] = '0'
	}
	return "1" + string(b)
}

func repeatedVersion(c *checker) {
	first := map[string]int{}
	for i, r := range c.revisions {
		if r.number == "" {
			continue
		}
		if before, ok := first[r.number]; ok {
			c.fail(r.node, "version %q is in the history already, as item %d; number each version once", r.number, before)
		} else {
			first[r.number] = i
		}
	}
}

// mixedVersioning reports a history of both kinds, and a document version that
// is of another kind than the last item of the history.
func mixedVersioning(c *checker) {
	var first, last *revision
	mixed := false
	for i := range c.revisions {
		r := &c.revisions[i]
		if !r.ver.ok {
			continue
		}
		if first == nil {
			first = r
		}
		last = r
		if r.ver.integer != first.ver.integer && !mixed {
			mixed = true
			c.fail(c.tracking.Get("revision_history"), "%q is %s, but %q is %s; use one kind of version throughout",
				r.number, r.ver.kind(), first.number, first.ver.kind())
		}
	}
	at := c.tracking.Get("version")
	if v := parseDocVersion(at.Text()); v.ok && last != nil && v.integer != last.ver.integer {
		c.fail(at, "%q is %s, but %q of the history is %s; use one kind of version throughout",
			at.Text(), v.kind(), last.number, last.ver.kind())
	}
}

// kind is the kind of the version in words.
func (v docVersion) kind() string {
	if v.integer {
		return "an integer"
	}
	return "a semantic version"
}
