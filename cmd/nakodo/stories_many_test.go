package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"nakodo/internal/desk"
	"nakodo/internal/format/registry"
)

// registry N: imports a generated file of N vendors of the general tier, every
// tenth of which writes Japanese: Maker 0001 with psirt@maker0001.example, and so on.
func (s *stage) registry(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var file strings.Builder
	file.WriteString("name,kinds,tier,contact,contact_mail,contact_lang,contact_duty,product\n")
	for i := 1; i <= n; i++ {
		lang := "en"
		if i%10 == 0 {
			lang = "ja"
		}
		fmt.Fprintf(&file, "Maker %04d,vendor,general,PSIRT,psirt@maker%04d.example,%s,on_duty,Stack %d\n", i, i, lang, i)
	}
	records, wrong, err := registry.Read(strings.NewReader(file.String()), registry.CSV)
	ts.Check(err)
	results, err := s.centre.desk.ImportRegistry(context.Background(), console, records, desk.RegistryImport{Tiers: true})
	ts.Check(err)
	for _, r := range results {
		if r.Refused != nil {
			ts.Fatalf("line %d: %v", r.Line, r.Refused)
		}
	}
	if len(wrong) > 0 || len(results) != n {
		ts.Fatalf("%d of %d rows were read, %d are wrong", len(results), n, len(wrong))
	}
}

// letters N: the mail server has letters for N addresses of the generated
// vendors, one for each, and each has one receiver.
func (s *stage) letters(ts *testscript.TestScript, _ bool, args []string) {
	s.runDue(ts)
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	s.mails.mu.Lock()
	defer s.mails.mu.Unlock()
	for address, kept := range s.mails.kept {
		if !strings.Contains(address, "@maker") {
			continue
		}
		got++
		head, _, _ := strings.Cut(kept[0], "\r\n\r\n")
		if len(kept) != 1 || strings.Count(strings.ToLower(head), "@maker") != 1 || strings.Contains(strings.ToLower(head), "\ncc:") {
			ts.Fatalf("%s got %d letters, the first with the head\n%s", address, len(kept), head)
		}
	}
	if got != want {
		ts.Fatalf("%d vendors were written to, want %d", got, want)
	}
}
