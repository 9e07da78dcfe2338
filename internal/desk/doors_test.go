package desk_test

import (
	"context"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// outsiders lists the methods that somebody besides an officer may call, and who
// of those below. Every other method with an actor is for officers alone: to all
// others it answers like a page that does not exist.
var outsiders = map[string][]string{
	"Act":              {"signed", "invited", "finder", "member as operator"},
	"Case":             {"signed", "invited", "finder", "member as operator"},
	"Cases":            {"signed", "invited", "stranger", "operator", "observer", "member as operator"},
	"StartThread":      {"signed", "invited", "finder", "member as operator"},
	"PostMessage":      {"signed", "member as operator"},
	"FinderPage":       {"finder"},
	"ChangeConsents":   {"finder"},
	"WithdrawReport":   {"finder"},
	"PublishAdvisory":  {"clock"},
	"DraftForComment":  {"signed", "member as operator"},
	"OpenFile":         {"signed", "finder", "member as operator"},
	"Visited":          {"signed", "invited", "finder", "member as operator"},
	"Nominate":         {"signed", "invited", "member as operator"},
	"Questions":        {"signed"}, // a vendor's own answers
	"OpenQuestions":    {"signed"},
	"AnswerKeywords":   {"signed"},
	"OwnRecord":        members, // of whatever organisation they are
	"ProposeRecord":    members,
	"ProposeContact":   members,
	"ConfirmRecord":    members,
	"OwnReports":       {"signed", "invited", "stranger"}, // a vendor's own
	"ReportOwnProduct": {"signed", "invited", "stranger"},
	"MyAgreements":     {"signed", "invited", "stranger", "operator", "observer", "member as operator"}, // those of their own organisation
}

// members are those who act for an organisation of the registry.
var members = []string{"signed", "invited", "stranger", "member as operator"}

// actorless are the methods without an actor: whoever calls them proves who they
// are by what they bring, or is one of the centre's own doors.
var actorless = []string{
	"Now", "Generation", "Publisher", "PublicKey", "SignClear", "Document", "Search", "PublicInquiries", "PublicInquiry", // what is public
	"ReceiveReport", "Keep", "Ticket", "Uploads", // anybody reports
	"Finder", "FinderLink", "SignIn", "Alive", "RequestLink", "PeekLink", "UseLink", "SetUpLink", "SetUp", "PeekSetUp", "DemoLink", // proof of identity
	"PageIn", "KeepMail", "SettleMail", "JoinMail", "MailReport", "Correspondents", "InquiryNamed", "LetterReturned", "Signers", // the door for letters
	"ApplyForRegistration", "PublicVendors", "PeekStillRight", "ConfirmByLink", // anybody applies; the yearly letter's link
	"Handlers", "Sweep", "Fsck", // the house itself
}

// doors is a case in the middle of things, with somebody in every position.
type doors struct {
	*office
	id     cvd.CaseID
	report cvd.ReportID
	thread string // Acme's own
	file   string // of the report
	actors map[string]party.Actor
}

func openDoors(t *testing.T, s *store.Store, clock *storetest.Clock) *doors {
	o := newOffice(t, s, clock)
	ctx := t.Context()
	id, finder := o.openCase()
	o.sign(id, o.acme)
	o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
	aid, err := o.DraftAdvisory(ctx, o.ann, id)
	o.must(err)
	o.must(o.TellDraft(ctx, o.ann, aid))
	p, err := o.Case(ctx, o.acme, id)
	o.must(err)
	other := o.vendor("Other Works", "other.test")
	d := &doors{office: o, id: id, report: cvd.ReportID(finder.Report), thread: p.Talk[0].ID}
	up, err := o.Keep(ctx, "log.txt", strings.NewReader("log"))
	o.must(err)
	o.must(o.PostMessage(ctx, o.ann, d.thread, "see the file", []desk.Upload{up}))
	p, err = o.Case(ctx, o.acme, id)
	o.must(err)
	d.file = p.Talk[0].Messages[0].Files[0].ID
	d.actors = map[string]party.Actor{
		"signed": o.acme, "invited": o.zeta, "stranger": other, "finder": finder, "other finder": party.FinderActor("NKR-2222-2222"),
		"operator": party.OperatorActor("nobody", "x"), "observer": {Role: party.Observer, Org: "nobody", Person: "x"},
		"member as operator": party.OperatorActor(o.acme.Org, o.acme.Person),
		"public":             party.Anyone(), "clock": party.ClockActor(), "nobody": {}, "officer without a name": {Role: party.Officer},
	}
	return d
}

// arg is a value of a parameter's type that exists, so that a refusal says
// something: nothing is refused for want of its record.
func (d *doors) arg(name string, t reflect.Type, by party.Actor) reflect.Value {
	me := cvd.OrgParticipant(by.Org)
	if by.Role == party.Finder {
		me = cvd.FinderParticipant(cvd.ReportID(by.Report))
	}
	for _, v := range []any{d.t.Context(), by, d.id, advisory.ID(d.id), d.report, d.acme.Org, cvd.CloseReason("duplicate")} {
		if reflect.TypeOf(v) == t || t.Kind() == reflect.Interface && t == reflect.TypeFor[context.Context]() && reflect.TypeOf(v).Implements(t) {
			return reflect.ValueOf(v)
		}
	}
	switch {
	case t == reflect.TypeFor[cvd.Verb]():
		return reflect.ValueOf(cvd.SetNumber{Who: me, Number: "PSIRT-7"})
	case t == reflect.TypeFor[advisory.Verb]():
		return reflect.ValueOf(advisory.Submit{})
	case t == reflect.TypeFor[io.Reader]():
		return reflect.ValueOf(strings.NewReader("x"))
	case t.Kind() == reflect.String && name == "PostMessage":
		return reflect.ValueOf(d.thread)
	case t.Kind() == reflect.String && name == "OpenFile":
		return reflect.ValueOf(d.file)
	}
	return reflect.Zero(t)
}

// TestDoors_EveryMethodRefusesWhomItIsNotFor calls every exported method of the
// desk as everybody. A new method is tried without being named here; one that is
// meant for others than officers must be.
func TestDoors_EveryMethodRefusesWhomItIsNotFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := openDoors(t, s, clock)
		missing := shown(fault.New(fault.NotFound, "fault.not_found"))
		all := reflect.TypeFor[*desk.Desk]()
		for m := range all.Methods() {
			if slices.Contains(actorless, m.Name) {
				continue
			}
			if m.Type.NumIn() < 3 || m.Type.In(2) != reflect.TypeFor[party.Actor]() {
				t.Errorf("%s has no actor and is not on the list of those without", m.Name)
				continue
			}
			for who, by := range d.actors {
				if m.Name == "OpenFile" && who == "finder" {
					continue // its file is Acme's: see TestTalk_FilesFollowTheirThread
				}
				err := d.call(m, by)
				allowed := slices.Contains(outsiders[m.Name], who)
				switch {
				case !allowed && (err == nil || shown(err) != missing):
					t.Errorf("%s by %s: %v, want what a missing page gives", m.Name, who, err)
				case allowed && err != nil && shown(err) == missing:
					t.Errorf("%s by %s: %v, want to be let in", m.Name, who, err)
				}
			}
		}
		for name := range outsiders {
			if _, ok := all.MethodByName(name); !ok {
				t.Errorf("%s is on the list, and there is no such method", name)
			}
		}
		for _, name := range actorless {
			if _, ok := all.MethodByName(name); !ok {
				t.Errorf("%s is on the list, and there is no such method", name)
			}
		}
		o := d.office
		o.must(o.Fsck(t.Context(), func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

// call calls a method and gives its error.
func (d *doors) call(m reflect.Method, by party.Actor) error {
	args := []reflect.Value{reflect.ValueOf(d.Desk)}
	for i := 1; i < m.Type.NumIn(); i++ {
		args = append(args, d.arg(m.Name, m.Type.In(i), by))
	}
	var out []reflect.Value
	if m.Type.IsVariadic() {
		out = m.Func.CallSlice(args)
	} else {
		out = m.Func.Call(args)
	}
	for _, v := range out {
		if c, ok := v.Interface().(io.Closer); ok && !v.IsNil() {
			c.Close()
		}
	}
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

// TestDoors_NoVerbComesInByTheSide: verbs that follow only from another record
// are not to be had through the general methods, not even by an officer.
func TestDoors_NoVerbComesInByTheSide(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := openDoors(t, s, clock)
		ctx := t.Context()
		for _, v := range []cvd.Verb{cvd.Publish{Revision: 1}, cvd.TellDraft{}, cvd.OpenCase{ID: d.id}, cvd.NoteRegistration{}} {
			d.refused(fault.NotFound, d.Act(ctx, d.ann, d.id, 0, v))
		}
		d.refused(fault.NotFound, d.WriteAdvisory(ctx, d.ann, advisory.ID(d.id), 0, advisory.Publish{}))
		d.refused(fault.NotFound, d.WriteAdvisory(ctx, d.ann, advisory.ID(d.id), 0, advisory.Withdraw{}))
		// An invitation keeps its rules wherever it comes from.
		bare, err := d.SaveOrganisation(ctx, d.ann, party.Organisation{Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: "Bare"}}})
		d.must(err)
		d.refused(fault.NotNow, d.Act(ctx, d.ann, d.id, 0, cvd.InviteVendor{Org: bare, How: "mail"})) // it has no address
		d.must(d.Act(ctx, d.ann, d.id, 0, cvd.InviteVendor{Org: bare, How: "phone", Agreement: &cvd.Agreement{ID: "made up", Scope: party.ScopeReports}}))
		if room, err := d.CaseRoom(ctx, d.ann, d.id); err != nil || room.View.Parties[len(room.View.Parties)-1].Agreed() {
			t.Errorf("an agreement that the registry does not know counts: %v", err)
		}
		d.refused(fault.NotNow, d.Act(ctx, d.ann, d.id, 0, cvd.CloseCase{Why: cvd.WhyKnown})) // the embargo holds
		// An agreement about something else is none about reports.
		d.must(d.SaveAgreement(ctx, d.ann, party.Agreement{Org: bare, Scope: party.ScopeProvision, Edition: "1", Signed: clock.Now().AddDate(-1, 0, 0)}))
		d.must(d.Act(ctx, d.ann, d.id, 0, cvd.AnswerInvitation{Who: cvd.OrgParticipant(bare), Yes: true, Terms: 1}))
		if page, err := d.Case(ctx, party.VendorActor(bare, "x"), d.id); err != nil || page.View.Open || len(page.Reports) > 0 {
			t.Errorf("an agreement of another scope opens the content: %v", err)
		}
	})
}

// TestDoors_AVersionTellsNothing: a vendor cannot find out by guessing versions
// how much the others do.
func TestDoors_AVersionTellsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := openDoors(t, s, clock)
		v := cvd.SetNumber{Who: cvd.OrgParticipant(d.acme.Org), Number: "A-1"}
		for _, seen := range []int64{1, 3, 999} {
			d.must(d.Act(t.Context(), d.acme, d.id, seen, v))
		}
		d.refused(fault.Stale, d.Act(t.Context(), d.ann, d.id, 999, cvd.AssignCase{Owner: d.bob.Person}))
	})
}
