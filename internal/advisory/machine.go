package advisory

import (
	"nakodo/internal/machine"
	"nakodo/internal/party"
)

// State is where an advisory stands.
type State string

// The states of publication. Those that begin with "update" have a published
// revision that stays in public while a new one is worked on beside it.
const (
	None      State = "none"      // there is no advisory yet; an officer opens one
	Drafting  State = "draft"     // an officer writes, and submits it to review next
	Review    State = "review"    // a second officer, who wrote nothing in it, approves or returns it
	Approved  State = "approved"  // an officer publishes it or sets a time
	Scheduled State = "scheduled" // the clock publishes it at its time; an officer may hold it
	Published State = "published" // the public reads it; nobody has to act; an officer may begin an update

	UpdateDrafting  State = "update_draft"     // an officer writes the next revision, and submits it to review next
	UpdateReview    State = "update_review"    // a second officer approves or returns the next revision
	UpdateApproved  State = "update_approved"  // an officer publishes the next revision, or sets a time
	UpdateScheduled State = "update_scheduled" // the clock publishes the next revision at its time

	Withdrawn State = "withdrawn" // the public reads that and why it was withdrawn; nobody acts
	Dropped   State = "dropped"   // given up before anything was public; an officer may begin again
)

// Name is a verb's name, in the machine and in the journal.
type Name string

// The verbs.
const (
	VerbOpen     Name = "draft_advisory"
	VerbWrite    Name = "write_advisory"
	VerbSubmit   Name = "submit_advisory"
	VerbReturn   Name = "return_advisory"
	VerbApprove  Name = "approve_advisory"
	VerbOverride Name = "override_finding"
	VerbNote     Name = "note_vendor_contact"
	VerbSchedule Name = "schedule_advisory"
	VerbHold     Name = "hold_advisory"
	VerbPublish  Name = "publish_advisory"
	VerbRevise   Name = "revise_advisory"
	VerbDrop     Name = "drop_draft"
	VerbWithdraw Name = "withdraw_advisory"
)

// The clauses that more than one row rests on.
const (
	eyes    = "four eyes: any change voids the approval"
	frozen  = "published means frozen: a correction is a new revision (ISO/IEC 29147 7.4, revision history)"
	gated   = "publication gate; release at the agreed time (ISO/IEC 29147 7.3)"
	noted   = "every vendor heard or recorded as silent, and told of the draft (CERT guide G8, G10)"
	reason  = "an override needs the second officer and a written reason"
	drafted = "advisory elements (ISO/IEC 29147 7.4)"
)

var (
	officer = []party.Role{party.Officer}
	clock   = []party.Role{party.Officer, party.Clock}
)

// Publication is the machine of an advisory.
var Publication = machine.Table[State, Name, party.Role]{
	Name: "publication", Initial: None, Final: []State{Published, Withdrawn, Dropped},
	Rows: []machine.Row[State, Name, party.Role]{
		{From: None, Do: VerbOpen, To: Drafting, By: officer, Clause: drafted},
		{From: Dropped, Do: VerbOpen, To: Drafting, By: officer, Clause: drafted},

		{From: Drafting, Do: VerbWrite, To: Drafting, By: officer, Clause: drafted},
		{From: Drafting, Do: VerbNote, To: Drafting, By: officer, Clause: noted},
		{From: Drafting, Do: VerbSubmit, To: Review, By: officer, Clause: "four eyes: the author asks a second officer"},
		{From: Drafting, Do: VerbDrop, To: Dropped, By: officer, Clause: "end of handling without publication (guideline IV.3(1)7, IV.4.4)"},

		{From: Review, Do: VerbApprove, To: Approved, By: officer, Clause: "four eyes: the approver is not an author"},
		{From: Review, Do: VerbReturn, To: Drafting, By: officer, Clause: "four eyes: the second officer may say no"},
		{From: Review, Do: VerbWrite, To: Drafting, By: officer, Clause: eyes},
		{From: Review, Do: VerbOverride, To: Review, By: officer, Clause: reason},
		{From: Review, Do: VerbNote, To: Review, By: officer, Clause: noted},
		{From: Review, Do: VerbDrop, To: Dropped, By: officer, Clause: "end of handling without publication (guideline IV.3(1)7, IV.4.4)"},

		{From: Approved, Do: VerbPublish, To: Published, By: officer, Clause: gated},
		{From: Approved, Do: VerbSchedule, To: Scheduled, By: officer, Clause: "publication date settled with the vendors (guideline IV.4.3)"},
		{From: Approved, Do: VerbReturn, To: Drafting, By: officer, Clause: "four eyes: the second officer may say no"},
		{From: Approved, Do: VerbWrite, To: Drafting, By: officer, Clause: eyes},
		{From: Approved, Do: VerbOverride, To: Approved, By: officer, Clause: reason},
		{From: Approved, Do: VerbNote, To: Approved, By: officer, Clause: noted},
		{From: Approved, Do: VerbDrop, To: Dropped, By: officer, Clause: "end of handling without publication (guideline IV.3(1)7, IV.4.4)"},

		{From: Scheduled, Do: VerbPublish, To: Published, By: clock, Clause: gated},
		{From: Scheduled, Do: VerbHold, To: Approved, By: clock, Clause: "the date may change while all vendors are told (guideline IV.4.4)"},
		{From: Scheduled, Do: VerbWrite, To: Drafting, By: officer, Clause: eyes},
		{From: Scheduled, Do: VerbOverride, To: Scheduled, By: officer, Clause: reason},
		{From: Scheduled, Do: VerbNote, To: Scheduled, By: officer, Clause: noted},

		{From: Published, Do: VerbRevise, To: UpdateDrafting, By: officer, Clause: frozen},

		{From: UpdateDrafting, Do: VerbWrite, To: UpdateDrafting, By: officer, Clause: frozen},
		{From: UpdateDrafting, Do: VerbNote, To: UpdateDrafting, By: officer, Clause: noted},
		{From: UpdateDrafting, Do: VerbSubmit, To: UpdateReview, By: officer, Clause: "four eyes: the author asks a second officer"},
		{From: UpdateDrafting, Do: VerbDrop, To: Published, By: officer, Clause: frozen},

		{From: UpdateReview, Do: VerbApprove, To: UpdateApproved, By: officer, Clause: "four eyes: the approver is not an author"},
		{From: UpdateReview, Do: VerbReturn, To: UpdateDrafting, By: officer, Clause: "four eyes: the second officer may say no"},
		{From: UpdateReview, Do: VerbWrite, To: UpdateDrafting, By: officer, Clause: eyes},
		{From: UpdateReview, Do: VerbOverride, To: UpdateReview, By: officer, Clause: reason},
		{From: UpdateReview, Do: VerbNote, To: UpdateReview, By: officer, Clause: noted},
		{From: UpdateReview, Do: VerbDrop, To: Published, By: officer, Clause: frozen},

		{From: UpdateApproved, Do: VerbPublish, To: Published, By: officer, Clause: gated},
		{From: UpdateApproved, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: "a withdrawal is a revision too, with its reason (ISO/IEC 29147 7.4)"},
		{From: UpdateApproved, Do: VerbSchedule, To: UpdateScheduled, By: officer, Clause: "publication date settled with the vendors (guideline IV.4.3)"},
		{From: UpdateApproved, Do: VerbReturn, To: UpdateDrafting, By: officer, Clause: "four eyes: the second officer may say no"},
		{From: UpdateApproved, Do: VerbWrite, To: UpdateDrafting, By: officer, Clause: eyes},
		{From: UpdateApproved, Do: VerbOverride, To: UpdateApproved, By: officer, Clause: reason},
		{From: UpdateApproved, Do: VerbNote, To: UpdateApproved, By: officer, Clause: noted},
		{From: UpdateApproved, Do: VerbDrop, To: Published, By: officer, Clause: frozen},

		{From: UpdateScheduled, Do: VerbPublish, To: Published, By: clock, Clause: gated},
		{From: UpdateScheduled, Do: VerbHold, To: UpdateApproved, By: clock, Clause: "the date may change while all vendors are told (guideline IV.4.4)"},
		{From: UpdateScheduled, Do: VerbWrite, To: UpdateDrafting, By: officer, Clause: eyes},
		{From: UpdateScheduled, Do: VerbOverride, To: UpdateScheduled, By: officer, Clause: reason},
		{From: UpdateScheduled, Do: VerbNote, To: UpdateScheduled, By: officer, Clause: noted},
	},
}

// Public reports whether the public reads something of the advisory.
func (s State) Public() bool {
	switch s {
	case Published, UpdateDrafting, UpdateReview, UpdateApproved, UpdateScheduled, Withdrawn:
		return true
	}
	return false
}

// Submitted reports whether the text is with a second officer or past them:
// a change there goes back to drafting.
func (s State) Submitted() bool {
	switch s {
	case Review, Approved, Scheduled, UpdateReview, UpdateApproved, UpdateScheduled:
		return true
	}
	return false
}
