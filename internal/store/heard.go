package store

import (
	"context"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/talk"
)

// LastMessageOf is when people of an organisation last wrote into any thread;
// zero: never.
func (tx *Tx) LastMessageOf(ctx context.Context, org party.OrgID) (time.Time, error) {
	all, err := bodies[talk.Message](ctx, tx, `SELECT m.body FROM message m JOIN thread_reader r ON r.thread = m.thread WHERE r.who = $1`, "org:"+string(org))
	var last time.Time
	for _, m := range all {
		if m.By.Org == org && m.At.After(last) {
			last = m.At
		}
	}
	return last, err
}
