package desk_test

import (
	"bytes"
	"iter"
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/registry"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func (o *office) exported(f registry.Format) string {
	o.t.Helper()
	var b bytes.Buffer
	o.must(o.ExportRegistry(o.t.Context(), o.ann, func(records iter.Seq2[registry.Record, error]) error {
		return registry.Write(&b, f, records)
	}))
	return b.String()
}

// imported gives what an import did, one letter an organisation: A added,
// C changed, = unchanged, ! refused.
func (o *office) imported(text string, f registry.Format, dry bool) ([]desk.ImportResult, string) {
	o.t.Helper()
	records, wrong, err := registry.Read(strings.NewReader(text), f)
	o.must(err)
	if len(wrong) > 0 {
		o.t.Fatalf("the file is wrong: %v", wrong)
	}
	results, err := o.ImportRegistry(o.t.Context(), o.ann, records, desk.RegistryImport{Dry: dry, Tiers: true})
	o.must(err)
	said := ""
	for _, r := range results {
		switch {
		case r.Refused != nil:
			said += "!"
		case r.New:
			said += "A"
		case len(r.Changes) > 0:
			said += "C"
		default:
			said += "="
		}
	}
	return results, said
}

// emptyCentre is an office without organisations.
func emptyCentre(t *testing.T) *office {
	clock := storetest.NewClock()
	o := newOffice(t, storetest.Open(t, store.Config{Dir: t.TempDir(), Now: clock.Now}), clock)
	fresh := storetest.Open(t, store.Config{Dir: t.TempDir(), Now: clock.Now})
	config := o.Desk.Config
	config.Store = fresh
	return &office{Desk: desk.New(config), t: t, clock: clock, store: fresh, ann: o.ann, bob: o.bob}
}

func TestRegistry_ExportThenImportGivesTheSameRegistry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		page, err := o.Organisation(ctx, o.ann, o.zeta.Org)
		o.must(err)
		org := page.Org
		org.Parent, org.Country, org.Zone, org.Languages = o.acme.Org, "JP", "Asia/Tokyo", []string{"ja", "en"}
		org.Names = append(org.Names, party.Name{Text: "ｾﾞｰﾀ", Kind: party.Former, Lang: "ja"})
		_, err = o.SaveOrganisation(ctx, o.ann, org)
		o.must(err)
		o.must(o.AnswerKeywords(ctx, o.zeta, o.zeta.Org, []desk.KeywordReply{{Keyword: "dnp3", Reply: party.ReplyYes, Products: []string{"RTU"}}}))

		for _, f := range []registry.Format{registry.JSON, registry.CSV} {
			file := o.exported(f)
			if _, said := o.imported(file, f, false); said != "==" {
				t.Errorf("%s into the same centre: %s, want two unchanged", f, said)
			}
			other := emptyCentre(t)
			if _, said := other.imported(file, f, true); said != "AA" {
				t.Errorf("%s, dry: %s", f, said)
			}
			if got := other.exported(registry.CSV); strings.Count(got, "\n") != 1 {
				t.Errorf("%s: a dry run stored something:\n%s", f, got)
			}
			results, said := other.imported(file, f, false)
			if said != "AA" {
				t.Fatalf("%s into an empty centre: %s %+v", f, said, results)
			}
			if got := other.exported(f); got != file {
				t.Errorf("%s: the other centre has\n%s\nwant\n%s", f, got, file)
			}
			if _, said := other.imported(file, f, false); said != "==" {
				t.Errorf("%s, a second time: %s", f, said)
			}
			other.noFindings()
		}
		o.noFindings()
	})
}

func TestRegistry_ImportShowsEachChangeAndRemovesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		const file = "name,tier,domains,contact,contact_mail,product,product_versions\n" +
			"acme controls,individual,ACME.test|acme.example,,PSIRT@acme.test,Acme Controls Gateway 9000,1.0\n"
		for _, dry := range []bool{true, false} {
			results, said := o.imported(file, registry.CSV, dry)
			var lines []string
			for _, c := range results[0].Changes {
				lines = append(lines, c.Field+" "+c.From+">"+c.To)
			}
			want := "names >acme controls; name Acme Controls>acme controls; tier general>individual; domains >acme.example; versions of Acme Controls Gateway 9000 >1.0; mail psirt@acme.test>PSIRT@acme.test"
			if got := strings.Join(lines, "; "); said != "C" || got != want {
				t.Errorf("dry %v: %s\n%s\nwant\n%s", dry, said, got, want)
			}
		}
		if _, said := o.imported(file, registry.CSV, false); said != "=" {
			t.Errorf("a second time: %s", said)
		}
		page, err := o.Organisation(t.Context(), o.ann, o.acme.Org)
		o.must(err)
		if len(page.Org.Names) != 2 || page.Org.Name() != "acme controls" || len(page.Org.Domains) != 2 || len(page.Contacts) != 1 || page.Org.Tier != party.Individual {
			t.Errorf("%+v %+v", page.Org, page.Contacts)
		}
		o.noFindings()
	})
}

// A tier is the end of a registration, not of an import.
func TestRegistry_ImportLeavesTiersToTheRegistration(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		const file = "name,tier,domains\nAcme Controls,individual,\nNova Works,general,nova.test\nPlain,,\nZeta 電機,general,\n"
		records, _, err := registry.Read(strings.NewReader(file), registry.CSV)
		o.must(err)
		for _, dry := range []bool{true, false} {
			results, err := o.ImportRegistry(t.Context(), o.ann, records, desk.RegistryImport{Dry: dry})
			o.must(err)
			if len(results) != 4 || len(results[0].Changes) > 0 || *results[0].Tier != (party.FieldChange{Field: "tier", From: "general", To: "individual"}) ||
				*results[1].Tier != (party.FieldChange{Field: "tier", From: "unverified", To: "general"}) || results[2].Tier != nil || results[3].Tier != nil {
				t.Fatalf("dry %v: %+v", dry, results)
			}
			for i, want := range []party.Tier{party.General, party.Unverified, party.Unverified, party.General} {
				page, err := o.Organisation(t.Context(), o.ann, results[i].Org)
				if dry && results[i].New {
					o.refused(fault.NotFound, err)
				} else if o.must(err); page.Org.Tier != want {
					t.Errorf("%s is of tier %s, want %s", results[i].Name, page.Org.Tier, want)
				}
			}
		}
		_, err = o.ImportRegistry(t.Context(), o.acme, records, desk.RegistryImport{Tiers: true})
		if err == nil {
			t.Error("a vendor takes a registry in")
		}
		o.noFindings()
	})
}

func TestRegistry_WrongRowsAreRefusedAndTheRestGoesIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		zeta, err := o.Organisation(t.Context(), o.ann, o.zeta.Org)
		o.must(err)
		file := strings.NewReplacer("ZETA", string(o.zeta.Org), "CONTACT", string(zeta.Contacts[0].ID)).Replace(`[
{"names":[{"text":"Good"}]},
{"names":[{"text":"T"}],"tier":"gold"},
{"names":[{"text":"K"}],"kinds":["shop"]},
{"names":[{"text":"C"}],"country":"Japan","domains":["http://x/"],"zone":"Mars/Base"},
{"names":[{"text":"P"}],"parent":"nobody"},
{"id":"x y","names":[{"text":"I"}]},
{"names":[{"text":"Good"}]},
{"id":"ZETA","contacts":[{"id":"CONTACT","mail":"thief@evil.test"}]},
{"names":[{"text":"H"}],"contacts":[{"id":"CONTACT","name":"x","mail":"x@h.test"}]},
{"names":[{"text":"M"}],"contacts":[{"name":"x","mail":"no address"}]},
{"names":[{"text":"D"}],"contacts":[{"name":"x","mail":"x@d.test","key":"not a key"}]},
{"names":[{"text":"A"}],"answers":[{"keyword":"no-such","reply":"yes"}]},
{"id":"bad","names":[{"text":"Bad parent"}],"tier":"gold"},
{"id":"child","names":[{"text":"Child"}],"parent":"bad"},
{"id":"grandchild","names":[{"text":"Grandchild"}],"parent":"child"},
{"names":[{"text":"W"}],"contacts":[{"name":"a","mail":"a@w.test"},{"name":"b","phone":"1"}],"answers":[{"keyword":"dnp3","reply":"no"}]}
]`)
		results, said := o.imported(file, registry.JSON, false)
		if said != "A!!!!!!!!!!!!!!A" {
			t.Errorf("%s", said)
		}
		for i, key := range map[int]string{4: "import.parent", 5: "import.id", 7: "import.guarded", 8: "contact_elsewhere", 10: "import.key", 11: "keyword.unknown", 13: "import.parent", 14: "import.parent"} {
			if results[i].Refused == nil || !strings.Contains(results[i].Refused.Error(), key) {
				t.Errorf("line %d: %v, want %s", results[i].Line, results[i].Refused, key)
			}
		}
		if again, said := o.imported(file, registry.JSON, false); said != "=!!!!!!!!!!!!!!=" {
			t.Errorf("a second time: %s %+v", said, again)
		}
		if n := len(fault.Of(results[3].Refused).Problems); n != 3 {
			t.Errorf("line 5 names %d problems, want 3: %v", n, results[3].Refused)
		}
		names := regexp.MustCompile(`"text":"([^"]+)"`).FindAllStringSubmatch(o.exported(registry.JSON), -1)
		if len(names) < 4 || strings.Contains(o.exported(registry.JSON), "thief") {
			t.Errorf("%v", names)
		}
		_, err = o.ImportRegistry(t.Context(), o.acme, nil, desk.RegistryImport{Dry: true})
		o.refused(fault.NotFound, err)
		o.refused(fault.NotFound, o.ExportRegistry(t.Context(), o.acme, nil))
		o.noFindings()
	})
}
