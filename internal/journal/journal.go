// Package journal is the memory of the centre: events that are only ever
// added, each carrying the hash of the one before, so that a change or a gap
// shows. Every timeline and every statistic is computed from it.
//
// An event carries the verb and its arguments, not the changed record: applying
// the verbs again must lead to the same record, and fsck proves that it does.
// An event never carries content that may have to be deleted one day (a
// finder's name, a letter's text): it carries that content's hash.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"nakodo/internal/party"
)

// Kind is what sort of record an event is about.
type Kind string

// The kinds of record.
const (
	AboutReport       Kind = "report"
	AboutCase         Kind = "case"
	AboutAdvisory     Kind = "advisory"
	AboutOrg          Kind = "organisation"
	AboutContact      Kind = "contact"
	AboutAgreement    Kind = "agreement"
	AboutAnswers      Kind = "answers"    // of an organisation, whose id it has
	AboutDismissals   Kind = "dismissals" // of an organisation, whose id it has
	AboutPerson       Kind = "person"
	AboutThread       Kind = "thread"
	AboutRound        Kind = "round"      // of invitations, of a case
	AboutNomination   Kind = "nomination" // by a party: a colleague, or a further vendor
	AboutLetter       Kind = "letter"
	AboutMail         Kind = "mail"
	AboutProvision    Kind = "provision" // reads of what a case's operators are given; has the case's id
	AboutRegistration Kind = "registration"
	AboutChange       Kind = "change" // of the registry, asked for
	AboutInquiry      Kind = "inquiry"
	AboutReferral     Kind = "referral"       // of a case to the publication committee
	AboutText         Kind = "agreement_text" // an edition of what organisations sign
)

// Ref names a record.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// Event says who did what to which record, when.
type Event struct {
	Seq   int64           `json:"seq"` // place in the one chain of the centre, from 1; set when stored
	About Ref             `json:"about"`
	At    time.Time       `json:"at"` // UTC, microseconds
	By    party.Actor     `json:"by"`
	Verb  string          `json:"verb"`
	Data  json.RawMessage `json:"data,omitempty"` // the verb's arguments
	Prev  string          `json:"prev"`           // hash of the event before, "" for the first; set when stored
	Hash  string          `json:"hash"`           // set when stored
}

// NewEvent makes an event; data is marshalled and must be marshallable: it is
// always one of our own plain structs.
func NewEvent(about Ref, at time.Time, by party.Actor, verb string, data any) (Event, error) {
	e := Event{About: about, At: at.UTC().Truncate(time.Microsecond), By: by, Verb: verb}
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return Event{}, err
		}
		e.Data = raw
	}
	return e, nil
}

// Chain returns the event with its place and hashes set: what is stored.
func (e Event) Chain(seq int64, prev string) Event {
	e.Seq, e.Prev = seq, prev
	e.Hash = e.sum()
	return e
}

// Intact reports whether the event still is what was chained behind prev.
func (e Event) Intact(prev string) bool { return e.Prev == prev && e.Hash == e.sum() }

// sum hashes length-prefixed fields, so that no two events share a spelling.
func (e Event) sum() string {
	h := sha256.New()
	by, _ := json.Marshal(e.By) // a struct of strings: cannot fail
	for _, f := range []string{
		strconv.FormatInt(e.Seq, 10), string(e.About.Kind), e.About.ID,
		strconv.FormatInt(e.At.UnixMicro(), 10), string(by), e.Verb, string(e.Data), e.Prev,
	} {
		h.Write([]byte(strconv.Itoa(len(f)) + ":" + f + ","))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Job is an errand to run after the commit, or a deadline. It may run twice;
// its effect may not, so whoever runs it makes the effect idempotent by Key.
type Job struct {
	Kind  string          `json:"kind"`
	Key   string          `json:"key"` // unique among jobs of the kind that wait: storing it twice stores it once
	At    time.Time       `json:"at"`  // not before
	About Ref             `json:"about"`
	Data  json.RawMessage `json:"data,omitempty"`
}

// Outcome is what a verb leaves beside the changed record: events first, jobs
// second, stored in the same transaction as the record.
type Outcome struct {
	Events []Event
	Jobs   []Job
	Drop   []JobRef // waiting jobs that the verb made pointless
}

// JobRef names a waiting job.
type JobRef struct{ Kind, Key string }

// Add joins another outcome to this one.
func (o *Outcome) Add(p Outcome) {
	o.Events = append(o.Events, p.Events...)
	o.Jobs = append(o.Jobs, p.Jobs...)
	o.Drop = append(o.Drop, p.Drop...)
}
