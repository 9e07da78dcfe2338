package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Facts is what the gate must know and the advisory cannot: the desk fills it
// from the case and the finders' consents. It holds no finder's name.
type Facts struct {
	Embargo Embargo         `json:"embargo"`
	Vendors []VendorContact `json:"vendors,omitempty"` // every vendor of the case
	Credits []Consent       `json:"credits,omitempty"` // every report of the case
	Rulings []Ruling        `json:"rulings,omitempty"` // of the publication committee about vendors of the case
}

// Embargo is the state of the case's embargo and its end, in the words of
// machine EM: none, proposed, active, revise, exited.
type Embargo struct {
	State string    `json:"state"`
	End   time.Time `json:"end,omitzero"`
}

// VendorContact is what happened between the centre and one vendor of the case.
type VendorContact struct {
	Org       string    `json:"org"`
	Contacted time.Time `json:"contacted,omitzero"`
	Heard     time.Time `json:"heard,omitzero"`
	Silent    time.Time `json:"silent,omitzero"` // when an officer recorded that it does not answer
	DraftTold time.Time `json:"draft_told,omitzero"`
}

// Consent is what the finder of one report agreed to (domain.md 1.4 e).
type Consent struct {
	Report string `json:"report"`
	Named  bool   `json:"named"` // may be named in public
}

// Rule is what a finding is about.
type Rule string

// The rules of the gate.
const (
	RuleEyes     Rule = "two_officers"
	RuleEmbargo  Rule = "embargo"
	RuleElement  Rule = "element"  // a part that every advisory must have
	RuleRemedy   Rule = "remedy"   // an affected product without one
	RuleExploit  Rule = "exploit"  // code, payload, reproduction steps, or a link to them
	RuleCredit   Rule = "credit"   // a name without its bearer's consent
	RuleUnheard  Rule = "unheard"  // a vendor neither heard nor recorded as silent
	RuleUntold   Rule = "untold"   // a vendor that has not seen the draft
	RuleUnlisted Rule = "unlisted" // a vendor of the case that the advisory does not name
	RuleLanguage Rule = "language"
	RuleDate     Rule = "date"
	RuleTLP      Rule = "tlp"
	RuleRuling   Rule = "committee" // the publication committee has not said yes
)

// Weight is how much a finding weighs.
type Weight string

// The weights.
const (
	Block Weight = "block" // no publication while it stands
	Warn  Weight = "warn"  // look again; publication is possible
)

// Wait says what mends a finding without a change of the text.
type Wait string

// What a finding may wait for.
const (
	WaitsForApproval Wait = "approval"
	WaitsForTime     Wait = "time" // the end of the embargo, or an officer who ends it
)

// Finding is one thing that stands between a draft and the public.
type Finding struct {
	ID          string         `json:"id"` // the same while its paragraph is the same; an override names it
	Rule        Rule           `json:"rule"`
	Weight      Weight         `json:"weight"`
	Field       string         `json:"field,omitempty"`  // as in Content.Fields
	Lang        words.Lang     `json:"lang,omitempty"`   // "" for what has no language
	Offset      int            `json:"offset,omitempty"` // of the quoted place, in bytes of the field's text
	Quote       string         `json:"quote,omitempty"`  // the place itself, at most 200 bytes; may be a secret
	Key         string         `json:"key"`              // catalogue key of the sentence
	Args        map[string]any `json:"args,omitempty"`
	Wait        Wait           `json:"wait,omitempty"`
	CanSetAside bool           `json:"can_set_aside"`       // by a second officer with a reason
	SetAside    *Override      `json:"set_aside,omitempty"` // the override that stands
}

// Open reports whether the finding still keeps the advisory from the public.
func (f Finding) Open() bool { return f.Weight == Block && f.SetAside == nil }

// Gate judges a draft as if it were to be published at now. It returns every
// finding, those that are set aside too, in the order of the rules and then of
// the text. The draft may be published where no finding is Open.
func Gate(d Draft, facts Facts, now time.Time) []Finding {
	g := gate{draft: d, content: d.Content, facts: facts, now: stamp(now)}
	g.eyes()
	g.embargo()
	g.elements()
	g.languages()
	g.remedies()
	g.exploits()
	g.credits()
	g.vendors()
	g.rulings()
	g.dates()
	g.settle()
	return g.findings
}

// refuse is the fault that lists the open findings, but for those that wait
// for something in skip. It quotes nothing: a fault may end up in a log.
func refuse(findings []Finding, skip ...Wait) error {
	var k fault.Check
	for _, f := range findings {
		if f.Open() && (f.Wait == "" || !slices.Contains(skip, f.Wait)) {
			k.Add(f.Field, f.Key, argsOf(f.Args)...)
		}
	}
	if err := k.Err(); err != nil {
		closed := fault.Of(err)
		closed.Key = "fault.advisory.gate"
		return closed
	}
	return nil
}

func argsOf(m map[string]any) []any {
	var args []any
	for name, value := range m {
		args = append(args, name, value)
	}
	return args
}

type gate struct {
	draft    Draft
	content  Content
	facts    Facts
	now      time.Time
	findings []Finding
}

// add notes a finding about a fact; subject tells apart findings of one rule.
func (g *gate) add(f Finding, subject string) {
	f.ID = findingID(string(f.Rule), f.Field, string(f.Lang), subject)
	g.findings = append(g.findings, f)
}

// findingID is short enough to be typed and long enough never to meet another
// in one draft.
func findingID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p + ","))
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// eyes: a second officer has approved this very text.
func (g *gate) eyes() {
	if g.draft.Approved() == nil {
		g.add(Finding{Rule: RuleEyes, Weight: Block, Key: "gate.two_officers", Wait: WaitsForApproval}, "")
	}
}

// embargo: over or exited (coordination.md 2.8, 2 to 5). No second officer may
// set it aside: an embargo is ended in the case, where everybody hears of it.
func (g *gate) embargo() {
	e := g.facts.Embargo
	over := !e.End.IsZero() && !g.now.Before(e.End)
	switch e.State {
	case "none", "exited":
	case "proposed":
		g.add(Finding{Rule: RuleEmbargo, Weight: Warn, Key: "gate.embargo_proposed"}, "proposed")
	case "active", "revise":
		if over {
			return
		}
		if e.End.IsZero() {
			g.add(Finding{Rule: RuleEmbargo, Weight: Block, Key: "gate.embargo_open", Wait: WaitsForTime}, "active")
			return
		}
		g.add(Finding{Rule: RuleEmbargo, Weight: Block, Key: "gate.embargo_active", Wait: WaitsForTime,
			Args: map[string]any{"until": e.End.UTC().Format("2006-01-02 15:04 UTC")}}, "active")
	default:
		g.add(Finding{Rule: RuleEmbargo, Weight: Block, Key: "gate.embargo_unknown"}, "unknown")
	}
}

// elements: what ISO/IEC 29147 7.4 asks of every advisory.
func (g *gate) elements() {
	c := g.content
	need := func(ok bool, field string) {
		if !ok {
			g.add(Finding{Rule: RuleElement, Weight: Block, Field: field, Key: "gate.element_missing", Args: map[string]any{"field": field}}, "")
		}
	}
	empty := words.Text{}
	need(c.Title != empty, "title")
	need(c.Overview != empty, "overview")
	need(c.Description != empty, "description")
	need(c.Impact != empty, "impact")
	need(c.Solution != empty || len(c.Remedies) > 0, "solution")
	need(len(c.Products) > 0, "products")
	need(len(c.Vulnerabilities) > 0, "vulnerabilities")
	need(g.draft.Summary != empty, "summary")
	for i, v := range c.Vulnerabilities {
		at := fmt.Sprintf("vulnerabilities[%d]", i)
		if v.CVSS31 == "" && v.CVSS40 == "" {
			g.add(Finding{Rule: RuleElement, Weight: Warn, Field: at + ".cvss31", Key: "gate.no_score", Args: map[string]any{"id": v.ID}}, "")
		}
		if v.CVE == "" {
			g.add(Finding{Rule: RuleElement, Weight: Warn, Field: at + ".cve", Key: "gate.no_cve", Args: map[string]any{"id": v.ID}}, "")
		}
	}
	if c.TLP != tlp.Clear {
		g.add(Finding{Rule: RuleTLP, Weight: Block, Field: "tlp", Key: "gate.tlp", Args: map[string]any{"label": string(c.TLP)}}, "")
	}
}

// languages: every section in every language of publication; leaving one out
// altogether needs a written waiver.
func (g *gate) languages() {
	c := g.content
	if len(c.Languages) == 0 {
		g.add(Finding{Rule: RuleLanguage, Weight: Block, Field: "languages", Key: "gate.no_language"}, "")
		return
	}
	if len(c.Languages) == 1 && strings.TrimSpace(c.Waiver) == "" {
		g.add(Finding{Rule: RuleLanguage, Weight: Block, Field: "languages", Key: "gate.not_waived", CanSetAside: true,
			Args: map[string]any{"lang": string(c.Languages[0].Other())}}, "")
	}
	for _, t := range g.texts() {
		for _, l := range c.Languages {
			if t.text != (words.Text{}) && strings.TrimSpace(t.text.Get(l)) == "" {
				g.add(Finding{Rule: RuleLanguage, Weight: Block, Field: t.field, Lang: l, Key: "gate.not_translated", CanSetAside: true,
					Args: map[string]any{"field": t.field, "lang": string(l)}}, "")
			}
		}
	}
}

type section struct {
	field string
	text  words.Text
}

// texts lists what the centre itself must have in both languages. Vendors'
// names and statements stay in their own.
func (g *gate) texts() []section {
	c := g.content
	all := []section{
		{"title", c.Title}, {"overview", c.Overview}, {"affected_note", c.AffectedNote}, {"description", c.Description},
		{"impact", c.Impact}, {"solution", c.Solution}, {"addendum", c.Addendum}, {"analysis", c.Analysis},
		{"withdrawal", c.Withdrawal}, {"summary", g.draft.Summary},
	}
	for i, v := range c.Vulnerabilities {
		all = append(all, section{fmt.Sprintf("vulnerabilities[%d].title", i), v.Title})
	}
	for i, r := range c.Remedies {
		all = append(all, section{fmt.Sprintf("remedies[%d].text", i), r.Text})
	}
	return all
}

// remedies: something a user can do, for every affected product.
func (g *gate) remedies() {
	for _, p := range g.content.Affected() {
		found := false
		for _, r := range g.content.Remedies {
			helps := r.Helps() || g.ruled(p.Org) && r.Text != (words.Text{}) // no remedy, and said so
			found = found || helps && slices.Contains(r.Products, p.ID)
		}
		if !found {
			g.add(Finding{Rule: RuleRemedy, Weight: Block, Field: "remedies", Key: "gate.no_remedy", CanSetAside: true,
				Args: map[string]any{"product": p.Name, "versions": p.Range.Say(words.EN)}}, p.ID)
		}
	}
	for i, r := range g.content.Remedies {
		if r.Text == (words.Text{}) {
			g.add(Finding{Rule: RuleRemedy, Weight: Block, Field: fmt.Sprintf("remedies[%d].text", i), Key: "gate.remedy_empty"}, "")
		}
	}
}

// credits: a name only with its bearer's consent (domain.md 1.4 e). Nobody may
// set aside what a finder did not agree to.
func (g *gate) credits() {
	named := map[string]bool{}
	for _, k := range g.facts.Credits {
		named[k.Report] = k.Named
	}
	credited := map[string]bool{}
	for i, k := range g.content.Credits {
		at := fmt.Sprintf("credits[%d]", i)
		credited[k.Report] = true
		switch {
		case k.Kind == CreditNamed && k.Report == "":
			g.add(Finding{Rule: RuleCredit, Weight: Block, Field: at, Key: "gate.credit_unproved", CanSetAside: true}, k.Name.EN+k.Name.JA)
		case k.Kind == CreditNamed && !named[k.Report]:
			g.add(Finding{Rule: RuleCredit, Weight: Block, Field: at, Key: "gate.credit_refused"}, k.Report)
		case k.Kind != CreditNamed && named[k.Report]:
			g.add(Finding{Rule: RuleCredit, Weight: Warn, Field: at, Key: "gate.credit_due"}, k.Report)
		}
	}
	for _, k := range g.facts.Credits {
		if k.Named && !credited[k.Report] {
			g.add(Finding{Rule: RuleCredit, Weight: Warn, Field: "credits", Key: "gate.credit_due"}, k.Report)
		}
	}
}

// settle puts the overrides that stand beside their findings. An override by
// somebody who has since written in the draft stands no more.
func (g *gate) settle() {
	for i := range g.findings {
		f := &g.findings[i]
		for j, o := range g.draft.Overrides {
			if f.CanSetAside && o.Finding == f.ID && !slices.Contains(g.draft.Authors, o.By) {
				f.SetAside = &g.draft.Overrides[j]
			}
		}
	}
}
