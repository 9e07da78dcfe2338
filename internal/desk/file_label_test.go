package desk_test

import (
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// The label of a file is held to who reads the thread, when it is attached and
// when it is fetched (FIRST TLP 2.0, section 3).
func TestTLP_AFileStaysWithinItsLabel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		o.sign(id, o.acme)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.sign(id, o.zeta)
		colleague, err := o.SaveContact(ctx, o.ann, party.Contact{Org: o.acme.Org, Name: "Cleo", Mail: "cleo@acme.test", Lang: "en", Duty: party.Backup})
		o.must(err)
		cleo := party.VendorActor(o.acme.Org, colleague)
		file := func(label tlp.Label) []desk.Upload {
			u, err := o.Keep(ctx, "log.txt", strings.NewReader("x"))
			o.must(err)
			u.TLP = label
			return []desk.Upload{u}
		}
		acme, zeta := cvd.OrgParticipant(o.acme.Org), cvd.OrgParticipant(o.zeta.Org)
		shared, err := o.StartThread(ctx, o.ann, id, "all", []string{string(acme), string(zeta)})
		o.must(err)
		own, err := o.OwnThread(ctx, o.ann, id, o.acme.Org)
		o.must(err)
		fp, err := o.FinderPage(ctx, finder)
		o.must(err)

		refused := func(thread string, label tlp.Label, key string) {
			t.Helper()
			err := o.PostMessage(ctx, o.ann, thread, "see", file(label))
			if f := fault.Of(err); f == nil || len(f.Problems) != 1 || f.Problems[0].Key != key || f.Problems[0].Field != "tlp" {
				t.Errorf("%s in a thread that is too wide: %v, want %s", label, err, key)
			}
		}
		// The case is TLP:AMBER+STRICT, which all have seen with its terms.
		o.must(o.PostMessage(ctx, o.ann, shared, "see", file("")))
		o.must(o.PostMessage(ctx, o.ann, shared, "see", file(tlp.AmberStrict)))
		refused(shared, tlp.Red, "fault.files.red")
		o.must(o.Act(ctx, o.ann, id, 0, cvd.DescribeCase{Title: words.Text{EN: "x"}, TLP: tlp.Amber, Vulns: []cvd.Vuln{{ID: "v1", Title: words.Text{EN: "x"}}}}))
		refused(shared, tlp.AmberStrict, "fault.files.strict")
		o.must(o.PostMessage(ctx, o.ann, shared, "see", file("")))
		o.must(o.PostMessage(ctx, o.ann, own.ID, "see", file(tlp.AmberStrict)))
		refused(own.ID, tlp.Red, "fault.files.red")
		o.must(o.PostMessage(ctx, o.ann, fp.Talk[0].ID, "see", file(tlp.Red))) // a finder is one person

		// Named people may have it, and only while they are named.
		o.must(o.Act(ctx, o.acme, id, 0, cvd.AdmitMembers{Who: acme, Members: []party.PersonID{o.acme.Person}}))
		o.must(o.PostMessage(ctx, o.ann, own.ID, "for you alone", file(tlp.Red)))
		p, err := o.Case(ctx, o.acme, id)
		o.must(err)
		var red, first desk.FileRow
		for _, c := range p.Talk {
			for _, m := range c.Messages {
				for _, f := range m.Files {
					switch {
					case f.TLP == tlp.Red:
						red = f
					case first.ID == "" && c.ID == shared:
						first = f
					}
					if f.SHA256 == "" {
						t.Errorf("file %+v has no digest", f)
					}
				}
			}
		}
		if red.ID == "" || first.TLP != tlp.AmberStrict {
			t.Fatalf("the files show as %+v, %+v", red, first)
		}
		open := func(who party.Actor) error {
			_, body, err := o.OpenFile(ctx, who, red.ID)
			if err == nil {
				body.Close()
			}
			return err
		}
		o.must(open(o.acme))
		o.refused(fault.NotFound, open(cleo))
		o.must(o.Act(ctx, o.acme, id, 0, cvd.AdmitMembers{Who: acme}))
		o.refused(fault.NotNow, open(cleo))
		o.refused(fault.NotNow, open(o.acme))
		o.must(open(o.ann))

		// A thread whose first message is refused is not begun.
		before, err := o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		_, err = o.StartThread(ctx, o.ann, id, "new", []string{string(acme), string(zeta)}, desk.Said{Text: "x", Uploads: file(tlp.Red)})
		o.refused(fault.Invalid, err)
		after, err := o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		if len(after.Threads) != len(before.Threads) {
			t.Error("a refused message leaves a thread behind")
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
