package cvd

import (
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
)

// joining is a merge under way: what from has, c gets, under names of its own.
type joining struct {
	*move
	from  Case
	ask   []ParticipantID
	read  map[ParticipantID]bool // who read c before
	named map[string]string      // vulnerabilities: from's name to ours
	prods map[string]string      // products, likewise
	parts map[string]string      // parts, likewise; from itself is MainPart
}

// vulns takes the vulnerabilities in. Which of them is one that we have already
// the officer has said; the others get names that tell nothing of their number.
func (j *joining) vulns(same map[string]string) error {
	c := j.c
	id := partID(c.ID, j.from.ID)
	part := Part{ID: id, Case: j.from.ID, At: j.now, Title: j.from.Title, Brief: j.from.Brief}
	j.named, j.parts = map[string]string{}, map[string]string{MainPart: id}
	var k fault.Check
	taken := map[string]bool{}
	for theirs, ours := range same {
		has := func(vs []Vuln, id string) bool {
			return slices.ContainsFunc(vs, func(v Vuln) bool { return v.ID == id })
		}
		k.Need(has(j.from.Vulns, theirs) && has(c.Vulns, ours) && !taken[ours], "same", "fault.case.join_same")
		taken[ours] = true
	}
	if err := k.Err(); err != nil {
		return err
	}
	for _, v := range j.from.Vulns {
		old := v.ID
		if ours := same[old]; ours != "" {
			v.ID = ours
		} else {
			v.ID = old + "-" + id[1:5]
			for slices.ContainsFunc(c.Vulns, func(x Vuln) bool { return x.ID == v.ID }) {
				v.ID += "x"
			}
			c.Vulns = append(c.Vulns, v)
		}
		j.named[old] = v.ID
		if j.from.cameWith(old) != "" {
			continue // it belongs to a part of theirs
		}
		part.Vulns = append(part.Vulns, v)
		if same[old] == "" {
			part.Own = append(part.Own, v.ID)
		}
	}
	j.takeParts(part)
	return nil
}

// takeParts takes over what had come into the other case by merges before, and
// the other case itself as a part.
func (j *joining) takeParts(main Part) {
	in := func(r ReportID) bool {
		return slices.ContainsFunc(j.from.Parts, func(x Part) bool { return slices.Contains(x.Reports, r) })
	}
	for _, r := range j.from.Reports {
		if !in(r) && !slices.Contains(j.c.Reports, r) {
			main.Reports = append(main.Reports, r)
		}
	}
	for i := range j.from.Parties {
		if p := &j.from.Parties[i]; p.ID != Centre && p.Part == "" {
			main.Parties = append(main.Parties, p.ID)
		}
	}
	for _, x := range j.from.Parts {
		was := x.ID
		x.ID = partID(j.c.ID, x.Case)
		if slices.ContainsFunc(j.c.Parts, func(y Part) bool { return y.ID == x.ID }) {
			x.ID = partID(j.c.ID, CaseID(was)) // the same case came in by both ways
		}
		j.parts[was] = x.ID
		x.Vulns, x.Own = slices.Clone(x.Vulns), slices.Clone(x.Own)
		for i := range x.Vulns {
			x.Vulns[i].ID = j.named[x.Vulns[i].ID]
		}
		for i := range x.Own {
			x.Own[i] = j.named[x.Own[i]]
		}
		x.Own = slices.DeleteFunc(x.Own, func(id string) bool { return j.c.cameWith(id) != "" })
		j.c.Parts = append(j.c.Parts, x)
	}
	j.c.Parts = append(j.c.Parts, main)
}

// reports takes the reports in. From now on it is said of each which
// vulnerabilities it tells of: what "all" meant was each case's own.
func (j *joining) reports() {
	for _, r := range j.from.Reports {
		var tells []string
		for _, id := range j.from.Tells(r) {
			tells = append(tells, j.named[id])
		}
		if slices.Contains(j.c.Reports, r) {
			tells = append(tells, j.c.Tells(r)...)
		} else {
			j.c.Reports = append(j.c.Reports, r)
		}
		j.link(r, tells)
	}
	j.c.Accepted = firstOf(j.c.Accepted, j.from.Accepted)
	for _, g := range j.from.Guidelines {
		if !slices.ContainsFunc(j.c.Guidelines, func(x Guideline) bool { return x.Who == g.Who }) {
			j.c.Guidelines = append(j.c.Guidelines, g)
		}
	}
}

// embargo joins the two embargoes: the earliest accepted end stands, and nobody
// has to be asked for it, because it is within the promise they gave. Where only
// the other case had one, ours begins, and whoever has our content is asked.
func (j *joining) embargo() error {
	c, e, f := j.c, &j.c.Embargo, j.from.Embargo
	c.FirstAttempt = earliest(c.FirstAttempt, j.from.FirstAttempt)
	c.Planned = earliest(c.Planned, j.from.Planned)
	switch {
	case !j.from.UnderEmbargo() && !c.UnderEmbargo():
		return nil
	case !j.from.UnderEmbargo():
		e.Terms++
	case c.UnderEmbargo():
		e.Terms++
		e.Until, e.Since = earliest(e.Until, f.Until), earliest(e.Since, f.Since)
	default:
		return j.begins()
	}
	for i := range c.Parties {
		if p := &c.Parties[i]; p.PEC == PECSignatory && p.Left.IsZero() {
			p.Terms = e.Terms
		}
	}
	return nil
}

// begins puts our case under the other one's embargo.
func (j *joining) begins() error {
	c, e, f := j.c, &j.c.Embargo, j.from.Embargo
	posted := e.State == EMProposed // the centre's own terms: a finder has accepted them by reporting (norm 7)
	if e.State == EMNone {
		if err := j.em(EMPropose, party.Officer); err != nil {
			return err
		}
	}
	if err := j.em(EMAccept, party.Officer); err != nil {
		return err
	}
	e.Terms++
	e.Since, e.Until, e.Open, e.Term = j.now, f.Until, nil, 0
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Sent.IsZero() && !p.Waits || !p.Left.IsZero() || p.PEC != PECNone {
			continue
		}
		do, role := PECInvite, party.Officer
		if p.ID == Centre || posted && p.Role == party.Finder && !p.Free || j.signed(p.ID) {
			do, role = PECAccept, p.Role
		}
		if err := j.pec(p, do, role); err != nil {
			return err
		}
	}
	return nil
}

// signed reports whether a participant keeps the other case's embargo.
func (j *joining) signed(id ParticipantID) bool {
	p := j.from.Party(id)
	return p != nil && p.PEC == PECSignatory && p.Left.IsZero()
}

// people takes the participants in.
func (j *joining) people() error {
	var ours []string // all parts that were here before
	ours = append(ours, MainPart)
	for _, x := range j.c.Parts[:len(j.c.Parts)-1-len(j.from.Parts)] {
		ours = append(ours, x.ID)
	}
	for i := range j.from.Parties {
		q := &j.from.Parties[i]
		if q.ID == Centre || q.Role == party.Operator { // what operators were given stays in the case that gave it
			continue
		}
		if p := j.c.Party(q.ID); p != nil {
			j.both(p, q)
			continue
		}
		if err := j.newcomer(*q, ours); err != nil {
			return err
		}
	}
	for i := range j.c.Parties {
		p := &j.c.Parties[i]
		if p.ID == Centre || p.Role == party.Operator || !j.read[p.ID] && !p.Alone {
			continue
		}
		j.setApart(p)
	}
	return nil
}

// setApart notes which of the other case's parts somebody lacks that read ours.
func (j *joining) setApart(p *Participant) {
	q := j.from.Party(p.ID)
	for _, was := range append([]string{MainPart}, partIDs(j.from.Parts)...) {
		if q != nil && j.from.Opens(q) && q.reads(was) && within(p.Members, q.Members) {
			continue
		}
		p.Apart = append(slices.Clone(p.Apart), Apart{Part: j.parts[was], Asked: j.asks(p)})
	}
}

// asks is when a participant is asked for what it lacks: now, or not yet. One of
// the individual tier is not: it reads about its own products only. An override
// was granted for what it covers now.
func (j *joining) asks(p *Participant) (at time.Time) {
	if p.Role != party.Finder && !p.Alone && (!p.Bound() || p.Agreed()) && slices.Contains(j.ask, p.ID) {
		at = j.now
	}
	return at
}

func partIDs(parts []Part) []string {
	var ids []string
	for _, x := range parts {
		ids = append(ids, x.ID)
	}
	return ids
}

// within reports whether everybody of the first list is in the second; an empty
// one stands for the whole organisation.
func within(a, b []party.PersonID) bool {
	if len(b) == 0 {
		return true
	}
	return len(a) > 0 && !slices.ContainsFunc(a, func(id party.PersonID) bool { return !slices.Contains(b, id) })
}

// both joins what the two cases know of one participant.
func (j *joining) both(p, q *Participant) {
	if p.Heard.Before(q.Heard) {
		p.Heard = q.Heard
	}
	if len(p.Attempts) == 0 {
		p.Attempts = slices.Clone(q.Attempts)
	}
	if p.Number == "" {
		p.Number = q.Number
	}
	p.Aware = earliest(p.Aware, q.Aware)
	p.Free = p.Free || q.Free
}

// newcomer adds somebody who took part in the other case only. Who reads it there
// reads it here, and nothing of ours before it agrees.
func (j *joining) newcomer(q Participant, ours []string) error {
	reads := j.from.Opens(&q) || q.Waits // who waits for an agreement will
	p := q
	p.Joined, p.PEC, p.Terms, p.AnswerBy, p.Sent, p.Moved = j.now, PECNone, 0, time.Time{}, time.Time{}, ""
	p.Part = j.parts[MainPart]
	if q.Part != "" {
		p.Part = j.parts[q.Part]
	}
	p.Apart = nil
	if reads {
		p.Sent = q.Sent
		for _, a := range q.Apart {
			p.Apart = append(p.Apart, Apart{Part: j.parts[a.Part], Asked: a.Asked})
		}
		for _, id := range ours {
			p.Apart = append(p.Apart, Apart{Part: id, Asked: j.asks(&p)})
		}
	}
	j.c.Parties = append(j.c.Parties, p)
	return j.bind(j.c.Party(p.ID), &q, reads)
}

// bind leads a newcomer's consent to where it belongs.
func (j *joining) bind(p, q *Participant, reads bool) error {
	switch {
	case !j.c.UnderEmbargo() || !p.Left.IsZero():
		return nil
	case j.signed(q.ID), j.from.Embargo.State == EMProposed && p.Role == party.Finder && !p.Free: // the posted terms, by reporting (norm 7)
		return j.pec(p, PECAccept, p.Role)
	case q.PEC == PECDeclined || p.Free || !reads && !j.from.UnderEmbargo():
		return j.pec(p, PECDecline, party.Clock)
	}
	p.Sent, p.Waits, p.Override = time.Time{}, false, nil
	if !p.Alone { // it is asked for the joined case as a whole
		p.Apart = nil
	}
	return j.pec(p, PECInvite, party.Officer)
}

// words takes over what vendors have said. The newer word counts where both
// cases have one of the same vendor for the same thing.
func (j *joining) words() {
	c := j.c
	j.prods = map[string]string{}
	for _, x := range j.from.Products {
		j.prods[x.ID] = j.product(x)
	}
	for _, s := range j.from.Statuses {
		s.Vuln, s.Product = j.named[s.Vuln], j.prods[s.Product]
		i := slices.IndexFunc(c.Statuses, func(x Status) bool { return x.Org == s.Org && x.Vuln == s.Vuln && x.Product == s.Product })
		if j.shares(s.Org, s.Vuln) {
			s.Shared = false
		}
		switch {
		case i < 0:
			c.Statuses = append(c.Statuses, s)
		case c.Statuses[i].At.Before(s.At):
			c.Statuses[i] = s
		}
	}
	for _, s := range j.from.Statements {
		s.Shared = s.Shared && !j.shares(s.Org, "")
		i := slices.IndexFunc(c.Statements, func(x Statement) bool { return x.Org == s.Org })
		switch {
		case i < 0:
			c.Statements = append(c.Statements, s)
		case c.Statements[i].At.Before(s.At):
			c.Statements[i] = s
		}
	}
	for _, r := range j.from.Remedies {
		r.Products = slices.Clone(r.Products)
		for i := range r.Products {
			r.Products[i] = j.prods[r.Products[i]]
		}
		same := func(x Remedy) bool {
			return x.Org == r.Org && x.Kind == r.Kind && slices.Equal(x.Products, r.Products)
		}
		if !slices.ContainsFunc(c.Remedies, same) {
			c.Remedies = append(c.Remedies, r)
		}
	}
}

// shares reports whether a word of the other case would be read, where its
// vendor shares it, by those who read only ours: then it is shared no longer,
// until its vendor does so again. vuln is ours, "" for the vendor's statement.
func (j *joining) shares(org party.OrgID, vuln string) bool {
	return j.c.Party(OrgParticipant(org)) != nil && (vuln == "" || j.c.cameWith(vuln) == "")
}

// product finds or adds a product of the other case, and gives its id here.
func (j *joining) product(x product.Product) string {
	for _, y := range j.c.Products {
		if y.Org == x.Org && y.Name == x.Name && y.Range == x.Range {
			return y.ID
		}
	}
	if slices.ContainsFunc(j.c.Products, func(y product.Product) bool { return y.ID == x.ID }) {
		x.ID = j.productID(x)
	}
	j.c.Products = append(j.c.Products, x)
	return x.ID
}

// rest joins what is left: the narrower label, a judgement where ours has none,
// the other's kin.
func (j *joining) rest() {
	c := j.c
	c.TLP = tlp.Narrower(c.TLP, j.from.TLP)
	if c.Priority == nil {
		c.Priority = j.from.Priority
	}
	for _, id := range append([]CaseID{j.from.From}, j.from.Splits...) {
		if id != "" && id != c.ID && !slices.Contains(c.Splits, id) && id != c.From {
			c.Splits = append(c.Splits, id)
		}
	}
	c.News = append(c.News, j.from.News...)
	c.Joined = append(c.Joined, j.from.ID)
}

// earliest is the earlier of two moments; an unset one counts for nothing.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
