package csaf

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// judge is the schema compiled by an independent implementation.
func judge(t testing.TB, folder, url string) *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseRegexpEngine(ecmaEngine)
	err := fs.WalkDir(schemaFiles, "schema", func(path string, d fs.DirEntry, err error) error {
		dir, _, _ := strings.Cut(strings.TrimPrefix(path, "schema/"), "/")
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") || dir[0] == '2' && "schema/"+dir != folder {
			return err
		}
		text, err := schemaFiles.ReadFile(path)
		if err != nil {
			return err
		}
		// The judge need not know the standard's own meta schemas.
		for _, own := range []string{
			"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/meta.json",
			"https://www.first.org/cvss/meta.json",
		} {
			text = bytes.ReplaceAll(text, []byte(`"$schema": "`+own), []byte(`"$schema": "https://json-schema.org/draft/2020-12/schema`))
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return err
		}
		m := doc.(map[string]any)
		id, _ := m["$id"].(string)
		if id == "" {
			id, _ = m["id"].(string)
		}
		id, _, _ = strings.Cut(id, "?")
		delete(m, "id")
		m["$id"] = id
		return c.AddResource(id, doc)
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type ecmaRegexp struct{ *regexp2.Regexp }

func (r ecmaRegexp) MatchString(s string) bool {
	ok, err := r.Regexp.MatchString(s)
	return ok && err == nil
}

func ecmaEngine(p string) (jsonschema.Regexp, error) {
	re, err := regexp2.Compile(p, regexp2.ECMAScript)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = time.Second
	return ecmaRegexp{re}, nil
}

// TestSchemaVerdicts holds our verdict against the judge's on every document
// of the test data, and on each of them with one value spoiled.
func TestSchemaVerdicts(t *testing.T) {
	judges := map[Version]*jsonschema.Schema{
		V20: judge(t, "schema/2.0", SchemaURL20),
		V21: judge(t, "schema/2.1", SchemaURL21),
	}
	for _, folder := range []string{"csaf-2.0-cases", "csaf-2.1-cases", "csaf-ics"} {
		valid, invalid := 0, 0
		for i, f := range readCorpus(t, folder) {
			tree, err := Parse(f.data)
			if err != nil {
				t.Fatal(f.name, err)
			}
			texts := []string{tree.Text()}
			if folder != "csaf-ics" {
				texts = append(texts, spoil(tree, i)...)
			} else {
				texts = append(texts, spoil(tree, i)[:2]...)
			}
			for _, text := range texts {
				if sameVerdict(t, f.name, text, judges) {
					valid++
				} else {
					invalid++
				}
			}
		}
		t.Logf("%s: same verdict on %d valid and %d invalid texts", folder, valid, invalid)
	}
}

// spoil gives variants of a document, each with one thing wrong.
func spoil(tree *Tree, seed int) (out []string) {
	for k := range 6 {
		n := Node{tree, int32((seed*31 + k*k*97 + 7) % len(tree.nodes))}
		from := int(n.raw().start)
		if n.Is(String) {
			from--
		}
		to := from + len(n.Source())
		value := []string{`null`, `[]`, `"x y"`, `{}`, `12`, `"2026-02-30T00:00:00Z"`}[k]
		out = append(out, tree.text[:from]+value+tree.text[to:])
	}
	return out
}

func sameVerdict(t *testing.T, name, text string, judges map[Version]*jsonschema.Schema) bool {
	t.Helper()
	tree, err := ParseLimited(text, DefaultLimits())
	if err != nil {
		t.Fatal(name, err)
	}
	v := VersionOf(tree)
	var run schemaRun
	ours := schemaFor[v]().check(tree.Root(), &run)
	if ours != (len(run.found) == 0) {
		t.Errorf("%s: verdict %v with violations %v", name, ours, run.found)
	}
	if probe := schemaFor[v]().check(tree.Root(), &schemaRun{probe: true}); probe != ours {
		t.Errorf("%s: verdict %v, as a probe %v", name, ours, probe)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(name, err)
	}
	if theirs := judges[v].Validate(doc); (theirs == nil) != ours {
		t.Errorf("%s: ours %v %v\njudge: %v", name, ours, describe(run.found), theirs)
	}
	return ours
}

func describe(found []violation) (out []string) {
	for _, v := range found {
		out = append(out, fmt.Sprintf("%s: %s", v.at.Pointer(), v.msg))
	}
	return out
}

// TestKnownPatterns holds every hand-written matcher against its pattern. The
// engine lets the dot match U+2028, which ECMA 262 does not, so the texts have
// no such character.
func TestKnownPatterns(t *testing.T) {
	seeds := []string{
		"CVE-2026-0001", "CVE-2026-12345", "CWE-79", "CWE-079", "CWE-1234567", "1", "0", "01", "1.0.0", "1.0.0-rc.1+b.2",
		"1.0.0-01", "a b", " a", "a\u00a0", "-a", "a.", "a\nb", "日本", "\u3000日", strings.Repeat("0aF", 12), strings.Repeat("0af", 12),
		"AV:N/AC:L/Au:N/C:P/I:P/A:P", "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC/RL:OF/RC:UC/CDP:LM/TD:H/CR:L",
		"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MAV:A", "CVSS:3.1/",
		"https://example.com/a/b_1.0.0.json", "https://example.com/a_b_1.0.0-rc.1+x.json", "https://EXAMPLE.com/a_1.0.0.json",
		"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-content.json",
		"https://docs.oasis-open.org/csaf/csaf/v2.1/x/schema/extension-content.json_1.0.0.json",
		"https://docs.oasis-open.org/csaf/csaf/v2.1//schema/extension-content.json_1.0.0.json",
		"https://example.com/a//b_1.0.0.json", "https://e-.com/b_1.0.0.json", "https://example.com/_1.0.0.json", "https://example.com/a_1.json",
	}
	for pattern, match := range knownPatterns {
		re := regexp2.MustCompile(pattern, regexp2.ECMAScript)
		t.Run(clip(pattern), func(t *testing.T) {
			for _, s := range seeds {
				if want, _ := re.MatchString(s); match(s) != want {
					t.Errorf("%q: %v, want %v", s, match(s), want)
				}
			}
			rapid.Check(t, func(t *rapid.T) {
				s := []rune(rapid.SampledFrom(seeds).Draw(t, "seed"))
				for range rapid.IntRange(0, 3).Draw(t, "edits") {
					i := rapid.IntRange(0, len(s)).Draw(t, "at")
					r := rapid.SampledFrom([]rune("0aAFZ-_./:+ \n\u00a0日NH")).Draw(t, "rune")
					switch {
					case rapid.Bool().Draw(t, "insert") || i == len(s):
						s = append(s[:i], append([]rune{r}, s[i:]...)...)
					default:
						s = append(s[:i], s[i+1:]...)
					}
				}
				if want, _ := re.MatchString(string(s)); match(string(s)) != want {
					t.Fatalf("%q: %v, want %v", string(s), match(string(s)), want)
				}
			})
		})
	}
}

// TestEmbeddedSchemas compiles all that is embedded.
func TestEmbeddedSchemas(t *testing.T) {
	for v, compile := range schemaFor {
		if s := compile(); len(s.list) == 0 {
			t.Errorf("schema of %s has no properties", v)
		}
	}
}

// TestPatternForms wants words for every pattern of the CSAF schemas. Those of
// SSVC decision points are shown as they are.
func TestPatternForms(t *testing.T) {
	seen := map[*schema]bool{}
	var walk func(*schema)
	walk = func(s *schema) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		ssvc := strings.HasPrefix(s.patternIs, "^(([a-zA-Z0-9])") || strings.HasPrefix(s.patternIs, "^(x_") ||
			strings.HasPrefix(s.patternIs, `^(0|[1-9]\d*)\.`)
		if s.patternIs != "" && !ssvc && patternForm(s.patternIs) == clip(s.patternIs) {
			t.Errorf("no words for the pattern %s", s.patternIs)
		}
		for _, p := range s.list {
			walk(p.is)
		}
		walk(s.items)
		walk(s.additional)
		walk(s.ref)
		for _, list := range [][]*schema{s.all, s.any, s.one} {
			for _, sub := range list {
				walk(sub)
			}
		}
	}
	for _, compile := range schemaFor {
		walk(compile())
	}
}
