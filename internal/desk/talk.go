package desk

import (
	"cmp"
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
	"nakodo/internal/tlp"
)

// Conversation is a thread as one reader sees it, with who else can read it:
// shown before anybody writes.
type Conversation struct {
	ID       string
	Title    string
	Usual    tlp.Label // of a file for which nobody chooses one
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
	New   bool // somebody else wrote it after the listener last looked
	Files []FileRow
}

// FileRow is an attached file in a list.
type FileRow struct {
	ID     string
	Name   string
	Media  string
	Size   int64
	SHA256 string
	TLP    tlp.Label
	Purged bool
}

// fileRow shows a file; usual is the label of what it belongs to, for a file
// without one of its own.
func fileRow(f talk.File, usual tlp.Label) FileRow {
	return FileRow{ID: f.ID, Name: f.Name, Media: f.Media, Size: f.Size, SHA256: f.SHA256, TLP: cmp.Or(f.TLP, usual), Purged: !f.Purged.IsZero()}
}

// listener is who reads a conversation, and what of its case they may see.
type listener struct {
	by   party.Actor
	me   string    // cvd.ParticipantID
	view *cvd.View // of the thread's case; nil for a report's own thread
	news News      // of the case, to mark what is new; the zero one marks nothing
}

// hears reports whether the listener may read a thread. A party's own thread with
// the centre is always open to it: it may ask before it signs and after it has
// left. What several parties share is content of the case, and opens with it.
func (l listener) hears(t talk.Thread) bool {
	if !t.ReadBy(l.me) {
		return false
	}
	if l.by.Role == party.Officer || isOwn(t, l.me) {
		return true
	}
	return l.view != nil && l.view.Open && !(l.view.My.Alone && others(t, l.me))
}

// others reports whether other organisations than a participant's read a thread.
func others(t talk.Thread, who string) bool {
	return slices.ContainsFunc(t.Readers, func(id string) bool { return id != who && strings.HasPrefix(id, "org:") })
}

// usual is the label of what is said in a thread.
func (l listener) usual() tlp.Label {
	if l.view != nil {
		return l.view.TLP
	}
	return tlp.AmberStrict
}

// isOwn reports whether a thread is a participant's with the centre alone.
func isOwn(t talk.Thread, who string) bool {
	return len(t.Readers) == 2 && t.ReadBy(string(cvd.Centre)) && t.ReadBy(who)
}

// knows reports whether the listener may know that a participant takes part.
func (l listener) knows(id string) bool {
	return l.by.Role == party.Officer || id == l.me || id == string(cvd.Centre) || l.view != nil && visible(*l.view, id)
}

// conversations reads the threads of a case and of reports that a listener hears.
func (d *Desk) conversations(ctx context.Context, tx *store.Tx, l listener, caseID string, reports []cvd.ReportID) ([]Conversation, error) {
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
		if !l.hears(t) {
			continue
		}
		c, err := d.conversation(ctx, tx, l, t)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// conversation reads one thread. Whoever the listener may not know of stays
// without a name and an id, in the list of readers as in the messages.
func (d *Desk) conversation(ctx context.Context, tx *store.Tx, l listener, t talk.Thread) (Conversation, error) {
	c := Conversation{ID: t.ID, Title: t.Title, Usual: l.usual()}
	for _, id := range t.Readers {
		r, err := d.reader(ctx, tx, l, id)
		if err != nil {
			return c, err
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
	names := map[string]string{}
	for _, m := range ms {
		by := string(participantOf(m.By))
		row := MessageRow{At: m.At, Role: m.By.Role, Text: m.Text, Mine: by == l.me, New: l.news.Fresh(m.At) && !l.wrote(m)}
		if l.by.Role == party.Officer || m.By.Role != party.Officer && l.knows(by) { // officers speak as the centre
			if row.Name, err = d.actorName(ctx, tx, m.By, names); err != nil {
				return c, err
			}
		}
		for _, f := range files {
			if slices.Contains(m.Files, f.ID) {
				row.Files = append(row.Files, fileRow(f, l.usual()))
			}
		}
		c.Messages = append(c.Messages, row)
	}
	return c, nil
}

// reader is one reader of a thread as the listener may know them.
func (d *Desk) reader(ctx context.Context, tx *store.Tx, l listener, id string) (Reader, error) {
	r := Reader{ID: id, Role: roleOf(id)}
	if !l.knows(id) || r.Role == party.Finder && l.by.Role != party.Officer && id != l.me {
		r.ID = "" // which vendor, which report: the centre's to know
		return r, nil
	}
	org, ok := strings.CutPrefix(id, "org:")
	if !ok {
		return r, nil
	}
	o, err := tx.Organisation(ctx, party.OrgID(org))
	r.Name = o.Name()
	return r, err
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

// Said is what somebody says in a thread.
type Said struct {
	Text    string
	Uploads []Upload
}

// StartThread opens a conversation in a case between chosen participants. The
// centre reads every thread; an outside party may choose among those it sees.
// What is said in it first is refused with it.
func (d *Desk) StartThread(ctx context.Context, by party.Actor, id cvd.CaseID, title string, readers []string, first ...Said) (string, error) {
	thread := ""
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		by := inCase(by, c)
		v, err := c.SeenBy(by)
		if err != nil {
			return err
		}
		for _, r := range readers {
			if !visible(v, r) {
				return fault.New(fault.NotFound, "fault.not_found")
			}
			q := c.Party(cvd.ParticipantID(r))
			if q != nil && q.Role == party.Operator && q.ID != v.Me { // its own thread with the centre is all it has
				return fault.New(fault.NotNow, "fault.ring.operator")
			}
			if q != nil && q.Alone && len(readers) > 1 {
				return fault.New(fault.NotNow, "fault.case.alone_thread")
			}
		}
		thread, err = d.startThread(ctx, tx, by, talk.Thread{Case: string(id), Title: strings.TrimSpace(title),
			Readers: append([]string{string(cvd.Centre), string(v.Me)}, readers...)})
		if err != nil {
			return err
		}
		for _, x := range first {
			m, err := d.message(by, thread, x.Text, x.Uploads)
			if err != nil {
				return err
			}
			if err := d.say(ctx, tx, by, m, func(h notice.Head) notice.Letter { return notice.NewMessage(h, "", m.text) }); err != nil {
				return err
			}
		}
		return nil
	})
	return thread, err
}

// startThread stores a new thread. The journal holds its title by digest only:
// it is somebody's text, like a message.
func (d *Desk) startThread(ctx context.Context, tx *store.Tx, by party.Actor, t talk.Thread) (string, error) {
	slices.Sort(t.Readers)
	t.ID, t.Readers, t.Opened, t.Latest = d.newID(), slices.Compact(t.Readers), tx.Now(), tx.Now()
	if err := tx.SetThread(ctx, &t); err != nil {
		return "", err
	}
	return t.ID, d.note(ctx, tx, by, journal.AboutThread, t.ID, "start_thread", struct {
		Case    string   `json:"case,omitempty"`
		Report  string   `json:"report,omitempty"`
		Readers []string `json:"readers"`
		Title   string   `json:"title"` // its digest
	}{t.Case, t.Report, t.Readers, talk.Digest(t.Title)})
}

// visible reports whether a reader of the case knows a participant.
func visible(v cvd.View, id string) bool {
	return id == string(cvd.Centre) || id == string(v.Me) ||
		slices.ContainsFunc(v.Parties, func(p cvd.Participant) bool { return string(p.ID) == id })
}

// PostMessage writes into a thread and tells its other readers that something
// waits. Whoever may not read the thread is told that it does not exist.
func (d *Desk) PostMessage(ctx context.Context, by party.Actor, thread, text string, uploads []Upload) error {
	m, err := d.message(by, thread, text, uploads)
	if err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		return d.say(ctx, tx, by, m, func(h notice.Head) notice.Letter { return notice.NewMessage(h, "", m.text) })
	})
}

// message is a message that is still to be put into its thread.
type message struct {
	thread, text string
	files        []talk.File
	mail         string // the letter it came in
}

// message checks what somebody wants to say.
func (d *Desk) message(by party.Actor, thread, text string, uploads []Upload) (message, error) {
	m := message{thread: thread, text: strings.TrimSpace(text)}
	var k fault.Check
	k.Need(m.text != "" || len(uploads) > 0, "text", "fault.case.need_text")
	if err := k.Err(); err != nil {
		return m, err
	}
	var err error
	m.files, err = d.files(by, journal.Ref{Kind: journal.AboutThread, ID: thread}, uploads)
	return m, err
}

// say puts a message into its thread and writes to the other readers.
func (d *Desk) say(ctx context.Context, tx *store.Tx, by party.Actor, in message, letter func(notice.Head) notice.Letter) error {
	t, l, err := d.readable(ctx, tx, by, in.thread)
	if err != nil {
		return err
	}
	by = l.by
	if in.files, err = d.labelFiles(ctx, tx, t, in); err != nil {
		return err
	}
	m := talk.Message{ID: d.newID(), Thread: t.ID, At: tx.Now(), By: by, Text: in.text, Mail: in.mail}
	for _, f := range in.files {
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
	about := journal.Ref{Kind: journal.AboutThread, ID: t.ID}
	e, err := journal.NewEvent(about, tx.Now(), by, "post_message", struct {
		ID     string `json:"id"`
		Digest string `json:"digest"`
	}{m.ID, talk.Digest(m.Text)})
	if err != nil {
		return err
	}
	p := d.post(ctx, tx, about, m.N)
	if err := d.tellOfMessage(p, t, by, letter); err != nil {
		return err
	}
	if err := p.record(journal.Outcome{Events: []journal.Event{e}}); err != nil || by.Org == "" {
		return err
	}
	return d.heardFrom(ctx, tx, by.Org)
}

// readable is a thread that the actor may read. Whoever may not gets what a
// thread that does not exist would give.
func (d *Desk) readable(ctx context.Context, tx *store.Tx, by party.Actor, thread string) (talk.Thread, listener, error) {
	l := listener{by: by, me: string(participantOf(by))}
	t, err := tx.Thread(ctx, thread)
	if err != nil {
		return t, l, err
	}
	if t.Case != "" {
		c, err := tx.Case(ctx, cvd.CaseID(t.Case))
		if err != nil {
			return t, l, err
		}
		l.by = inCase(by, c)
		v, err := c.SeenBy(l.by)
		if err != nil {
			return t, l, err
		}
		l.me, l.view = string(v.Me), &v
	}
	missing := fault.New(fault.NotFound, "fault.not_found")
	if !l.hears(t) {
		return t, l, missing
	}
	if t.Report != "" && by.Org != "" { // an organisation's own report
		r, err := tx.Report(ctx, cvd.ReportID(t.Report))
		if err != nil {
			return t, l, err
		}
		if reads, err := readsOwn(ctx, tx, by, r); err != nil || !reads {
			return t, l, cmp.Or(err, error(missing))
		}
	}
	return t, l, nil
}

// tellOfMessage writes to the other readers of a thread, as far as they may read
// it now. The text travels only inside OpenPGP, and only to those who may read
// the case.
func (d *Desk) tellOfMessage(p *post, t talk.Thread, by party.Actor, make func(notice.Head) notice.Letter) error {
	var c cvd.Case
	if t.Case != "" {
		var err error
		if c, err = p.tx.Case(p.ctx, cvd.CaseID(t.Case)); err != nil {
			return err
		}
	}
	for _, id := range t.Readers {
		part := c.Party(cvd.ParticipantID(id))
		reads := isOwn(t, id) || part != nil && c.Opens(part) && !(part.Alone && others(t, id))
		switch {
		case id == string(participantOf(by)):
		case id == string(cvd.Centre):
			d.tellCentre(p, t, c, make)
		case !reads:
		case roleOf(id) == party.Finder:
			r, err := p.tx.Report(p.ctx, cvd.ReportID(strings.TrimPrefix(id, "finder:")))
			if err != nil {
				return err
			}
			p.finder(r, make)
		case t.Report != "":
			r, err := p.tx.Report(p.ctx, cvd.ReportID(t.Report))
			if err != nil {
				return err
			}
			p.finder(r, make)
		case part != nil:
			p.org(*part, d.Centre.Mark(c.ID), "/room/"+t.Case, c.Opens(part), make)
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
