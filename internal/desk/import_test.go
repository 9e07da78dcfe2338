package desk_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/collected"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// document is a third party's, with some of its text replaced.
func document(t *testing.T, replace ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile("../format/collected/testdata/first.json")
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer(replace...).Replace(string(raw)))
}

func collection(t *testing.T, o *office) *collected.Press {
	t.Helper()
	static, err := look.NewStatic("/static/")
	o.must(err)
	press, err := collected.NewPress(o.Words, static)
	o.must(err)
	return press
}

func TestImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx, press := t.Context(), collection(t, o)
		take := func(want desk.Imported, raw []byte) {
			t.Helper()
			got, err := o.ImportAdvisory(ctx, o.ann, press, raw)
			o.must(err)
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
		raw := document(t)
		take(desk.Imported{ID: "EC-26-001", Outcome: desk.ImportNew, Vendors: 1, Products: 3}, raw)

		doc, err := o.Document(ctx, "/collected/example_cert/ec-26-001.json")
		if err != nil || string(doc.Body) != string(raw) || doc.Source != "Example CERT" {
			t.Fatalf("the document is not there as it came: %v", err)
		}
		for _, text := range []string{"pump", "精機", "ＣＶＥ-2026-31002", "EC-26-001", "Nakagawa"} {
			found, err := o.Search(ctx, shelf.Question{Text: text, Source: shelf.Collected})
			o.must(err)
			if len(found.Entries) != 1 || found.Entries[0].Path != "/en/collected/example_cert/ec-26-001" || found.Entries[0].Score != 7.5 {
				t.Errorf("%s finds %+v", text, found.Entries)
			}
		}

		// A known vendor, called otherwise, gets the products and keeps its standing.
		page, err := o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		if page.Org.Tier != party.General || len(page.Org.Products) != 3 || page.Org.Name() != "Acme Controls" || page.Org.Source != "" {
			t.Errorf("the known vendor is now %+v", page.Org)
		}
		unknown, err := o.Organisations(ctx, o.ann, "nakagawa", "", 10)
		o.must(err)
		if len(unknown) != 1 || unknown[0].Tier != party.Unverified || unknown[0].Source != "Example CERT" || len(unknown[0].Products) != 1 {
			t.Errorf("the new vendor is %+v", unknown)
		}

		// The same again changes nothing at all.
		before, err := o.Generation(ctx)
		o.must(err)
		take(desk.Imported{ID: "EC-26-001", Outcome: desk.ImportSame}, raw)
		if after, err := o.Generation(ctx); err != nil || after != before {
			t.Errorf("the second time something changed: %d, %d, %v", before, after, err)
		}

		take(desk.Imported{ID: "EC-26-001", Outcome: desk.ImportChanged, Products: 1}, document(t, "2026-03-02", "2026-03-03", `"Valve"`, `"Valve S"`))
		take(desk.Imported{ID: "EC-26-001", Outcome: desk.ImportOlder}, raw)
		take(desk.Imported{ID: "EC-26-001", Outcome: desk.ImportNew}, document(t, "Example CERT", "Other CERT")) // its id is another's too
		all, err := o.Search(ctx, shelf.Question{})
		o.must(err)
		if len(all.Entries) != 2 || all.Entries[0].ID != "EC-26-001" || all.Entries[1].ID != "EC-26-001 (Other CERT)" {
			t.Errorf("the list is %+v", all.Entries)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

func TestImportTakesAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		press := collection(t, o)
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := o.ImportAdvisory(stopped, o.ann, press, document(t)); err == nil {
			t.Error("it goes on after it was stopped")
		}
		for _, raw := range [][]byte{nil, document(t)[:400], document(t, `"WHITE"`, `"GREEN"`), document(t, "Example CERT", "Own"), document(t, "Example CERT", "collected")} {
			_, err := o.ImportAdvisory(t.Context(), o.ann, press, raw)
			o.refused(fault.Invalid, err)
		}
		for _, stranger := range []party.Actor{o.acme, party.Anyone(), {}} {
			_, err := o.ImportAdvisory(t.Context(), stranger, press, document(t))
			o.refused(fault.NotFound, err)
		}
		all, err := o.Search(t.Context(), shelf.Question{})
		if err != nil || len(all.Entries) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		_, err = o.Document(t.Context(), "/collected/example_cert/ec-26-001.json")
		o.refused(fault.NotFound, err)
		page, err := o.Organisation(t.Context(), o.ann, o.acme.Org)
		if err != nil || len(page.Org.Products) != 1 {
			t.Errorf("%+v %v", page.Org, err)
		}
	})
}

// A document that bears a mark of ours does not take its place.
func TestImportLeavesOurMarksAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		_, err := o.ImportAdvisory(t.Context(), o.ann, collection(t, o), document(t, "EC-26-001", "NKD#12345678"))
		o.must(err)
		all, err := o.Search(t.Context(), shelf.Question{})
		o.must(err)
		if len(all.Entries) != 1 || all.Entries[0].ID != "NKD#12345678 (Example CERT)" || !strings.HasPrefix(all.Entries[0].Path, "/en/collected/") {
			t.Errorf("the list is %+v", all.Entries)
		}
	})
}
