package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/talk"
)

// Thread reads one thread, without its messages.
func (tx *Tx) Thread(ctx context.Context, id string) (talk.Thread, error) {
	return body[talk.Thread](ctx, tx, `SELECT body FROM thread WHERE id = $1`, id)
}

// SetThread stores a thread; Version is the one that was read, 0 for a new
// one, and counts one up.
func (tx *Tx) SetThread(ctx context.Context, t *talk.Thread) error {
	err := tx.save(ctx, t, t.ID, &t.Version, `INSERT INTO thread (id, version, body, case_id, report, latest)
		VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, case_id = excluded.case_id, report = excluded.report, latest = excluded.latest
		WHERE thread.version = $4`, threadRow(*t)...)
	if err != nil {
		return fmt.Errorf("store thread %s: %w", t.ID, err)
	}
	if err := tx.exec(ctx, `DELETE FROM thread_reader WHERE thread = $1`, t.ID); err != nil {
		return err
	}
	for _, who := range t.Readers {
		if err := tx.exec(ctx, `INSERT INTO thread_reader (thread, who) VALUES ($1, $2) ON CONFLICT (thread, who) DO NOTHING`, t.ID, who); err != nil {
			return fmt.Errorf("store thread %s: reader %s: %w", t.ID, who, err)
		}
	}
	return nil
}

func threadRow(t talk.Thread) []any { return []any{t.Case, t.Report, stamp(t.Latest)} }

// ThreadsOfCase lists the threads of a case, the last written in first.
func (tx *Tx) ThreadsOfCase(ctx context.Context, caseID string) ([]talk.Thread, error) {
	return bodies[talk.Thread](ctx, tx, `SELECT body FROM thread WHERE case_id = $1 AND case_id <> '' ORDER BY latest DESC, id`, caseID)
}

// ThreadsOfReport lists the threads of a report, the last written in first.
func (tx *Tx) ThreadsOfReport(ctx context.Context, report string) ([]talk.Thread, error) {
	return bodies[talk.Thread](ctx, tx, `SELECT body FROM thread WHERE report = $1 AND report <> '' ORDER BY latest DESC, id`, report)
}

// ThreadsReadBy lists what a participant may read, the last written in first.
func (tx *Tx) ThreadsReadBy(ctx context.Context, participant string) ([]talk.Thread, error) {
	return bodies[talk.Thread](ctx, tx, `SELECT t.body FROM thread t JOIN thread_reader r ON r.thread = t.id
		WHERE r.who = $1 ORDER BY t.latest DESC, t.id`, participant)
}

// AddMessage puts a message at the end of its thread and sets its place there.
// The thread itself is to be stored too, with its new Latest: that also keeps
// two messages from taking one place.
func (tx *Tx) AddMessage(ctx context.Context, m *talk.Message) error {
	next := *m
	if err := tx.row(ctx, `SELECT COALESCE(MAX(n), 0) + 1 FROM message WHERE thread = $1`, []any{m.Thread}, &next.N); err != nil {
		return err
	}
	raw, err := json.Marshal(next)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO message (id, thread, n, body) VALUES ($1, $2, $3, $4)`, m.ID, m.Thread, next.N, string(raw))
	if tx.store.dialect.problem(err) == duplicate {
		return fault.Because(err, fault.Stale, "fault.stale")
	}
	if err != nil {
		return fmt.Errorf("store message %s: %w", m.ID, err)
	}
	*m = next
	return nil
}

// Messages lists the messages of a thread, the oldest first.
func (tx *Tx) Messages(ctx context.Context, thread string) ([]talk.Message, error) {
	return bodies[talk.Message](ctx, tx, `SELECT body FROM message WHERE thread = $1 ORDER BY n`, thread)
}

// File reads what is known of a file.
func (tx *Tx) File(ctx context.Context, id string) (talk.File, error) {
	return body[talk.File](ctx, tx, `SELECT body FROM file WHERE id = $1`, id)
}

// Files lists the files of a thread or report, in the order of their ids.
func (tx *Tx) Files(ctx context.Context, about journal.Ref) ([]talk.File, error) {
	return bodies[talk.File](ctx, tx, `SELECT body FROM file WHERE about_kind = $1 AND about_id = $2 ORDER BY id`, string(about.Kind), about.ID)
}

// SetFile stores what is known of a file: first when its bytes are sealed,
// then perhaps when it moves to another record or is purged.
func (tx *Tx) SetFile(ctx context.Context, f talk.File) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	blob := f.Blob
	if !f.Purged.IsZero() {
		blob = ""
	}
	err = tx.exec(ctx, `INSERT INTO file (id, body, about_kind, about_id, blob) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, about_kind = excluded.about_kind, about_id = excluded.about_id, blob = excluded.blob`,
		f.ID, string(raw), string(f.About.Kind), f.About.ID, blob)
	if err != nil {
		return fmt.Errorf("store file %s: %w", f.ID, err)
	}
	return nil
}

// Letter opens one letter that leaves.
func (tx *Tx) Letter(ctx context.Context, id string) (talk.Letter, error) {
	return opened[talk.Letter](ctx, tx, "letter", `SELECT id, sealed FROM letter WHERE id = $1`, id)
}

// SetLetter seals a letter that leaves; Version is the one that was read, 0
// for a new one, and counts one up.
func (tx *Tx) SetLetter(ctx context.Context, l *talk.Letter) error {
	next := *l
	next.Version++
	err := tx.putSealed(ctx, "letter", l.ID, next, next.Version, `INSERT INTO letter (id, version, sealed, state, about_kind, about_id, made, tag)
		VALUES ($1, $2, $3, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, state = excluded.state
		WHERE letter.version = $4`, string(l.State), string(l.About.Kind), l.About.ID, stamp(l.Made), l.Tag)
	if err != nil {
		return err
	}
	*l = next
	return nil
}

// LetterTagged finds a letter by the tag that its addresses carry.
func (tx *Tx) LetterTagged(ctx context.Context, tag string) (talk.Letter, error) {
	return opened[talk.Letter](ctx, tx, "letter", `SELECT id, sealed FROM letter WHERE tag = $1 AND tag <> ''`, tag)
}

// LettersIn lists letters in a state, the newest first, after skip of them.
func (tx *Tx) LettersIn(ctx context.Context, state talk.LetterState, skip, limit int) ([]talk.Letter, error) {
	return allOpened[talk.Letter](ctx, tx, "letter", `SELECT id, sealed FROM letter WHERE state = $1 ORDER BY made DESC, id DESC LIMIT $2 OFFSET $3`, string(state), limit, skip)
}

// Letters lists letters in any state, the newest first, after skip of them.
func (tx *Tx) Letters(ctx context.Context, skip, limit int) ([]talk.Letter, error) {
	return allOpened[talk.Letter](ctx, tx, "letter", `SELECT id, sealed FROM letter ORDER BY made DESC, id DESC LIMIT $1 OFFSET $2`, limit, skip)
}

// LettersAbout lists the letters about a record, the oldest first.
func (tx *Tx) LettersAbout(ctx context.Context, about journal.Ref) ([]talk.Letter, error) {
	return allOpened[talk.Letter](ctx, tx, "letter", `SELECT id, sealed FROM letter WHERE about_kind = $1 AND about_id = $2 ORDER BY made, id`,
		string(about.Kind), about.ID)
}

// CountLetters says how many letters are in each state.
func (tx *Tx) CountLetters(ctx context.Context) (map[talk.LetterState]int, error) {
	return countStates[talk.LetterState](ctx, tx, `SELECT state, COUNT(*) FROM letter GROUP BY state`)
}

// Mail opens one letter that arrived.
func (tx *Tx) Mail(ctx context.Context, id string) (talk.Mail, error) {
	return opened[talk.Mail](ctx, tx, "mail", `SELECT id, sealed FROM mail WHERE id = $1`, id)
}

// MailByMessageID finds a letter that arrived by the Message-ID its sender gave it.
func (tx *Tx) MailByMessageID(ctx context.Context, messageID string) (talk.Mail, error) {
	return opened[talk.Mail](ctx, tx, "mail", `SELECT id, sealed FROM mail WHERE message_id = $1 AND message_id <> ''`, hashed(messageID))
}

// SetMail seals a letter that arrived; Version is the one that was read, 0 for
// a new one, and counts one up. One whose Message-ID has arrived already is Stale.
func (tx *Tx) SetMail(ctx context.Context, m *talk.Mail) error {
	next := *m
	next.Version++
	err := tx.putSealed(ctx, "mail", m.ID, next, next.Version, `INSERT INTO mail (id, version, sealed, state, at, message_id, raw)
		VALUES ($1, $2, $3, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, state = excluded.state, message_id = excluded.message_id
		WHERE mail.version = $4`, string(m.State), stamp(m.At), hashed(m.MessageID), m.Raw)
	if tx.store.dialect.problem(err) == duplicate {
		return fault.Because(err, fault.Stale, "fault.stale")
	}
	if err != nil {
		return err
	}
	*m = next
	return nil
}

// MailIn lists arrived letters in a state, the newest first, after skip of them.
func (tx *Tx) MailIn(ctx context.Context, state talk.MailState, skip, limit int) ([]talk.Mail, error) {
	return allOpened[talk.Mail](ctx, tx, "mail", `SELECT id, sealed FROM mail WHERE state = $1 ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3`, string(state), limit, skip)
}

// CountMail says how many arrived letters are in each state.
func (tx *Tx) CountMail(ctx context.Context) (map[talk.MailState]int, error) {
	return countStates[talk.MailState](ctx, tx, `SELECT state, COUNT(*) FROM mail GROUP BY state`)
}

func countStates[S ~string](ctx context.Context, tx *Tx, query string) (map[S]int, error) {
	type count struct {
		state S
		n     int
	}
	counts, err := list(ctx, tx, query, nil, func(scan func(...any) error) (c count, err error) { return c, scan(&c.state, &c.n) })
	byState := map[S]int{}
	for _, c := range counts {
		byState[c.state] = c.n
	}
	return byState, err
}

// putSealed is upsert for a record that is sealed as a whole.
func (tx *Tx) putSealed(ctx context.Context, kind, id string, record any, version int64, statement string, columns ...any) error {
	sealed, err := tx.seal(kind+"/"+id, record)
	if err != nil {
		return err
	}
	n, err := tx.change(ctx, statement, append([]any{id, version, sealed, version - 1}, columns...)...)
	if err != nil {
		return fmt.Errorf("store %s %s: %w", kind, id, err)
	}
	if n == 0 {
		return fault.New(fault.Stale, "fault.stale")
	}
	return nil
}

func opened[T any](ctx context.Context, tx *Tx, kind, query string, args ...any) (T, error) {
	all, err := allOpened[T](ctx, tx, kind, query, args...)
	if err != nil || len(all) == 0 {
		var none T
		if err == nil {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return none, err
	}
	return all[0], nil
}

func allOpened[T any](ctx context.Context, tx *Tx, kind, query string, args ...any) ([]T, error) {
	return list(ctx, tx, query, args, func(scan func(...any) error) (v T, err error) {
		var id string
		var sealed []byte
		if err := scan(&id, &sealed); err != nil {
			return v, err
		}
		return unseal[T](tx, kind+"/"+id, sealed)
	})
}

// hashed is how tokens and other people's ids are kept: enough to compare.
func hashed(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
