package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"time"

	"nakodo/internal/journal"
	"nakodo/internal/party"
)

// Record appends an outcome's events to the journal, takes back the jobs it
// drops and stores those it brings. Call it last in a transaction: from here
// to the commit nobody else can add an event.
func (tx *Tx) Record(ctx context.Context, out journal.Outcome) error {
	for _, j := range out.Drop {
		if err := tx.exec(ctx, `DELETE FROM job WHERE kind = $1 AND key = $2 AND state = 'waiting'`, j.Kind, j.Key); err != nil {
			return fmt.Errorf("drop job %s: %w", j.Kind, err)
		}
	}
	for _, j := range out.Jobs {
		if err := tx.addJob(ctx, j); err != nil {
			return fmt.Errorf("store job %s: %w", j.Kind, err)
		}
	}
	if len(out.Events) == 0 {
		return nil
	}
	return tx.addEvents(ctx, out.Events)
}

// addEvents holds the end of the chain, adds to it and sets the new end.
func (tx *Tx) addEvents(ctx context.Context, events []journal.Event) error {
	var seq int64
	var hash string
	if err := tx.row(ctx, `SELECT seq, hash FROM journal_head WHERE one = 1`+tx.store.dialect.lockRow, nil, &seq, &hash); err != nil {
		return fmt.Errorf("end of the journal: %w", err)
	}
	for _, e := range events {
		e = e.Chain(seq+1, hash)
		err := tx.exec(ctx, `INSERT INTO journal (seq, about_kind, about_id, n, at, by_role, by_person, by_org, by_report, verb, data, prev, hash)
			VALUES ($1, $2, $3, (SELECT COALESCE(MAX(n), 0) + 1 FROM journal WHERE about_kind = $2 AND about_id = $3), $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			e.Seq, string(e.About.Kind), e.About.ID, stamp(e.At), string(e.By.Role), string(e.By.Person), string(e.By.Org), e.By.Report, e.Verb, string(e.Data), e.Prev, e.Hash)
		if err != nil {
			return fmt.Errorf("journal %s of %s %s: %w", e.Verb, e.About.Kind, e.About.ID, err)
		}
		seq, hash = e.Seq, e.Hash
	}
	return tx.exec(ctx, `UPDATE journal_head SET seq = $1, hash = $2 WHERE one = 1`, seq, hash)
}

const eventColumns = `seq, about_kind, about_id, at, by_role, by_person, by_org, by_report, verb, data, prev, hash`

func scanEvent(scan func(...any) error) (e journal.Event, err error) {
	var data string
	err = scan(&e.Seq, &e.About.Kind, &e.About.ID, into(&e.At), &e.By.Role, &e.By.Person, &e.By.Org, &e.By.Report, &e.Verb, &data, &e.Prev, &e.Hash)
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e, err
}

// Events lists what happened to a record, oldest first.
func (tx *Tx) Events(ctx context.Context, about journal.Ref) ([]journal.Event, error) {
	return list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE about_kind = $1 AND about_id = $2 ORDER BY n`,
		[]any{string(about.Kind), about.ID}, scanEvent)
}

// EventsOfVerb lists how often one thing was done to a record, newest first.
func (tx *Tx) EventsOfVerb(ctx context.Context, about journal.Ref, verb string, limit int) ([]journal.Event, error) {
	return list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE about_kind = $1 AND about_id = $2 AND verb = $3 ORDER BY n DESC LIMIT $4`,
		[]any{string(about.Kind), about.ID, verb, limit}, scanEvent)
}

// EventsBetween lists what happened at the centre from one moment (included)
// to another (left out), oldest first: the raw material of every statistic.
func (tx *Tx) EventsBetween(ctx context.Context, from, to time.Time) ([]journal.Event, error) {
	return list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE at >= $1 AND at < $2 ORDER BY seq`,
		[]any{stamp(from), stamp(to)}, scanEvent)
}

// EventsBy lists what one person did, newest first.
func (tx *Tx) EventsBy(ctx context.Context, who party.PersonID, limit int) ([]journal.Event, error) {
	return list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE by_person = $1 ORDER BY seq DESC LIMIT $2`,
		[]any{string(who), limit}, scanEvent)
}

// EventsBefore lists what happened at the centre before one event of the chain,
// newest first; 0 begins at the end.
func (tx *Tx) EventsBefore(ctx context.Context, before int64, limit int) ([]journal.Event, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE seq < $1 ORDER BY seq DESC LIMIT $2`,
		[]any{before, limit}, scanEvent)
}

// pageOfEvents is how many events AllEvents holds in memory at once.
const pageOfEvents = 1000

// AllEvents walks the whole journal in the order of the chain.
func (tx *Tx) AllEvents(ctx context.Context) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for after := int64(0); ; {
			page, err := list(ctx, tx, `SELECT `+eventColumns+` FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2`,
				[]any{after, pageOfEvents}, scanEvent)
			if err != nil {
				yield(journal.Event{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if len(page) < pageOfEvents {
				return
			}
		}
	}
}

// JournalHead is the end of the chain: how many events there are, and the hash
// of the last. Whoever notes it outside the centre can prove later that no
// event before it was taken away.
func (tx *Tx) JournalHead(ctx context.Context) (seq int64, hash string, err error) {
	err = tx.row(ctx, `SELECT seq, hash FROM journal_head WHERE one = 1`, nil, &seq, &hash)
	return seq, hash, err
}
