package store

import (
	"context"
	"encoding/json"
	"fmt"

	"nakodo/internal/cvd"
	"nakodo/internal/party"
)

// Round reads one round of invitations. Inside Do it stays as read until the commit.
func (tx *Tx) Round(ctx context.Context, id string) (cvd.Round, error) {
	r, err := body[cvd.Round](ctx, tx, `SELECT body FROM round WHERE id = $1`+tx.hold(), id)
	return r, tx.loaded("round", id, r.Version, err)
}

// SetRound stores a round after Do has raised its version. Who is in it never
// changes, only where each stands.
func (tx *Tx) SetRound(ctx context.Context, r cvd.Round) error {
	err := tx.keep(ctx, "round", r.ID, r.Version, r, `INSERT INTO round (id, version, body, case_id, state) VALUES ($1, $2, $3, $5, $6)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, case_id = excluded.case_id, state = excluded.state
		WHERE round.version = $4`, roundRow(r)...)
	if err != nil {
		return fmt.Errorf("store round %s: %w", r.ID, err)
	}
	if r.Version > 1 {
		return nil
	}
	for _, l := range r.Lines {
		if err := tx.exec(ctx, `INSERT INTO round_org (round, org) VALUES ($1, $2)`, r.ID, string(l.Org)); err != nil {
			return fmt.Errorf("store round %s: %w", r.ID, err)
		}
	}
	return nil
}

func roundRow(r cvd.Round) []any { return []any{string(r.Case), string(r.State)} }

// RoundsOfCase lists the rounds of a case in a state.
func (tx *Tx) RoundsOfCase(ctx context.Context, id cvd.CaseID, state cvd.RoundState) ([]cvd.Round, error) {
	return bodies[cvd.Round](ctx, tx, `SELECT body FROM round WHERE case_id = $1 AND state = $2 ORDER BY id`, string(id), string(state))
}

// Invitee is what the registry says of an organisation that is to be invited.
type Invitee struct {
	Name string
	Tier party.Tier
}

// Invitees gives the names and tiers of all organisations in a round.
func (tx *Tx) Invitees(ctx context.Context, round string) (map[party.OrgID]Invitee, error) {
	all := map[party.OrgID]Invitee{}
	_, err := list(ctx, tx, `SELECT o.id, o.tier, o.body FROM round_org r JOIN organisation o ON o.id = r.org WHERE r.round = $1`,
		[]any{round}, func(scan func(...any) error) (struct{}, error) {
			var org party.OrgID
			var tier party.Tier
			var raw string
			if err := scan(&org, &tier, &raw); err != nil {
				return struct{}{}, err
			}
			names, err := namesIn(raw)
			all[org] = Invitee{party.Organisation{ID: org, Names: names}.Name(), tier}
			return struct{}{}, err
		})
	return all, err
}

// ContactsInRound lists the contacts of all organisations in a round.
func (tx *Tx) ContactsInRound(ctx context.Context, round string) ([]party.Contact, error) {
	return bodies[party.Contact](ctx, tx, `SELECT c.body FROM round_org r JOIN contact c ON c.org = r.org WHERE r.round = $1 ORDER BY c.id`, round)
}

// AgreementsInRound lists the agreements of all organisations in a round.
func (tx *Tx) AgreementsInRound(ctx context.Context, round string) ([]party.Agreement, error) {
	return bodies[party.Agreement](ctx, tx, `SELECT a.body FROM round_org r JOIN agreement a ON a.org = r.org WHERE r.round = $1 ORDER BY a.id`, round)
}

// VendorsInTier lists the organisations of a tier that are vendors, by name.
func (tx *Tx) VendorsInTier(ctx context.Context, tier party.Tier) ([]party.OrgID, error) {
	type vendor struct {
		id  party.OrgID
		raw string
	}
	all, err := list(ctx, tx, `SELECT id, body FROM organisation WHERE tier = $1 ORDER BY name, id`, []any{string(tier)},
		func(scan func(...any) error) (v vendor, err error) { return v, scan(&v.id, &v.raw) })
	var ids []party.OrgID
	for _, v := range all {
		var o struct {
			Kinds []party.OrgKind `json:"kinds"`
		}
		if err := json.Unmarshal([]byte(v.raw), &o); err != nil {
			return nil, err
		}
		for _, k := range o.Kinds {
			if k == party.KindVendor || k == party.KindProject {
				ids = append(ids, v.id)
				break
			}
		}
	}
	return ids, err
}

// AnsweredYes reads the questionnaires in which a keyword was answered with yes.
func (tx *Tx) AnsweredYes(ctx context.Context, keyword string) ([]party.Questionnaire, error) {
	// The text only narrows the search down; the answer itself is read below.
	some, err := bodies[party.Questionnaire](ctx, tx, `SELECT body FROM answers WHERE body LIKE $1 ESCAPE '\'`,
		`%"keyword":"`+likeLiteral(keyword)+`","reply":"yes"%`)
	var yes []party.Questionnaire
	for _, q := range some {
		if a, ok := q.Answer(keyword); ok && a.Reply == party.ReplyYes {
			yes = append(yes, q)
		}
	}
	return yes, err
}
