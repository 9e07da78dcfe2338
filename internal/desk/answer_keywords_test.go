package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/keyword"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func (o *office) noFindings() {
	o.t.Helper()
	o.must(o.Fsck(o.t.Context(), func(f store.Finding) { o.t.Errorf("fsck: %s: %s", f.Where, f.What) }, func(string) {}))
}

// asked says who a report with this text concerns.
func (o *office) asked(text string) []match.Found {
	o.t.Helper()
	index, err := o.Index(o.t.Context(), o.ann)
	o.must(err)
	return index.Rank(match.Question{Text: text}).Ranked
}

func TestKeywords_AnswersFindTheVendorAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		byKeyword := func(text string) (org party.OrgID, r match.Reason) {
			for _, f := range o.asked(text) {
				for _, r := range f.Reasons {
					if r.Kind == match.ByKeyword {
						return party.OrgID(f.Organisation), r
					}
				}
			}
			return "", match.Reason{}
		}
		if org, _ := byKeyword("A flaw in DNP3"); org != "" {
			t.Fatalf("found %s before anybody answered", org)
		}
		o.must(o.AnswerKeywords(ctx, o.acme, o.acme.Org, []desk.KeywordReply{
			{Keyword: "dnp3", Reply: party.ReplyYes, Products: []string{" RTU-7 ", "RTU-7", ""}},
			{Keyword: "modbus-tcp", Reply: party.ReplyNo, Products: []string{"nothing"}},
			{Keyword: "opc-ua", Reply: party.ReplyUnknown},
		}))
		o.must(o.AnswerKeywords(ctx, o.ann, o.zeta.Org, []desk.KeywordReply{{Keyword: "modbus-tcp", Reply: party.ReplyYes}}))
		for text, want := range map[string]party.OrgID{"A flaw in IEEE 1815 outstations": o.acme.Org, "Ｍｏｄｂｕｓ／ＴＣＰの脆弱性": o.zeta.Org} {
			if org, r := byKeyword(text); org != want || r.Reply != match.Yes || !r.On.Equal(clock.Now()) {
				t.Errorf("%s: found %q by %+v, want %s", text, org, r, want)
			}
		}
		if got := o.asked("RTU-7 hangs"); len(got) == 0 || party.OrgID(got[0].Organisation) != o.acme.Org {
			t.Errorf("a product named with a yes does not find its vendor: %+v", got)
		}
		o.must(o.AnswerKeywords(ctx, o.acme, o.acme.Org, []desk.KeywordReply{{Keyword: "dnp3", Reply: party.ReplyNo}}))
		if org, r := byKeyword("A flaw in DNP3"); org != "" {
			t.Errorf("after a no: still %s by %+v", org, r)
		}
		qs, err := o.Questions(ctx, o.acme, o.acme.Org)
		o.must(err)
		if qs.Open != qs.Total-3 || !qs.Begun {
			t.Errorf("%d of %d open", qs.Open, qs.Total)
		}
		o.noFindings()
	})
}

func TestKeywords_WhatIsWrongAndWhoMayNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		yes := []desk.KeywordReply{{Keyword: "dnp3", Reply: party.ReplyYes}}
		strangers := []party.Actor{o.zeta, party.OperatorActor(o.acme.Org, "x"), party.FinderActor("r"), party.Anyone(), party.VendorActor("", "x")}
		for _, by := range strangers {
			o.refused(fault.NotFound, o.AnswerKeywords(ctx, by, o.acme.Org, yes))
			_, err := o.Questions(ctx, by, o.acme.Org)
			o.refused(fault.NotFound, err)
		}
		_, err := o.Questions(ctx, o.ann, "nobody")
		o.refused(fault.NotFound, err)
		o.refused(fault.NotFound, o.AnswerKeywords(ctx, o.ann, "nobody", yes))
		err = o.AnswerKeywords(ctx, o.acme, o.acme.Org, []desk.KeywordReply{
			{Keyword: "dnp3", Reply: "perhaps"}, {Keyword: "no-such", Reply: party.ReplyNo},
			{Keyword: "opc-ua", Reply: party.ReplyYes, Products: slices.Repeat([]string{string(make([]rune, 201))}, 1)},
		})
		o.refused(fault.Invalid, err)
		if n := len(fault.Of(err).Problems); n != 3 {
			t.Errorf("%d problems named, want all 3: %v", n, err)
		}
		if open, err := o.OpenQuestions(ctx, o.acme, o.acme.Org); err != nil || open != o.Keywords.Len() {
			t.Errorf("a refused form left something behind: %d open, %v", open, err)
		}
	})
}

// When the list grows, only the new keyword is open.
func TestKeywords_AGrownListAsksTheNewQuestionsOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		const first = "group g | Group | 群\nedition 2026-11\nfoo | Foo | = | |\n"
		grow := func(text string) {
			var err error
			o.Desk.Keywords, err = keyword.Read(fstest.MapFS{"list/1.txt": {Data: []byte(text)}})
			o.must(err)
		}
		grow(first)
		o.must(o.AnswerKeywords(ctx, o.acme, o.acme.Org, []desk.KeywordReply{{Keyword: "foo", Reply: party.ReplyUnknown}}))
		if open, err := o.OpenQuestions(ctx, o.acme, o.acme.Org); err != nil || open != 0 {
			t.Fatalf("%d open, %v: who answered unknown is asked again", open, err)
		}
		grow(first + "edition 2027-04\nbar | Bar | = | |\n")
		qs, err := o.Questions(ctx, o.acme, o.acme.Org)
		o.must(err)
		if qs.Open != 1 || qs.Groups[0].Lines[0].Answer.Edition != "2026-11" || qs.Groups[0].Lines[1].Answered {
			t.Errorf("%+v", qs)
		}

		// One letter asks for it, however often the centre starts.
		letters := func() int {
			o.must(o.Sweep(ctx))
			o.run()
			o.must(o.Sweep(ctx))
			o.run()
			return strings.Count(fmt.Sprint(o.lettersTo(acmeMail)), "new_keywords")
		}
		if n := letters(); n != 1 {
			t.Errorf("%d letters about the new edition, want 1", n)
		}
		grow(first + "edition 2027-04\nbar | Bar | = | |\nedition 2027-10\nbaz | Baz | = | |\n")
		if n := letters(); n != 2 {
			t.Errorf("%d letters after two new editions, want 2", n)
		}
		o.must(o.AnswerKeywords(ctx, o.acme, o.acme.Org, []desk.KeywordReply{{Keyword: "bar", Reply: party.ReplyNo}, {Keyword: "baz", Reply: party.ReplyNo}}))
		if n := letters(); n != 2 {
			t.Errorf("%d letters, want no further one", n)
		}
	})
}
