package desk

import (
	"context"

	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// InquiryNamed reports whether a mark is the number of an inquiry, ended ones
// among them: a late answer is an answer. Whoever wrote the letter hears nothing
// of it either way.
func (d *Desk) InquiryNamed(ctx context.Context, mark string) (bool, error) {
	n, ok := inquiry.ParseMark(d.Centre.inquiries(), mark)
	if !ok {
		return false, nil
	}
	err := d.view(ctx, func(tx *store.Tx) error {
		_, err := tx.InquiryNumbered(ctx, n)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// tellOfAnswer tells the officers that a letter about an inquiry waits. It
// changes nothing: anybody can write such a letter.
func (d *Desk) tellOfAnswer(ctx context.Context, tx *store.Tx, m talk.Mail) error {
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutMail, ID: m.ID}, m.Version)
	p.officers(m.Inquiry, "/desk/tray/"+m.ID, func(h notice.Head) notice.Letter { return notice.InquiryAnswer(h) })
	return p.record(journal.Outcome{})
}
