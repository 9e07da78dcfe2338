package csaf

import "time"

// dateAndTime checks the form of every date-time: RFC 3339 with a capital T
// and Z, and without leap seconds (section 2.3 of CSAF 2.1).
func dateAndTime(c *checker) {
	t := c.tracking
	c.dateForm(t.Get("current_release_date"))
	c.dateForm(t.Path("generator", "date"))
	c.dateForm(t.Get("initial_release_date"))
	for _, r := range c.revisions {
		c.dateForm(r.node.Get("date"))
	}
	for i := range c.vulns {
		v := &c.vulns[i]
		c.dateForm(v.node.Get("disclosure_date"))
		c.dateForm(v.node.Get("discovery_date"))
		for f := range v.node.Get("first_known_exploitation_dates").Items() {
			c.dateForm(f.Get("date"))
			c.dateForm(f.Get("exploitation_date"))
		}
		for _, key := range []string{"flags", "involvements", "remediations", "threats"} {
			for n := range v.node.Get(key).Items() {
				c.dateForm(n.Get("date"))
			}
		}
		for _, s := range v.scores {
			c.dateForm(s.content.Path("epss", "timestamp"))
			c.dateForm(s.content.Path("ssvc_v2", "timestamp"))
		}
	}
}

func (c *checker) dateForm(n Node) {
	if !n.Is(String) {
		return
	}
	s := n.Text()
	p, ok := splitTime(s)
	switch {
	case !ok:
		c.fail(n, "%q is no date and time; write it as 2026-01-31T09:00:00Z or with an offset such as +09:00", s)
	case s[10] != 'T' || s[len(s)-1] == 'z':
		c.fail(n, "%q must be written with a capital T and Z", s)
	case p.second == 60:
		c.fail(n, "%q names a leap second; use second 59", s)
	}
}

// newestRevision is the date of the newest entry of the history; ok is false
// where none has a date.
func (c *checker) newestRevision() (newest time.Time, ok bool) {
	for _, r := range c.revisions {
		if r.date.After(newest) {
			newest = r.date
		}
	}
	return newest, !newest.IsZero()
}

// notAfterHistory demands that a time is not later than the newest revision:
// a document cannot report what happened after it was written.
func (c *checker) notAfterHistory(n Node, what string) {
	at, ok := parseTime(n.Text())
	if !ok {
		return
	}
	if newest, ok := c.newestRevision(); ok && at.After(newest) {
		c.fail(n, "the %s %q is later than the newest revision (%s); correct it or add the revision that reports it",
			what, n.Text(), newest.Format(time.RFC3339))
	}
}

func disclosureAfterHistory(c *checker) {
	if !c.public() || !released(c) {
		return
	}
	for _, v := range c.vulns {
		c.notAfterHistory(v.node.Get("disclosure_date"), "disclosure date")
	}
}

func ssvcAfterHistory(c *checker) { c.metricAfterHistory("ssvc_v2", "SSVC timestamp") }
func epssAfterHistory(c *checker) { c.metricAfterHistory("epss", "EPSS timestamp") }

func (c *checker) metricAfterHistory(key, what string) {
	if !released(c) {
		return
	}
	for _, v := range c.vulns {
		for _, s := range v.scores {
			c.notAfterHistory(s.content.Path(key, "timestamp"), what)
		}
	}
}

func exploitationAfterHistory(c *checker) {
	if !released(c) {
		return
	}
	for _, v := range c.vulns {
		for f := range v.node.Get("first_known_exploitation_dates").Items() {
			c.notAfterHistory(f.Get("date"), "date")
			c.notAfterHistory(f.Get("exploitation_date"), "exploitation date")
		}
	}
}

func exploitationAfterReport(c *checker) {
	for _, v := range c.vulns {
		for f := range v.node.Get("first_known_exploitation_dates").Items() {
			n := f.Get("exploitation_date")
			at, ok1 := parseTime(n.Text())
			report, ok2 := parseTime(f.Str("date"))
			if ok1 && ok2 && at.After(report) {
				c.fail(n, "the exploitation %q is later than the date %q of the information about it; correct one of them", n.Text(), f.Str("date"))
			}
		}
	}
}
