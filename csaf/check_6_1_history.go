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

func unsortedHistory(c *checker) {
	for i := 1; i < len(c.sorted); i++ {
		before, r := c.sorted[i-1], c.sorted[i]
		if before.ver.ok && r.ver.ok && before.ver.compare(r.ver) > 0 {
			c.fail(r.node, "version %q of %s comes after the higher version %q of %s; correct the number or the date",
				r.number, r.raw, before.number, before.raw)
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

func gapInHistory(c *checker) {
	history := c.tracking.Get("revision_history")
	present := map[string]bool{} // major versions anywhere in the history
	for _, r := range c.revisions {
		present[r.ver.major] = true
	}
	last := ""
	for _, r := range c.sorted {
		if !r.ver.ok {
			continue
		}
		major := r.ver.major
		switch {
		case last == "":
			if major != "0" && major != "1" {
				c.fail(r.node.Get("number"), "the history begins with version %q; it must begin with 0 or 1, so add the missing items", r.number)
			}
		case compareNumerals(major, last) > 0 && major != increment(last):
			if present[increment(last)] {
				c.fail(history, "version %s does not follow %s when the history is sorted by date; correct the dates or numbers", increment(last), last)
			} else {
				c.fail(history, "version %s is missing between %s and %s; add its item", increment(last), last, r.number)
			}
		}
		if last == "" || compareNumerals(major, last) > 0 {
			last = major
		}
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

func mixedVersioning(c *checker) {
	kinds := map[bool]string{true: "an integer", false: "a semantic version"}
	first := parseDocVersion(c.tracking.Str("version"))
	firstText := c.tracking.Str("version")
	for _, r := range c.revisions {
		switch {
		case !r.ver.ok:
		case !first.ok:
			first, firstText = r.ver, r.number
		case r.ver.integer != first.integer:
			c.fail(r.node.Get("number"), "%q is %s, but %q is %s; use one kind of version throughout",
				r.number, kinds[r.ver.integer], firstText, kinds[first.integer])
		}
	}
}
