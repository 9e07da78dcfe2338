package store

import (
	"context"
	"encoding/json"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/talk"
)

// Tally is how much there is of what officers work on.
type Tally struct {
	Reports       int // open
	Cases         int // open
	Advisories    int // with something still to be published
	Organisations int
}

// Tally counts, at the price of a few index scans.
func (tx *Tx) Tally(ctx context.Context) (t Tally, err error) {
	err = tx.row(ctx, `SELECT (SELECT COUNT(*) FROM report WHERE closed = 0),
		(SELECT COUNT(*) FROM cvd_case WHERE closed = 0),
		(SELECT COUNT(*) FROM advisory WHERE state NOT IN ('published', 'withdrawn', 'dropped')),
		(SELECT COUNT(*) FROM organisation)`, nil, &t.Reports, &t.Cases, &t.Advisories, &t.Organisations)
	return t, err
}

// LatestEvents lists what happened to a record, newest first, after skip of them.
func (tx *Tx) LatestEvents(ctx context.Context, about journal.Ref, skip, limit int) ([]journal.Event, error) {
	return list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE about_kind = $1 AND about_id = $2 ORDER BY n DESC LIMIT $3 OFFSET $4`,
		[]any{string(about.Kind), about.ID, limit, skip}, scanEvent)
}

// CountEvents says how many events a record has.
func (tx *Tx) CountEvents(ctx context.Context, about journal.Ref) (n int, err error) {
	err = tx.row(ctx, `SELECT COALESCE(MAX(n), 0) FROM journal WHERE about_kind = $1 AND about_id = $2`, []any{string(about.Kind), about.ID}, &n)
	return n, err
}

// NamesInCase gives the names of all organisations that take part in a case.
func (tx *Tx) NamesInCase(ctx context.Context, id cvd.CaseID) (map[party.OrgID]string, error) {
	names := map[party.OrgID]string{}
	_, err := list(ctx, tx, `SELECT o.id, o.body FROM case_party p JOIN organisation o ON o.id = substr(p.who, 5)
		WHERE p.case_id = $1 AND p.who LIKE 'org:%'`, []any{string(id)}, func(scan func(...any) error) (struct{}, error) {
		var org party.OrgID
		var raw string
		if err := scan(&org, &raw); err != nil {
			return struct{}{}, err
		}
		shown, err := namesIn(raw)
		names[org] = party.Organisation{ID: org, Names: shown}.Name()
		return struct{}{}, err
	})
	return names, err
}

// namesIn reads the names out of an organisation's body and stops there: an
// entry of the registry may list thousands of products behind them.
func namesIn(raw string) (names []party.Name, err error) {
	d := json.NewDecoder(strings.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		if key == "names" {
			err := d.Decode(&names)
			return names, err
		}
		var other json.RawMessage
		if err := d.Decode(&other); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// AgreementsInCase lists the agreements of all organisations that take part in a case.
func (tx *Tx) AgreementsInCase(ctx context.Context, id cvd.CaseID) ([]party.Agreement, error) {
	return bodies[party.Agreement](ctx, tx, `SELECT a.body FROM case_party p JOIN agreement a ON a.org = substr(p.who, 5)
		WHERE p.case_id = $1 AND p.who LIKE 'org:%' ORDER BY a.id`, string(id))
}

// LastMessages lists the newest message of each thread of a case that has any.
// Its N is how many messages the thread has.
func (tx *Tx) LastMessages(ctx context.Context, id cvd.CaseID) ([]talk.Message, error) {
	return bodies[talk.Message](ctx, tx, `SELECT m.body FROM thread t JOIN message m ON m.thread = t.id
		WHERE t.case_id = $1 AND m.n = (SELECT MAX(x.n) FROM message x WHERE x.thread = t.id)`, string(id))
}
