package party

import (
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/machine"
)

// RegState is how far a vendor's registration has come. The sentence behind
// each says who acts next.
type RegState string

// The states of a registration.
const (
	RegNone     RegState = "none"        // nobody has applied: a vendor or an officer does
	RegApplied  RegState = "applied"     // an application waits: an officer finds out who it is and sends the papers
	RegPapers   RegState = "papers_sent" // the vendor has the papers and reads them: an officer arranges the meeting
	RegMet      RegState = "met"         // the vendor has explained its products: it signs the agreement, an officer records it
	RegAgreed   RegState = "agreed"      // the agreement holds: the vendor answers the technology keywords
	RegAnswered RegState = "answered"    // everything is there: an officer enters the vendor on the list
	RegListed   RegState = "registered"  // the vendor is registered: nobody has anything to do
	RegRefused  RegState = "refused"     // an officer said no and why: the vendor may apply anew
	RegGone     RegState = "withdrawn"   // the vendor took it back: it may apply anew
	RegEnded    RegState = "ended"       // the vendor has left the list: it may apply anew
)

// RegVerb is a recorded step of a registration.
type RegVerb string

// The steps.
const (
	RegApply        RegVerb = "apply_registration"
	RegSendPapers   RegVerb = "send_papers"
	RegMeet         RegVerb = "hold_meeting"
	RegNoteSigned   RegVerb = "note_agreement" // needs an agreement in force
	RegNoteAnswers  RegVerb = "note_answers"   // needs answered keywords
	RegEnter        RegVerb = "register_vendor"
	RegRefuse       RegVerb = "refuse_registration" // needs a reason
	RegWithdraw     RegVerb = "withdraw_registration"
	RegEnd          RegVerb = "end_registration" // needs a reason
	registerClause          = "domain.md 1.11 [REG]"
	leaveListClause         = "issue 4 section 1: each a recorded step"
)

// Registering is the way onto the vendor list: the same steps for both tiers.
var Registering = machine.Table[RegState, RegVerb, Role]{
	Name: "registration", Initial: RegNone, Final: []RegState{RegListed, RegRefused, RegGone, RegEnded},
	Rows: []machine.Row[RegState, RegVerb, Role]{
		{From: RegNone, Do: RegApply, To: RegApplied, By: []Role{Vendor, Officer}, Clause: registerClause},
		{From: RegApplied, Do: RegSendPapers, To: RegPapers, By: []Role{Officer}, Clause: registerClause},
		{From: RegApplied, Do: RegRefuse, To: RegRefused, By: []Role{Officer}, Clause: leaveListClause},
		{From: RegApplied, Do: RegWithdraw, To: RegGone, By: []Role{Vendor, Officer}, Clause: leaveListClause},
		{From: RegPapers, Do: RegMeet, To: RegMet, By: []Role{Officer}, Clause: registerClause},
		{From: RegPapers, Do: RegRefuse, To: RegRefused, By: []Role{Officer}, Clause: leaveListClause},
		{From: RegPapers, Do: RegWithdraw, To: RegGone, By: []Role{Vendor, Officer}, Clause: leaveListClause},
		{From: RegMet, Do: RegNoteSigned, To: RegAgreed, By: []Role{Officer}, Clause: registerClause},
		{From: RegMet, Do: RegRefuse, To: RegRefused, By: []Role{Officer}, Clause: leaveListClause},
		{From: RegMet, Do: RegWithdraw, To: RegGone, By: []Role{Vendor, Officer}, Clause: leaveListClause},
		{From: RegAgreed, Do: RegNoteAnswers, To: RegAnswered, By: []Role{Officer}, Clause: registerClause},
		{From: RegAgreed, Do: RegRefuse, To: RegRefused, By: []Role{Officer}, Clause: leaveListClause},
		{From: RegAgreed, Do: RegWithdraw, To: RegGone, By: []Role{Vendor, Officer}, Clause: leaveListClause},
		{From: RegAnswered, Do: RegEnter, To: RegListed, By: []Role{Officer}, Clause: registerClause},
		{From: RegAnswered, Do: RegRefuse, To: RegRefused, By: []Role{Officer}, Clause: leaveListClause},
		{From: RegAnswered, Do: RegWithdraw, To: RegGone, By: []Role{Vendor, Officer}, Clause: leaveListClause},
		{From: RegListed, Do: RegEnd, To: RegEnded, By: []Role{Officer}, Clause: leaveListClause},
	},
}

// Registration is one vendor's way onto the list, step by step. An organisation
// has at most one that is open.
type Registration struct {
	ID        string    `json:"id"`
	Org       OrgID     `json:"org,omitempty"` // empty: applied from outside, and no officer has found out yet who it is
	Tier      Tier      `json:"tier"`          // that is applied for
	State     RegState  `json:"state"`
	Applicant Applicant `json:"applicant,omitzero"`
	Steps     []RegStep `json:"steps"`
	Version   int64     `json:"version"`
}

// Applicant is what somebody wrote who applied from outside. It is nobody's
// word but theirs: nothing of it enters the registry before an officer says so.
type Applicant struct {
	Name     string `json:"name"` // of the organisation
	Domain   string `json:"domain,omitempty"`
	Products string `json:"products,omitempty"`
	Contact  string `json:"contact"` // person or role
	Role     bool   `json:"role,omitempty"`
	Mail     string `json:"mail"`
	Phone    string `json:"phone,omitempty"`
	Lang     string `json:"lang"`
	Listed   bool   `json:"listed,omitempty"` // its name may stand on the public list
	Message  string `json:"message,omitempty"`
}

// RegStep says who did which step when.
type RegStep struct {
	Do   RegVerb   `json:"do"`
	By   Actor     `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
}

// RegFacts is what other records say when a step is taken.
type RegFacts struct {
	Agreement bool // one of scope reports is in force
	Answers   int  // keywords that the organisation has answered
}

// Open reports whether the registration is still under way.
func (r Registration) Open() bool {
	return !slices.Contains(Registering.Final, r.State)
}

// Since is when the registration came into its present state.
func (r Registration) Since() time.Time {
	if len(r.Steps) == 0 {
		return time.Time{}
	}
	return r.Steps[len(r.Steps)-1].At
}

// Next is the step that leads on, "" where there is none.
func (r Registration) Next() RegVerb {
	for _, v := range Registering.Verbs(r.State, Officer) {
		if v != RegRefuse && v != RegWithdraw && v != RegEnd {
			return v
		}
	}
	return ""
}

// Do takes one step. The zero registration takes only the first, with its id
// and tier filled in.
func (r Registration) Do(v RegVerb, by Actor, now time.Time, note string, f RegFacts) (Registration, error) {
	if r.State == "" {
		r.State = RegNone
	}
	to, err := Registering.Step(r.State, v, by.Role)
	if err != nil {
		return r, err
	}
	var k fault.Check
	switch v {
	case RegApply:
		k.Need(r.Tier == General || r.Tier == Individual, "tier", "fault.registration.tier")
	case RegSendPapers:
		k.Need(r.Org != "", "org", "fault.registration.org")
	case RegNoteSigned:
		if !f.Agreement {
			return r, fault.New(fault.NotNow, "fault.registration.no_agreement")
		}
	case RegNoteAnswers:
		if f.Answers == 0 {
			return r, fault.New(fault.NotNow, "fault.registration.no_answers")
		}
	case RegEnter: // what held at its step must still hold
		if !f.Agreement {
			return r, fault.New(fault.NotNow, "fault.registration.no_agreement")
		}
	case RegRefuse, RegEnd:
		k.Need(note != "", "note", "fault.registration.reason")
	}
	if err := k.Err(); err != nil {
		return r, err
	}
	r.State = to
	r.Steps = append(slices.Clip(r.Steps), RegStep{Do: v, By: by, At: now, Note: note})
	return r, nil
}
