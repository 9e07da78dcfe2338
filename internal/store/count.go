package store

import (
	"context"

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

// named is what of an organisation's body holds its name: a registry entry may
// list thousands of products, which nobody asks for here.
type named struct {
	ID    party.OrgID  `json:"id"`
	Names []party.Name `json:"names"`
}

// NamesInCase gives the names of all organisations that take part in a case.
func (tx *Tx) NamesInCase(ctx context.Context, id cvd.CaseID) (map[party.OrgID]string, error) {
	all, err := bodies[named](ctx, tx, `SELECT o.body FROM case_party p JOIN organisation o ON o.id = substr(p.who, 5)
		WHERE p.case_id = $1 AND p.who LIKE 'org:%'`, string(id))
	names := make(map[party.OrgID]string, len(all))
	for _, o := range all {
		names[o.ID] = party.Organisation{ID: o.ID, Names: o.Names}.Name()
	}
	return names, err
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
