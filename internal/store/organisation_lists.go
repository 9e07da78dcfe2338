package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nakodo/internal/party"
)

// Subsidiaries lists the organisations that name one as their parent, by name.
func (tx *Tx) Subsidiaries(ctx context.Context, parent party.OrgID) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE parent = $1 AND parent <> '' ORDER BY name, id`, string(parent))
}

// OrganisationsListed lists the registered organisations that agreed to stand on
// the public list, by name.
func (tx *Tx) OrganisationsListed(ctx context.Context) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE listed AND tier <> $1 ORDER BY name, id`, string(party.Unverified))
}

// OrganisationsBounced lists, by name, the organisations of which letters come
// back; OrganisationsKeyEnds those of which a key ends before a moment;
// OrganisationsAged those of which no address was proved right since a moment.
// Each gives at most limit.
func (tx *Tx) OrganisationsBounced(ctx context.Context, limit int) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE id IN (SELECT org FROM contact WHERE bounced > 0)
		ORDER BY name, id LIMIT $1`, limit)
}

// OrganisationsKeyEnds: see OrganisationsBounced.
func (tx *Tx) OrganisationsKeyEnds(ctx context.Context, ending time.Time, limit int) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE id IN (SELECT org FROM contact WHERE key_ends > 0 AND key_ends < $1)
		ORDER BY name, id LIMIT $2`, stamp(ending), limit)
}

// OrganisationsAged: see OrganisationsBounced.
func (tx *Tx) OrganisationsAged(ctx context.Context, since time.Time, limit int) ([]party.Organisation, error) {
	return bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE id IN
		(SELECT org FROM contact GROUP BY org HAVING MAX(verified) > 0 AND MAX(verified) < $1) ORDER BY name, id LIMIT $2`, stamp(since), limit)
}

// Reach is what the contacts of an organisation come to.
type Reach struct {
	Contacts int
	Bounced  bool      // letters to one of them come back
	Verified time.Time // when the address that was verified last was
}

// ReachOf reads it for several organisations; one without contacts is not in it.
func (tx *Tx) ReachOf(ctx context.Context, orgs []party.OrgID) (map[party.OrgID]Reach, error) {
	var places []string
	var args []any
	for i, o := range orgs {
		places, args = append(places, fmt.Sprintf("$%d", i+1)), append(args, string(o))
	}
	found := map[party.OrgID]Reach{}
	if len(args) == 0 {
		return found, nil
	}
	_, err := list(ctx, tx, `SELECT org, COUNT(*), MAX(bounced), MAX(verified) FROM contact WHERE org IN (`+strings.Join(places, ", ")+`) GROUP BY org`, args,
		func(scan func(...any) error) (none struct{}, err error) {
			var org string
			var r Reach
			var bounced time.Time
			if err := scan(&org, &r.Contacts, into(&bounced), into(&r.Verified)); err != nil {
				return none, err
			}
			r.Bounced = !bounced.IsZero()
			found[party.OrgID(org)] = r
			return none, nil
		})
	return found, err
}

// ReachableUnasked lists organisations that can be written to and have no job of
// a kind waiting under their id, at most limit.
func (tx *Tx) ReachableUnasked(ctx context.Context, kind string, limit int) ([]party.OrgID, error) {
	return list(ctx, tx, `SELECT DISTINCT c.org FROM contact c WHERE c.mail <> ''
		AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = $1 AND j.key = c.org AND j.state = 'waiting') ORDER BY c.org LIMIT $2`, []any{kind, limit}, one[party.OrgID])
}

// JobWaits reports whether a job of a kind waits under a key.
func (tx *Tx) JobWaits(ctx context.Context, kind, key string) (bool, error) {
	n := 0
	err := tx.row(ctx, `SELECT COUNT(*) FROM job WHERE kind = $1 AND key = $2 AND state = 'waiting'`, []any{kind, key}, &n)
	return n > 0, err
}
