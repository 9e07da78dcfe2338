// Package looktest examines pages: that each template fits its struct, that
// what comes out is well-formed HTML a screen reader can use, and that no word
// is missing in either language. A door's test is one line:
//
//	looktest.Set(t, set, CaseShow{…a full example…})
package looktest

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Set renders every page of a set in both languages: empty, with every field
// filled (once with all flags up, once with all down), and as in the examples.
func Set(t *testing.T, set *look.Set, examples ...look.Paper) {
	t.Helper()
	for name, empty := range set.Papers() {
		for what, p := range map[string]look.Paper{
			"empty": empty, "filled": Fill(empty, true), "filled, flags down": Fill(empty, false),
		} {
			both(t, set, name+" "+what, p)
		}
	}
	for _, p := range examples {
		both(t, set, fmt.Sprintf("example %T", p), p)
	}
}

func both(t *testing.T, set *look.Set, name string, p look.Paper) {
	t.Helper()
	for _, l := range []words.Lang{words.EN, words.JA} {
		b, err := set.Render(WithBase(p, l))
		if err != nil {
			t.Errorf("%s, %s: %v", name, l, err)
			continue
		}
		for _, fault := range Faults(string(b)) {
			t.Errorf("%s, %s: %s", name, l, fault)
		}
	}
}

// WithBase gives the page a language and, where it has none, a title and a time.
func WithBase(p look.Paper, l words.Lang) look.Paper {
	v := reflect.New(reflect.TypeOf(p)).Elem()
	v.Set(reflect.ValueOf(p))
	base := p.Shown()
	base.Lang = l
	if base.Title == "" {
		base.Title = "Title"
	}
	if base.Now.IsZero() {
		base.Now = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	}
	v.FieldByName("Base").Set(reflect.ValueOf(base))
	return v.Interface().(look.Paper)
}

// filler stands in every filled string; a catalogue key made of it is no fault of the page.
const filler = "zz"

// known are types whose values are words of their own.
var known = map[reflect.Type]any{
	reflect.TypeFor[time.Time]():      time.Date(2026, 12, 18, 0, 0, 0, 0, time.UTC),
	reflect.TypeFor[words.Lang]():     words.EN,
	reflect.TypeFor[party.Role]():     party.Officer,
	reflect.TypeFor[product.Status](): product.NoAnswer,
	reflect.TypeFor[tlp.Label]():      tlp.AmberStrict,
}

// Fill gives the page with every exported field set: two elements in each
// slice, one in each map, and all flags as told.
func Fill(p look.Paper, flags bool) look.Paper {
	v := reflect.New(reflect.TypeOf(p)).Elem()
	v.Set(reflect.ValueOf(p))
	fill(v, flags, 0)
	if base := v.FieldByName("Base"); base.IsValid() {
		b := base.Interface().(look.Base)
		b.Flash = []look.Flash{{Tone: "ok", Key: "look.skip"}}
		b.Nav = []look.Entry{{Word: "look.search", Href: "/", Key: "n", Count: 3, Late: flags, Here: flags}}
		b.Zone = time.UTC
		base.Set(reflect.ValueOf(b))
	}
	return v.Interface().(look.Paper)
}

func fill(v reflect.Value, flags bool, depth int) {
	if x, ok := known[v.Type()]; ok {
		v.Set(reflect.ValueOf(x))
		return
	}
	if depth > 8 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.String() == "" { // what the declaration set is there for a reason
			v.SetString(filler)
		}
	case reflect.Bool:
		v.SetBool(flags)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(2)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(2)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(2.5)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), flags, depth+1)
		}
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct && v.Type() != reflect.TypeFor[*time.Location]() {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), flags, depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), flags, depth+1)
		fill(v.Index(1), flags, depth+1)
	case reflect.Map:
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k, flags, depth+1)
		fill(e, flags, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(k, e)
	}
}

var missingWord = regexp.MustCompile(`«([^»]*)»`)

// Faults lists what is wrong with a page or a fragment. Keys that begin with a
// dot are those of an empty form, which does not know whose words it speaks.
func Faults(page string) []string {
	var faults []string
	for _, m := range missingWord.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(m[1], filler) && !strings.HasPrefix(m[1], ".") {
			faults = append(faults, "no words for "+m[1])
		}
	}
	if strings.Contains(page, "ZgotmplZ") {
		faults = append(faults, "a value was refused in its place in the HTML (ZgotmplZ)")
	}
	return append(faults, examine(page)...)
}
