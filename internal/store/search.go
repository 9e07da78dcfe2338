package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/shelf"
)

// SetEntry puts an advisory on the public list, or moves it to its new place
// there, and indexes words: all text it shall be found by. The entry's own
// titles, names and numbers need not be repeated in it.
func (tx *Tx) SetEntry(ctx context.Context, e shelf.Entry, words string) error {
	if err := tx.setEntry(ctx, e, words); err != nil {
		return fmt.Errorf("list advisory %s: %w", e.ID, err)
	}
	return nil
}

func (tx *Tx) setEntry(ctx context.Context, e shelf.Entry, words string) error {
	if err := tx.RemoveEntry(ctx, e.ID); err != nil {
		return err
	}
	place, err := tx.freePlace(ctx, e.Updated)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return err
	}
	text := entryText(e, words)
	if err := tx.exec(ctx, `INSERT INTO entry (id, place, source, body, words) VALUES ($1, $2, $3, $4, $5)`,
		e.ID, place, e.Source, string(raw), text); err != nil {
		return err
	}
	return tx.exec(ctx, tx.store.dialect.indexWords, place, tx.store.dialect.wordsOf(indexed(text)))
}

// RemoveEntry takes an advisory off the public list. Removing none is no error.
func (tx *Tx) RemoveEntry(ctx context.Context, id string) error {
	if err := tx.touchPublic(ctx); err != nil {
		return err
	}
	var place int64
	err := tx.row(ctx, `SELECT place FROM entry WHERE id = $1`, []any{id}, &place)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, tx.store.dialect.forgetWords, place); err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM entry WHERE id = $1`, id)
}

// placesPerMilli is how many entries may share a millisecond.
const placesPerMilli = 1 << 20

// freePlace gives the first free place of a moment. Places grow with time, so
// the list in order of place is the list in order of time, without sorting.
func (tx *Tx) freePlace(ctx context.Context, at time.Time) (int64, error) {
	first := min(max(at.UnixMilli(), 0), 1<<42) * placesPerMilli
	var next int64
	err := tx.row(ctx, `SELECT COALESCE(MAX(place) + 1, $1) FROM entry WHERE place >= $1 AND place < $2`,
		[]any{first, first + placesPerMilli}, &next)
	return next, err
}

// entryText is all text an entry is found by, its parts kept apart by an empty line.
func entryText(e shelf.Entry, words string) string {
	parts := []string{e.ID, strings.ReplaceAll(e.ID, "#", ""), e.Title.JA, e.Title.EN, e.Overview.JA, e.Overview.EN}
	for _, more := range [][]string{e.CVEs, e.Vendors, e.Products} {
		parts = append(parts, more...)
	}
	return strings.Join(append(parts, words), "\n\n")
}

// What one of the databases can index of one entry bounds both, so that both
// find the same.
const (
	maxWords     = 16_000  // positions
	maxSameWord  = 250     // positions of one word
	maxWordBytes = 500_000 // of all words together
)

// indexed cuts a text into the words of the index. Between two paragraphs, and
// where a word is beyond its count, a gap stands, so that no phrase is found
// where there is none.
func indexed(text string) []string {
	var words []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if some := fold.Tokens(part); len(some) > 0 {
			words = append(append(words, some...), gap)
		}
	}
	words = words[:min(len(words), maxWords)]
	seen := make(map[string]int, len(words))
	size := 0
	for i, w := range words {
		if size += len(w); size > maxWordBytes {
			return words[:i]
		}
		if seen[w]++; seen[w] > maxSameWord {
			words[i] = gap
		}
	}
	return words
}

// gap is a word that nobody can ask for: fold makes none so long.
var gap = strings.Repeat("0", 100)

// Search answers what a reader asks of the public list, newest first.
func (tx *Tx) Search(ctx context.Context, q shelf.Question) (shelf.Answer, error) {
	if q.Limit <= 0 {
		q.Limit = 20
	}
	q.Limit = min(q.Limit, 100)
	match := ""
	if strings.TrimSpace(q.Text) != "" {
		if match = tx.store.dialect.queryOf(fold.ParseQuery(q.Text)); match == "" {
			return shelf.Answer{Entries: []shelf.Entry{}}, nil // nothing in it that could be found
		}
	}
	a, err := tx.search(ctx, q, match)
	if err != nil {
		return shelf.Answer{}, fmt.Errorf("search: %w", err)
	}
	return a, nil
}

// search counts first, because how many there are decides how one of the
// databases looks for the newest.
func (tx *Tx) search(ctx context.Context, q shelf.Question, match string) (shelf.Answer, error) {
	d := tx.store.dialect
	from, place := `entry e`, `e.place`
	var w where
	if match != "" {
		place = d.wordPlace
		from = `entry_word w JOIN entry e ON e.place = ` + place
		w.and(d.matchWords, match)
	}
	if q.Source != "" {
		w.and(`e.source = $?`, q.Source)
	}
	if err := d.tune(ctx, tx, false); err != nil {
		return shelf.Answer{}, err
	}
	var a shelf.Answer
	counting := `SELECT COUNT(*) FROM (SELECT 1 FROM ` + from + w.text() + w.limit(shelf.CountLimit+1) + `) hits`
	if err := tx.row(ctx, counting, w.args, &a.Count); err != nil {
		return shelf.Answer{}, err
	}
	if a.More = a.Count > shelf.CountLimit; a.More {
		a.Count = shelf.CountLimit
	}
	if err := d.tune(ctx, tx, a.More); err != nil {
		return shelf.Answer{}, err
	}
	w.unlimit()
	if q.Before != 0 {
		w.and(place+` < $?`, int64(q.Before))
	}
	places := []shelf.Place{}
	paging := `SELECT ` + place + `, e.body FROM ` + from + w.text() + ` ORDER BY ` + place + ` DESC` + w.limit(q.Limit+1)
	entries, err := list(ctx, tx, paging, w.args, func(scan func(...any) error) (e shelf.Entry, err error) {
		var place shelf.Place
		var raw string
		if err := scan(&place, &raw); err != nil {
			return e, err
		}
		places = append(places, place)
		return e, json.Unmarshal([]byte(raw), &e)
	})
	if err != nil {
		return shelf.Answer{}, err
	}
	if len(entries) > q.Limit {
		entries, a.Next = entries[:q.Limit], places[q.Limit-1]
	}
	a.Entries = entries
	return a, nil
}

// Entry reads one line of the public list.
func (tx *Tx) Entry(ctx context.Context, id string) (shelf.Entry, error) {
	return body[shelf.Entry](ctx, tx, `SELECT body FROM entry WHERE id = $1`, id)
}

// Reindex makes the index of words again from what entries keep of their text.
func (tx *Tx) Reindex(ctx context.Context) error {
	d := tx.store.dialect
	if err := tx.exec(ctx, d.forgetAllWords); err != nil {
		return err
	}
	const page = 200
	type kept struct {
		place int64
		text  string
	}
	for after := int64(-1); ; {
		some, err := list(ctx, tx, `SELECT place, words FROM entry WHERE place > $1 ORDER BY place LIMIT $2`, []any{after, page},
			func(scan func(...any) error) (k kept, err error) { return k, scan(&k.place, &k.text) })
		if err != nil {
			return err
		}
		for _, k := range some {
			if err := tx.exec(ctx, d.indexWords, k.place, d.wordsOf(indexed(k.text))); err != nil {
				return err
			}
			after = k.place
		}
		if len(some) < page {
			return nil
		}
	}
}
