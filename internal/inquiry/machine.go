package inquiry

import (
	"nakodo/internal/machine"
	"nakodo/internal/party"
)

// State is where an inquiry stands.
type State string

// The states of an inquiry.
const (
	None       State = "none"       // there is no inquiry; an officer opens one
	Draft      State = "draft"      // an officer writes what the list will say, and proposes it next
	Proposed   State = "proposed"   // the name waits for a second officer, who confirms or returns it
	Named      State = "named"      // the developer's name is on the public list; the developer, or in time an officer acts
	Disclosing State = "disclosing" // the name is listed; product and version wait for a second officer
	Disclosed  State = "disclosed"  // name, product and version are on the public list; the developer, or in time an officer acts
	Referred   State = "referred"   // the publication committee has the matter; the list shows what it showed
	Answered   State = "answered"   // the developer has answered: off the list, coordination goes on; nobody acts here
	Withdrawn  State = "withdrawn"  // taken back by an officer, with the reason; off the list; nobody acts
	Concluded  State = "concluded"  // the committee is done and the advisory is out: off the list; nobody acts
)

// Name is a verb's name, in the machine and in the journal.
type Name string

// The verbs.
const (
	VerbOpen           Name = "open_inquiry"
	VerbWrite          Name = "write_inquiry"
	VerbProposeName    Name = "propose_name"
	VerbConfirmName    Name = "confirm_name"
	VerbProposeProduct Name = "propose_product"
	VerbConfirmProduct Name = "confirm_product"
	VerbReturn         Name = "return_inquiry"
	VerbRefer          Name = "refer_inquiry"
	VerbAnswer         Name = "answer_inquiry"
	VerbWithdraw       Name = "withdraw_inquiry"
	VerbConclude       Name = "conclude_inquiry"
)

// The clauses that more than one row rests on.
const (
	stageOne = "name of a developer that no means has reached (guideline IV.4.2, appendix 5)"
	stageTwo = "product name and version, about three months later (guideline IV.4.2, appendix 5)"
	eyes     = "four eyes: nobody puts a name before the public alone"
	resumed  = "coordination is resumed as soon as the developer answers (guideline IV.4.2)"
	undone   = "a mistake is taken back at once, with the reason"
)

var (
	officer = []party.Role{party.Officer}
	clock   = []party.Role{party.Officer, party.Clock}
)

// Listing is the machine of an inquiry.
var Listing = machine.Table[State, Name, party.Role]{
	Name: "inquiry", Initial: None, Final: []State{Answered, Withdrawn, Concluded},
	Rows: []machine.Row[State, Name, party.Role]{
		{From: None, Do: VerbOpen, To: Draft, By: officer, Clause: stageOne},

		{From: Draft, Do: VerbWrite, To: Draft, By: officer, Clause: stageOne},
		{From: Draft, Do: VerbProposeName, To: Proposed, By: officer, Clause: stageOne},
		{From: Draft, Do: VerbAnswer, To: Answered, By: officer, Clause: resumed},
		{From: Draft, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: undone},

		{From: Proposed, Do: VerbConfirmName, To: Named, By: officer, Clause: eyes},
		{From: Proposed, Do: VerbReturn, To: Draft, By: officer, Clause: eyes},
		{From: Proposed, Do: VerbAnswer, To: Answered, By: officer, Clause: resumed},
		{From: Proposed, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: undone},

		{From: Named, Do: VerbProposeProduct, To: Disclosing, By: officer, Clause: stageTwo},
		{From: Named, Do: VerbRefer, To: Referred, By: officer, Clause: "publication committee (guideline IV.3(2)1)"},
		{From: Named, Do: VerbAnswer, To: Answered, By: officer, Clause: resumed},
		{From: Named, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: undone},

		{From: Disclosing, Do: VerbConfirmProduct, To: Disclosed, By: officer, Clause: eyes},
		{From: Disclosing, Do: VerbReturn, To: Named, By: officer, Clause: eyes},
		{From: Disclosing, Do: VerbAnswer, To: Answered, By: officer, Clause: resumed},
		{From: Disclosing, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: undone},

		{From: Disclosed, Do: VerbRefer, To: Referred, By: officer, Clause: "publication committee (guideline IV.3(2)1)"},
		{From: Disclosed, Do: VerbAnswer, To: Answered, By: officer, Clause: resumed},
		{From: Disclosed, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: undone},

		{From: Referred, Do: VerbConclude, To: Concluded, By: clock, Clause: "the advisory takes the place of the list (guideline IV.3(2))"},
		{From: Referred, Do: VerbAnswer, To: Answered, By: officer, Clause: resumed},
		{From: Referred, Do: VerbWithdraw, To: Withdrawn, By: officer, Clause: undone},
	},
}

// Live reports whether the inquiry has not ended.
func (s State) Live() bool {
	return s != None && s != Answered && s != Withdrawn && s != Concluded
}

// Public reports whether a row of the list stands for it.
func (s State) Public() bool {
	return s == Named || s == Disclosing || s == Disclosed || s == Referred
}
