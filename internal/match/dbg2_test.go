package match_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"sort"
	"testing"

	"nakodo/internal/match"
)

func TestDebugPrior(t *testing.T) {
	if os.Getenv("PRIOR") == "" {
		t.Skip()
	}
	entries := registryOf(readYears(t, 2017, 2020))
	_, b, c := questions(entries, readYears(t, 2021, 2021), "\n")
	inC := map[string]bool{}
	for _, q := range c {
		inC[q.text] = true
	}
	x := indexOf(entries)
	miss, hit, all := map[string]int{}, map[string]int{}, map[string]int{}
	for _, q := range b {
		if inC[q.text] {
			continue
		}
		res := x.Rank(match.Question{Text: q.text}).Ranked
		at := slices.IndexFunc(res, func(f match.Found) bool { return slices.Contains(q.right, f.Organisation) })
		all[q.right[0]]++
		if at < 0 || at >= 5 {
			miss[q.right[0]]++
		} else {
			hit[q.right[0]]++
		}
	}
	fmt.Println("MISS", miss)
	fmt.Println("HIT", hit)
	var es []match.Entry
	for _, e := range entries {
		es = append(es, e)
	}
	sort.Slice(es, func(i, j int) bool { return len(es[i].Products) > len(es[j].Products) })
	for _, e := range es[:25] {
		fmt.Println(e.Organisation, len(e.Products), all[e.Organisation], math.Log1p(float64(len(e.Products))))
	}
}
