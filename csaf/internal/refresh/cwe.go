package main

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// release is one version of the CWE list; catalogue is all of them, by version.
type (
	release struct {
		date       string // YYYY-MM-DD
		weaknesses map[int]weakness
	}
	weakness struct {
		name  string
		state string // usage for mapping (- unknown, A allowed, R with review, D discouraged, P prohibited), then x if deprecated
	}
	catalogue map[string]release
)

// weaknesses writes catalogue.tsv: the versions with their dates, an empty
// line, then rows of id, first and last version with this row's content,
// state, name. With a file, MITRE's XML of one version is added to the table
// that is already there.
func weaknesses(out, file string) error {
	target := filepath.Join(out, "catalogue.tsv")
	if file == "" {
		version, files, err := npm("@secvisogram/csaf-validator-lib")
		if err != nil {
			return err
		}
		all, err := fromModules(files)
		if err != nil {
			return err
		}
		if old, err := readCatalogue(target); err == nil {
			for v, r := range old { // keep versions the package does not know yet
				if _, ok := all[v]; !ok {
					all[v] = r
				}
			}
		}
		return all.write(target, "MITRE CWE lists (https://cwe.mitre.org, CWE terms of use), through npm @secvisogram/csaf-validator-lib "+version+" (MIT)")
	}
	all, err := readCatalogue(target)
	if err != nil {
		return err
	}
	version, r, err := fromXML(file)
	if err != nil {
		return err
	}
	all[version] = r
	return all.write(target, "MITRE CWE lists (https://cwe.mitre.org, CWE terms of use), newest from "+filepath.Base(file))
}

var (
	moduleDate = regexp.MustCompile(`date: '([0-9-]+)'`)
	moduleItem = regexp.MustCompile(`id: 'CWE-(\d+)',\s*name:\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),\s*status: '(\w+)'(?:,\s*usage: '([\w-]+)')?`)
)

func fromModules(files map[string][]byte) (catalogue, error) {
	all := catalogue{}
	for name, text := range files {
		if path.Dir(name) != "lib/cwec" {
			continue
		}
		date := moduleDate.FindSubmatch(text)
		if date == nil {
			return nil, fmt.Errorf("%s: no date", name)
		}
		r := release{string(date[1]), map[int]weakness{}}
		for _, m := range moduleItem.FindAllSubmatch(text, -1) {
			id, err := strconv.Atoi(string(m[1]))
			if err != nil {
				return nil, err
			}
			r.weaknesses[id] = weakness{unquoteScript(string(m[2])), state(string(m[4]), string(m[3]))}
		}
		if got, want := len(r.weaknesses), strings.Count(string(text), "id: 'CWE-"); got != want {
			return nil, fmt.Errorf("%s: read %d of %d weaknesses", name, got, want)
		}
		all[strings.TrimSuffix(path.Base(name), ".js")] = r
	}
	return all, nil
}

func unquoteScript(s string) string {
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; s = s[1:] {
		if s[0] == '\\' {
			s = s[1:]
		}
		b.WriteByte(s[0])
	}
	return b.String()
}

func state(usage, status string) string {
	s := map[string]string{"": "-", "Allowed": "A", "Allowed-with-Review": "R", "Discouraged": "D", "Prohibited": "P"}[usage]
	if status == "Deprecated" {
		s += "x"
	}
	return s
}

func fromXML(file string) (version string, r release, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", r, err
	}
	var list struct {
		Version    string `xml:",attr"`
		Date       string `xml:",attr"`
		Weaknesses []struct {
			ID     int    `xml:",attr"`
			Name   string `xml:",attr"`
			Status string `xml:",attr"`
			Usage  string `xml:"Mapping_Notes>Usage"`
		} `xml:"Weaknesses>Weakness"`
	}
	if err := xml.Unmarshal(text, &list); err != nil {
		return "", r, fmt.Errorf("%s: %w", file, err)
	}
	if list.Version == "" || len(list.Weaknesses) == 0 {
		return "", r, fmt.Errorf("%s is not a CWE list: no version or no weaknesses", file)
	}
	r = release{list.Date, map[int]weakness{}}
	for _, w := range list.Weaknesses {
		r.weaknesses[w.ID] = weakness{strings.TrimSpace(w.Name), state(w.Usage, w.Status)}
	}
	return list.Version, r, nil
}

// versions in order of publication.
func (c catalogue) versions() []string {
	return slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		as, bs := strings.Split(a, "."), strings.Split(b, ".")
		return slices.CompareFunc(as, bs, func(x, y string) int {
			m, _ := strconv.Atoi(x)
			n, _ := strconv.Atoi(y)
			return cmp.Compare(m, n)
		})
	})
}

func (c catalogue) write(target, source string) error {
	versions := c.versions()
	ids := map[int]bool{}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", source)
	for _, v := range versions {
		fmt.Fprintf(&b, "%s\t%s\n", v, c[v].date)
		for id := range c[v].weaknesses {
			ids[id] = true
		}
	}
	b.WriteByte('\n')
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		for i := 0; i < len(versions); {
			w, ok := c[versions[i]].weaknesses[id]
			if !ok {
				i++
				continue
			}
			j := i
			for j+1 < len(versions) && c[versions[j+1]].weaknesses[id] == w {
				j++
			}
			fmt.Fprintf(&b, "%d\t%s\t%s\t%s\t%s\n", id, versions[i], versions[j], w.state, w.name)
			i = j + 1
		}
	}
	return os.WriteFile(target, []byte(b.String()), 0o644)
}

func readCatalogue(target string) (catalogue, error) {
	text, err := os.ReadFile(target)
	if err != nil {
		return nil, err
	}
	head, rows, ok := strings.Cut(string(text), "\n\n")
	if !ok {
		return nil, fmt.Errorf("%s: no empty line after the versions", target)
	}
	all := catalogue{}
	for _, line := range strings.Split(head, "\n")[1:] {
		v, date, _ := strings.Cut(line, "\t")
		all[v] = release{date, map[int]weakness{}}
	}
	versions := all.versions()
	for line := range strings.Lines(rows) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		id, err := strconv.Atoi(f[0])
		if err != nil || len(f) != 5 {
			return nil, fmt.Errorf("%s: bad row %q", target, line)
		}
		from, to := slices.Index(versions, f[1]), slices.Index(versions, f[2])
		for _, v := range versions[from : to+1] {
			all[v].weaknesses[id] = weakness{f[4], f[3]}
		}
	}
	return all, nil
}
