package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fold"
	"nakodo/internal/party"
	"nakodo/internal/product"
)

// VendorTable is one page of the vendors of a case.
type VendorTable struct {
	Columns  []string // a short name for each vulnerability
	Rows     []VendorRow
	All      int // vendors of the case
	Heard    int
	Waiting  int // contacted, without a word, not recorded as silent
	Silent   int // recorded as silent
	Unsigned int // asked to agree and not (yet) agreed
	Query    string
	Show     string
	Pages    Pages
}

// VendorRow is one vendor as the officers see it.
type VendorRow struct {
	Org      party.OrgID
	Name     string
	Role     party.Role
	Paper    StateWord // on what ground it may read; At: until when
	Unsigned string    // why it was invited without an agreement, before agreements were checked
	Alone    bool      // of the individual tier
	Number   string
	Consent  StateWord
	AnswerBy time.Time
	Late     bool // the answer is overdue
	Report   string
	Words    []VendorWord // one for each vulnerability
	Fix      StateWord
	Heard    time.Time
	Tried    time.Time // the last attempt to reach it
	Tries    int
	Silent   time.Time
	Left     time.Time
	New      bool // it said something since the officer last looked
}

// VendorWord is what a vendor says of one vulnerability, or why it says nothing.
type VendorWord struct {
	Status product.Status
	Open   bool // it has the content and has not said yet
}

// vendorShows are the filters of the table.
var vendorShows = []string{"", "waiting", "silent", "unsigned", "affected", "fixed"}

// Shows lists the filters for the page.
func (VendorTable) Shows() []string { return vendorShows }

const vendorsShown = 50

// vendorTable filters, orders and cuts the vendors of a case.
func vendorTable(r *http.Request, room desk.CaseRoom, now time.Time) VendorTable {
	v := room.View
	t := VendorTable{Query: strings.TrimSpace(r.FormValue("q")), Show: r.FormValue("show")}
	for _, x := range v.Vulns {
		t.Columns = append(t.Columns, vulnName(x))
	}
	worst := worstStatuses(v)
	query := fold.Name(t.Query)
	var found []VendorRow
	for i := range v.Parties {
		p := &v.Parties[i]
		if p.Role != party.Vendor && p.Role != party.Observer { // operators stand on the page of their ring
			continue
		}
		row := vendorRow(room, p, worst[p.Org], now)
		t.count(row)
		if t.shows(row) && (query == "" || strings.Contains(fold.Name(row.Name+" "+row.Number), query)) {
			found = append(found, row)
		}
	}
	slices.SortStableFunc(found, func(a, b VendorRow) int {
		return cmp.Or(a.rank()-b.rank(), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	t.Pages = pagesOf(r, len(found), vendorsShown)
	t.Rows = found[t.Pages.Skip:min(len(found), t.Pages.Skip+vendorsShown)]
	return t
}

func (t *VendorTable) count(row VendorRow) {
	if row.Role != party.Vendor {
		return
	}
	t.All++
	switch {
	case !row.Heard.IsZero():
		t.Heard++
	case !row.Silent.IsZero():
		t.Silent++
	case row.Tries > 0:
		t.Waiting++
	}
	if row.unsigned() {
		t.Unsigned++
	}
}

func (row VendorRow) waiting() bool {
	return row.Heard.IsZero() && row.Silent.IsZero() && row.Tries > 0 && row.Left.IsZero()
}

func (row VendorRow) unsigned() bool {
	return slices.Contains([]string{"pec.invited", "pec.lapsed", "pec.declined"}, row.Consent.Key)
}

func (t VendorTable) shows(row VendorRow) bool {
	switch t.Show {
	case "waiting":
		return row.waiting()
	case "silent":
		return !row.Silent.IsZero()
	case "unsigned":
		return row.unsigned()
	case "affected":
		return slices.ContainsFunc(row.Words, func(w VendorWord) bool { return w.Status.IsAffected() })
	case "fixed":
		return row.Fix.Key != ""
	}
	return true
}

// rank puts whoever keeps the case waiting first and whoever has left last.
func (row VendorRow) rank() int {
	switch {
	case !row.Left.IsZero():
		return 3
	case row.Late:
		return 0
	case row.waiting():
		return 1
	}
	return 2
}

func vendorRow(room desk.CaseRoom, p *cvd.Participant, stated map[string]product.Status, now time.Time) VendorRow {
	row := VendorRow{
		Org: p.Org, Name: cmp.Or(room.Names[p.Org], string(p.Org)), Role: p.Role, Paper: paperOf(p, room.Signed[p.Org], now), Unsigned: p.Unsigned, Alone: p.Alone,
		Number: p.Number, Consent: consentOf(p.PEC), AnswerBy: p.AnswerBy, Report: "rm." + string(p.RM),
		Heard: p.Heard, Silent: p.Silent, Left: p.Left, Tries: len(p.Attempts),
	}
	row.New = room.News.Fresh(p.Heard)
	row.Late = !p.AnswerBy.IsZero() && p.AnswerBy.Before(now)
	if row.Tries > 0 {
		row.Tried = p.Attempts[row.Tries-1].At
	}
	switch {
	case !p.Deployed.IsZero():
		row.Fix = StateWord{Tone: "ok", Key: "cs.D", At: p.Deployed}
	case !p.Ready.IsZero():
		row.Fix = StateWord{Tone: "go", Key: "cs.F", At: p.Ready}
	}
	for _, x := range room.View.Vulns {
		row.Words = append(row.Words, wordOf(p, stated[x.ID]))
	}
	return row
}

// paperOf is on what ground a participant may read. Where it takes part since
// before agreements were checked, the registry is asked.
func paperOf(p *cvd.Participant, signed party.Agreement, now time.Time) StateWord {
	switch a := p.Agreement; {
	case p.Agreed() && a.Until.IsZero():
		return StateWord{Tone: "ok", Key: "web.case.agreed"}
	case p.Agreed():
		return StateWord{Tone: "ok", Key: "web.case.agreed.until", At: a.Until}
	case p.Overridden():
		return StateWord{Tone: "wait", Key: "web.case.override.granted"}
	case p.Override != nil:
		return StateWord{Tone: "wait", Key: "web.case.override.asked"}
	case a != nil:
		return StateWord{Tone: "bad", Key: "web.case.agreed.over", At: a.Ended}
	case p.Bound() || signed.ID == "":
		return StateWord{Tone: "bad", Key: "web.case.agreed.none"}
	case signed.InForce(now) && signed.End().IsZero():
		return StateWord{Tone: "ok", Key: "web.case.agreed"}
	case signed.InForce(now):
		return StateWord{Tone: "ok", Key: "web.case.agreed.until", At: signed.End()}
	}
	return StateWord{Tone: "bad", Key: "web.case.agreed.over", At: signed.End()}
}

// wordOf keeps silence, ignorance and an answer apart: none of them may read as
// another.
func wordOf(p *cvd.Participant, stated product.Status) VendorWord {
	switch {
	case stated != "":
		return VendorWord{Status: stated}
	case p.Role != party.Vendor:
		return VendorWord{}
	case len(p.Attempts) == 0:
		return VendorWord{Status: product.NotContacted}
	case p.Heard.IsZero():
		return VendorWord{Status: product.NoAnswer}
	}
	return VendorWord{Open: true}
}

// consentOf is a consent with its tone.
func consentOf(p cvd.PEC) StateWord {
	tone := map[cvd.PEC]string{cvd.PECInvited: "wait", cvd.PECLapsed: "wait", cvd.PECSignatory: "ok", cvd.PECDeclined: "bad"}[p]
	if tone == "" {
		tone = "plain"
	}
	return StateWord{Tone: tone, Key: "pec." + string(p)}
}
