package desk

import (
	"context"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// NoteAttempt records who tried to reach a participant, when, how, at what
// address, and what came of it. Without a result a try by mail sends the letter.
func (d *Desk) NoteAttempt(ctx context.Context, by party.Actor, id cvd.CaseID, v cvd.NoteAttempt) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		v := v
		v.By = by.Person
		if v.How == "mail" && v.Came == "" && strings.TrimSpace(v.To) == "" {
			to, err := d.mailsOf(ctx, tx, v.Who)
			if err != nil {
				return err
			}
			v.To = to
		}
		_, err := d.act(ctx, tx, by, id, 0, v)
		return err
	})
}

// mailsOf are the addresses to which a letter to an organisation goes.
func (d *Desk) mailsOf(ctx context.Context, tx *store.Tx, who cvd.ParticipantID) (string, error) {
	org, ok := strings.CutPrefix(string(who), "org:")
	if !ok {
		return "", nil
	}
	contacts, err := tx.Contacts(ctx, party.OrgID(org))
	if err != nil {
		return "", err
	}
	var mails []string
	for _, c := range onDuty(contacts, nil) {
		mails = append(mails, c.Mail)
	}
	return strings.Join(mails, ", "), nil
}
