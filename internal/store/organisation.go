package store

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"nakodo/internal/fold"
	"nakodo/internal/party"
)

// Organisation reads one organisation of the registry.
func (tx *Tx) Organisation(ctx context.Context, id party.OrgID) (party.Organisation, error) {
	return body[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE id = $1`, string(id))
}

// SetOrganisation stores an organisation; Version is the one that was read, 0
// for a new one, and counts one up. Its names and domains are indexed anew.
func (tx *Tx) SetOrganisation(ctx context.Context, o *party.Organisation) error {
	err := tx.save(ctx, o, string(o.ID), &o.Version, `INSERT INTO organisation (id, version, body, name, tier, source, parent, listed)
		VALUES ($1, $2, $3, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, name = excluded.name, tier = excluded.tier, source = excluded.source,
		parent = excluded.parent, listed = excluded.listed
		WHERE organisation.version = $4`, organisationRow(*o)...)
	if err != nil {
		return fmt.Errorf("store organisation %s: %w", o.ID, err)
	}
	if err := tx.exec(ctx, `DELETE FROM organisation_key WHERE org = $1`, string(o.ID)); err != nil {
		return err
	}
	if o.MergedInto != "" {
		return nil // whoever looks for it finds the one that it was merged into
	}
	for _, n := range o.Names {
		if err := tx.addOrganisationKey(ctx, o.ID, "name", fold.Name(n.Text)); err != nil {
			return err
		}
	}
	for _, d := range o.Domains {
		if err := tx.addOrganisationKey(ctx, o.ID, "domain", lowerASCII(d)); err != nil {
			return err
		}
	}
	return nil
}

func organisationRow(o party.Organisation) []any {
	return []any{fold.Name(o.Name()), string(o.Tier), o.Source, string(o.Parent), o.Listed}
}

func (tx *Tx) addOrganisationKey(ctx context.Context, org party.OrgID, kind, key string) error {
	return tx.exec(ctx, `INSERT INTO organisation_key (org, kind, key) VALUES ($1, $2, $3) ON CONFLICT (org, kind, key) DO NOTHING`,
		string(org), kind, key)
}

// OrganisationsNamed finds organisations one of whose names contains what was
// typed, folded as a reader would fold it; by name, at most limit.
func (tx *Tx) OrganisationsNamed(ctx context.Context, typed string, limit int) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation
		WHERE id IN (SELECT org FROM organisation_key WHERE kind = 'name' AND key LIKE $1 ESCAPE '\')
		ORDER BY name, id LIMIT $2`, "%"+likeLiteral(fold.Name(typed))+"%", limit)
}

// OrganisationsCalled finds organisations one of whose names is exactly the
// given one, once both are folded. Two companies may share a name.
func (tx *Tx) OrganisationsCalled(ctx context.Context, name string) ([]party.Organisation, error) {
	return tx.organisationsBy(ctx, "name", fold.Name(name))
}

// OrganisationsAt finds the organisations that own a mail or web domain, or a
// domain above it: psirt.example.co.jp is found by example.co.jp.
func (tx *Tx) OrganisationsAt(ctx context.Context, domain string) ([]party.Organisation, error) {
	for d := lowerASCII(domain); d != ""; {
		found, err := tx.organisationsBy(ctx, "domain", d)
		if err != nil || len(found) > 0 {
			return found, err
		}
		_, d, _ = strings.Cut(d, ".")
	}
	return []party.Organisation{}, nil
}

func (tx *Tx) organisationsBy(ctx context.Context, kind, key string) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT o.body FROM organisation o JOIN organisation_key k ON k.org = o.id
		WHERE k.kind = $1 AND k.key = $2 ORDER BY o.name, o.id`, kind, key)
}

// Organisations lists the registry by name, after one entry of it (the zero
// organisation: from the start), at most limit.
func (tx *Tx) Organisations(ctx context.Context, after party.Organisation, limit int) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE (name, id) > ($1, $2) ORDER BY name, id LIMIT $3`,
		nameKey(after), string(after.ID), limit)
}

func nameKey(o party.Organisation) string {
	if o.ID == "" {
		return ""
	}
	return fold.Name(o.Name())
}

// AllOrganisations walks the whole registry by name.
func (tx *Tx) AllOrganisations(ctx context.Context) iter.Seq2[party.Organisation, error] {
	return func(yield func(party.Organisation, error) bool) {
		const page = 500
		for after := (party.Organisation{}); ; {
			some, err := tx.Organisations(ctx, after, page)
			if err != nil {
				yield(party.Organisation{}, err)
				return
			}
			for _, o := range some {
				if !yield(o, nil) {
					return
				}
				after = o
			}
			if len(some) < page {
				return
			}
		}
	}
}

// CountOrganisations says how many entries the registry has.
func (tx *Tx) CountOrganisations(ctx context.Context) (n int, err error) {
	err = tx.row(ctx, `SELECT COUNT(*) FROM organisation`, nil, &n)
	return n, err
}

// likeLiteral keeps LIKE from reading % and _ in what somebody typed.
func likeLiteral(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// lowerASCII is the form in which addresses and domains are compared.
func lowerASCII(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
