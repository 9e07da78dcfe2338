package cvd

import (
	"maps"
	"strings"
	"unicode/utf8"

	"nakodo/internal/fault"
	"nakodo/internal/priority"
)

// PrioritiseCase keeps an officer's answers to the questions of how urgent the
// case is, and what follows from them (Guideline, appendix 4; SSVC, coordinator
// triage and publication). A table none of whose questions is answered is left out.
type PrioritiseCase struct {
	Matrix      priority.Sheet `json:"matrix,omitzero"`
	Triage      priority.Sheet `json:"triage,omitzero"`
	Publication priority.Sheet `json:"publication,omitzero"`
	Note        string         `json:"note,omitempty"` // what the answers rest on
}

// maxPriorityNote bounds the reason, in characters.
const maxPriorityNote = 2000

func (PrioritiseCase) Verb() string { return "prioritise_case" }

func (v PrioritiseCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := v.Judged()
	if err != nil {
		return err
	}
	p.At, p.By = m.now, m.by.Person
	m.c.Priority = &p
	return nil
}

// Judged works out what follows from the answers. When and who is left open.
func (v PrioritiseCase) Judged() (Priority, error) {
	var k fault.Check
	p := Priority{Note: strings.TrimSpace(v.Note)}
	p.Matrix = judge(&k, priority.Matrix.Key, "matrix", v.Matrix)
	p.Triage = judge(&k, priority.Triage.Key, "triage", v.Triage)
	p.Publication = judge(&k, priority.Publication.Key, "publication", v.Publication)
	k.Need(utf8.RuneCountInString(p.Note) <= maxPriorityNote, "note", "fault.case.priority_note", "max", maxPriorityNote)
	k.Need(len(v.Matrix.Answers)+len(v.Triage.Answers)+len(v.Publication.Answers) > 0, "", "fault.case.priority_empty")
	return p, k.Err()
}

// judge works a sheet out by the version of the table that it was filled in for.
func judge(k *fault.Check, key, field string, s priority.Sheet) priority.Judgement {
	if len(s.Answers) == 0 {
		return priority.Judgement{}
	}
	t, ok := priority.Find(key, s.Version)
	if !ok {
		k.Add(field, "fault.case.priority_version")
		return priority.Judgement{}
	}
	for _, wrong := range t.Wrong(s.Answers) {
		k.Add(field+"."+wrong, "fault.case.priority_answer")
	}
	s.Answers = maps.Clone(s.Answers)
	return priority.Judgement{Sheet: s, Outcome: t.Decide(s.Answers)}
}
