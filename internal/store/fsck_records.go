package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"nakodo/internal/advisory"
	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/talk"
)

// aggregate is one kind of record that is stored as a row with a body.
type aggregate struct {
	kind    journal.Kind
	table   string
	columns string // beside id, version and body
	// wanted gives id, version and the columns as the body implies them.
	wanted func(body string) (id string, version int64, columns []any, err error)
}

// kept makes an aggregate from the function that also gives Set its columns.
func kept[T any](kind journal.Kind, table, columns string, head func(T) (string, int64), row func(T) []any) aggregate {
	return aggregate{kind, table, columns, func(body string) (string, int64, []any, error) {
		var v T
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			return "", 0, nil, err
		}
		id, version := head(v)
		return id, version, fit(row(v)), nil
	}}
}

// aggregates lists all, with the names of their columns in the order in which
// the …Row functions give them.
func aggregates() []aggregate {
	return []aggregate{
		kept(journal.AboutOrg, "organisation", "name, tier, source, parent, listed", func(o party.Organisation) (string, int64) { return string(o.ID), o.Version }, organisationRow),
		kept(journal.AboutContact, "contact", "org, mail, verified, bounced, key_ends", func(c party.Contact) (string, int64) { return string(c.ID), c.Version }, contactRow),
		kept(journal.AboutAgreement, "agreement", "org", func(a party.Agreement) (string, int64) { return a.ID, a.Version }, agreementRow),
		kept(journal.AboutRegistration, "registration", "org, state", func(r party.Registration) (string, int64) { return r.ID, r.Version }, registrationRow),
		kept(journal.AboutChange, "change", "org, contact, state, asked", func(c party.Change) (string, int64) { return c.ID, c.Version }, changeRow),
		kept(journal.AboutText, "agreement_text", "scope, edition", func(t party.AgreementText) (string, int64) { return t.ID, t.Version }, agreementTextRow),
		kept(journal.AboutAnswers, "answers", "edition", func(q party.Questionnaire) (string, int64) { return string(q.Org), q.Version }, answersRow),
		kept(journal.AboutDismissals, "dismissals", "", func(d party.Dismissals) (string, int64) { return string(d.Org), d.Version }, func(party.Dismissals) []any { return nil }),
		kept(journal.AboutPerson, "person", "role, org, mail, active", func(p party.Person) (string, int64) { return string(p.ID), p.Version }, personRow),
		kept(journal.AboutReport, "report", "state, received, closed", func(r cvd.Report) (string, int64) { return string(r.ID), r.Version }, reportRow),
		kept(journal.AboutCase, "cvd_case", "embargo, opened, closed", func(c cvd.Case) (string, int64) { return string(c.ID), c.Version }, caseRow),
		kept(journal.AboutAdvisory, "advisory", "case_id, state, changed", func(a advisory.Advisory) (string, int64) { return string(a.ID), a.Version }, advisoryRow),
		kept(journal.AboutRound, "round", "case_id, state", func(r cvd.Round) (string, int64) { return r.ID, r.Version }, roundRow),
		kept(journal.AboutNomination, "nomination", "case_id, org, state", func(n talk.Nomination) (string, int64) { return n.ID, n.Version }, nominationRow),
		kept(journal.AboutInquiry, "inquiry", "org, state, n", func(i inquiry.Inquiry) (string, int64) { return string(i.ID), i.Version }, inquiryRow),
		kept(journal.AboutReferral, "referral", "case_id, org, state", func(r committee.Referral) (string, int64) { return string(r.ID), r.Version }, referralRow),
		kept(journal.AboutThread, "thread", "case_id, report, latest", func(t talk.Thread) (string, int64) { return t.ID, t.Version }, threadRow),
	}
}

// records compares every record with its columns and with its journal.
func (c Check) records(ctx context.Context, tx *Tx) error {
	for _, a := range aggregates() {
		for after := ""; ; {
			ids, err := list(ctx, tx, `SELECT id FROM `+a.table+` WHERE id > $1 ORDER BY id LIMIT 500`, []any{after}, one[string])
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := c.record(ctx, tx, a, id); err != nil {
					return fmt.Errorf("%s %s: %w", a.kind, id, err)
				}
				after = id
			}
			if len(ids) < 500 {
				break
			}
		}
		if c.Replays[a.kind] == nil {
			continue
		}
		gone, err := list(ctx, tx, `SELECT DISTINCT about_id FROM journal WHERE about_kind = $1 AND NOT EXISTS (SELECT 1 FROM `+a.table+` t WHERE t.id = about_id) ORDER BY about_id`,
			[]any{string(a.kind)}, one[string])
		if err != nil {
			return err
		}
		for _, id := range gone {
			c.found(string(a.kind)+" "+id, "the journal speaks of it, but it is not there")
		}
	}
	return nil
}

func (c Check) record(ctx context.Context, tx *Tx, a aggregate, id string) error {
	where := string(a.kind) + " " + id
	names := strings.FieldsFunc(a.columns, func(r rune) bool { return r == ',' || r == ' ' })
	var version int64
	var raw string
	row := make([]any, len(names))
	into := []any{&version, &raw}
	for i := range row {
		into = append(into, &row[i])
	}
	if err := tx.row(ctx, `SELECT `+strings.Join(append([]string{"version", "body"}, names...), ", ")+` FROM `+a.table+` WHERE id = $1`, []any{id}, into...); err != nil {
		return err
	}
	wantID, wantVersion, want, err := a.wanted(raw)
	if err != nil {
		c.found(where, "its body cannot be read")
		return nil
	}
	if wantID != id || wantVersion != version {
		c.found(where, "its body is of another record or another version")
	}
	for i, name := range names {
		if !sameColumn(row[i], want[i]) {
			c.found(where, "the column %s does not say what its body says", name)
		}
	}
	replay := c.Replays[a.kind]
	if replay == nil {
		return nil
	}
	events, err := tx.Events(ctx, journal.Ref{Kind: a.kind, ID: id})
	if err != nil {
		return err
	}
	if len(events) == 0 {
		c.found(where, "the journal knows nothing of it")
		return nil
	}
	replayed, err := replay(events, json.RawMessage(raw))
	if err != nil {
		c.found(where, "its journal cannot be replayed: %v", err)
		return nil
	}
	differs, err := differences(replayed, raw)
	if len(differs) > 0 {
		c.found(where, "its journal leads to another record; they differ in %s", strings.Join(differs, ", "))
	}
	return err
}

// sameColumn compares what a database gave with what Set gives to it.
func sameColumn(got, want any) bool {
	switch w := want.(type) {
	case stamp:
		n, err := w.Value()
		return err == nil && got == n
	case bool:
		n, isNumber := got.(int64)
		return got == w || isNumber && (n == 1) == w
	case string:
		if raw, ok := got.([]byte); ok {
			return string(raw) == w
		}
	}
	return got == want
}

// differences names the fields in which a record differs from stored JSON, at
// most eight. The version is left out: it counts writes, not events.
func differences(record any, stored string) ([]string, error) {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	var a, b map[string]any
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(stored), &b); err != nil {
		return nil, err
	}
	delete(a, "version")
	delete(b, "version")
	var differs []string
	walk("", a, b, &differs)
	slices.Sort(differs)
	return differs[:min(len(differs), 8)], nil
}

// walk descends while both sides are objects or lists of one length, so that
// the place named is as narrow as it can be.
func walk(path string, a, b any, differs *[]string) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			for k := range x {
				walk(path+"."+k, x[k], y[k], differs)
			}
			for k := range y {
				if _, both := x[k]; !both {
					walk(path+"."+k, nil, y[k], differs)
				}
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			for i := range x {
				walk(fmt.Sprintf("%s[%d]", path, i), x[i], y[i], differs)
			}
			return
		}
	}
	if !reflect.DeepEqual(a, b) {
		*differs = append(*differs, strings.TrimPrefix(path, "."))
	}
}
