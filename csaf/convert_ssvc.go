package csaf

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"nakodo/csaf/ssvc"
)

// convertSSVC makes metrics of notes titled "SSVC" that hold a vector or a list
// of selections. A note that was converted whole goes.
func (c *converter) convertSSVC(v *Vulnerability, src Node) {
	kept := v.Notes[:0:0]
	i := 0
	for n := range src.Items() {
		note := v.Notes[i]
		i++
		if note.Title != "SSVC" || note.Category != NoteOther {
			kept = append(kept, note)
			continue
		}
		list, err := c.readSSVC(note.Text)
		products := assessedProducts(v.ProductStatus)
		switch {
		case err == nil && len(products) == 0:
			err = fmt.Errorf("no product is affected or under investigation")
		case err == nil && slices.ContainsFunc(v.Metrics, func(m Metric) bool { return m.Content.SSVC2 != nil }):
			err = fmt.Errorf("another note gave an assessment already, and keeping one would lead to losing information")
		}
		if err != nil {
			c.warn(n, "the automatic conversion of the SSVC data failed, and the note was kept: %v", err)
			kept = append(kept, note)
			continue
		}
		v.Metrics = append(v.Metrics, Metric{Content: MetricContent{SSVC2: list}, Products: products})
	}
	v.Notes = kept
}

// assessedProducts are those that an assessment without products is about.
func assessedProducts(s *ProductStatus) []string {
	if s == nil {
		return nil
	}
	return firsts(slices.Concat(s.FirstAffected, s.KnownAffected, s.LastAffected, s.UnderInvestigation), itself)
}

// readSSVC reads a vector of CISA's calculator or a selection list in JSON.
func (c *converter) readSSVC(text string) (*SSVC, error) {
	text = strings.TrimSpace(text)
	var list *SSVC
	var err error
	if strings.HasPrefix(text, "{") {
		list, err = ssvcFromJSON(text)
	} else {
		list, err = ssvcFromVector(text)
	}
	if err != nil {
		return nil, err
	}
	at, ok := list.Timestamp.Time()
	if !ok {
		return nil, fmt.Errorf("it does not say when it was made")
	}
	if n := len(c.src.sorted); n > 0 && at.After(c.src.sorted[n-1].date) && c.doc.Document.Tracking.Status != StatusDraft {
		return nil, fmt.Errorf("it was made at %s, after the newest revision of the document", list.Timestamp)
	}
	return list, nil
}

func ssvcFromJSON(text string) (*SSVC, error) {
	t, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	var run schemaRun
	if !ssvcSchema().check(t.Root(), &run) {
		return nil, fmt.Errorf("it is no SSVC selection list of version 2.0.0: %s: %s", orRoot(run.found[0].at.Pointer()), run.found[0].msg)
	}
	list := new(SSVC)
	return list, decode(t.Root(), reflect.ValueOf(list).Elem())
}

// vectorPoints are the decision points behind the letters of an SSVC vector, as
// CISA's calculator writes them, with the values whose keys differ.
var vectorPoints = map[string]struct {
	namespace, key string
	values         map[string]string
}{
	"E": {"ssvc", "E", nil},
	"A": {"ssvc", "A", nil},
	"T": {"ssvc", "TI", nil},
	"P": {"cisa", "MP", nil},
	"B": {"ssvc", "PWI", map[string]string{"A": "MA"}},
	"M": {"ssvc", "MWI", nil},
	"D": {"cisa", "CISA", map[string]string{"R": "T*", "A": "AT", "C": "AC"}},
}

// ssvcFromVector reads SSVCv2/E:A/A:Y/T:T/P:E/B:I/M:H/D:C/2024-01-24T10:00:00Z/.
func ssvcFromVector(text string) (*SSVC, error) {
	rest, ok := strings.CutPrefix(text, "SSVCv2/")
	if !ok {
		return nil, fmt.Errorf("it is neither a vector that starts with SSVCv2/ nor a selection list in JSON")
	}
	parts := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	list := &SSVC{SchemaVersion: "2.0.0", Timestamp: DateTime(parts[len(parts)-1])}
	at, ok := list.Timestamp.Time()
	if !ok {
		return nil, fmt.Errorf("the vector does not end with the time at which it was made")
	}
	for _, part := range parts[:len(parts)-1] {
		s, err := selectionFrom(part, at)
		if err != nil {
			return nil, err
		}
		list.Selections = append(list.Selections, s)
	}
	if len(list.Selections) == 0 {
		return nil, fmt.Errorf("the vector has no decision points")
	}
	return list, nil
}

func selectionFrom(part string, at time.Time) (SSVCSelection, error) {
	letter, value, _ := strings.Cut(part, ":")
	p, ok := vectorPoints[letter]
	if !ok {
		return SSVCSelection{}, fmt.Errorf("the decision point %q of the vector is not known, so that converting it would lead to losing information", letter)
	}
	if other, ok := p.values[value]; ok {
		value = other
	}
	versions := ssvc.Versions(p.namespace, p.key)
	point, ok := ssvc.LatestAt(versions, at)
	if !ok {
		point = versions[0]
	}
	for _, v := range point.Values {
		if v.Key == value {
			return SSVCSelection{
				Namespace: p.namespace, Key: p.key, Version: point.Version, Name: point.Name,
				Values: []SSVCValue{{Key: v.Key, Name: v.Name}},
			}, nil
		}
	}
	return SSVCSelection{}, fmt.Errorf("the decision point %s (%s) has no value %q", letter, point.Name, value)
}
