package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
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
	var w where
	from, place := `entry e`, `e.place`
	if match != "" {
		from, place = `entry_word w`, d.wordPlace
		w.and(d.matchWords, match)
	}
	if q.Source != "" {
		if match != "" {
			from += ` JOIN entry e ON e.place = ` + place
		}
		if q.Source == shelf.Collected {
			w.and(`e.source <> $?`, shelf.Own)
		} else {
			w.and(`e.source = $?`, q.Source)
		}
	}
	if err := d.plan(ctx, tx, collect); err != nil {
		return shelf.Answer{}, err
	}
	var a shelf.Answer
	counting := w.limited(`SELECT COUNT(*) FROM (SELECT 1 FROM `+from+w.text(), shelf.CountLimit+1, `) hits`)
	if err := tx.row(ctx, counting.text, counting.args, &a.Count); err != nil {
		return shelf.Answer{}, err
	}
	if a.More = a.Count > shelf.CountLimit; a.More {
		a.Count = shelf.CountLimit
	}
	if q.Before != 0 {
		w.and(place+` < $?`, int64(q.Before))
	}
	l := listing{place, from, w, q.Limit}
	if a.More && match != "" && d.walks {
		near, err := tx.walk(ctx, l, q.Before)
		if err != nil || len(near) > q.Limit {
			return near.page(a, q.Limit), err
		}
	}
	all, err := tx.lines(ctx, l)
	return all.page(a, q.Limit), err
}

// listing is the question for one page: from where, under which conditions.
type listing struct {
	place, from string
	w           where
	limit       int
}

// line is an entry with its place in the list.
type line struct {
	place shelf.Place
	entry shelf.Entry
}

type lines []line

// page fills the answer with at most limit lines; one more tells of a next page.
func (ls lines) page(a shelf.Answer, limit int) shelf.Answer {
	a.Entries = []shelf.Entry{}
	for i, l := range ls {
		if i == limit {
			a.Next = ls[limit-1].place
			break
		}
		a.Entries = append(a.Entries, l.entry)
	}
	return a
}

// lines reads one more line than the page holds. It chooses the places before
// it touches any entry.
func (tx *Tx) lines(ctx context.Context, l listing) (lines, error) {
	paging := l.w.limited(`SELECT h.place, e.body FROM (SELECT `+l.place+` AS place FROM `+l.from+l.w.text()+` ORDER BY `+l.place+` DESC`, l.limit+1,
		`) h JOIN entry e ON e.place = h.place ORDER BY h.place DESC`)
	return list(ctx, tx, paging.text, paging.args, func(scan func(...any) error) (one line, err error) {
		var raw string
		if err := scan(&one.place, &raw); err != nil {
			return one, err
		}
		return one, json.Unmarshal([]byte(raw), &one.entry)
	})
}

// walk looks for the page among the next few thousand entries only. Where hits
// are many they are likely there, and looking there is far cheaper than
// collecting them all.
func (tx *Tx) walk(ctx context.Context, l listing, before shelf.Place) (lines, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	l.w = l.w.with(l.place+` >= (SELECT COALESCE(MIN(place), 0) FROM (SELECT place FROM entry WHERE place < $? ORDER BY place DESC LIMIT 4000) near)`, int64(before))
	if err := tx.store.dialect.plan(ctx, tx, walkDown); err != nil {
		return nil, err
	}
	found, err := tx.lines(ctx, l)
	if err != nil {
		return nil, err
	}
	return found, tx.store.dialect.plan(ctx, tx, collect)
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
