// Package cvd is coordinated vulnerability disclosure: the report that comes
// in, the case that is coordinated, its participants, and the four state
// machines of CERT/CC's Vultron protocol that hold them together.
//
// Start reading at Case.Do in do.go: one verb is applied to one whole case, the
// joint rules (joint.go) run last, and what comes out is the changed case, one
// event and the deadlines. Nothing here reads a clock, a database or a network.
// Who may read what of a case is decided in one place: Case.SeenBy in seen.go.
package cvd

import (
	"nakodo/internal/machine"
	"nakodo/internal/party"
)

// RM is how far a participant has got with the report (report management).
type RM string

// The states of report management (Vultron RM: S R I V D A C).
const (
	RMStart    RM = "start"    // has not had the report; the centre delivers it
	RMReceived RM = "received" // has it; the participant judges it next
	RMInvalid  RM = "invalid"  // holds it for no vulnerability; may think again, or close
	RMValid    RM = "valid"    // holds it for real; decides next whether to work on it
	RMAccepted RM = "accepted" // works on it; states fix and status next
	RMDeferred RM = "deferred" // holds it for real but does not work on it now
	RMClosed   RM = "closed"   // done with it for good; nobody acts
)

// RMVerb is an event of report management.
type RMVerb string

// The events of report management.
const (
	RMReceive    RMVerb = "receive"
	RMValidate   RMVerb = "validate"
	RMInvalidate RMVerb = "invalidate"
	RMAccept     RMVerb = "accept"
	RMDefer      RMVerb = "defer"
	RMClose      RMVerb = "close"
)

// self is who may move a participant's own report management; officers do it
// on the participant's word (by telephone, by letter).
var (
	self     = []party.Role{party.Vendor, party.Officer}
	giver    = []party.Role{party.Officer, party.Vendor, party.Operator, party.Finder, party.Clock}
	parties  = []party.Role{party.Officer, party.Vendor, party.Finder, party.Operator}
	signers  = []party.Role{party.Officer, party.Vendor, party.Finder, party.Operator, party.Observer}
	refusers = []party.Role{party.Officer, party.Vendor, party.Finder, party.Operator, party.Observer, party.Clock}
	deciders = []party.Role{party.Officer, party.Vendor, party.Finder, party.Clock}
	hub      = []party.Role{party.Officer}
	hubClock = []party.Role{party.Officer, party.Clock}
)

// ReportManagement is machine RM, one for each participant.
var ReportManagement = machine.Table[RM, RMVerb, party.Role]{
	Name: "report", Initial: RMStart, Final: []RM{RMClosed},
	Rows: []machine.Row[RM, RMVerb, party.Role]{
		{From: RMStart, Do: RMReceive, To: RMReceived, By: giver, Clause: "Vultron RM, S -r-> R"},
		{From: RMReceived, Do: RMValidate, To: RMValid, By: self, Clause: "Vultron RM, R -v-> V"},
		{From: RMReceived, Do: RMInvalidate, To: RMInvalid, By: self, Clause: "Vultron RM, R -i-> I"},
		{From: RMInvalid, Do: RMValidate, To: RMValid, By: self, Clause: "Vultron RM, I -v-> V"},
		{From: RMInvalid, Do: RMClose, To: RMClosed, By: self, Clause: "Vultron RM, I -c-> C"},
		{From: RMValid, Do: RMAccept, To: RMAccepted, By: self, Clause: "Vultron RM, V -a-> A"},
		{From: RMValid, Do: RMDefer, To: RMDeferred, By: self, Clause: "Vultron RM, V -d-> D"},
		{From: RMAccepted, Do: RMDefer, To: RMDeferred, By: self, Clause: "Vultron RM, A -d-> D"},
		{From: RMAccepted, Do: RMClose, To: RMClosed, By: self, Clause: "Vultron RM, A -c-> C"},
		{From: RMDeferred, Do: RMAccept, To: RMAccepted, By: self, Clause: "Vultron RM, D -a-> A"},
		{From: RMDeferred, Do: RMClose, To: RMClosed, By: self, Clause: "Vultron RM, D -c-> C"},
	},
}

// EM is how far the parties are in agreeing to keep quiet (embargo management).
type EM string

// The states of embargo management (Vultron EM: N P A R X).
const (
	EMNone     EM = "none"     // nobody has asked; any party may propose
	EMProposed EM = "proposed" // terms are on the table; the other side answers
	EMActive   EM = "active"   // everyone keeps quiet; the clock acts at the end
	EMRevise   EM = "revise"   // new terms are on the table; the old ones hold; an officer decides
	EMExited   EM = "exited"   // over, for good; nobody acts
)

// EMVerb is an event of embargo management.
type EMVerb string

// The events of embargo management.
const (
	EMPropose   EMVerb = "propose"
	EMAccept    EMVerb = "accept"
	EMReject    EMVerb = "reject"
	EMTerminate EMVerb = "terminate"
)

// EmbargoManagement is machine EM, one for each case.
var EmbargoManagement = machine.Table[EM, EMVerb, party.Role]{
	Name: "embargo", Initial: EMNone, Final: []EM{EMNone, EMExited},
	Rows: []machine.Row[EM, EMVerb, party.Role]{
		{From: EMNone, Do: EMPropose, To: EMProposed, By: parties, Clause: "Vultron EM, N -p-> P"},
		{From: EMProposed, Do: EMPropose, To: EMProposed, By: parties, Clause: "Vultron EM, P -p-> P (counter-proposal)"},
		{From: EMProposed, Do: EMReject, To: EMNone, By: deciders, Clause: "Vultron EM, P -r-> N"},
		{From: EMProposed, Do: EMAccept, To: EMActive, By: deciders, Clause: "Vultron EM, P -a-> A"},
		{From: EMActive, Do: EMPropose, To: EMRevise, By: parties, Clause: "Vultron EM, A -p-> R"},
		{From: EMActive, Do: EMTerminate, To: EMExited, By: hubClock, Clause: "Vultron EM, A -t-> X"},
		{From: EMRevise, Do: EMPropose, To: EMRevise, By: parties, Clause: "Vultron EM, R -p-> R"},
		{From: EMRevise, Do: EMAccept, To: EMActive, By: hub, Clause: "Vultron EM, R -a-> A (new terms)"},
		{From: EMRevise, Do: EMReject, To: EMActive, By: hubClock, Clause: "Vultron EM, R -r-> A (old terms)"},
		{From: EMRevise, Do: EMTerminate, To: EMExited, By: hubClock, Clause: "Vultron EM, R -t-> X"},
	},
}

// PEC is a participant's consent to the embargo.
type PEC string

// The states of embargo consent (Vultron participant embargo consent).
const (
	PECNone      PEC = "no_embargo" // no embargo in scope; an officer invites
	PECInvited   PEC = "invited"    // has been shown the terms; the participant answers before the deadline
	PECSignatory PEC = "signatory"  // keeps quiet; reads the content
	PECLapsed    PEC = "lapsed"     // the terms changed after they signed; the participant answers anew
	PECDeclined  PEC = "declined"   // said no, or said nothing in time; an officer may invite again
)

// PECVerb is an event of embargo consent.
type PECVerb string

// The events of embargo consent.
const (
	PECInvite  PECVerb = "invite"
	PECAccept  PECVerb = "accept"
	PECDecline PECVerb = "decline"
	PECRevise  PECVerb = "revise"
	PECReset   PECVerb = "reset"
)

// EmbargoConsent is machine PEC, one for each participant.
var EmbargoConsent = machine.Table[PEC, PECVerb, party.Role]{
	Name: "consent", Initial: PECNone, Final: []PEC{PECNone},
	Rows: []machine.Row[PEC, PECVerb, party.Role]{
		{From: PECNone, Do: PECInvite, To: PECInvited, By: hub, Clause: "Vultron PEC, INVITE"},
		{From: PECLapsed, Do: PECInvite, To: PECInvited, By: hub, Clause: "Vultron PEC, INVITE"},
		{From: PECDeclined, Do: PECInvite, To: PECInvited, By: hub, Clause: "Vultron PEC, INVITE"},
		{From: PECNone, Do: PECAccept, To: PECSignatory, By: signers, Clause: "Vultron PEC, ACCEPT"},
		{From: PECInvited, Do: PECAccept, To: PECSignatory, By: signers, Clause: "Vultron PEC, ACCEPT"},
		{From: PECLapsed, Do: PECAccept, To: PECSignatory, By: signers, Clause: "Vultron PEC, ACCEPT"},
		{From: PECNone, Do: PECDecline, To: PECDeclined, By: refusers, Clause: "Vultron PEC, DECLINE"},
		{From: PECInvited, Do: PECDecline, To: PECDeclined, By: refusers, Clause: "Vultron PEC, DECLINE; ADR-0065 pocket veto by the clock"},
		{From: PECLapsed, Do: PECDecline, To: PECDeclined, By: refusers, Clause: "Vultron PEC, DECLINE; ADR-0065 pocket veto by the clock"},
		{From: PECSignatory, Do: PECRevise, To: PECLapsed, By: hubClock, Clause: "Vultron PEC, REVISE"},
		{From: PECNone, Do: PECReset, To: PECNone, By: hubClock, Clause: "Vultron PEC, RESET"},
		{From: PECInvited, Do: PECReset, To: PECNone, By: hubClock, Clause: "Vultron PEC, RESET"},
		{From: PECSignatory, Do: PECReset, To: PECNone, By: hubClock, Clause: "Vultron PEC, RESET"},
		{From: PECLapsed, Do: PECReset, To: PECNone, By: hubClock, Clause: "Vultron PEC, RESET"},
		{From: PECDeclined, Do: PECReset, To: PECNone, By: hubClock, Clause: "Vultron PEC, RESET"},
	},
}
