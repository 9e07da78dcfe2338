package desk_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// stroll is a random walk over the verbs of the desk.
type stroll struct {
	*office
	dice    *rand.Rand
	reports []cvd.ReportID
	cases   []cvd.CaseID
	seen    map[string]bool // letters looked at
	done    map[string]int  // verbs that were accepted
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func (w *stroll) report() cvd.ReportID { return pick(w.dice, w.reports...) }

// at is a case to do something to: mostly one of the newest, that it may get far.
func (w *stroll) at() cvd.CaseID {
	if len(w.cases) == 0 || w.dice.IntN(20) == 0 {
		return "11111111"
	}
	return pick(w.dice, w.cases[max(0, len(w.cases)-2):]...)
}

// vendor is one of the two vendors with its participation.
func (w *stroll) vendor() (party.Actor, cvd.ParticipantID) {
	v := pick(w.dice, w.acme, w.zeta)
	return v, cvd.OrgParticipant(v.Org)
}

// verb is a random verb on a case with somebody who might do it.
func (w *stroll) verb(id cvd.CaseID) (party.Actor, cvd.Verb) {
	v, who := w.vendor()
	now, yes := w.clock.Now(), w.dice.IntN(3) > 0
	later := now.Add(time.Duration(w.dice.IntN(100)-3) * 24 * time.Hour)
	fay := party.FinderActor(string(w.report()))
	terms := 1
	if p, err := w.Case(w.t.Context(), w.ann, id); err == nil {
		terms = p.View.Embargo.Terms
	}
	self := pick(w.dice, v, w.ann)
	type deed struct {
		by party.Actor
		v  cvd.Verb
	}
	d := pick(w.dice,
		deed{self, cvd.AnswerInvitation{Who: who, Yes: yes, Terms: terms}}, deed{v, cvd.AnswerInvitation{Who: who, Yes: true, Terms: terms}},
		deed{fay, cvd.AnswerInvitation{Who: cvd.FinderParticipant(cvd.ReportID(fay.Report)), Yes: yes, Terms: terms}},
		deed{v, cvd.ProposeEmbargo{Until: later}}, deed{fay, cvd.ProposeEmbargo{Until: later}}, deed{w.ann, cvd.ProposeEmbargo{Until: later}},
		deed{v, cvd.AnswerEmbargo{Who: who, Yes: yes}}, deed{fay, cvd.AnswerEmbargo{Who: cvd.FinderParticipant(cvd.ReportID(fay.Report)), Yes: yes}},
		deed{w.ann, cvd.DecideEmbargo{Yes: yes}}, deed{w.ann, cvd.PlanPublication{At: later}},
		deed{w.ann, cvd.NoteAttempt{Who: who, How: pick(w.dice, "mail", "phone")}}, deed{w.ann, cvd.RecordSilence{Who: who}},
		deed{self, cvd.LeaveCase{Who: who}}, deed{w.ann, cvd.Deliver{Who: who}},
		deed{self, cvd.ShowParty{Who: who, Shown: yes}}, deed{v, cvd.SetNumber{Who: who, Number: "V-1"}},
		deed{v, cvd.AdmitMembers{Who: who, Members: []party.PersonID{v.Person}}},
		deed{v, cvd.StateReport{Who: who, Do: pick(w.dice, cvd.RMValidate, cvd.RMAccept, cvd.RMDefer, cvd.RMInvalidate)}},
		deed{v, cvd.StateFix{Who: who, What: pick(w.dice, cvd.CSReady, cvd.CSDeployed)}},
		deed{v, cvd.StateStatus{Who: who, Vuln: "v1", Product: &product.Product{Name: "G"}, Status: pick(w.dice, product.Affected, product.NotAffected)}},
		deed{v, cvd.MakeStatement{Who: who, Text: words.Text{EN: "we look into it"}}},
		deed{w.ann, cvd.DescribeCase{Title: words.Text{EN: "SECRET-TITLE"}, TLP: tlp.Amber, Vulns: []cvd.Vuln{{ID: "v1"}}}},
		deed{w.ann, cvd.AssignCase{Owner: w.bob.Person}},
		deed{w.ann, cvd.AskOverride{Who: who, Reason: "SECRET-WHY"}},
		deed{pick(w.dice, w.ann, w.bob), cvd.DecideOverride{Who: []cvd.ParticipantID{who}, Yes: yes}},
		deed{w.ann, cvd.PauseClock{Clock: cvd.ClockGuide, Reason: cvd.PauseOverseas}}, deed{w.ann, cvd.ResumeClock{Clock: cvd.ClockGuide}},
		deed{w.ann, cvd.RecordGuideline{Who: cvd.FinderParticipant(cvd.ReportID(fay.Report)), Text: "SECRET-GUIDELINE", Days: pick(w.dice, 0, 20, 90)}},
		deed{w.ann, cvd.ApplyRules{Frames: []string{"nis2-2022-2555"}, Reason: "used in the Union"}},
		deed{v, cvd.ReportResult{Who: who, Found: pick(w.dice, cvd.FoundAffected, cvd.FoundNoEffect), Text: "tried"}},
		deed{v, cvd.TellUsers{Who: who, Users: 2, Reached: 1, How: []string{"mail"}, Done: later, Integrators: cvd.IntegratorsNone, Statement: "by mail"}},
	)
	if w.dice.IntN(50) == 0 {
		d = deed{w.ann, cvd.CloseCase{Why: cvd.WhyNotVuln, Proof: &cvd.Proof{Told: "it is a feature"}}}
	}
	if w.dice.IntN(150) == 0 {
		d = deed{w.ann, cvd.RecordEvent{What: pick(w.dice, cvd.CSPublic, cvd.CSExploit, cvd.CSAttacks), Note: "seen"}}
	}
	return d.by, d.v
}

// step does one random thing and gives its name.
func (w *stroll) step() (string, error) {
	ctx, id := w.t.Context(), w.at()
	aid := advisory.ID(id)
	switch n := w.dice.IntN(70); n {
	case 0:
		r, _ := w.office.report()
		w.reports = append(w.reports, r)
		return "receive", nil
	case 1:
		return "acknowledge", w.AcknowledgeReport(ctx, w.ann, w.report())
	case 2, 3:
		return "judge", w.JudgeReport(ctx, w.ann, w.report(), jury)
	case 4:
		c, err := w.OpenCase(ctx, w.ann, desk.Opening{Reports: []cvd.ReportID{w.report()}, Title: words.Text{EN: "SECRET-TITLE"}, NoEmbargo: w.dice.IntN(3) == 0})
		if err == nil {
			w.cases = append(w.cases, c)
		}
		return "open", err
	case 6:
		return "add report", w.AddReport(ctx, w.ann, id, w.report())
	case 7, 8, 9:
		v, _ := w.vendor()
		return "invite", w.InviteVendor(ctx, w.ann, id, desk.Invitation{Org: v.Org, How: "mail"})
	case 10:
		return "defer", w.DeferReport(ctx, w.ann, w.report(), w.report())
	case 11:
		return "close report", w.CloseReport(ctx, w.ann, w.report(), cvd.WhyKnown)
	case 12:
		return "withdraw report", w.WithdrawReport(ctx, party.FinderActor(string(w.report())))
	case 13:
		return "consents", w.ChangeConsents(ctx, party.FinderActor(string(w.report())), cvd.Consents{Credit: w.dice.IntN(2) == 0, DirectContact: w.dice.IntN(2) == 0}, "Fay")
	case 14:
		return "ask", w.AskFinder(ctx, w.ann, w.report(), "which version?")
	case 15:
		_, err := w.DraftAdvisory(ctx, w.ann, id)
		return "draft", err
	case 16:
		return "refresh", w.RefreshAdvisory(ctx, w.ann, aid, 0)
	case 17:
		return "tell draft", w.TellDraft(ctx, w.ann, aid)
	case 18:
		return "submit", w.WriteAdvisory(ctx, w.ann, aid, 0, advisory.Submit{})
	case 19:
		return "approve", w.ApproveAdvisory(ctx, w.bob, aid, 0)
	case 20:
		return "publish", w.PublishAdvisory(ctx, w.ann, aid)
	case 24:
		v, _ := w.vendor()
		return "paper", w.paper(v.Org)
	case 21:
		v, _ := w.vendor()
		_, err := w.StartThread(ctx, v, id, "a question", nil)
		return "start thread", err
	case 22, 23:
		w.clock.Move(time.Duration(w.dice.IntN(8*24)) * time.Hour)
		w.run()
		return "clock", nil
	default:
		by, v := w.verb(id)
		return v.Verb(), w.Act(ctx, by, id, int64(0), v)
	}
}

// paper changes what an organisation has signed, or its tier.
func (w *stroll) paper(org party.OrgID) error {
	ctx := w.t.Context()
	page, err := w.Organisation(ctx, w.ann, org)
	w.must(err)
	if a := page.Agreements[len(page.Agreements)-1]; w.dice.IntN(2) == 0 && a.InForce(w.clock.Now()) {
		return w.EndAgreement(ctx, w.ann, a.ID, "SECRET-WHY")
	}
	if w.dice.IntN(6) == 0 {
		return w.store.Do(ctx, func(tx *store.Tx) error {
			page.Org.Tier = pick(w.dice, party.General, party.Individual)
			return tx.SetOrganisation(ctx, &page.Org)
		})
	}
	until := w.clock.Now().Add(time.Duration(w.dice.IntN(60)+1) * 24 * time.Hour)
	return w.SaveAgreement(ctx, w.ann, party.Agreement{Org: org, Scope: party.ScopeReports, Edition: "2", Signed: w.clock.Now(), Until: until})
}

// papers holds that nobody reads without an agreement in force or an override.
func (w *stroll) papers(after string) {
	w.t.Helper()
	for _, v := range []party.Actor{w.acme, w.zeta} {
		page, err := w.Organisation(w.t.Context(), w.ann, v.Org)
		w.must(err)
		_, inForce := party.Best(page.Agreements, party.ScopeReports, w.clock.Now())
		rows, err := w.Cases(w.t.Context(), v)
		w.must(err)
		for _, r := range rows {
			room, err := w.CaseRoom(w.t.Context(), w.ann, r.View.ID)
			w.must(err)
			for _, p := range room.View.Parties {
				if p.Org == v.Org && r.View.Open && !inForce && !p.Overridden() && r.View.Public.IsZero() {
					w.t.Fatalf("after %s, %s reads case %s and has no agreement in force: %+v", after, v.Org, r.View.ID, p)
				}
			}
		}
	}
}

// watch looks at the letters that are new, as their recipients' servers would.
func (w *stroll) watch(after string) {
	w.t.Helper()
	open := map[string]bool{}
	for _, v := range []party.Actor{w.acme, w.zeta} {
		rows, err := w.Cases(w.t.Context(), v)
		w.must(err)
		for _, r := range rows {
			open[string(v.Org)+string(r.View.ID)] = r.View.Open
		}
	}
	w.must(w.store.View(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Letters(w.t.Context(), 0, 200)
		for _, l := range all {
			if w.seen[l.ID] {
				continue
			}
			w.seen[l.ID] = true
			w.letter(after, l, open)
		}
		return err
	}))
}

func (w *stroll) letter(after string, l talk.Letter, open map[string]bool) {
	w.t.Helper()
	var n notice.Letter
	w.must(json.Unmarshal(l.Args, &n))
	if clear := fmt.Sprint(n.Clear, n.Mark, n.To); strings.Contains(clear, "SECRET") {
		w.t.Fatalf("after %s the open part of a letter says %s", after, clear)
	}
	if n.To.Org == "" || !strings.Contains(fmt.Sprint(n.Details), "SECRET") {
		return
	}
	_, id, _ := strings.Cut(n.Mark, "#")
	if !n.Detailed || !open[string(n.To.Org)+id] {
		w.t.Fatalf("after %s, %s of case %s reads %v in a letter and may not in its room", after, n.To.Org, id, n.Details)
	}
}

// TestWalk_TheRecordsHoldWhateverIsDone: hundreds of deeds in no order, by people
// and by the clock; then the journal leads to the same records, no deed failed
// for another reason than a refusal, and no letter said what its reader may not
// read.
func TestWalk_TheRecordsHoldWhateverIsDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		w := &stroll{office: newOffice(t, s, clock), dice: rand.New(rand.NewPCG(seed, 1)), seen: map[string]bool{}, done: map[string]int{}}
		id, finder := w.openCase()
		w.cases, w.reports = []cvd.CaseID{id}, []cvd.ReportID{cvd.ReportID(finder.Report)}
		for range 300 {
			name, err := w.step()
			if err != nil && fault.Of(err) == nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err == nil {
				w.done[name]++
			}
			w.watch(name)
			w.papers(name)
		}
		w.must(w.Fsck(t.Context(), func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
		t.Logf("accepted: %v", w.done)
		if len(w.done) < 15 {
			t.Errorf("the walk went nowhere: %v", w.done)
		}
	})
}
