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

// What comes with a report bears a label of its own, and a vendor fetches what is
// for named persons only once its part in the case is limited to some.
func TestTLP_EvidenceStaysWithinItsLabel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		file := func(name string, label tlp.Label) desk.Upload {
			u, err := o.Keep(ctx, name, strings.NewReader("x"))
			o.must(err)
			u.TLP = label
			return u
		}
		got, err := o.ReceiveReport(ctx, desk.Incoming{
			Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "en", Product: "Acme Controls Gateway 9000", Title: "t", Result: "r", Coordinator: cvd.CentreLeads},
			Identity:   cvd.Identity{Anonymous: true}, Door: "web", Files: []desk.Upload{file("red.txt", tlp.Red), file("usual.txt", "")},
		})
		o.must(err)
		o.must(o.JudgeReport(ctx, o.ann, got.ID, jury))
		id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: words.Text{EN: "T"}})
		o.must(err)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.acme.Org, How: "mail"}))
		finder, err := o.Finder(string(got.ID), got.Link[strings.LastIndexByte(got.Link, '/')+1:])
		o.must(err)
		fp, err := o.FinderPage(ctx, finder)
		o.must(err)
		rp, err := o.Report(ctx, o.ann, got.ID)
		o.must(err)
		files := map[string]desk.FileRow{}
		for _, f := range fp.Files {
			files[f.Name] = f
		}
		red, usual := files["red.txt"], files["usual.txt"]
		if len(fp.Files) != 2 || red.TLP != tlp.Red || usual.TLP != tlp.AmberStrict || red.SHA256 == "" || usual.SHA256 == "" || len(rp.Files) != 2 || files[rp.Files[0].Name] != rp.Files[0] {
			t.Fatalf("the finder sees %+v, the officer %+v", fp.Files, rp.Files)
		}
		open := func(who party.Actor, f desk.FileRow) error {
			_, body, err := o.OpenFile(ctx, who, f.ID)
			if err == nil {
				body.Close()
			}
			return err
		}
		o.refused(fault.NotFound, open(o.acme, red)) // before it has signed, no word of it
		o.sign(id, o.acme)
		room, err := o.Case(ctx, o.acme, id)
		o.must(err)
		if len(room.Reports) != 1 || len(room.Reports[0].Files) != 2 || files[room.Reports[0].Files[0].Name] != room.Reports[0].Files[0] {
			t.Fatalf("the vendor sees %+v", room.Reports)
		}
		o.must(open(o.acme, usual))
		o.refused(fault.NotNow, open(o.acme, red))
		o.must(o.Act(ctx, o.acme, id, 0, cvd.AdmitMembers{Who: cvd.OrgParticipant(o.acme.Org), Members: []party.PersonID{o.acme.Person}}))
		o.must(open(o.acme, red))
		for _, who := range []party.Actor{finder, o.ann} {
			o.must(open(who, red))
			o.must(open(who, usual))
		}
		o.refused(fault.NotFound, open(o.zeta, red))
		o.refused(fault.NotFound, open(o.zeta, usual))

		// A vendor's own report is its organisation's, label or not.
		own, err := o.ReportOwnProduct(ctx, o.acme, cvd.Submission{Product: "Gateway 9000", Title: "t", Result: "r"}, []desk.Upload{file("own.txt", tlp.Red), file("usual.txt", "")})
		o.must(err)
		op, err := o.OwnReport(ctx, o.acme, own)
		o.must(err)
		for _, f := range op.Files {
			if want := map[string]tlp.Label{"own.txt": tlp.Red, "usual.txt": tlp.AmberStrict}[f.Name]; f.TLP != want || f.SHA256 == "" {
				t.Errorf("of its own report the vendor sees %+v", f)
			}
			o.must(open(o.acme, f))
			o.refused(fault.NotFound, open(o.zeta, f))
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
