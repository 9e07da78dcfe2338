package desk_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/registry"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// entries is all that the registry says of some organisations, without the
// counters of versions.
func (o *office) entries(ids ...party.OrgID) string {
	o.t.Helper()
	var all []any
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		for _, id := range ids {
			org, err := tx.Organisation(o.t.Context(), id)
			o.must(err)
			contacts, err := tx.Contacts(o.t.Context(), id)
			o.must(err)
			agreements, err := tx.Agreements(o.t.Context(), id)
			o.must(err)
			answers, err := tx.Answers(o.t.Context(), id)
			all = append(all, org, contacts, agreements, answers.Answers)
			o.must(err)
		}
		return nil
	}))
	raw, err := json.Marshal(all)
	o.must(err)
	var plain any
	o.must(json.Unmarshal(raw, &plain))
	raw, err = json.MarshalIndent(unversioned(plain), "", " ")
	o.must(err)
	return string(raw)
}

func unversioned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(k string, x any) bool {
			unversioned(x)
			return k == "version"
		})
	case []any:
		for _, x := range v {
			unversioned(x)
		}
	}
	return v
}

func (o *office) reads(by party.Actor, id cvd.CaseID) bool {
	o.t.Helper()
	_, err := o.Case(o.t.Context(), by, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		o.t.Fatal(err)
	}
	return err == nil
}

func TestMerge_AndUndoRestoresBothExactly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		o.must(o.AnswerKeywords(ctx, o.zeta, o.zeta.Org, []desk.KeywordReply{{Keyword: "dnp3", Reply: party.ReplyYes}}))
		before := o.entries(o.acme.Org, o.zeta.Org)
		first := o.asked("A flaw in the Zeta Works Gateway 9000")[0].Organisation

		p, err := o.PreviewMerge(ctx, o.ann, o.acme.Org, o.zeta.Org, party.Former)
		o.must(err)
		if !p.Moves || len(p.Contacts) != 1 || len(p.Agreements) != 1 || p.Answers != 1 || len(p.After.Products) != 2 {
			t.Errorf("%+v", p)
		}
		o.refused(fault.Invalid, o.MergeOrganisations(ctx, o.ann, o.acme.Org, o.zeta.Org, party.Former, " "))
		o.refused(fault.NotNow, o.MergeOrganisations(ctx, o.ann, o.acme.Org, o.acme.Org, party.Former, "same"))
		o.must(o.MergeOrganisations(ctx, o.ann, o.acme.Org, o.zeta.Org, party.Former, "bought"))
		if got := o.asked("A flaw in the Zeta Works Gateway 9000")[0].Organisation; first != string(o.zeta.Org) || got != string(o.acme.Org) {
			t.Errorf("found %s before and %s after", first, got)
		}
		if list, err := o.Organisations(ctx, o.ann, "Zeta", "", 10); err != nil || len(list) != 1 || list[0].ID != o.acme.Org {
			t.Errorf("%v %v", list, err)
		}
		o.refused(fault.NotNow, o.MergeOrganisations(ctx, o.ann, o.acme.Org, o.zeta.Org, party.Former, "again"))
		id, _ := o.openCaseAlone()
		o.refused(fault.NotNow, o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.noFindings()
		exported := o.exported(registry.JSON)
		if strings.Contains(exported, `"id":"`+string(o.zeta.Org)+`"`) || !strings.Contains(exported, "Zeta 電機 Gateway 9000") {
			t.Errorf("exported\n%s", exported)
		}
		if got, _ := o.imported(exported, registry.JSON, true); len(got) != 1 || got[0].Refused != nil || len(got[0].Changes) > 0 {
			t.Errorf("what was exported is not what is there: %+v", got)
		}

		k, err := o.Kinships(ctx, o.ann, o.acme.Org)
		o.must(err)
		o.must(o.UndoMerge(ctx, o.ann, o.acme.Org, k.Merges[0].ID))
		if after := o.entries(o.acme.Org, o.zeta.Org); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
		if got := o.asked("A flaw in the Zeta Works Gateway 9000")[0].Organisation; got != first {
			t.Errorf("found %s after the merge was undone", got)
		}
		o.refused(fault.NotFound, o.UndoMerge(ctx, o.ann, o.acme.Org, k.Merges[0].ID))
		o.noFindings()
	})
}

func TestMerge_NobodyReadsACaseBecauseOfIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		ours, _ := o.openCaseAlone()
		o.must(o.InviteVendor(ctx, o.ann, ours, desk.Invitation{Org: o.acme.Org, How: "mail"}))
		theirs, _ := o.openCaseAlone()
		o.must(o.InviteVendor(ctx, o.ann, theirs, desk.Invitation{Org: o.zeta.Org, How: "mail"}))

		// Zeta takes part in an open case: its people stay, and go on with it.
		o.must(o.MergeOrganisations(ctx, o.ann, o.acme.Org, o.zeta.Org, party.Alias, "one company"))
		if o.reads(o.acme, theirs) || o.reads(o.zeta, ours) || !o.reads(o.zeta, theirs) || !o.reads(o.acme, ours) {
			t.Error("the merge changed who reads what")
		}
		room, err := o.CaseRoom(ctx, o.ann, theirs)
		o.must(err)
		if name := room.Names[o.zeta.Org]; !strings.Contains(name, "Acme") {
			t.Errorf("the case shows %q, want the new name", name)
		}
		o.refused(fault.NotNow, o.MoveMerged(ctx, o.ann, o.zeta.Org))
		o.act(o.ann, theirs, cvd.EndEmbargo{Reason: "no flaw"})
		o.must(o.CloseCase(ctx, o.ann, theirs, 0, cvd.CloseCase{Why: cvd.WhyNotVuln, Proof: &cvd.Proof{Told: "no flaw, as both agree"}}))
		o.must(o.MoveMerged(ctx, o.ann, o.zeta.Org))
		moved := party.VendorActor(o.acme.Org, o.zeta.Person)
		if o.reads(moved, ours) || o.reads(moved, theirs) || o.reads(o.acme, theirs) || !o.reads(o.acme, ours) {
			t.Error("who came with the merge reads a case, or who was there does not")
		}
		k, err := o.Kinships(ctx, o.ann, o.acme.Org)
		o.must(err)
		o.must(o.UndoMerge(ctx, o.ann, o.acme.Org, k.Merges[0].ID))
		if !o.reads(o.zeta, theirs) || o.reads(o.zeta, ours) {
			t.Error("undone, people do not read what they did")
		}
		o.noFindings()
	})
}

func TestMerge_RefusedWhereBothTakePart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		err := o.MergeOrganisations(ctx, o.ann, o.acme.Org, o.zeta.Org, party.Alias, "one company")
		o.refused(fault.NotNow, err)
		if !strings.Contains(err.Error(), "fault.merge.both") {
			t.Errorf("%v, of case %s", err, id)
		}
	})
}

func TestSplit_AndUndo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		var org party.Organisation
		o.must(s.View(ctx, func(tx *store.Tx) (err error) { org, err = tx.Organisation(ctx, o.acme.Org); return err }))
		org.Names = append(org.Names, party.Name{Text: "Kestrel Valves", Kind: party.Alias})
		org.Products = append(org.Products, party.Product{ID: "q", Name: "Kestrelometer"})
		_, err := o.SaveOrganisation(ctx, o.ann, org)
		o.must(err)
		before := o.entries(o.acme.Org)
		part := party.Part{Names: []string{"Kestrel Valves"}, Products: []string{"q"}}
		_, err = o.SplitOrganisation(ctx, o.ann, o.acme.Org, "", party.Part{}, "two")
		o.refused(fault.Invalid, err)
		all := party.Part{Names: []string{org.Names[0].Text, "Kestrel Valves"}}
		_, err = o.SplitOrganisation(ctx, o.ann, o.acme.Org, "", all, "two")
		o.refused(fault.Invalid, err)
		id, err := o.SplitOrganisation(ctx, o.ann, o.acme.Org, "", part, "two companies")
		o.must(err)
		if got := o.asked("A flaw in the Kestrelometer")[0].Organisation; got != string(id) {
			t.Errorf("found %s, want the new one %s", got, id)
		}
		k, err := o.Kinships(ctx, o.ann, o.acme.Org)
		o.must(err)
		o.must(o.UndoSplit(ctx, o.ann, o.acme.Org, k.Splits[0].ID))
		if after := o.entries(o.acme.Org); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
		if got := o.asked("A flaw in the Kestrelometer")[0].Organisation; got != string(o.acme.Org) {
			t.Errorf("found %s after the split was undone", got)
		}
		o.noFindings()
	})
}

// openCaseAlone opens a case that nobody is invited to yet.
func (o *office) openCaseAlone() (cvd.CaseID, party.Actor) {
	o.t.Helper()
	ctx := o.t.Context()
	report, finder := o.report()
	o.must(o.AcknowledgeReport(ctx, o.ann, report))
	o.must(o.JudgeReport(ctx, o.ann, report, jury))
	id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "SECRET-TITLE", JA: "SECRET-題名"}})
	o.must(err)
	return id, finder
}
