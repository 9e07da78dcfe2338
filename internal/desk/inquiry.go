package desk

import (
	"context"
	"strings"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// InquiryMark is how an inquiry is called in public: DID#0012.
func (c Centre) InquiryMark(n int) string { return inquiry.Mark(c.inquiries(), n) }

// inquiries is the prefix of inquiries.
func (c Centre) inquiries() string {
	if c.Inquiries == "" {
		return "DID"
	}
	return c.Inquiries
}

// OpenInquiry begins an inquiry about an organisation, unless one is under way.
func (d *Desk) OpenInquiry(ctx context.Context, by party.Actor, org party.OrgID, n inquiry.Notice) (inquiry.ID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	id := inquiry.ID(d.newID())
	err := d.do(ctx, func(tx *store.Tx) error {
		if _, err := tx.Organisation(ctx, org); err != nil {
			return err
		}
		about, err := tx.InquiriesAbout(ctx, org)
		if err != nil {
			return err
		}
		for _, i := range about {
			if i.State.Live() {
				return fault.New(fault.NotNow, "fault.inquiry.open_already")
			}
		}
		return d.keepInquiry(ctx, tx, by, inquiry.Inquiry{}, inquiry.Open{ID: id, Org: org, Notice: n})
	})
	return id, err
}

// ActInquiry does one verb to an inquiry. The number and the ground are looked
// up here: no door may bring its own. seen guards against overwriting.
func (d *Desk) ActInquiry(ctx context.Context, by party.Actor, id inquiry.ID, seen int64, v inquiry.Verb) error {
	if err := officer(by); err != nil {
		return err
	}
	switch v.(type) {
	case inquiry.Open, inquiry.Refer, inquiry.Conclude: // they follow from other deeds
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return d.do(ctx, func(tx *store.Tx) error {
		i, err := tx.Inquiry(ctx, id)
		if err != nil {
			return err
		}
		if seen != 0 && seen != i.Version {
			return fault.New(fault.Stale, "fault.stale")
		}
		stand, _, err := d.standing(ctx, tx, i.Org)
		if err != nil {
			return err
		}
		v := v
		switch x := v.(type) {
		case inquiry.ProposeName:
			x.Standing = stand
			v = x
		case inquiry.ProposeProduct:
			x.Standing = stand
			v = x
		case inquiry.ConfirmProduct:
			x.Standing = stand
			v = x
		case inquiry.ConfirmName:
			x.Standing = stand
			if x.Number, err = tx.NextInquiryNumber(ctx); err != nil {
				return err
			}
			v = x
		}
		return d.keepInquiry(ctx, tx, by, i, v)
	})
}

// keepInquiry does a verb and stores what came of it, once nothing of a case
// shows in what would be public.
func (d *Desk) keepInquiry(ctx context.Context, tx *store.Tx, by party.Actor, i inquiry.Inquiry, v inquiry.Verb) error {
	next, out, err := i.Do(v, by, tx.Now())
	if err != nil {
		return err
	}
	if next.State.Live() {
		if err := d.tellsNothing(ctx, tx, next); err != nil {
			return err
		}
	}
	if err := tx.SetInquiry(ctx, next); err != nil {
		return err
	}
	return tx.Record(ctx, out)
}

// shortTitle is the length up to which a title is too common to be looked for.
const shortTitle = 8

// tellsNothing refuses a text that repeats the title of a case or of one of its
// vulnerabilities: the list says that somebody is looked for, never why.
func (d *Desk) tellsNothing(ctx context.Context, tx *store.Tx, i inquiry.Inquiry) error {
	cases, err := tx.CasesWith(ctx, cvd.OrgParticipant(i.Org))
	if err != nil {
		return err
	}
	public := strings.ToLower(strings.Join(i.Texts(), "\n"))
	for _, c := range cases {
		titles := []string{c.Title.EN, c.Title.JA}
		for _, v := range c.Vulns {
			titles = append(titles, v.Title.EN, v.Title.JA)
		}
		for _, t := range titles {
			if len(t) >= shortTitle && strings.Contains(public, strings.ToLower(t)) {
				return fault.New(fault.NotNow, "fault.inquiry.tells_title")
			}
		}
	}
	return nil
}

// InquiryPage is an inquiry as an officer sees it.
type InquiryPage struct {
	Inquiry  inquiry.Inquiry
	Mark     string // "" while it has no number
	Org      string
	Standing inquiry.Standing // now
	Policy   inquiry.Policy
	Can      []inquiry.Name
	Names    map[party.PersonID]string
	Letters  []talk.Mail // that wait in the tray and name the number
	History  []Moment    // the newest first
}

// Inquiry opens one inquiry.
func (d *Desk) Inquiry(ctx context.Context, by party.Actor, id inquiry.ID) (InquiryPage, error) {
	if err := officer(by); err != nil {
		return InquiryPage{}, err
	}
	var p InquiryPage
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if p.Inquiry, err = tx.Inquiry(ctx, id); err != nil {
			return err
		}
		o, err := tx.Organisation(ctx, p.Inquiry.Org)
		if err != nil {
			return err
		}
		p.Org, p.Policy, p.Can = o.Name(), inquiry.PolicyAt(tx.Now()), p.Inquiry.Allowed(by)
		if p.Inquiry.Number > 0 {
			p.Mark = d.Centre.InquiryMark(p.Inquiry.Number)
			if p.Letters, err = d.lettersNaming(ctx, tx, p.Mark); err != nil {
				return err
			}
		}
		if p.Standing, _, err = d.standing(ctx, tx, p.Inquiry.Org); err != nil {
			return err
		}
		if p.Names, err = d.officerNames(ctx, tx); err != nil {
			return err
		}
		p.History, err = d.history(ctx, tx, journal.AboutInquiry, string(id))
		return err
	})
	return p, err
}

// lettersNaming are the waiting letters that were put down as answers to an inquiry.
func (d *Desk) lettersNaming(ctx context.Context, tx *store.Tx, mark string) ([]talk.Mail, error) {
	waiting, err := tx.MailIn(ctx, talk.MailTray, 0, 200)
	var named []talk.Mail
	for _, m := range waiting {
		if m.Inquiry == mark {
			named = append(named, m)
		}
	}
	return named, err
}

// InquiryRow is a line of the officers' list.
type InquiryRow struct {
	inquiry.Inquiry
	Mark string
	Org  string
}

// Inquiries lists all: what is under way first.
func (d *Desk) Inquiries(ctx context.Context, by party.Actor) ([]InquiryRow, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var rows []InquiryRow
	err := d.view(ctx, func(tx *store.Tx) error {
		all, err := tx.Inquiries(ctx)
		if err != nil {
			return err
		}
		for _, live := range []bool{true, false} {
			for _, i := range all {
				if i.State.Live() != live {
					continue
				}
				o, err := tx.Organisation(ctx, i.Org)
				if err != nil {
					return err
				}
				row := InquiryRow{Inquiry: i, Org: o.Name()}
				if i.Number > 0 {
					row.Mark = d.Centre.InquiryMark(i.Number)
				}
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, err
}

// PublicInquiries is the public list, in the order of its numbers.
func (d *Desk) PublicInquiries(ctx context.Context) ([]inquiry.Row, error) {
	var rows []inquiry.Row
	err := d.view(ctx, func(tx *store.Tx) error {
		rows = nil
		all, err := tx.Inquiries(ctx)
		for n := len(all) - 1; n >= 0; n-- {
			if r, public := all[n].Row(); public {
				rows = append(rows, r)
			}
		}
		return err
	})
	return rows, err
}

// PublicInquiry is one row of the public list, by its mark. What is not listed
// is answered like a number that nobody has.
func (d *Desk) PublicInquiry(ctx context.Context, mark string) (inquiry.Row, error) {
	missing := fault.New(fault.NotFound, "fault.not_found")
	n, ok := inquiry.ParseMark(d.Centre.inquiries(), mark)
	if !ok {
		return inquiry.Row{}, missing
	}
	var row inquiry.Row
	err := d.view(ctx, func(tx *store.Tx) error {
		i, err := tx.InquiryNumbered(ctx, n)
		if err != nil {
			return err
		}
		r, public := i.Row()
		if !public {
			return missing
		}
		row = r
		return nil
	})
	return row, err
}

// UnreachedFigures are the figures of a quarter (1 to 4), in the centre's zone.
func (d *Desk) UnreachedFigures(ctx context.Context, by party.Actor, year, quarter int) (inquiry.Figures, error) {
	if err := officer(by); err != nil {
		return inquiry.Figures{}, err
	}
	from, to := inquiry.Quarter(year, quarter, d.Centre.Zone)
	var f inquiry.Figures
	err := d.view(ctx, func(tx *store.Tx) error {
		all, err := tx.Inquiries(ctx)
		if err != nil {
			return err
		}
		rs, err := tx.Referrals(ctx)
		var out []time.Time
		for _, r := range rs {
			if r.State == committee.Published {
				out = append(out, r.Ended)
			}
		}
		f = inquiry.Tally(all, out, from, to)
		return err
	})
	return f, err
}
