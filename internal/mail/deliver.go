package mail

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/keys"
	"nakodo/internal/talk"
)

// Door takes letters in: what a mail server pipes to `nakodo mail deliver`.
type Door struct {
	Desk   *desk.Desk
	Reader Reader
}

// Deliver takes one letter in and says what became of it. The bytes are kept
// first, so an error means that nothing was kept, and the mail server should try
// again; everything else ends somewhere an officer sees. A letter that cannot be
// put where it belongs, for whatever reason, waits in the tray: sending it back
// to the queue would only keep it a second time.
func (d Door) Deliver(ctx context.Context, raw []byte, env Envelope) (talk.MailState, error) {
	id, err := d.Desk.KeepMail(ctx, raw)
	if err != nil {
		return "", err
	}
	in, err := d.Reader.Parse(raw, env, d.Desk.Now())
	m := talk.Mail{
		ID: id, MessageID: in.MessageID, From: in.From.Mail, Subject: in.Subject, Text: in.Fresh, State: talk.MailTray,
	}
	if in.Seal.Signature.Verdict == keys.Good {
		m.Signed = in.Seal.Signature.Fingerprint
	}
	if err != nil {
		m.State, m.Problem, m.MessageID = talk.MailBroken, "mail.broken", ""
		if errors.Is(err, ErrTooBig) {
			m.Problem = "mail.too_big"
		}
		return d.Desk.SettleMail(ctx, m)
	}
	state, err := d.place(ctx, in, &m)
	if err != nil {
		m.State, m.Problem, state = talk.MailTray, "mail.tray.failed", ""
	}
	if state != "" {
		return state, nil
	}
	return d.Desk.SettleMail(ctx, m)
}

// place puts a readable letter where it belongs and says what became of it; ""
// where it is still to be settled as m says.
func (d Door) place(ctx context.Context, in Inbound, m *talk.Mail) (talk.MailState, error) {
	switch in.Kind {
	case Loop:
		m.State, m.Problem = talk.MailDone, "mail.loop"
		return "", nil
	case Bounce:
		m.State, m.Problem = talk.MailTray, "mail.bounce"
		if b := in.Bounce; b != nil && b.Proven {
			m.State = talk.MailDone
			if b.Final() {
				return "", d.Desk.LetterReturned(ctx, b.Letter, reason(*b))
			}
		}
		return "", nil
	}
	for _, mark := range marksOf(in) {
		known, err := d.Desk.InquiryNamed(ctx, mark)
		if err != nil {
			return "", err
		}
		if known { // anybody may write about it: an officer reads it and acts
			m.Inquiry = mark
			continue
		}
		state, err := d.join(ctx, in, mark, m)
		if err != nil || state != "" {
			return state, err
		}
	}
	if m.Inquiry != "" {
		m.Problem = "mail.tray.inquiry"
		return "", nil
	}
	draft := DraftReport(in)
	if !LooksLikeReport(in, draft) {
		if m.Problem == "" {
			m.Problem = "mail.tray.unknown"
		}
		return "", nil
	}
	return d.report(ctx, in, draft, *m)
}

// reason is why a letter came back, in the server's words.
func reason(b Returned) string {
	for _, f := range b.Failed {
		if f.Permanent {
			return strings.TrimSpace(f.Status + " " + f.Why)
		}
	}
	return ""
}

// marksOf lists a letter's marks, most telling first, each once.
func marksOf(in Inbound) []string {
	var marks []string
	for _, f := range in.Marks {
		marks = addOnce(marks, f.Mark)
	}
	return marks
}

// join puts the letter into the thread of one of its marks, if there is proof
// that a correspondent wrote it; "" where there is none.
func (d Door) join(ctx context.Context, in Inbound, mark string, m *talk.Mail) (talk.MailState, error) {
	known, err := d.Desk.Correspondents(ctx, mark)
	if err != nil {
		return "", err
	}
	people := make([]Participant, len(known))
	for i, c := range known {
		people[i] = Participant{Who: Who(c.Recipient), Mails: []string{c.Recipient.Mail}}
		if key, err := keys.ReadPublic(c.Recipient.Key); err == nil {
			people[i].Fingerprints = []string{key.Fingerprint()}
		}
	}
	v := Weigh(in, mark, people, d.Reader.Box)
	if m.Problem == "" {
		m.Problem = v.Why
	}
	i := slices.IndexFunc(people, func(p Participant) bool { return p.Who == v.Who })
	if !v.Joins || i < 0 {
		return "", nil
	}
	files, err := d.keep(ctx, in)
	if err != nil {
		return "", err
	}
	return d.Desk.JoinMail(ctx, *m, known[i], text(in), files)
}

// text is what a letter says; one with files alone says so by its subject.
func text(in Inbound) string {
	if s := strings.TrimSpace(in.Fresh); s != "" {
		return s
	}
	return in.Subject
}

// keep seals a letter's files.
func (d Door) keep(ctx context.Context, in Inbound) ([]desk.Upload, error) {
	var files []desk.Upload
	for _, f := range in.Files {
		if f.Left != "" {
			continue // it is in the raw letter, which is kept
		}
		u, err := d.Desk.Keep(ctx, f.Name, bytes.NewReader(f.Content))
		if err != nil {
			return nil, err
		}
		files = append(files, u)
	}
	return files, nil
}

// report opens a letter as a report of the person who wrote it.
func (d Door) report(ctx context.Context, in Inbound, draft Draft, m talk.Mail) (talk.MailState, error) {
	files, err := d.keep(ctx, in)
	if err != nil {
		return "", err
	}
	return d.Desk.MailReport(ctx, m, desk.Incoming{
		Door: "mail", Files: files,
		Identity: cvd.Identity{Name: draft.FinderName, Mail: draft.FinderMail},
		Submission: cvd.Submission{
			Kind: cvd.AboutProduct, Lang: string(draft.Lang), Vendor: draft.Vendor, Product: orElse(draft.Product, "?"), Version: draft.Version, URL: draft.URL,
			Title: orElse(draft.Title, orElse(in.Subject, "?")), Result: orElse(draft.Description, in.Text), Impact: draft.Impact, OwnID: draft.Ticket, Coordinator: cvd.CentreLeads,
		},
	})
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}
