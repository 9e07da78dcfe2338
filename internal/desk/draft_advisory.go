package desk

import (
	"context"
	"slices"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/store"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// DraftAdvisory begins the advisory of a case. It takes over what is meant for
// the public: titles, products, statuses, statements, remedies, and the credit
// as consented; nothing of the report's procedure.
func (d *Desk) DraftAdvisory(ctx context.Context, by party.Actor, id cvd.CaseID) (advisory.ID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	aid := advisory.ID(id)
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		a, err := tx.Advisory(ctx, aid)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil && a.State != advisory.Dropped {
			return fault.New(fault.NotNow, "fault.advisory.exists")
		}
		content, err := d.firstContent(ctx, tx, c)
		if err != nil {
			return err
		}
		a, out, err := a.Do(advisory.Open{ID: aid, Case: string(id), Content: content}, by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetAdvisory(ctx, a); err != nil {
			return err
		}
		return tx.Record(ctx, out)
	})
	return aid, err
}

// firstContent is the public facts of a case as a draft.
func (d *Desk) firstContent(ctx context.Context, tx *store.Tx, c cvd.Case) (advisory.Content, error) {
	content := advisory.Content{Title: c.Title, TLP: tlp.Clear, Languages: []words.Lang{words.JA, words.EN}}
	for _, v := range c.Vulns {
		content.Vulnerabilities = append(content.Vulnerabilities, publicVuln(v, c))
	}
	if err := d.vendorFacts(ctx, tx, c, &content); err != nil {
		return content, err
	}
	if err := d.decided(ctx, tx, c, &content); err != nil {
		return content, err
	}
	err := d.credits(ctx, tx, c, &content)
	return content, err
}

// credits adds a line of thanks for each report that has none yet, as its finder
// consented, and says of each what it told of.
func (d *Desk) credits(ctx context.Context, tx *store.Tx, c cvd.Case, content *advisory.Content) error {
	for _, id := range c.Reports {
		var tells []string // none: everything
		if t := c.Tells(id); len(t) < len(c.Vulns) {
			tells = t
		}
		if i := slices.IndexFunc(content.Credits, func(k advisory.Credit) bool { return k.Report == string(id) }); i >= 0 {
			content.Credits[i].Vulnerabilities = tells
			continue
		}
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		kind := advisory.CreditUnnamed
		if r.Consents.Credit {
			kind = advisory.CreditNamed
		}
		content.Credits = append(content.Credits, advisory.Credit{Report: string(id), Kind: kind, Vulnerabilities: tells})
	}
	return nil
}

func publicVuln(v cvd.Vuln, c cvd.Case) advisory.Vulnerability {
	out := advisory.Vulnerability{ID: v.ID, Title: v.Title, CVE: v.CVE}
	for _, w := range v.CWEs {
		out.CWEs = append(out.CWEs, advisory.Weakness{ID: w})
	}
	for _, s := range v.Scores {
		switch s.Version {
		case "3.1":
			out.CVSS31 = s.Vector
		case "4.0":
			out.CVSS40 = s.Vector
		}
	}
	if !c.Attacks.IsZero() {
		out.Exploitation = advisory.ExploitActive
	}
	return out
}

// vendorFacts fills in the parts of the content that come from the vendors:
// products, remedies, statuses and statements, in place of what stood there.
func (d *Desk) vendorFacts(ctx context.Context, tx *store.Tx, c cvd.Case, content *advisory.Content) error {
	content.Products = slices.Clone(c.Products)
	content.Remedies = nil
	for _, r := range c.Remedies {
		content.Remedies = append(content.Remedies, r.Remedy)
	}
	content.Vendors = nil
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Role != party.Vendor {
			continue
		}
		o, err := tx.Organisation(ctx, p.Org)
		if err != nil {
			return err
		}
		content.Vendors = append(content.Vendors, vendorEntry(c, p, o))
	}
	return nil
}

// vendorEntry is one vendor's line in the table of vendors. Silence stays
// silence: without a word of the vendor's own, the entry says why there is none.
func vendorEntry(c cvd.Case, p *cvd.Participant, o party.Organisation) advisory.VendorEntry {
	e := advisory.VendorEntry{Org: string(p.Org), Name: nameOf(o), Status: product.NotContacted}
	if len(p.Attempts) > 0 {
		e.Status, e.Updated = product.NoAnswer, p.Attempts[len(p.Attempts)-1].At
	}
	worst := -1
	for _, s := range c.Statuses {
		if s.Org != p.Org {
			continue
		}
		if s.Product != "" {
			e.Statuses = append(e.Statuses, advisory.ProductStatus{Product: s.Product, Vulnerability: s.Vuln, Status: s.Status, Justification: s.Justification})
		}
		if w := weight(s.Status); w > worst {
			worst, e.Status = w, s.Status
		}
		if s.At.After(e.Updated) {
			e.Updated = s.At
		}
	}
	for _, s := range c.Statements {
		if s.Org == p.Org {
			e.StatementLang = words.EN
			if s.Text.EN == "" {
				e.StatementLang = words.JA
			}
			e.Statement, e.Link = s.Text.In(e.StatementLang), s.URL
		}
	}
	return e
}

// weight orders statuses: a vendor as a whole is as badly off as its worst product.
func weight(s product.Status) int {
	order := []product.Status{product.NotAffected, product.NotAffectedInvestigating, product.Unknown, product.AffectedInvestigating, product.Affected}
	return slices.Index(order, s)
}

// nameOf is an organisation's name in both languages, as far as it has one in each.
func nameOf(o party.Organisation) words.Text {
	t := words.Text{EN: o.Name()}
	for _, n := range o.Names {
		if n.Lang == "ja" && n.Kind == party.Official && t.JA == "" {
			t.JA = n.Text
		}
		if n.Lang == "en" && n.Kind == party.Official {
			t.EN = n.Text
		}
	}
	if t.JA == "" {
		t.JA = t.EN
	}
	return t
}

// facts is what the gate must know of the case.
func (d *Desk) facts(ctx context.Context, tx *store.Tx, c cvd.Case) (advisory.Facts, error) {
	f := advisory.Facts{Embargo: advisory.Embargo{State: string(c.Embargo.State), End: c.Embargo.Until}}
	if err := d.siblings(ctx, tx, c, &f.Embargo); err != nil {
		return f, err
	}
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Role != party.Vendor {
			continue
		}
		v := advisory.VendorContact{Org: string(p.Org), Heard: p.Heard, Silent: p.Silent, DraftTold: p.Draft}
		if len(p.Attempts) > 0 {
			v.Contacted = p.Attempts[0].At
		}
		f.Vendors = append(f.Vendors, v)
	}
	rulings, err := d.rulings(ctx, tx, c)
	if err != nil {
		return f, err
	}
	f.Rulings = rulings
	for _, id := range c.Reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return f, err
		}
		f.Credits = append(f.Credits, advisory.Consent{Report: string(id), Named: r.Consents.Credit})
	}
	return f, nil
}

// siblings looks at the other cases that handle a report of this one: what they
// keep quiet about came from the same text, so the latest of their embargoes
// binds this publication too (Vultron EM, norm 11: regard for the siblings).
func (d *Desk) siblings(ctx context.Context, tx *store.Tx, c cvd.Case, e *advisory.Embargo) error {
	for _, r := range c.Reports {
		cases, err := tx.CasesOf(ctx, r)
		if err != nil {
			return err
		}
		for _, s := range cases {
			if s.ID == c.ID || s.Into != "" || !s.UnderEmbargo() { // one that was closed into another follows it
				continue
			}
			if bound := e.State == string(cvd.EMActive) || e.State == string(cvd.EMRevise); !bound || s.Embargo.Until.After(e.End) {
				*e = advisory.Embargo{State: string(s.Embargo.State), End: s.Embargo.Until}
			}
		}
	}
	return nil
}

// creditNames are the names that finders have consented to, entered only now.
func (d *Desk) creditNames(ctx context.Context, tx *store.Tx, c cvd.Case) (map[string]words.Text, error) {
	names := map[string]words.Text{}
	for _, id := range c.Reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return nil, err
		}
		if !r.Consents.Credit {
			continue
		}
		who, err := tx.Identity(ctx, id)
		if fault.KindOf(err) == fault.NotFound { // forgotten: the gate says that the name is missing
			continue
		}
		if err != nil {
			return nil, err
		}
		names[string(id)] = words.Text{EN: who.CreditAs, JA: who.CreditAs}
	}
	return names, nil
}

// WriteAdvisory does one verb of an officer to an advisory: write, submit,
// return, set a finding aside, hold, drop, revise. seen guards against
// overwriting a colleague's text.
func (d *Desk) WriteAdvisory(ctx context.Context, by party.Actor, id advisory.ID, seen int64, v advisory.Verb) error {
	if err := officer(by); err != nil {
		return err
	}
	switch v.(type) {
	case advisory.Open, advisory.Publish, advisory.Withdraw: // they have methods of their own, which do more
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return d.do(ctx, func(tx *store.Tx) error {
		a, c, facts, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		if seen != 0 && seen != a.Version {
			return fault.New(fault.Stale, "fault.stale")
		}
		v := v
		if w, ok := v.(advisory.Write); ok { // what the committee decided is recorded, not written
			if err := d.decided(ctx, tx, c, &w.Content); err != nil {
				return err
			}
			v = w
		}
		next, out, err := a.Do(withFacts(v, facts), by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetAdvisory(ctx, next); err != nil {
			return err
		}
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutAdvisory, ID: string(id)}, next.Version)
		if _, submitted := v.(advisory.Submit); submitted {
			d.wantApproval(p, next, c, by)
		}
		return p.record(out)
	})
}

// loadAdvisory reads an advisory with its case and what the gate must know.
func (d *Desk) loadAdvisory(ctx context.Context, tx *store.Tx, id advisory.ID) (advisory.Advisory, cvd.Case, advisory.Facts, error) {
	a, err := tx.Advisory(ctx, id)
	if err != nil {
		return a, cvd.Case{}, advisory.Facts{}, err
	}
	c, err := tx.Case(ctx, cvd.CaseID(a.Case))
	if err != nil {
		return a, c, advisory.Facts{}, err
	}
	f, err := d.facts(ctx, tx, c)
	return a, c, f, err
}

// withFacts puts the case's facts into the verbs that pass the gate: no door
// may bring its own.
func withFacts(v advisory.Verb, f advisory.Facts) advisory.Verb {
	switch v := v.(type) {
	case advisory.Approve:
		v.Facts = f
		return v
	case advisory.SetAside:
		v.Facts = f
		return v
	case advisory.Schedule:
		v.Facts = f
		return v
	}
	return v
}

// wantApproval asks the officers who did not write the draft.
func (d *Desk) wantApproval(p *post, a advisory.Advisory, c cvd.Case, by party.Actor) {
	people, err := p.tx.People(p.ctx, party.Officer)
	if err != nil {
		p.err = err
		return
	}
	var others []party.PersonID
	author := ""
	for _, x := range people {
		if x.ID == by.Person {
			author = x.Name
		}
		if a.Draft != nil && !slices.Contains(a.Draft.Authors, x.ID) {
			others = append(others, x.ID)
		}
	}
	if len(others) == 0 {
		return
	}
	p.officers(d.Centre.Mark(c.ID), "/desk/advisories/"+string(a.ID), func(h notice.Head) notice.Letter {
		return notice.ApprovalWanted(h, notice.Content{Title: c.Title.In(h.To.Lang)}, author)
	}, others...)
}

// TellDraft tells every vendor of the case of the draft: those who have signed
// for comment, silent ones as a heads-up.
func (d *Desk) TellDraft(ctx context.Context, by party.Actor, id advisory.ID) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		a, c, _, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Draft == nil {
			return fault.New(fault.NotNow, "fault.advisory.no_draft")
		}
		var who []cvd.ParticipantID
		for i := range c.Parties {
			if p := &c.Parties[i]; p.Role == party.Vendor && p.Left.IsZero() {
				who = append(who, p.ID)
			}
		}
		_, err = d.act(ctx, tx, by, c.ID, 0, cvd.TellDraft{Who: who})
		return err
	})
}

// AdvisoryPage is an advisory as an officer sees it.
type AdvisoryPage struct {
	Advisory advisory.Advisory
	Mark     string
	Case     cvd.View
	Findings []advisory.Finding // of the draft, as if it were published now
	Verbs    []advisory.Name
	Names    map[party.PersonID]string // of authors and approvers
	History  []Moment
	Public   string // path of the published page
}

// Advisory opens one advisory to an officer.
func (d *Desk) Advisory(ctx context.Context, by party.Actor, id advisory.ID) (AdvisoryPage, error) {
	if err := officer(by); err != nil {
		return AdvisoryPage{}, err
	}
	var p AdvisoryPage
	err := d.view(ctx, func(tx *store.Tx) error {
		a, c, facts, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Advisory, p.Mark, p.Verbs = a, d.Centre.Mark(c.ID), a.Allowed(by)
		if p.Case, err = c.SeenBy(by); err != nil {
			return err
		}
		if a.Draft != nil {
			p.Findings = advisory.Gate(*a.Draft, facts, tx.Now())
		}
		if p.Names, err = d.officerNames(ctx, tx); err != nil {
			return err
		}
		if p.Public, err = d.publicPath(ctx, tx, string(c.ID)); err != nil {
			return err
		}
		p.History, err = d.timeline(ctx, tx, journal.Ref{Kind: journal.AboutAdvisory, ID: string(id)})
		return err
	})
	return p, err
}

func (d *Desk) officerNames(ctx context.Context, tx *store.Tx) (map[party.PersonID]string, error) {
	people, err := tx.People(ctx, party.Officer)
	names := map[party.PersonID]string{}
	for _, x := range people {
		names[x.ID] = x.Name
	}
	return names, err
}

// AdvisoryRow is a line of the officers' list.
type AdvisoryRow struct {
	ID      advisory.ID
	Mark    string
	Title   words.Text
	State   advisory.State
	Changed time.Time
	At      time.Time // when scheduled
	Authors []party.PersonID
}

// Advisories lists what is being written and what was published last.
func (d *Desk) Advisories(ctx context.Context, by party.Actor) ([]AdvisoryRow, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var rows []AdvisoryRow
	err := d.view(ctx, func(tx *store.Tx) error {
		for _, s := range advisory.Publication.States() {
			as, err := tx.AdvisoriesIn(ctx, s, 100)
			if err != nil {
				return err
			}
			for _, a := range as {
				row := AdvisoryRow{ID: a.ID, Mark: d.Centre.Mark(cvd.CaseID(a.ID)), State: a.State, Changed: a.Changed}
				if a.Draft != nil {
					row.Title, row.At, row.Authors = a.Draft.Content.Title, a.Draft.At, a.Draft.Authors
				} else if a.Live != nil {
					row.Title = a.Live.Content.Title
				}
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, err
}
