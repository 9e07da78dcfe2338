package store

import (
	"context"
	"fmt"

	"nakodo/internal/committee"
	"nakodo/internal/party"
)

// Referral reads one referral. Inside Do it stays as read until the commit.
func (tx *Tx) Referral(ctx context.Context, id committee.ID) (committee.Referral, error) {
	r, err := body[committee.Referral](ctx, tx, `SELECT body FROM referral WHERE id = $1`+tx.hold(), string(id))
	return r, tx.loaded("referral", string(id), r.Version, err)
}

// SetReferral stores a referral after Do has raised its version. Stale: somebody
// has changed it since this transaction read it.
func (tx *Tx) SetReferral(ctx context.Context, r committee.Referral) error {
	err := tx.keep(ctx, "referral", string(r.ID), r.Version, r, `INSERT INTO referral (id, version, body, case_id, org, state)
		VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, case_id = excluded.case_id, org = excluded.org, state = excluded.state
		WHERE referral.version = $4`, referralRow(r)...)
	if err != nil {
		return fmt.Errorf("store referral %s: %w", r.ID, err)
	}
	return nil
}

func referralRow(r committee.Referral) []any {
	return []any{r.Case, string(r.Org), string(r.State)}
}

// ReferralsOf lists the referrals of a case, by id.
func (tx *Tx) ReferralsOf(ctx context.Context, caseID string) ([]committee.Referral, error) {
	return bodies[committee.Referral](ctx, tx, `SELECT body FROM referral WHERE case_id = $1 ORDER BY id`, caseID)
}

// ReferralsAbout lists those about an organisation, by id.
func (tx *Tx) ReferralsAbout(ctx context.Context, org party.OrgID) ([]committee.Referral, error) {
	return bodies[committee.Referral](ctx, tx, `SELECT body FROM referral WHERE org = $1 ORDER BY id`, string(org))
}

// Referrals lists all, by id.
func (tx *Tx) Referrals(ctx context.Context) ([]committee.Referral, error) {
	return bodies[committee.Referral](ctx, tx, `SELECT body FROM referral ORDER BY id`)
}
