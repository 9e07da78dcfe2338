package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/shelf"
)

// Finding is one thing that is wrong with the stored centre. It names places,
// never contents: whoever runs the check need not be one who may read a case.
type Finding struct {
	Where string // "journal 17", "case 64806328", "document /feed.atom"
	What  string // one sentence
}

// Replay leads from the events of one record to the record. stored is the
// record as it is kept, for the parts that the journal holds only the hash of.
type Replay func(events []journal.Event, stored json.RawMessage) (any, error)

// Check is what Fsck works with.
type Check struct {
	Replays map[journal.Kind]Replay // kinds without one are not replayed
	Report  func(Finding)
	Step    func(string) // told what is looked at next; may be nil
}

// Fsck looks at everything the centre keeps and reports what is wrong: the
// journal's chain, each record against its journal and its columns, published
// bytes against their hashes, what is sealed, files, and names that lead
// nowhere. It changes nothing. The error is for what kept it from looking.
func (s *Store) Fsck(ctx context.Context, c Check) error {
	if c.Step == nil {
		c.Step = func(string) {}
	}
	err := s.View(ctx, func(tx *Tx) error {
		seq, hash, err := tx.JournalHead(ctx)
		if err != nil {
			return err
		}
		for _, step := range []struct {
			name string
			do   func(context.Context, *Tx) error
		}{
			{"the database itself", c.database},
			{fmt.Sprintf("the journal up to event %d, hash %s", seq, hash), c.chain}, // to be noted elsewhere
			{"records", c.records},
			{"published documents", c.documents},
			{"sealed records", c.sealed},
			{"references", c.references},
		} {
			c.Step(step.name)
			if err := step.do(ctx, tx); err != nil {
				return fmt.Errorf("%s: %w", step.name, err)
			}
		}
		c.Step("files")
		if err := c.files(ctx, tx); err != nil {
			return fmt.Errorf("files: %w", err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("check the store: %w", err)
	}
	return nil
}

func (c Check) found(what, format string, args ...any) {
	c.Report(Finding{Where: what, What: fmt.Sprintf(format, args...)})
}

func (c Check) database(ctx context.Context, tx *Tx) error {
	problems, err := tx.store.dialect.integrity(ctx, tx)
	for _, p := range problems {
		c.found("database", "%s", p)
	}
	return err
}

// chain walks the journal: no gap, no change, and an end where the head says.
func (c Check) chain(ctx context.Context, tx *Tx) error {
	seq, prev := int64(0), ""
	for e, err := range tx.AllEvents(ctx) {
		if err != nil {
			return err
		}
		where := fmt.Sprintf("journal %d", e.Seq)
		if e.Seq != seq+1 {
			c.found(where, "events %d to %d are missing before it", seq+1, e.Seq-1)
		}
		if e.Prev != prev {
			c.found(where, "it does not follow the event before it: one of the two was changed, or one between them was taken away")
		}
		if !e.Intact(e.Prev) {
			c.found(where, "it was changed after it was written")
		}
		seq, prev = e.Seq, e.Hash
	}
	headSeq, headHash, err := tx.JournalHead(ctx)
	if err != nil {
		return err
	}
	if headSeq != seq || headHash != prev {
		c.found("journal", "it ends at event %d, but was written up to %d: the end was taken away or changed", seq, headSeq)
	}
	return nil
}

// documents compares published bytes with their hashes, and the public list
// with the documents and the index of words.
func (c Check) documents(ctx context.Context, tx *Tx) error {
	for after := ""; ; {
		page, err := list(ctx, tx, `SELECT `+documentColumns+` FROM document WHERE path > $1 ORDER BY path LIMIT 100`, []any{after}, scanDocument)
		if err != nil {
			return err
		}
		for _, d := range page {
			if !d.Intact() {
				c.found("document "+d.Path, "its bytes are not those that were published")
			}
			after = d.Path
		}
		if len(page) < 100 {
			break
		}
	}
	missing, err := list(ctx, tx, `SELECT e.id FROM entry e WHERE e.source = $1 AND NOT EXISTS (SELECT 1 FROM document d WHERE d.advisory = e.id) ORDER BY e.id`,
		[]any{shelf.Own}, one[string])
	if err != nil {
		return err
	}
	for _, id := range missing {
		c.found("advisory "+id, "it is on the public list, but nothing of it is published")
	}
	var listed, indexed int64
	if err := tx.row(ctx, `SELECT (SELECT COUNT(*) FROM entry), (SELECT COUNT(*) FROM entry_word)`, nil, &listed, &indexed); err != nil {
		return err
	}
	if listed != indexed {
		c.found("search", "%d advisories are listed and %d can be found: make the index again", listed, indexed)
	}
	return c.revisions(ctx, tx)
}

func (c Check) revisions(ctx context.Context, tx *Tx) error {
	type kept struct {
		r    advisory.Revision
		hash string
	}
	all, err := list(ctx, tx, `SELECT body, hash FROM revision ORDER BY advisory, n`, nil, func(scan func(...any) error) (k kept, err error) {
		var raw string
		if err := scan(&raw, &k.hash); err != nil {
			return k, err
		}
		return k, json.Unmarshal([]byte(raw), &k.r)
	})
	for _, k := range all {
		if k.r.Hash() != k.hash {
			c.found(fmt.Sprintf("advisory %s, revision %d", k.r.ID, k.r.Number), "its content is not what was frozen")
		}
	}
	return err
}

// sealed opens everything that is sealed: what does not open now is lost, and
// better known today than on the day it is needed.
func (c Check) sealed(ctx context.Context, tx *Tx) error {
	for _, t := range []struct{ label, query string }{
		{"identity", `SELECT report, sealed FROM identity ORDER BY report`},
		{"letter", `SELECT id, sealed FROM letter ORDER BY id`},
		{"mail", `SELECT id, sealed FROM mail ORDER BY id`},
		{"secret", `SELECT name, sealed FROM secret ORDER BY name`},
	} {
		_, err := list(ctx, tx, t.query, nil, func(scan func(...any) error) (none struct{}, err error) {
			var id string
			var sealed []byte
			if err := scan(&id, &sealed); err != nil {
				return none, err
			}
			if _, err := tx.store.vault.Open(t.label+"/"+id, sealed); err != nil {
				c.found(t.label+" "+id, "the centre's key does not open it")
			}
			return none, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// references finds names that lead nowhere.
func (c Check) references(ctx context.Context, tx *Tx) error {
	for _, r := range []struct{ kind, what, query string }{
		{"identity of report", "there is no such report: the finder should have been forgotten with it", `SELECT report FROM identity i WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.id = i.report)`},
		{"contact", "its organisation does not exist", `SELECT id FROM contact c WHERE NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = c.org)`},
		{"agreement", "its organisation does not exist", `SELECT id FROM agreement a WHERE NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = a.org)`},
		{"registration", "its organisation does not exist", `SELECT id FROM registration r WHERE org <> '' AND NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = r.org)`},
		{"change", "its organisation does not exist", `SELECT id FROM change c WHERE NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = c.org)`},
		{"person", "their organisation does not exist", `SELECT id FROM person p WHERE org <> '' AND NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.org)`},
		{"case", "one of its reports does not exist", `SELECT DISTINCT case_id FROM case_report c WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.id = c.report)`},
		{"case", "one of its organisations does not exist", `SELECT DISTINCT case_id FROM case_party c WHERE c.who LIKE 'org:%' AND NOT EXISTS (SELECT 1 FROM organisation o WHERE 'org:' || o.id = c.who)`},
		{"advisory", "its case does not exist", `SELECT id FROM advisory a WHERE case_id <> '' AND NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = a.case_id)`},
		{"inquiry", "its organisation does not exist", `SELECT id FROM inquiry i WHERE NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = i.org)`},
		{"referral", "its case does not exist", `SELECT id FROM referral r WHERE NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = r.case_id)`},
		{"revision of advisory", "there is no such advisory", `SELECT DISTINCT advisory FROM revision r WHERE NOT EXISTS (SELECT 1 FROM advisory a WHERE a.id = r.advisory)`},
		{"visit of case", "there is no such case", `SELECT DISTINCT case_id FROM visit v WHERE NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = v.case_id)`},
		{"nomination", "its case does not exist", `SELECT id FROM nomination n WHERE NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = n.case_id)`},
		{"round", "its case does not exist", `SELECT id FROM round r WHERE NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = r.case_id)`},
		{"reads of early provision of case", "there is no such case", `SELECT DISTINCT about_id FROM journal j WHERE about_kind = 'provision' AND NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = j.about_id)`},
		{"thread", "its case does not exist", `SELECT id FROM thread t WHERE case_id <> '' AND NOT EXISTS (SELECT 1 FROM cvd_case c WHERE c.id = t.case_id)`},
		{"thread", "its report does not exist", `SELECT id FROM thread t WHERE report <> '' AND NOT EXISTS (SELECT 1 FROM report r WHERE r.id = t.report)`},
		{"file", "the thread it belongs to does not exist", `SELECT id FROM file f WHERE about_kind = 'thread' AND NOT EXISTS (SELECT 1 FROM thread t WHERE t.id = f.about_id)`},
		{"file", "the report it belongs to does not exist", `SELECT id FROM file f WHERE about_kind = 'report' AND NOT EXISTS (SELECT 1 FROM report r WHERE r.id = f.about_id)`},
	} {
		ids, err := list(ctx, tx, r.query+` ORDER BY 1`, nil, one[string])
		if err != nil {
			return err
		}
		for _, id := range ids {
			c.found(r.kind+" "+id, "%s", r.what)
		}
	}
	return nil
}

// blobUse is a record that names kept bytes.
type blobUse struct{ where, blob, sha256 string }

func (tx *Tx) blobsInUse(ctx context.Context) ([]blobUse, error) {
	files, err := list(ctx, tx, `SELECT id, blob, body FROM file WHERE blob <> '' ORDER BY id`, nil, func(scan func(...any) error) (u blobUse, err error) {
		var id, raw string
		if err := scan(&id, &u.blob, &raw); err != nil {
			return u, err
		}
		u.where = "file " + id
		var f struct {
			SHA256 string `json:"sha256"`
		}
		err = json.Unmarshal([]byte(raw), &f)
		u.sha256 = f.SHA256
		return u, err
	})
	if err != nil {
		return nil, err
	}
	mails, err := list(ctx, tx, `SELECT id, raw FROM mail WHERE raw <> '' ORDER BY id`, nil, func(scan func(...any) error) (u blobUse, err error) {
		err = scan(&u.where, &u.blob)
		u.where = "mail " + u.where
		return u, err
	})
	return append(files, mails...), err
}

// files reads every kept file and compares it with what is known of it.
func (c Check) files(ctx context.Context, tx *Tx) error {
	used, err := tx.blobsInUse(ctx)
	if err != nil {
		return err
	}
	kept, err := tx.store.blobs.Names(ctx)
	if err != nil {
		return err
	}
	for _, u := range used {
		delete(kept, u.blob)
		sum, err := tx.store.sumOf(ctx, u.blob)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			c.found(u.where, "its bytes are missing")
		case err != nil:
			c.found(u.where, "its bytes cannot be opened: the file or the centre's key was changed")
		case u.sha256 != "" && sum != u.sha256:
			c.found(u.where, "its bytes are not those that were kept")
		}
	}
	for name, at := range kept {
		if time.Since(at) > looseAfter {
			c.found("kept file "+name, "no record names it: nakodo takes it away by itself in time")
		}
	}
	return nil
}

func (s *Store) sumOf(ctx context.Context, blob string) (string, error) {
	r, err := s.Blob(ctx, blob)
	if err != nil {
		return "", err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// looseAfter is how long bytes may lie without a record: longer than any form
// takes from the upload to the commit.
const looseAfter = 24 * time.Hour

// DropLooseBlobs destroys bytes that were kept more than a day ago and that no
// record names: their form was never finished. It says how many.
func (s *Store) DropLooseBlobs(ctx context.Context) (n int, err error) {
	kept, err := s.blobs.Names(ctx) // before the records: what is kept from now on stays
	if err != nil {
		return 0, err
	}
	err = s.View(ctx, func(tx *Tx) error {
		used, err := tx.blobsInUse(ctx)
		for _, u := range used {
			delete(kept, u.blob)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for name, at := range kept {
		if time.Since(at) <= looseAfter {
			continue
		}
		if err := s.blobs.Delete(ctx, name); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
