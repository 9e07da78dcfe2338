package store

import (
	"context"
	"encoding/json"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/talk"
)

// Visit reads when somebody looked at a case; the zero one where they never did.
func (tx *Tx) Visit(ctx context.Context, who string, id cvd.CaseID) (talk.Visit, error) {
	v, err := body[talk.Visit](ctx, tx, `SELECT body FROM visit WHERE who = $1 AND case_id = $2`, who, string(id))
	if fault.KindOf(err) == fault.NotFound {
		return talk.Visit{}, nil
	}
	return v, err
}

// SetVisit notes a look at a case. Of two at once either may stay.
func (tx *Tx) SetVisit(ctx context.Context, who string, id cvd.CaseID, v talk.Visit) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `INSERT INTO visit (who, case_id, body) VALUES ($1, $2, $3)
		ON CONFLICT (who, case_id) DO UPDATE SET body = excluded.body`, who, string(id), string(raw))
}

// ThreadsWrittenSince lists the threads of a case that a participant reads and
// that were opened or written in after a moment.
func (tx *Tx) ThreadsWrittenSince(ctx context.Context, id cvd.CaseID, who cvd.ParticipantID, since talk.Look) ([]talk.Thread, error) {
	return bodies[talk.Thread](ctx, tx, `SELECT t.body FROM thread t WHERE t.case_id = $1 AND t.latest > $2
		AND EXISTS (SELECT 1 FROM thread_reader r WHERE r.thread = t.id AND r.who = $3) ORDER BY t.latest DESC, t.id`,
		string(id), stamp(since.At), string(who))
}
