package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
)

// Answers reads what an organisation answered of the technology keywords: an
// empty questionnaire where it answered nothing yet.
func (tx *Tx) Answers(ctx context.Context, org party.OrgID) (party.Questionnaire, error) {
	q, err := body[party.Questionnaire](ctx, tx, `SELECT body FROM answers WHERE id = $1`+tx.hold(), string(org))
	if fault.KindOf(err) == fault.NotFound {
		return party.Questionnaire{Org: org}, nil
	}
	return q, err
}

// SetAnswers stores a questionnaire; Version is the one that was read and
// counts one up.
func (tx *Tx) SetAnswers(ctx context.Context, q *party.Questionnaire) error {
	err := tx.save(ctx, q, string(q.Org), &q.Version, `INSERT INTO answers (id, version, body, edition) VALUES ($1, $2, $3, $5)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, edition = excluded.edition
		WHERE answers.version = $4`, answersRow(*q)...)
	if err != nil {
		return fmt.Errorf("store answers of %s: %w", q.Org, err)
	}
	return nil
}

func answersRow(q party.Questionnaire) []any { return []any{q.Edition()} }

// AllAnswers reads every questionnaire.
func (tx *Tx) AllAnswers(ctx context.Context) (map[party.OrgID]party.Questionnaire, error) {
	all, err := bodies[party.Questionnaire](ctx, tx, `SELECT body FROM answers`)
	by := make(map[party.OrgID]party.Questionnaire, len(all))
	for _, q := range all {
		by[q.Org] = q
	}
	return by, err
}

// AnsweredBefore lists registered organisations whose answers are all of editions
// before the given one, that can be written to, for which no job of a kind
// waits under edition and id, and of which the journal has no event of the verb
// with this data. At most limit.
func (tx *Tx) AnsweredBefore(ctx context.Context, edition, job, verb string, data any, limit int) ([]party.OrgID, error) {
	said, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	return list(ctx, tx, `SELECT a.id FROM answers a JOIN organisation o ON o.id = a.id
		WHERE a.edition <> '' AND a.edition < $1 AND o.tier <> 'unverified'
		AND EXISTS (SELECT 1 FROM contact c WHERE c.org = a.id AND c.mail <> '')
		AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = $2 AND j.key = $3 || a.id)
		AND NOT EXISTS (SELECT 1 FROM journal e WHERE e.about_kind = 'organisation' AND e.about_id = a.id AND e.verb = $4 AND e.data = $5)
		ORDER BY a.id LIMIT $6`, []any{edition, job, edition + "/", verb, string(said), limit}, one[party.OrgID])
}

// CountCasesOf says in how many cases an organisation takes or took part.
func (tx *Tx) CountCasesOf(ctx context.Context, org party.OrgID) (n int, err error) {
	err = tx.row(ctx, `SELECT COUNT(*) FROM case_party WHERE who = $1`, []any{"org:" + string(org)}, &n)
	return n, err
}

// CountCasesOfAll says it of all organisations that were in any.
func (tx *Tx) CountCasesOfAll(ctx context.Context) (map[party.OrgID]int, error) {
	type tally struct {
		org string
		n   int
	}
	all, err := list(ctx, tx, `SELECT substr(who, 5), COUNT(*) FROM case_party WHERE who LIKE 'org:%' GROUP BY who`, nil, func(scan func(...any) error) (t tally, err error) {
		err = scan(&t.org, &t.n)
		return t, err
	})
	by := make(map[party.OrgID]int, len(all))
	for _, t := range all {
		by[party.OrgID(t.org)] = t.n
	}
	return by, err
}

// Appearance is a line of the public list that names a vendor.
type Appearance struct {
	ID    string // of the advisory
	Own   bool   // it is the centre's
	Title string
	First time.Time // published
}

// Appearances lists the public advisories that name a vendor, by the vendor's
// folded name, the oldest first.
func (tx *Tx) Appearances(ctx context.Context) (map[string][]Appearance, error) {
	all, err := bodies[shelf.Entry](ctx, tx, `SELECT body FROM entry`)
	by := map[string][]Appearance{}
	for _, e := range all {
		a := Appearance{e.ID, e.Source == shelf.Own, e.Title.EN + " " + e.Title.JA, e.First}
		if e.Title.EN == e.Title.JA {
			a.Title = e.Title.EN
		}
		seen := map[string]bool{}
		for _, v := range e.Vendors {
			if key := fold.Name(v); !seen[key] && !e.Gone {
				seen[key] = true
				by[key] = append(by[key], a)
			}
		}
	}
	for _, list := range by {
		slices.SortFunc(list, func(a, b Appearance) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID)) })
	}
	return by, err
}

// PublicGeneration is the number that grows with each change to what the
// public may read, as this transaction sees it.
func (tx *Tx) PublicGeneration(ctx context.Context) (n int64, err error) {
	err = tx.row(ctx, `SELECT n FROM generation WHERE one = 1`, nil, &n)
	return n, err
}

// OrganisationsChanged lists the organisations of which events behind a place of
// the journal changed what matching knows: the record, the answers, what was
// set aside, or the cases they are in. It gives the journal's present end too.
func (tx *Tx) OrganisationsChanged(ctx context.Context, after int64) ([]party.OrgID, int64, error) {
	seq, _, err := tx.JournalHead(ctx)
	if err != nil || after < 0 || seq <= after {
		return nil, seq, err
	}
	ids, err := list(ctx, tx, `SELECT about_id FROM journal WHERE seq > $1 AND seq <= $2 AND about_kind IN ('organisation', 'answers', 'dismissals')
		UNION SELECT substr(p.who, 5) FROM journal j JOIN case_party p ON p.case_id = j.about_id
		WHERE p.who LIKE 'org:%' AND j.seq > $1 AND j.seq <= $2 AND j.about_kind = 'case' AND j.verb = 'invite_vendor'`,
		[]any{after, seq}, one[party.OrgID])
	return ids, seq, err
}
