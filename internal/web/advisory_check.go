package web

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/severity"
	"nakodo/internal/words"
)

// Gate is what stands between a draft and the public, as an officer reads it.
type Gate struct {
	Findings []GateLine
	Open     int    // that keep the advisory from the public
	Edit     string // address of the editor; "" in the editor itself
	Case     string // address of the case
}

// GateLine is one finding.
type GateLine struct {
	ID        string
	Weight    string // catalogue key
	Text      string
	Where     string // the field's name in the reader's language
	Href      string // of the field; "" where nothing of the text is meant
	Quote     string
	Lang      words.Lang // of the quotation
	ToCase    bool       // is mended in the case, not in the text
	CanAside  bool
	Aside     string // reason for which it was set aside
	AsideBy   string
	AsideWhen time.Time
}

// Tone is the shape and colour of the finding's weight.
func (l GateLine) Tone() string { return gateTones[l.Weight] }

// gateOrder is the order in which an officer reads findings: what they can mend first.
var gateOrder = []string{"web.advisory.weight.block", "web.advisory.weight.warn", "web.advisory.weight.wait", "web.advisory.weight.aside"}

var gateTones = map[string]string{
	"web.advisory.weight.block": "bad", "web.advisory.weight.warn": "wait", "web.advisory.weight.wait": "go", "web.advisory.weight.aside": "plain",
}

// AdvisoryFindings is the fragment that replaces the list of findings while an
// officer writes.
type AdvisoryFindings struct {
	look.Base
	Gate     Gate
	Problems []Wrong
	Scores   []Score
}

// Wrong is one thing that cannot be stored as it is.
type Wrong struct{ Text, Where, Href string }

// Score is a CVSS vector's result.
type Score struct {
	ID      string // of the element that shows it
	Version string
	Value   string
	Level   string
}

// Tone is the shape of the score's level.
func (x Score) Tone() string { return scoreTones[severity.Level(x.Level)] }

// gate puts findings into words. edit is the address of the editor, "" on its page.
func (s *Site) gate(l words.Lang, found []advisory.Finding, c advisory.Content, names map[party.PersonID]string, edit string) Gate {
	g := Gate{Edit: edit}
	for _, f := range found {
		line := GateLine{ID: f.ID, Quote: f.Quote, Lang: f.Lang, CanAside: f.CanSetAside && f.SetAside == nil && f.Open()}
		line.Weight = weightOf(f)
		if f.Open() {
			g.Open++
		}
		if f.SetAside != nil {
			line.Aside, line.AsideBy, line.AsideWhen = f.SetAside.Reason, names[f.SetAside.By], f.SetAside.At
		}
		if f.Field != "" && f.Field != "at" {
			line.Where, line.Href = s.fieldWord(l, f.Field, f.Lang, c), edit+"#f-"+formField(f.Field, f.Lang)
		}
		line.ToCase = f.Rule == advisory.RuleEmbargo || f.Rule == advisory.RuleUnheard || f.Rule == advisory.RuleUnlisted
		line.Text = s.pages.Say(l, f.Key, s.gateArgs(l, f, c))
		g.Findings = append(g.Findings, line)
	}
	slices.SortStableFunc(g.Findings, func(a, b GateLine) int {
		return slices.Index(gateOrder, a.Weight) - slices.Index(gateOrder, b.Weight)
	})
	return g
}

// weightOf is the catalogue key of how much a finding weighs.
func weightOf(f advisory.Finding) string {
	switch {
	case f.SetAside != nil:
		return "web.advisory.weight.aside"
	case f.Weight == advisory.Warn:
		return "web.advisory.weight.warn"
	case f.Wait != "":
		return "web.advisory.weight.wait"
	}
	return "web.advisory.weight.block"
}

// gateArgs are a finding's arguments with its field and language in words.
func (s *Site) gateArgs(l words.Lang, f advisory.Finding, c advisory.Content) map[string]any {
	args := map[string]any{}
	for k, v := range f.Args {
		args[k] = v
	}
	if _, ok := args["field"]; ok {
		args["field"] = s.fieldWord(l, f.Field, "", c)
	}
	if lang, ok := args["lang"].(string); ok {
		args["lang"] = s.pages.Say(l, "web.advisory.lang."+lang, nil)
	}
	return args
}

var (
	rowNumber = regexp.MustCompile(`\[(\d+)\]`)
	fromCase  = regexp.MustCompile(`^(products|vendors)\.(\d+)\b.*$`)
	cwePlace  = regexp.MustCompile(`\.cwes\.\d+.*$`)
	creditRow = regexp.MustCompile(`^credits\.(\d+)$`)
	inTwo     = regexp.MustCompile(`^(title|overview|affected_note|description|impact|solution|addendum|analysis|withdrawal|summary|vulnerabilities\.\d+\.title|remedies\.\d+\.text|references\.\d+\.title)$`)
)

// formField is the name of the editor's field for a place of the content:
// "vulnerabilities[0].title" in Japanese is "vulnerabilities.0.title.ja".
func formField(path string, lang words.Lang) string {
	name := rowNumber.ReplaceAllString(path, ".$1")
	name = fromCase.ReplaceAllString(name, "$1.$2") // these are taken from the case: the row is shown, not asked for
	name = cwePlace.ReplaceAllString(name, ".cwes")
	name = creditRow.ReplaceAllString(name, "credits.$1.kind")
	if inTwo.MatchString(name) {
		if lang == "" {
			lang = words.JA
		}
		name += "." + string(lang)
	}
	return name
}

// fieldWord is what the editor calls a place of the content.
func (s *Site) fieldWord(l words.Lang, path string, lang words.Lang, c advisory.Content) string {
	name := formField(path, lang)
	if lang == "" && inTwo.MatchString(strings.TrimSuffix(name, ".ja")) {
		name = strings.TrimSuffix(name, ".ja")
	}
	var at int
	switch {
	case rowOf(name, "products.%d", &at) && at < len(c.Products):
		return c.Products[at].Name
	case rowOf(name, "vendors.%d", &at) && at < len(c.Vendors):
		return c.Vendors[at].Name.In(l)
	}
	key := "web.advisory.form"
	for part := range strings.SplitSeq(name, ".") {
		if strings.Trim(part, "0123456789") != "" {
			key += "." + part
		}
	}
	if _, ok := s.Desk.Words[key]; !ok {
		return path
	}
	return s.pages.Say(l, key, nil)
}

func rowOf(s, format string, to *int) bool {
	n, err := fmt.Sscanf(s, format, to)
	return n == 1 && err == nil
}

// scores are the results of all vectors of a content, by the element that shows each.
func scores(c advisory.Content) []Score {
	var all []Score
	for i, v := range c.Vulnerabilities {
		for _, x := range []struct{ field, version, vector string }{{"cvss31", "3.1", v.CVSS31}, {"cvss40", "4.0", v.CVSS40}} {
			out := Score{ID: fmt.Sprintf("score-%d-%s", i, x.field), Version: x.version}
			if r, err := severity.Parse(x.vector); x.vector != "" && err == nil && r.Version == x.version {
				out.Value, out.Level = fmt.Sprintf("%.1f", r.Base), string(r.Level)
			}
			all = append(all, out)
		}
	}
	return all
}

var scoreTones = map[severity.Level]string{
	severity.None: "plain", severity.Low: "wait", severity.Medium: "wait", severity.High: "bad", severity.Critical: "bad",
}

// wrongs are the problems of a form, each leading to its field.
func (s *Site) wrongs(l words.Lang, problems []fault.Problem, c advisory.Content) []Wrong {
	var all []Wrong
	for _, p := range problems {
		w := Wrong{Text: s.pages.Say(l, p.Key, p.Args)}
		if p.Field != "" {
			w.Where, w.Href = s.fieldWord(l, p.Field, "", c), "#f-"+formField(p.Field, "")
		}
		all = append(all, w)
	}
	return all
}
