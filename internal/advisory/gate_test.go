package advisory_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// judged is the specimen's approved draft after a change of it, of the facts
// or of the hour. The approval is renewed unless the change takes it away.
type judged struct {
	draft advisory.Draft
	facts advisory.Facts
	now   time.Time
}

func approved(t testing.TB, change func(*judged)) []advisory.Finding {
	t.Helper()
	j := judged{draft: *reach(t, advisory.Approved).Draft, facts: facts(), now: start.AddDate(0, 0, 2)}
	change(&j)
	return advisory.Gate(j.draft, j.facts, j.now)
}

// open lists the rules of the findings that keep the draft from the public.
// The change of a text voids its approval, which is no news here.
func open(findings []advisory.Finding) []advisory.Rule {
	var rules []advisory.Rule
	for _, f := range findings {
		if f.Open() && f.Rule != advisory.RuleEyes && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

func TestTheSpecimenPassesTheGate(t *testing.T) {
	for _, f := range approved(t, func(*judged) {}) {
		t.Errorf("%s %s in %s: %s", f.Weight, f.Rule, f.Field, f.Key)
	}
}

func TestGate_EachRuleBlocks(t *testing.T) {
	content := func(f func(*advisory.Content)) func(*judged) { return func(j *judged) { f(&j.draft.Content) } }
	for name, tt := range map[string]struct {
		change func(*judged)
		rule   advisory.Rule
		key    string
	}{
		"embargo in force":           {func(j *judged) { j.facts.Embargo = advisory.Embargo{State: "active", End: j.now.Add(time.Second)} }, advisory.RuleEmbargo, "gate.embargo_active"},
		"embargo being renegotiated": {func(j *judged) { j.facts.Embargo = advisory.Embargo{State: "revise", End: j.now.Add(time.Second)} }, advisory.RuleEmbargo, "gate.embargo_active"},
		"embargo without an end":     {func(j *judged) { j.facts.Embargo = advisory.Embargo{State: "active"} }, advisory.RuleEmbargo, "gate.embargo_open"},
		"embargo nobody knows of":    {func(j *judged) { j.facts.Embargo = advisory.Embargo{} }, advisory.RuleEmbargo, "gate.embargo_unknown"},
		"no impact":                  {content(func(c *advisory.Content) { c.Impact = words.Text{} }), advisory.RuleElement, "gate.element_missing"},
		"no product":                 {content(func(c *advisory.Content) { c.Products = nil }), advisory.RuleElement, "gate.element_missing"},
		"no line in the history":     {func(j *judged) { j.draft.Summary = words.Text{} }, advisory.RuleElement, "gate.element_missing"},
		"label too narrow":           {content(func(c *advisory.Content) { c.TLP = tlp.Amber }), advisory.RuleTLP, "gate.tlp"},
		"no label":                   {content(func(c *advisory.Content) { c.TLP = "" }), advisory.RuleTLP, "gate.tlp"},
		"no language":                {content(func(c *advisory.Content) { c.Languages = nil }), advisory.RuleLanguage, "gate.no_language"},
		"one language, no waiver":    {content(func(c *advisory.Content) { c.Languages = []words.Lang{words.JA} }), advisory.RuleLanguage, "gate.not_waived"},
		"a section not translated":   {content(func(c *advisory.Content) { c.Solution.JA = " " }), advisory.RuleLanguage, "gate.not_translated"},
		"a remedy not translated":    {content(func(c *advisory.Content) { c.Remedies[0].Text.EN = "" }), advisory.RuleLanguage, "gate.not_translated"},
		"history not translated":     {func(j *judged) { j.draft.Summary.JA = "" }, advisory.RuleLanguage, "gate.not_translated"},
		"a product without a remedy": {content(func(c *advisory.Content) { c.Remedies = c.Remedies[:1] }), advisory.RuleRemedy, "gate.no_remedy"},
		"only 'none available'":      {content(func(c *advisory.Content) { c.Remedies[1].Kind = product.NoneYet }), advisory.RuleRemedy, "gate.no_remedy"},
		"an empty remedy":            {content(func(c *advisory.Content) { c.Remedies[1].Text = words.Text{} }), advisory.RuleRemedy, "gate.remedy_empty"},
		"a name without consent":     {func(j *judged) { j.facts.Credits[0].Named = false }, advisory.RuleCredit, "gate.credit_refused"},
		"a name of no known report":  {func(j *judged) { j.facts.Credits = nil }, advisory.RuleCredit, "gate.credit_refused"},
		"a name typed by hand": {content(func(c *advisory.Content) {
			c.Credits[0] = advisory.Credit{Kind: advisory.CreditNamed, Name: words.Text{EN: "X"}}
		}), advisory.RuleCredit, "gate.credit_unproved"},
		"a vendor not heard":           {func(j *judged) { j.facts.Vendors[2].Silent = time.Time{} }, advisory.RuleUnheard, "gate.vendor_unheard"},
		"a status nobody stated":       {func(j *judged) { j.facts.Vendors[0].Heard, j.facts.Vendors[0].Silent = time.Time{}, start }, advisory.RuleUnheard, "gate.vendor_word"},
		"a vendor not told":            {func(j *judged) { j.facts.Vendors[4].DraftTold = time.Time{} }, advisory.RuleUntold, "gate.vendor_untold"},
		"a vendor left out":            {content(func(c *advisory.Content) { c.Vendors = c.Vendors[:4] }), advisory.RuleUnlisted, "gate.vendor_unlisted"},
		"a product of no vendor":       {content(func(c *advisory.Content) { c.Products[0].Org = "org-z" }), advisory.RuleUnlisted, "gate.product_vendor"},
		"a status of tomorrow":         {content(func(c *advisory.Content) { c.Vendors[0].Updated = start.AddDate(0, 0, 3) }), advisory.RuleDate, "gate.date_future"},
		"public tomorrow":              {content(func(c *advisory.Content) { c.Public = start.AddDate(0, 0, 3) }), advisory.RuleDate, "gate.date_future"},
		"code in a vendor's statement": {content(func(c *advisory.Content) { c.Vendors[1].Statement = "<script>alert(1)</script>" }), advisory.RuleExploit, "gate.exploit.payload"},
		"a link to exploit code":       {content(func(c *advisory.Content) { c.References[0].URL = "https://www.exploit-db.com/exploits/99999" }), advisory.RuleExploit, "gate.exploit.link"},
		"steps in the Japanese text":   {content(func(c *advisory.Content) { c.Description.JA += "\n\n再現手順\n1. 管理画面を開く" }), advisory.RuleExploit, "gate.exploit.steps"},
		"a command in the history":     {func(j *judged) { j.draft.Summary.EN = "Run nc 192.0.2.1 9999" }, advisory.RuleExploit, "gate.exploit.command"},
	} {
		found := approved(t, tt.change)
		if !slices.Contains(open(found), tt.rule) || !slices.ContainsFunc(found, func(f advisory.Finding) bool { return f.Key == tt.key && f.Open() }) {
			t.Errorf("%s: no open finding %s: %+v", name, tt.key, found)
		}
	}
}

func TestGate_Eyes(t *testing.T) {
	for _, state := range []advisory.State{advisory.Drafting, advisory.Review} {
		found := advisory.Gate(*reach(t, state).Draft, facts(), start.AddDate(0, 0, 2))
		if len(found) != 1 || found[0].Rule != advisory.RuleEyes || found[0].CanSetAside {
			t.Errorf("%s: %+v", state, found)
		}
	}
}

// coordination.md 2.8, 2 and 5: over at its end, to the microsecond.
func TestGate_AnEmbargoIsOverAtItsEnd(t *testing.T) {
	end := start.AddDate(0, 0, 2)
	for _, tt := range []struct {
		now  time.Time
		want int
	}{{end.Add(-time.Microsecond), 1}, {end, 0}, {end.Add(time.Hour), 0}} {
		found := approved(t, func(j *judged) { j.facts.Embargo, j.now = advisory.Embargo{State: "active", End: end}, tt.now })
		if len(open(found)) != tt.want {
			t.Errorf("at %s: %+v", tt.now, found)
		}
	}
}

func TestGate_OneLanguageMayBeWaivedInWriting(t *testing.T) {
	found := approved(t, func(j *judged) {
		c := &j.draft.Content
		c.Languages, c.Waiver, c.Title.EN, c.Impact.EN = []words.Lang{words.JA}, "Only sold in Japan.", "", ""
	})
	if rules := open(found); len(rules) != 0 {
		t.Errorf("still open: %v", rules)
	}
}

func TestGate_AnApprovalDoesNotWaitForTheEmbargo(t *testing.T) {
	f := facts()
	f.Embargo = advisory.Embargo{State: "active", End: start.AddDate(0, 0, 30)}
	a := reach(t, advisory.Review)
	a = do(t, a, second, start.AddDate(0, 0, 2), advisory.Approve{Facts: f})
	if _, _, err := a.Do(advisory.Publish{Facts: f, Names: specimen.Names()}, author, start.AddDate(0, 0, 2)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("published under an embargo: %v", err)
	}
	if _, _, err := a.Do(advisory.Schedule{At: start.AddDate(0, 0, 29), Facts: f}, author, start.AddDate(0, 0, 2)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("scheduled before the end of the embargo: %v", err)
	}
	a = do(t, a, author, start.AddDate(0, 0, 2), advisory.Schedule{At: start.AddDate(0, 0, 30), Facts: f})
	a = do(t, a, clock, start.AddDate(0, 0, 30), advisory.Publish{Facts: f, Names: specimen.Names()})
	if a.State != advisory.Published {
		t.Error(a.State)
	}
}

// withPayload is a draft in review whose English description shows too much.
func withPayload(t testing.TB) advisory.Advisory {
	t.Helper()
	c := specimen.Content()
	c.Description.EN += "\n\nSend `GET /x?cmd=id HTTP/1.1` to it."
	a := do(t, advisory.Advisory{}, author, start, advisory.Open{ID: "64806328", Case: "1", Content: c})
	return do(t, a, author, start, advisory.Submit{})
}

func exploitIn(t testing.TB, a advisory.Advisory) advisory.Finding {
	t.Helper()
	for _, f := range advisory.Gate(*a.Draft, facts(), start.AddDate(0, 0, 2)) {
		if f.Rule == advisory.RuleExploit {
			return f
		}
	}
	t.Fatal("the gate found no exploit")
	return advisory.Finding{}
}

func TestOverride_OnlyBySecondOfficerWithAReason(t *testing.T) {
	a := withPayload(t)
	now := start.AddDate(0, 0, 2)
	f := exploitIn(t, a)
	text := a.Draft.Content.Description.EN
	if f.Field != "description" || f.Lang != words.EN || !strings.HasPrefix(text[f.Offset:], f.Quote) || !strings.Contains(f.Quote, "GET /x?cmd=id") {
		t.Errorf("the place is not told: %+v", f)
	}
	if _, _, err := a.Do(advisory.Approve{Facts: facts()}, second, now); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "cmd=id") {
		t.Errorf("approved, or the payload is quoted where a log may keep it: %v", err)
	}
	for name, try := range map[string]struct {
		v    advisory.SetAside
		by   party.Actor
		want fault.Kind
	}{
		"an author":    {advisory.SetAside{Finding: f.ID, Reason: "known", Facts: facts()}, author, fault.NotAllowed},
		"no reason":    {advisory.SetAside{Finding: f.ID, Reason: " ", Facts: facts()}, second, fault.Invalid},
		"no finding":   {advisory.SetAside{Finding: "0123", Reason: "known", Facts: facts()}, second, fault.Stale},
		"not a vendor": {advisory.SetAside{Finding: f.ID, Reason: "known", Facts: facts()}, vendor, fault.NotAllowed},
	} {
		if _, _, err := a.Do(try.v, try.by, now); fault.KindOf(err) != try.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	next, out, err := a.Do(advisory.SetAside{Finding: f.ID, Reason: "The vendor prints the request itself.", Facts: facts()}, second, now)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out.Events[0].Data), "The vendor prints the request itself.") || !strings.Contains(string(out.Events[0].Data), f.ID) {
		t.Errorf("the journal does not keep the reason: %s", out.Events[0].Data)
	}
	next = do(t, next, second, now, advisory.Approve{Facts: facts()})
	next = do(t, next, author, now, advisory.Publish{Facts: facts(), Names: specimen.Names()})
	if o := next.Revisions[0].Overrides; len(o) != 1 || o[0].By != "o2" {
		t.Errorf("the revision forgot its override: %+v", o)
	}
}

func TestOverride_HoldsOnlyForItsParagraph(t *testing.T) {
	now := start.AddDate(0, 0, 2)
	a := withPayload(t)
	a = do(t, a, second, now, advisory.SetAside{Finding: exploitIn(t, a).ID, Reason: "known", Facts: facts()})
	c := a.Draft.Content
	c.Title.EN += " (2)"
	same := do(t, a, author, now, advisory.Write{Content: c, Summary: a.Draft.Summary})
	if exploitIn(t, same).SetAside == nil {
		t.Error("a change elsewhere took the override away")
	}
	c.Description.EN = strings.Replace(c.Description.EN, "to it.", "to it and wait for a shell.", 1)
	changed := do(t, a, author, now, advisory.Write{Content: c, Summary: a.Draft.Summary})
	if exploitIn(t, changed).SetAside != nil {
		t.Error("the override holds for another text")
	}
	c = a.Draft.Content
	turned := do(t, a, second, now, advisory.Write{Content: c, Summary: a.Draft.Summary})
	if exploitIn(t, turned).SetAside != nil {
		t.Error("the override of somebody who became an author still holds")
	}
}

func TestOverride_SomeFindingsCannotBeSetAside(t *testing.T) {
	f := facts()
	f.Credits[0].Named = false
	f.Embargo = advisory.Embargo{State: "active", End: start.AddDate(1, 0, 0)}
	a := reach(t, advisory.Review)
	now := start.AddDate(0, 0, 2)
	for _, found := range advisory.Gate(*a.Draft, f, now) {
		if !found.Open() {
			continue
		}
		if _, _, err := a.Do(advisory.SetAside{Finding: found.ID, Reason: "because", Facts: f}, second, now); fault.KindOf(err) != fault.NotAllowed {
			t.Errorf("%s was set aside: %v", found.Rule, err)
		}
	}
}

func TestEveryFindingHasItsSentenceInBothLanguages(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range advisory.Gate(advisory.Draft{Content: advisory.Content{Products: specimen.Content().Products, Vendors: specimen.Content().Vendors}}, advisory.Facts{}, start) {
		seen[f.Key] = true
		for _, l := range []words.Lang{words.EN, words.JA} {
			if s := say.Say(l, f.Key, f.Args); strings.ContainsAny(s, "«{") {
				t.Errorf("%s in %s: %q", f.Key, l, s)
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d kinds of finding in an empty draft", len(seen))
	}
	for _, kind := range []advisory.Kind{
		advisory.KindCode, advisory.KindCommand, advisory.KindRequest, advisory.KindPayload, advisory.KindModule, advisory.KindLink,
		advisory.KindSteps, advisory.KindAddress, advisory.KindBinary, advisory.KindCredential,
	} {
		if _, ok := say["gate.exploit."+string(kind)]; !ok {
			t.Errorf("no sentence for %s", kind)
		}
	}
}

// Every text of a Content is read by the gate: a new field that is forgotten in
// Fields would be a hole in the gate.
func TestFieldsListsEveryText(t *testing.T) {
	var c advisory.Content
	var marks []string
	fill(reflect.ValueOf(&c).Elem(), "", &marks)
	listed := map[string]bool{}
	for _, f := range c.Fields() {
		listed[f.Text] = true
	}
	// What no reader gets as text: ids, choices from a list, and the waiver,
	// which stays inside.
	exempt := regexp.MustCompile(`^\.(Waiver|TLP|Languages|Products\.(ID|Org)|Vulnerabilities\.(ID|Exploitation)|Remedies\.(Kind|Products)|Vendors\.(Org|Status|StatementLang|Statuses\..*)|Credits\.(Report|Kind|Vulnerabilities)|Other\.Kind|Decisions\.(Org|ViewLang))$`)
	for _, m := range marks {
		if !listed[m] && !exempt.MatchString(m) {
			t.Errorf("the gate does not read %s", m)
		}
	}
	if len(marks) < 50 {
		t.Errorf("only %d texts were filled", len(marks))
	}
}

// fill puts into every string its own path; slices get one element.
func fill(v reflect.Value, path string, marks *[]string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(path)
		*marks = append(*marks, path)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), path+"."+v.Type().Field(i).Name, marks)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path, marks)
	}
}
