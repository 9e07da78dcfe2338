package committee

import (
	"strings"
	"time"

	"nakodo/internal/inquiry"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Verb is something that is done to a referral. Verbs are plain structs whose
// JSON is what the journal keeps.
type Verb interface {
	// Name is the verb's row in the machine and its name in the journal.
	Name() Name
	// apply changes r, which is already a copy. The machine has allowed the step.
	apply(r *Referral, by party.Actor, now time.Time) error
}

// The verbs. Stand and Course come from the desk, never from a door.
type (
	// Refer puts a case before the committee.
	Refer struct {
		ID     ID               `json:"id"`
		Case   string           `json:"case"`
		Org    party.OrgID      `json:"org"`
		Ground Ground           `json:"ground"`
		Why    string           `json:"why,omitempty"` // of (B)
		Stand  inquiry.Standing `json:"stand"`
	}
	// Write writes the paper.
	Write struct {
		Info  string `json:"info"`
		Draft string `json:"draft"`
	}
	// Appoint records a member with the declaration about interests; again, it
	// replaces what was recorded under the same name.
	Appoint struct {
		Member Member `json:"member"`
	}
	// Tell gives the developer the paper and a time for its opinion.
	Tell struct {
		Due    time.Time `json:"due"`
		Course []Moment  `json:"course"`
	}
	// RecordOpinion keeps the developer's opinion.
	RecordOpinion struct {
		Text string `json:"text"`
		Oral bool   `json:"oral,omitempty"`
	}
	// Convene gives the members the paper.
	Convene struct{}
	// Publish, Refuse and Ask are the three decisions.
	Publish struct{ Decision }
	Refuse  struct{ Decision }
	Ask     struct{ Decision }
	// ConfirmProcedure notes the minister's confirmation.
	ConfirmProcedure struct {
		At     time.Time `json:"at"`
		Letter string    `json:"letter"`
	}
	// AskView asks the developer for a view to be printed.
	AskView struct {
		Due time.Time `json:"due"`
	}
	// RecordView keeps it; printed as it is.
	RecordView struct {
		Text string     `json:"text"`
		Lang words.Lang `json:"lang"`
	}
	// Clear fixes the date, by an officer who did not record the decision.
	Clear struct {
		Date time.Time `json:"date"`
	}
	// NoteOut notes that the advisory has come out.
	NoteOut struct{}
	// SendBack ends the referral: coordination goes on.
	SendBack struct {
		Why string `json:"why"`
	}
)

func (Refer) Name() Name            { return VerbRefer }
func (Write) Name() Name            { return VerbWrite }
func (Appoint) Name() Name          { return VerbAppoint }
func (Tell) Name() Name             { return VerbTell }
func (RecordOpinion) Name() Name    { return VerbOpinion }
func (Convene) Name() Name          { return VerbConvene }
func (Publish) Name() Name          { return VerbPublish }
func (Refuse) Name() Name           { return VerbRefuse }
func (Ask) Name() Name              { return VerbAgain }
func (ConfirmProcedure) Name() Name { return VerbConfirm }
func (AskView) Name() Name          { return VerbAskView }
func (RecordView) Name() Name       { return VerbView }
func (Clear) Name() Name            { return VerbClear }
func (NoteOut) Name() Name          { return VerbOut }
func (SendBack) Name() Name         { return VerbSendBack }

var registry = []Verb{
	Refer{}, Write{}, Appoint{}, Tell{}, RecordOpinion{}, Convene{}, Publish{}, Refuse{}, Ask{}, ConfirmProcedure{}, AskView{}, RecordView{}, Clear{}, NoteOut{}, SendBack{},
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
