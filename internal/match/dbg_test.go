package match_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"nakodo/internal/match"
)

func TestDebugMiss(t *testing.T) {
	which := os.Getenv("MISS")
	if which == "" {
		t.Skip()
	}
	entries := registryOf(readYears(t, 2017, 2021))
	a, b, c := questions(entries, half(readYears(t, 2022, 2022)), "\n")
	set := map[string][]asked{"a": a, "b": b, "c": c}[which]
	x := indexOf(entries)
	for _, q := range set {
		res := x.Rank(match.Question{Text: q.text}).Ranked
		at := slices.IndexFunc(res, func(f match.Found) bool { return slices.Contains(q.right, f.Organisation) })
		if at == 0 {
			continue
		}
		txt := q.text
		if len(txt) > 110 {
			txt = txt[:110]
		}
		if which != "a" && len(q.text) > 100 {
			txt += " ... " + q.text[len(q.text)-100:]
		}
		fmt.Printf("\n%d %q  %q\n", at, q.right, txt)
		for i, f := range res {
			if i < 2 || i == at {
				fmt.Printf("   %d %s %.2f ", i, f.Organisation, f.Score)
				for j, r := range f.Reasons {
					if j < 7 {
						fmt.Printf(" %s:%s:%.2f", r.Kind, r.Subject, r.Points)
					}
				}
				fmt.Println()
			}
		}
	}
}

func half(all []advisory) []advisory {
	var h []advisory
	for i, a := range all {
		if i%2 == 0 {
			h = append(h, a)
		}
	}
	return h
}
