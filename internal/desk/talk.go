package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Conversation is a thread as one reader sees it, with who else can read it:
// shown before anybody writes.
type Conversation struct {
	ID       string
	Title    string
	Readers  []Reader
	Messages []MessageRow
}

// Reader is one party that can read a thread.
type Reader struct {
	ID   string
	Role party.Role
	Name string // "" where the name is not for this reader
}

// MessageRow is one message.
type MessageRow struct {
	At    time.Time
	Mine  bool
	Role  party.Role
	Name  string
	Text  string
	Files []FileRow
}

// FileRow is an attached file in a list.
type FileRow struct {
	ID     string
	Name   string
	Media  string
	Size   int64
	SHA256 string
	Purged bool
}

func fileRow(f talk.File) FileRow {
	return FileRow{ID: f.ID, Name: f.Name, Media: f.Media, Size: f.Size, SHA256: f.SHA256, Purged: !f.Purged.IsZero()}
}

// conversations reads the threads of a case and of reports that one participant
// may read.
func (d *Desk) conversations(ctx context.Context, tx *store.Tx, by party.Actor, me, caseID string, reports []cvd.ReportID) ([]Conversation, error) {
	var threads []talk.Thread
	if caseID != "" {
		ts, err := tx.ThreadsOfCase(ctx, caseID)
		if err != nil {
			return nil, err
		}
		threads = append(threads, ts...)
	}
	for _, r := range reports {
		ts, err := tx.ThreadsOfReport(ctx, string(r))
		if err != nil {
			return nil, err
		}
		threads = append(threads, ts...)
	}
	var out []Conversation
	for _, t := range threads {
		if !t.ReadBy(me) {
			continue
		}
		c, err := d.conversation(ctx, tx, by, me, t)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (d *Desk) conversation(ctx context.Context, tx *store.Tx, by party.Actor, me string, t talk.Thread) (Conversation, error) {
	c := Conversation{ID: t.ID, Title: t.Title}
	names := map[string]string{}
	for _, id := range t.Readers {
		r := Reader{ID: id, Role: roleOf(id)}
		if org, ok := strings.CutPrefix(id, "org:"); ok {
			o, err := tx.Organisation(ctx, party.OrgID(org))
			if err != nil {
				return c, err
			}
			r.Name = o.Name()
		}
		if r.Role == party.Finder && by.Role != party.Officer && id != me {
			r.ID = "" // which report it was is the centre's to know
		}
		c.Readers = append(c.Readers, r)
	}
	ms, err := tx.Messages(ctx, t.ID)
	if err != nil {
		return c, err
	}
	files, err := tx.Files(ctx, journal.Ref{Kind: journal.AboutThread, ID: t.ID})
	if err != nil {
		return c, err
	}
	for _, m := range ms {
		row := MessageRow{At: m.At, Role: m.By.Role, Text: m.Text, Mine: string(participantOf(m.By)) == me}
		if m.By.Role != party.Officer || by.Role == party.Officer { // officers speak as the centre
			if row.Name, err = d.actorName(ctx, tx, m.By, names); err != nil {
				return c, err
			}
		}
		for _, f := range files {
			if slices.Contains(m.Files, f.ID) {
				row.Files = append(row.Files, fileRow(f))
			}
		}
		c.Messages = append(c.Messages, row)
	}
	return c, nil
}

// participantOf is the participant that an actor speaks for.
func participantOf(a party.Actor) cvd.ParticipantID {
	switch a.Role {
	case party.Officer, party.Clock:
		return cvd.Centre
	case party.Finder:
		return cvd.FinderParticipant(cvd.ReportID(a.Report))
	}
	return cvd.OrgParticipant(a.Org)
}

// roleOf reads the role out of a participant's id.
func roleOf(id string) party.Role {
	switch {
	case id == string(cvd.Centre):
		return party.Officer
	case strings.HasPrefix(id, "finder:"):
		return party.Finder
	}
	return party.Vendor
}

// StartThread opens a conversation in a case between chosen participants. The
// centre reads every thread; an outside party may choose among those it sees.
func (d *Desk) StartThread(ctx context.Context, by party.Actor, id cvd.CaseID, title string, readers []string) (string, error) {
	thread := ""
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		v, err := c.SeenBy(by)
		if err != nil {
			return err
		}
		all := []string{string(cvd.Centre), string(v.Me)}
		for _, r := range readers {
			if !visible(v, r) {
				return fault.New(fault.NotFound, "fault.not_found")
			}
			all = append(all, r)
		}
		slices.Sort(all)
		t := talk.Thread{ID: d.newID(), Case: string(id), Title: strings.TrimSpace(title), Readers: slices.Compact(all), Opened: tx.Now(), Latest: tx.Now()}
		thread = t.ID
		if err := tx.SetThread(ctx, &t); err != nil {
			return err
		}
		e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutThread, ID: t.ID}, tx.Now(), by, "start_thread", t)
		if err != nil {
			return err
		}
		return tx.Record(ctx, journal.Outcome{Events: []journal.Event{e}})
	})
	return thread, err
}

// visible reports whether a reader of the case knows a participant.
func visible(v cvd.View, id string) bool {
	return id == string(cvd.Centre) || id == string(v.Me) ||
		slices.ContainsFunc(v.Parties, func(p cvd.Participant) bool { return string(p.ID) == id })
}

// PostMessage writes into a thread and tells its other readers that something
// waits. Whoever may not read the thread is told that it does not exist.
func (d *Desk) PostMessage(ctx context.Context, by party.Actor, thread, text string, uploads []Upload) error {
	return d.write(ctx, by, thread, text, uploads, "")
}

// write is PostMessage for a text that came in the letter mail.
func (d *Desk) write(ctx context.Context, by party.Actor, thread, text string, uploads []Upload, mail string) error {
	text = strings.TrimSpace(text)
	if text == "" && len(uploads) == 0 {
		var k fault.Check
		k.Add("text", "fault.case.need_text")
		return k.Err()
	}
	about := journal.Ref{Kind: journal.AboutThread, ID: thread}
	if err := d.view(ctx, func(tx *store.Tx) error { _, err := d.readable(ctx, tx, by, thread); return err }); err != nil {
		return err
	}
	files, err := d.files(by, about, uploads)
	if err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		t, err := d.readable(ctx, tx, by, thread)
		if err != nil {
			return err
		}
		m := talk.Message{ID: d.newID(), Thread: thread, At: tx.Now(), By: by, Text: text, Mail: mail}
		for _, f := range files {
			m.Files = append(m.Files, f.ID)
			if err := tx.SetFile(ctx, f); err != nil {
				return err
			}
		}
		if err := tx.AddMessage(ctx, &m); err != nil {
			return err
		}
		t.Latest = tx.Now()
		if err := tx.SetThread(ctx, &t); err != nil {
			return err
		}
		e, err := journal.NewEvent(about, tx.Now(), by, "post_message", struct {
			ID     string `json:"id"`
			Digest string `json:"digest"`
		}{m.ID, talk.Digest(text)})
		if err != nil {
			return err
		}
		p := d.post(ctx, tx, about, m.N)
		if err := d.tellOfMessage(p, t, by, text); err != nil {
			return err
		}
		return p.record(journal.Outcome{Events: []journal.Event{e}})
	})
}

// readable is a thread that the actor may read. In a case the content must be
// open to a party before it can read more than the thread it has with the centre
// alone: there it may ask before it signs.
func (d *Desk) readable(ctx context.Context, tx *store.Tx, by party.Actor, thread string) (talk.Thread, error) {
	t, err := tx.Thread(ctx, thread)
	if err != nil {
		return t, err
	}
	me := participantOf(by)
	if t.Case != "" {
		c, err := tx.Case(ctx, cvd.CaseID(t.Case))
		if err != nil {
			return t, err
		}
		v, err := c.SeenBy(by)
		if err != nil {
			return t, err
		}
		me = v.Me
	} else if by.Role != party.Officer && by.Role != party.Finder {
		return t, fault.New(fault.NotFound, "fault.not_found")
	}
	if !t.ReadBy(string(me)) {
		return t, fault.New(fault.NotFound, "fault.not_found")
	}
	return t, nil
}

// tellOfMessage writes to the other readers of a thread. The text travels only
// inside OpenPGP, and only to those who may read the case.
func (d *Desk) tellOfMessage(p *post, t talk.Thread, by party.Actor, text string) error {
	var c cvd.Case
	if t.Case != "" {
		var err error
		if c, err = p.tx.Case(p.ctx, cvd.CaseID(t.Case)); err != nil {
			return err
		}
	}
	make := func(h notice.Head) notice.Letter { return notice.NewMessage(h, "", text) }
	for _, id := range t.Readers {
		if id == string(participantOf(by)) {
			continue
		}
		switch roleOf(id) {
		case party.Officer:
			d.tellCentre(p, t, c, make)
		case party.Finder:
			r, err := p.tx.Report(p.ctx, cvd.ReportID(strings.TrimPrefix(id, "finder:")))
			if err != nil {
				return err
			}
			p.finder(r, make)
		default:
			if part := c.Party(cvd.ParticipantID(id)); part != nil && part.Left.IsZero() {
				p.org(*part, d.Centre.Mark(c.ID), "/room/"+t.Case, c.Opens(part), make)
			}
		}
	}
	return nil
}

// tellCentre writes to the officer of the case or, where none has it yet, to all.
func (d *Desk) tellCentre(p *post, t talk.Thread, c cvd.Case, make func(notice.Head) notice.Letter) {
	if t.Case == "" {
		p.officers(t.Report, "/desk/reports/"+t.Report, make)
		return
	}
	p.officers(d.Centre.Mark(c.ID), "/desk/cases/"+t.Case, make, c.Owner)
}
