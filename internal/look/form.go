package look

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/tlp"
)

// Form is a form as it is shown: what was sent comes back as it was, with what
// is wrong beside its field. The label of field "product" is the catalogue's
// Words+".product", its hint Words+".product.hint" where that exists. Fields
// of repeated rows ("product.0.version") share the words of "product.version".
type Form struct {
	Name     string // tells the fields of two forms on one page apart; "" where there is one
	Words    string
	Values   url.Values
	Problems []fault.Problem
	Options  map[string][]Option // of select, radios and checks
}

// Option is one thing to choose.
type Option struct{ Value, Text, Hint string }

// Labels are the TLP labels to choose from; the first choice, in the words of
// usual, sends none.
func Labels(usual string) []Option {
	options := []Option{{Text: usual}}
	for _, l := range tlp.Labels() {
		options = append(options, Option{Value: string(l), Text: string(l)})
	}
	return options
}

// id is the id of a field's element.
func (f Form) id(field string) string {
	if f.Name == "" {
		return "f-" + field
	}
	return "f-" + f.Name + "-" + field
}

// Value is what a field holds.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// fieldView is a field with everything said, for bits/field.html.
type fieldView struct {
	Name, ID, Kind, Label, Hint, Optional, Value, Class, Rows, Max, Autocomplete, Inputmode, Accept, Lang string
	Required, Checked, Autofocus, Multiple                                                                bool
	Wrong                                                                                                 []string
	Options                                                                                               []optionView
}

type optionView struct {
	Option
	ID     string
	Chosen bool
}

// DescribedBy names the elements that explain the field to a screen reader.
func (v fieldView) DescribedBy() string {
	var ids []string
	if v.Hint != "" {
		ids = append(ids, v.ID+"-hint")
	}
	if len(v.Wrong) > 0 {
		ids = append(ids, v.ID+"-wrong")
	}
	return strings.Join(ids, " ")
}

// field draws one field. The specs are "required", "autofocus", "multiple" and
// "name=value" with kind (text, email, password, search, tel, url, number,
// date, datetime-local, file, textarea, select, radios, checks, checkbox,
// hidden), class, rows, max (characters), autocomplete, inputmode, accept,
// lang and label (a catalogue key instead of the field's own).
func (p *press) field(f Form, name string, specs ...string) (template.HTML, error) {
	key := f.Words + "." + wordsOf(name)
	v := fieldView{Name: name, ID: f.id(name), Kind: "text", Value: f.Values.Get(name)}
	for _, spec := range specs {
		what, value, _ := strings.Cut(spec, "=")
		switch what {
		case "required":
			v.Required = true
		case "autofocus":
			v.Autofocus = true
		case "multiple":
			v.Multiple = true
		case "label":
			key = value
		default:
			if err := v.set(what, value); err != nil {
				return "", err
			}
		}
	}
	v.Label, v.Hint = p.say(key), p.sayIfAny(key+".hint")
	if !v.Required && v.Kind != "checkbox" && v.Kind != "checks" {
		v.Optional = p.say("look.form.optional")
	}
	v.Checked = v.Kind == "checkbox" && v.Value != ""
	for _, w := range f.Problems {
		if w.Field == name {
			v.Wrong = append(v.Wrong, p.problem(w))
		}
	}
	for i, o := range f.Options[name] {
		v.Options = append(v.Options, optionView{Option: o, ID: fmt.Sprintf("%s-%d", v.ID, i), Chosen: slices.Contains(f.Values[name], o.Value)})
	}
	return p.bit("field", v)
}

func (v *fieldView) set(what, value string) error {
	slot, ok := map[string]*string{
		"kind": &v.Kind, "class": &v.Class, "rows": &v.Rows, "max": &v.Max, "autocomplete": &v.Autocomplete,
		"inputmode": &v.Inputmode, "accept": &v.Accept, "lang": &v.Lang, "value": &v.Value,
	}[what]
	if !ok {
		return fmt.Errorf("look: field %s: unknown spec %q", v.Name, what)
	}
	*slot = value
	return nil
}

// wordsOf takes row numbers out of a field's name.
func wordsOf(name string) string {
	parts := strings.Split(name, ".")
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }), ".")
}

// problems lists everything wrong with a form, at its top, each leading to its field.
func (p *press) problems(f Form) (template.HTML, error) {
	if len(f.Problems) == 0 {
		return "", nil
	}
	type line struct{ ID, Label, Text string }
	var lines []line
	title := "" // where the whole form is refused, the refusal says it all
	for _, w := range f.Problems {
		l := line{Text: p.problem(w)}
		if w.Field != "" {
			title = p.say("fault.invalid")
			l.ID, l.Label = f.id(w.Field), p.sayIfAny(f.Words+"."+wordsOf(w.Field))
		}
		lines = append(lines, l)
	}
	return p.bit("problems", map[string]any{"Title": title, "Lines": lines})
}

// problem is one problem in words.
func (p *press) problem(w fault.Problem) string {
	args := make([]any, 0, 2*len(w.Args))
	for k, v := range w.Args {
		args = append(args, k, v)
	}
	return p.say(w.Key, args...)
}

func (p *press) sayIfAny(key string) string {
	if _, ok := p.set.say[key]; !ok {
		return ""
	}
	return p.say(key)
}
