package match_test

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"nakodo/internal/match"
)

type tuneSet struct {
	x       *match.Index
	a, b, c []asked
}

func TestTune(t *testing.T) {
	minutes, _ := strconv.ParseFloat(os.Getenv("TUNE"), 64)
	if minutes == 0 {
		t.Skip()
	}
	var sets []tuneSet
	for _, y := range []int{2019, 2020, 2021, 2022} {
		entries := registryOf(readYears(t, 2017, y-1))
		for _, sep := range []string{"\n", " "} {
			docs := readYears(t, y, y)
			if y == 2022 {
				docs, _ = halves(docs)
			}
			a, b, c := questions(entries, docs, sep)
			sets = append(sets, tuneSet{indexOf(entries), a, b, c})
		}
	}
	eval := func() (float64, string) {
		total := 0.0
		text := ""
		res := make([][6]float64, len(sets))
		var wg sync.WaitGroup
		for i, s := range sets {
			wg.Add(1)
			go func() {
				defer wg.Done()
				r := byIndex(s.x)
				res[i][0], res[i][1] = share(r, s.a)
				inC := map[string]bool{}
				for _, q := range s.c {
					inC[q.text] = true
				}
				var b1, b5, c1, c5 float64
				for _, q := range s.b {
					ranked := r(q.text)
					at := slices.IndexFunc(ranked, func(id string) bool { return slices.Contains(q.right, id) })
					if at == 0 {
						b1++
						if inC[q.text] {
							c1++
						}
					}
					if at >= 0 && at < 5 {
						b5++
						if inC[q.text] {
							c5++
						}
					}
				}
				nb, nc := float64(len(s.b))/100, float64(len(s.c))/100
				res[i][2], res[i][3], res[i][4], res[i][5] = b1/nb, b5/nb, c1/nc, c5/nc
			}()
		}
		wg.Wait()
		w := [6]float64{1.5, 1, 1, 1.2, .3, 1}
		for i := range sets {
			for j := range w {
				total += w[j] * res[i][j]
			}
			if i%2 == 0 {
				text += fmt.Sprintf(" [%.1f/%.1f %.1f/%.1f %.1f/%.1f]", res[i][0], res[i][1], res[i][2], res[i][3], res[i][4], res[i][5])
			}
		}
		return total / float64(len(sets)), text
	}
	names := match.Names()
	names = slices.DeleteFunc(names, func(n string) bool {
		return slices.Contains([]string{"given", "keyword", "address", "refused", "dismiss", "misspelt"}, n)
	})
	best, text := eval()
	start := time.Now()
	fmt.Printf("start %.2f %s\n", best, text)
	rng := rand.New(rand.NewSource(time.Now().UnixNano()))
	for time.Since(start).Minutes() < minutes {
		for _, i := range rng.Perm(len(names)) {
			n := names[i]
			old := sets[0].x.Get(n)
			factor := []float64{0.5, 0.7, 0.85, 1.2, 1.4, 2}[rng.Intn(6)]
			v := old * factor
			if v > 1 && slices.Contains([]string{"body", "small", "common", "number", "joined", "part", "later", "listed", "company", "headless", "tail", "generic", "decay", "even"}, n) {
				v = 1
			}
			if v == old {
				continue
			}
			for _, s := range sets {
				s.x.Set(n, v)
			}
			got, text := eval()
			if got > best+0.005 {
				best = got
				fmt.Printf("%.2f %s %.3f -> %.3f %s\n", best, n, old, v, text)
			} else {
				for _, s := range sets {
					s.x.Set(n, old)
				}
			}
			if time.Since(start).Minutes() > minutes {
				break
			}
		}
	}
	for _, n := range match.Names() {
		fmt.Printf("%s: %.3g, ", n, sets[0].x.Get(n))
	}
	fmt.Println()
}
