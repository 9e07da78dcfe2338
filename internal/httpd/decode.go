package httpd

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"nakodo/internal/fault"
)

// Decode puts a form's values into the struct that dst points to and names
// everything that is wrong with them at once. A field takes its value by its
// tag:
//
//	Title  string    `form:"title,required,max=200"` // characters; trimmed, line ends as \n
//	Kind   Kind      `form:"kind,one=case|report"`   // any string, int or bool type
//	Until  time.Time `form:"until"`                  // "2026-12-18T09:00" or "2026-12-18" in zone
//	Tags   []string  `form:"tags"`                   // one value each
//	Rows   []Row     `form:"row,max=50"`             // row.0.name, row.1.name …; empty rows are left out
//	Text   words.Text `form:"text"`                  // a struct: text.en, text.ja
//
// Fields of inner structs without a tag go by their names in small letters.
func Decode(values url.Values, dst any, zone *time.Location) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("decode form: %T is no pointer to a struct", dst)
	}
	d := decoder{values: values, zone: zone}
	d.structure(v.Elem(), "")
	if d.err != nil {
		return d.err
	}
	return d.check.Err()
}

type decoder struct {
	values url.Values
	zone   *time.Location
	check  fault.Check
	err    error // a mistake in the struct, not in the form
}

// rules are what a tag says of a field.
type rules struct {
	name     string
	required bool
	max      int
	one      []string
}

func rulesOf(f reflect.StructField, inner bool) (rules, bool, error) {
	tag, ok := f.Tag.Lookup("form")
	if !f.IsExported() || tag == "-" || !ok && !inner {
		return rules{}, false, nil
	}
	name, rest, _ := strings.Cut(tag, ",")
	r := rules{name: name}
	if r.name == "" {
		r.name = strings.ToLower(f.Name)
	}
	for spec := range strings.SplitSeq(rest, ",") {
		what, value, _ := strings.Cut(spec, "=")
		switch what {
		case "":
		case "required":
			r.required = true
		case "max":
			n, err := strconv.Atoi(value)
			if err != nil {
				return r, false, fmt.Errorf("decode form: field %s: max=%s", f.Name, value)
			}
			r.max = n
		case "one":
			r.one = strings.Split(value, "|")
		default:
			return r, false, fmt.Errorf("decode form: field %s: unknown rule %q", f.Name, what)
		}
	}
	return r, true, nil
}

func (d *decoder) structure(v reflect.Value, prefix string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("form") == "" {
			d.structure(v.Field(i), prefix)
			continue
		}
		r, ok, err := rulesOf(f, prefix != "")
		if err != nil {
			d.err = err
		}
		if ok && d.err == nil {
			d.field(v.Field(i), prefix+r.name, r)
		}
	}
}

var timeType = reflect.TypeFor[time.Time]()

func (d *decoder) field(v reflect.Value, name string, r rules) {
	switch {
	case v.Type() == timeType:
		d.time(v, name, r)
	case v.Kind() == reflect.Struct:
		d.structure(v, name+".")
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		d.rows(v, name, r)
	case v.Kind() == reflect.Slice:
		d.list(v, name, r)
	case v.Kind() == reflect.Bool:
		s := d.values.Get(name)
		v.SetBool(s != "" && s != "no" && s != "false")
		d.check.Need(!r.required || v.Bool(), name, "form.must_agree")
	default:
		s, ok := d.text(d.values.Get(name), name, r)
		if ok && (s != "" || !r.required) {
			d.scalar(v, s, name, r)
		} else if ok {
			d.check.Add(name, "form.required")
		}
	}
}

// text is a value as a person meant it: trimmed, line ends alike. NUL and
// broken UTF-8 are refused, because PostgreSQL refuses them later and with
// worse words.
func (d *decoder) text(s, name string, r rules) (string, bool) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		d.check.Add(name, "form.not_text")
		return "", false
	}
	s = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	if n := utf8.RuneCountInString(s); r.max > 0 && n > r.max {
		d.check.Add(name, "form.too_long", "max", r.max, "n", n)
		return "", false
	}
	return s, true
}

func (d *decoder) scalar(v reflect.Value, s, name string, r rules) {
	if s != "" && r.one != nil && !slices.Contains(r.one, s) {
		d.check.Add(name, "form.not_a_choice")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int64, reflect.Int32:
		if s == "" {
			return
		}
		n, err := strconv.ParseInt(s, 10, v.Type().Bits())
		d.check.Need(err == nil, name, "form.not_a_number")
		v.SetInt(n)
	case reflect.Float64:
		if s == "" {
			return
		}
		n, err := strconv.ParseFloat(s, 64)
		d.check.Need(err == nil, name, "form.not_a_number")
		v.SetFloat(n)
	default:
		d.err = fmt.Errorf("decode form: field %s has a type no form can fill: %s", name, v.Type())
	}
}

// time reads what date and datetime-local fields send, in the reader's zone.
func (d *decoder) time(v reflect.Value, name string, r rules) {
	s := strings.TrimSpace(d.values.Get(name))
	if s == "" {
		d.check.Need(!r.required, name, "form.required")
		return
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, d.zone); err == nil {
			v.Set(reflect.ValueOf(t.UTC()))
			return
		}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		v.Set(reflect.ValueOf(t.UTC()))
		return
	}
	d.check.Add(name, "form.not_a_time")
}

func (d *decoder) list(v reflect.Value, name string, r rules) {
	out := reflect.MakeSlice(v.Type(), 0, len(d.values[name]))
	for _, raw := range d.values[name] {
		s, ok := d.text(raw, name, rules{max: 10_000})
		if !ok || s == "" {
			continue
		}
		one := reflect.New(v.Type().Elem()).Elem()
		d.scalar(one, s, name, r)
		out = reflect.Append(out, one)
	}
	d.check.Need(!r.required || out.Len() > 0, name, "form.required")
	if r.max > 0 && out.Len() > r.max {
		d.check.Add(name, "form.too_many", "max", r.max)
		return
	}
	v.Set(out)
}

// rows reads name.0.…, name.1.… in order of their numbers; a row in which
// nothing was entered is left out, wherever it stands.
func (d *decoder) rows(v reflect.Value, name string, r rules) {
	most := r.max
	if most == 0 {
		most = 100
	}
	numbers := map[int]bool{}
	for k, vs := range d.values {
		rest, ok := strings.CutPrefix(k, name+".")
		number, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if ok && err == nil && n >= 0 && slices.ContainsFunc(vs, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			numbers[n] = true
		}
	}
	if len(numbers) > most {
		d.check.Add(name, "form.too_many", "max", most)
		return
	}
	order := make([]int, 0, len(numbers))
	for n := range numbers {
		order = append(order, n)
	}
	slices.Sort(order)
	out := reflect.MakeSlice(v.Type(), len(order), len(order))
	for i, n := range order {
		d.structure(out.Index(i), name+"."+strconv.Itoa(n)+".")
	}
	d.check.Need(!r.required || out.Len() > 0, name, "form.required")
	v.Set(out)
}
