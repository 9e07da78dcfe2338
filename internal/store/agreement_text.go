package store

import (
	"context"
	"fmt"

	"nakodo/internal/party"
)

// AgreementText reads one text.
func (tx *Tx) AgreementText(ctx context.Context, id string) (party.AgreementText, error) {
	return body[party.AgreementText](ctx, tx, `SELECT body FROM agreement_text WHERE id = $1`, id)
}

// AgreementTextOf reads the text of a scope and an edition.
func (tx *Tx) AgreementTextOf(ctx context.Context, scope party.Scope, edition string) (party.AgreementText, error) {
	return body[party.AgreementText](ctx, tx, `SELECT body FROM agreement_text WHERE scope = $1 AND edition = $2`, string(scope), edition)
}

// AgreementTexts lists every text, by scope and edition.
func (tx *Tx) AgreementTexts(ctx context.Context) ([]party.AgreementText, error) {
	return bodies[party.AgreementText](ctx, tx, `SELECT body FROM agreement_text ORDER BY scope, edition`)
}

// SetAgreementText stores a text; Version is 0 for a new one, and counts one up.
func (tx *Tx) SetAgreementText(ctx context.Context, t *party.AgreementText) error {
	err := tx.save(ctx, t, t.ID, &t.Version, `INSERT INTO agreement_text (id, version, body, scope, edition)
		VALUES ($1, $2, $3, $5, $6)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, scope = excluded.scope, edition = excluded.edition
		WHERE agreement_text.version = $4`, agreementTextRow(*t)...)
	if err != nil {
		return fmt.Errorf("store text %s of agreements: %w", t.ID, err)
	}
	return nil
}

func agreementTextRow(t party.AgreementText) []any { return []any{string(t.Scope), t.Edition} }
