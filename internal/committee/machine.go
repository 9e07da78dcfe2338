package committee

import (
	"nakodo/internal/machine"
	"nakodo/internal/party"
)

// State is where a referral stands.
type State string

// The states of a referral.
const (
	None      State = "none"          // the committee has not been asked; an officer refers the case
	Preparing State = "preparing"     // an officer writes the paper, appoints the members, and tells the developer next
	Opinion   State = "opinion"       // the developer may write its opinion until the deadline; then an officer convenes
	Sitting   State = "sitting"       // the members have the paper; an officer records their decision next
	Decided   State = "decided"       // to be published; an officer sees to confirmation, view and date, a second one clears
	Cleared   State = "cleared"       // the advisory may be published from the date on; officers act on the advisory
	Published State = "published"     // the advisory is out; nobody acts
	Refused   State = "not_published" // the committee said no; nobody acts
	Again     State = "again"         // the committee wants another attempt at coordination; officers go on with the case
	SentBack  State = "sent_back"     // the developer answered or something new came up; officers go on with the case
)

// Name is a verb's name, in the machine and in the journal.
type Name string

// The verbs.
const (
	VerbRefer    Name = "refer_case"
	VerbWrite    Name = "write_paper"
	VerbAppoint  Name = "appoint_member"
	VerbTell     Name = "tell_developer"
	VerbOpinion  Name = "record_opinion"
	VerbConvene  Name = "convene_committee"
	VerbPublish  Name = "decide_publish"
	VerbRefuse   Name = "decide_not_publish"
	VerbAgain    Name = "decide_again"
	VerbConfirm  Name = "confirm_procedure"
	VerbAskView  Name = "ask_view"
	VerbView     Name = "record_view"
	VerbClear    Name = "clear_publication"
	VerbOut      Name = "note_publication"
	VerbSendBack Name = "send_back"
)

// The clauses that more than one row rests on.
const (
	paper   = "referral with a paper for the members (guideline IV.3(2))"
	neutral = "neutral members without an interest (guideline IV.3(2))"
	opinion = "the developer is told and may write its opinion; orally where it asks (guideline IV.3(2))"
	four    = "published only if all four tests hold (guideline IV.3(2))"
	after   = "before publication: the minister's confirmation, the date, the developer's view (guideline IV.3(2))"
	anew    = "a new answer of the developer may send the case back (guideline IV.3(2))"
)

var (
	officer = []party.Role{party.Officer}
	voices  = []party.Role{party.Officer, party.Vendor}
	clock   = []party.Role{party.Officer, party.Clock}
)

// Committee is the machine of a referral.
var Committee = machine.Table[State, Name, party.Role]{
	Name: "committee", Initial: None, Final: []State{Published, Refused, Again, SentBack},
	Rows: []machine.Row[State, Name, party.Role]{
		{From: None, Do: VerbRefer, To: Preparing, By: officer, Clause: "grounds (A) unreachable, (B) negotiation failed (guideline IV.3(2)1)"},

		{From: Preparing, Do: VerbWrite, To: Preparing, By: officer, Clause: paper},
		{From: Preparing, Do: VerbAppoint, To: Preparing, By: officer, Clause: neutral},
		{From: Preparing, Do: VerbTell, To: Opinion, By: officer, Clause: opinion},
		{From: Preparing, Do: VerbSendBack, To: SentBack, By: clock, Clause: anew},

		{From: Opinion, Do: VerbAppoint, To: Opinion, By: officer, Clause: neutral},
		{From: Opinion, Do: VerbOpinion, To: Opinion, By: voices, Clause: opinion},
		{From: Opinion, Do: VerbConvene, To: Sitting, By: officer, Clause: neutral},
		{From: Opinion, Do: VerbSendBack, To: SentBack, By: clock, Clause: anew},

		{From: Sitting, Do: VerbOpinion, To: Sitting, By: voices, Clause: opinion},
		{From: Sitting, Do: VerbPublish, To: Decided, By: officer, Clause: four},
		{From: Sitting, Do: VerbRefuse, To: Refused, By: officer, Clause: four},
		{From: Sitting, Do: VerbAgain, To: Again, By: officer, Clause: "third outcome: coordinate again (guideline IV.3(2))"},
		{From: Sitting, Do: VerbSendBack, To: SentBack, By: clock, Clause: anew},

		{From: Decided, Do: VerbConfirm, To: Decided, By: officer, Clause: after},
		{From: Decided, Do: VerbAskView, To: Decided, By: officer, Clause: after},
		{From: Decided, Do: VerbView, To: Decided, By: voices, Clause: after},
		{From: Decided, Do: VerbClear, To: Cleared, By: officer, Clause: after},
		{From: Decided, Do: VerbSendBack, To: SentBack, By: clock, Clause: anew},

		{From: Cleared, Do: VerbOut, To: Published, By: clock, Clause: "published with the developer's name and its view (guideline IV.3(2))"},
		{From: Cleared, Do: VerbSendBack, To: SentBack, By: clock, Clause: anew},
	},
}

// Live reports whether the referral has not ended.
func (s State) Live() bool {
	switch s {
	case Preparing, Opinion, Sitting, Decided, Cleared:
		return true
	}
	return false
}
