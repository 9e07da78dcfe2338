//go:build ignore

// Compares the verdicts of our validator with those of csaf-validator-lib, test
// by test, over a folder of CSAF 2.0 documents:
//
//	node test/csaf/validator-lib.mjs DIR verdicts full CORPUS >theirs.jsonl
//	go run test/csaf/compare.go theirs.jsonl CORPUS
//
// It prints for each test how many documents both find something in, only we,
// and only they, and in how many of the first kind the number of findings is
// not the same; with the first three of each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"nakodo/csaf"
)

// tally is what became of one test over all documents.
type tally struct {
	both               int
	otherCount         []string // documents in which both find something, but not equally often
	oursOnly, theyOnly []string
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: go run test/csaf/compare.go THEIRS.jsonl CORPUS")
	}
	theirs, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer theirs.Close()
	v, err := csaf.NewValidator(csaf.Options{Preset: "full"})
	if err != nil {
		log.Fatal(err)
	}
	tests, docs := map[string]*tally{}, 0
	in := bufio.NewScanner(theirs)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var line struct {
			File  string
			Found map[string]int
		}
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			log.Fatal(err)
		}
		docs++
		add(tests, line.File, judge(v, filepath.Join(os.Args[2], line.File)), line.Found)
	}
	report(tests, docs)
}

func judge(v *csaf.Validator, file string) map[string]int {
	data, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	tree, err := csaf.Parse(data)
	if err != nil {
		log.Fatalf("%s: %v", file, err)
	}
	res, err := v.Validate(tree)
	if err != nil {
		log.Fatalf("%s: %v", file, err)
	}
	found := map[string]int{}
	for _, f := range res.Findings {
		found[f.Test]++
	}
	return found
}

func add(tests map[string]*tally, file string, ours, theirs map[string]int) {
	for id := range ours {
		if tests[id] == nil {
			tests[id] = &tally{}
		}
		if theirs[id] > 0 {
			tests[id].both++
			if ours[id] != theirs[id] {
				tests[id].otherCount = append(tests[id].otherCount, file)
			}
		} else {
			tests[id].oursOnly = append(tests[id].oursOnly, file)
		}
	}
	for id := range theirs {
		if tests[id] == nil {
			tests[id] = &tally{}
		}
		if ours[id] == 0 {
			tests[id].theyOnly = append(tests[id].theyOnly, file)
		}
	}
}

func report(tests map[string]*tally, docs int) {
	fmt.Printf("%d documents\n%-10s %7s %7s %7s %7s\n", docs, "test", "both", "ours", "theirs", "count")
	ids := []string{"schema"}
	all, err := csaf.TestIDs(csaf.V20, "full")
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range append(ids, all...) {
		t := tests[id]
		if t == nil {
			continue
		}
		delete(tests, id)
		fmt.Printf("%-10s %7d %7d %7d %7d\n", id, t.both, len(t.oursOnly), len(t.theyOnly), len(t.otherCount))
		for _, list := range []struct {
			who   string
			files []string
		}{{"only ours", t.oursOnly}, {"only theirs", t.theyOnly}, {"other count", t.otherCount}} {
			if len(list.files) > 0 {
				slices.Sort(list.files)
				fmt.Printf("           %s: %v\n", list.who, list.files[:min(3, len(list.files))])
			}
		}
	}
}
