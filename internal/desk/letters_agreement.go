package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// tellOfAgreement writes to an organisation and to the officers that an agreement
// ends in so many days; 0: that it is over. The same errand run twice makes the
// same letters, because their ids are made of the end and the days.
func (d *Desk) tellOfAgreement(ctx context.Context, tx *store.Tx, a party.Agreement, days int) error {
	o, err := tx.Organisation(ctx, a.Org)
	if err != nil {
		return err
	}
	end := a.End()
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutAgreement, ID: a.ID}, end.Unix()+int64(days))
	role := party.Vendor
	if a.Scope == party.ScopeProvision {
		role = party.Operator
	}
	p.org(cvd.Participant{Org: a.Org, Role: role}, "", "/room/agreements", true, func(h notice.Head) notice.Letter {
		if days == 0 {
			return notice.AgreementEnded(h, end)
		}
		return notice.AgreementExpiring(h, end)
	})
	p.officers("", orgAgreementPath(a), func(h notice.Head) notice.Letter { return notice.AgreementEnds(h, o.Name(), end) })
	return p.record(journal.Outcome{})
}

// orgAgreementPath is an agreement's page on the desk.
func orgAgreementPath(a party.Agreement) string {
	return "/desk/registry/" + string(a.Org) + "/agreements/" + a.ID
}
