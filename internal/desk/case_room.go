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
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// CaseRoom is a case as officers work on it. Of what grows with the number of
// vendors (threads, history) it holds heads only, so that a case of thousands
// opens as fast as one of three.
type CaseRoom struct {
	View        cvd.View
	Mark        string
	Names       map[party.OrgID]string
	Signed      map[party.OrgID]party.Agreement // the one in force, else the last that was
	Team        []party.Person                  // officers, for the choice of an owner
	Reports     []SharedReport
	Threads     []ThreadHead    // the last written in first
	History     []Moment        // the newest first
	Entries     int             // of the whole history
	Advisory    string          // id; "" while there is none
	State       string          // of the advisory
	Public      string          // path of the published advisory
	Rounds      []RoundHead     // invitations that have not left
	News        News            // since this officer last looked
	Nominations []NominationRow // that wait for a decision
	Kin         Kin
	Clocks      []cvd.Clock // everything that runs
}

// ThreadHead is a thread without its messages.
type ThreadHead struct {
	ID       string
	Title    string
	Readers  []Reader
	Messages int
	Latest   time.Time
	Waiting  bool // an outside party wrote last: it waits for an answer
	New      bool // somebody else wrote after this officer last looked
}

// shownHistory is how many entries of a history a page opens with.
const shownHistory = 10

// CaseRoom opens a case to an officer.
func (d *Desk) CaseRoom(ctx context.Context, by party.Actor, id cvd.CaseID) (CaseRoom, error) {
	if err := officer(by); err != nil {
		return CaseRoom{}, err
	}
	var room CaseRoom
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if room.View, err = c.SeenBy(by); err != nil {
			return err
		}
		room.Mark = d.Centre.Mark(id)
		if room.Clocks, _, err = d.clocksOf(ctx, tx, &c, false); err != nil {
			return err
		}
		if room.Names, err = tx.NamesInCase(ctx, id); err != nil {
			return err
		}
		if room.Signed, err = d.signedInCase(ctx, tx, id); err != nil {
			return err
		}
		if room.Team, err = tx.People(ctx, party.Officer); err != nil {
			return err
		}
		p := CasePage{View: room.View}
		if err := d.sharedReports(ctx, tx, by, &p); err != nil {
			return err
		}
		room.Reports = p.Reports
		if room.News, err = d.pageNews(ctx, tx, by, room.View); err != nil {
			return err
		}
		if room.Threads, err = d.threadHeads(ctx, tx, by, room); err != nil {
			return err
		}
		for _, t := range room.Threads {
			room.News.Messages += flag(t.New)
		}
		if room.Kin, err = d.kinOf(ctx, tx, c); err != nil {
			return err
		}
		return d.roomRecord(ctx, tx, &room)
	})
	return room, err
}

// roomRecord fills in what stands on record beside the case: its advisory and
// the newest part of its history.
func (d *Desk) roomRecord(ctx context.Context, tx *store.Tx, room *CaseRoom) error {
	id := string(room.View.ID)
	as, err := tx.AdvisoriesOf(ctx, id)
	if err != nil {
		return err
	}
	for _, a := range as {
		room.Advisory, room.State = string(a.ID), string(a.State)
	}
	if room.Public, err = d.publicPath(ctx, tx, id); err != nil {
		return err
	}
	if room.Rounds, err = d.openRounds(ctx, tx, room.View.ID); err != nil {
		return err
	}
	if room.Nominations, err = d.nominations(ctx, tx, room.View.ID, room.Names); err != nil {
		return err
	}
	about := journal.Ref{Kind: journal.AboutCase, ID: id}
	if room.Entries, err = tx.CountEvents(ctx, about); err != nil {
		return err
	}
	events, err := tx.LatestEvents(ctx, about, 0, shownHistory)
	if err != nil {
		return err
	}
	room.History, err = d.moments(ctx, tx, events, room.Names)
	return err
}

// signedInCase gives each organisation's agreement: the one in force, else the
// one that ended last.
func (d *Desk) signedInCase(ctx context.Context, tx *store.Tx, id cvd.CaseID) (map[party.OrgID]party.Agreement, error) {
	all, err := tx.AgreementsInCase(ctx, id)
	of := map[party.OrgID][]party.Agreement{}
	for _, a := range all {
		of[a.Org] = append(of[a.Org], a)
	}
	signed := map[party.OrgID]party.Agreement{}
	for org, as := range of {
		if best, _ := party.Best(as, party.ScopeReports, tx.Now()); best.ID != "" {
			signed[org] = best
		}
	}
	return signed, err
}

// threadHeads lists the threads that hold something or that somebody opened
// for several. A vendor's own empty thread is found on the vendor's page.
func (d *Desk) threadHeads(ctx context.Context, tx *store.Tx, by party.Actor, room CaseRoom) ([]ThreadHead, error) {
	threads, err := tx.ThreadsOfCase(ctx, string(room.View.ID))
	if err != nil {
		return nil, err
	}
	for _, r := range room.View.Reports {
		ts, err := tx.ThreadsOfReport(ctx, string(r))
		if err != nil {
			return nil, err
		}
		threads = append(threads, ts...)
	}
	last, err := tx.LastMessages(ctx, room.View.ID)
	if err != nil {
		return nil, err
	}
	newest := map[string]talk.Message{}
	for _, m := range last {
		newest[m.Thread] = m
	}
	var heads []ThreadHead
	for _, t := range threads {
		m, has := newest[t.ID]
		if !has && t.Report != "" { // a report's threads are few
			ms, err := tx.Messages(ctx, t.ID)
			if err != nil {
				return nil, err
			}
			if has = len(ms) > 0; has {
				m = ms[len(ms)-1]
			}
		}
		if !t.ReadBy(string(cvd.Centre)) || !has && t.Title == "" && t.Report == "" {
			continue
		}
		heads = append(heads, ThreadHead{
			ID: t.ID, Title: t.Title, Readers: readersNamed(t, room.Names), Messages: int(m.N), Latest: t.Latest,
			Waiting: has && m.By.Role != party.Officer, New: has && room.News.Fresh(m.At) && m.By.Person != by.Person,
		})
	}
	slices.SortStableFunc(heads, func(a, b ThreadHead) int {
		if a.Waiting != b.Waiting {
			return cmp.Compare(flag(b.Waiting), flag(a.Waiting))
		}
		return b.Latest.Compare(a.Latest)
	})
	return heads, nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// readersNamed are a thread's readers, for an officer.
func readersNamed(t talk.Thread, names map[party.OrgID]string) []Reader {
	var rs []Reader
	for _, id := range t.Readers {
		r := Reader{ID: id, Role: roleOf(id)}
		if org, ok := strings.CutPrefix(id, "org:"); ok {
			r.Name = names[party.OrgID(org)]
		}
		rs = append(rs, r)
	}
	return rs
}

// ThreadPage is one conversation with what it belongs to.
type ThreadPage struct {
	Conversation
	Case   cvd.CaseID // "" for a thread of a report alone
	Report cvd.ReportID
}

// Thread opens one conversation to an officer.
func (d *Desk) Thread(ctx context.Context, by party.Actor, id string) (ThreadPage, error) {
	if err := officer(by); err != nil {
		return ThreadPage{}, err
	}
	var p ThreadPage
	err := d.view(ctx, func(tx *store.Tx) error {
		t, l, err := d.readable(ctx, tx, by, id)
		if err != nil {
			return err
		}
		p.Case, p.Report = cvd.CaseID(t.Case), cvd.ReportID(t.Report)
		if l.view != nil {
			if l.news, err = d.pageNews(ctx, tx, l.by, *l.view); err != nil {
				return err
			}
		}
		p.Conversation, err = d.conversation(ctx, tx, l, t)
		return err
	})
	return p, err
}

// OwnThread gives the thread that an organisation has with the centre alone.
func (d *Desk) OwnThread(ctx context.Context, by party.Actor, id cvd.CaseID, org party.OrgID) (Conversation, error) {
	if err := officer(by); err != nil {
		return Conversation{}, err
	}
	var found Conversation
	err := d.view(ctx, func(tx *store.Tx) error {
		ts, err := tx.ThreadsReadBy(ctx, string(cvd.OrgParticipant(org)))
		if err != nil {
			return err
		}
		for _, t := range ts {
			if t.Case == string(id) && isOwn(t, string(cvd.OrgParticipant(org))) {
				t, l, err := d.readable(ctx, tx, by, t.ID)
				if err != nil {
					return err
				}
				if l.news, err = d.pageNews(ctx, tx, by, *l.view); err != nil {
					return err
				}
				found, err = d.conversation(ctx, tx, l, t)
				return err
			}
		}
		return fault.New(fault.NotFound, "fault.not_found")
	})
	return found, err
}

// CaseHistory lists a part of a case's history, the newest first, and says how
// many entries there are.
func (d *Desk) CaseHistory(ctx context.Context, by party.Actor, id cvd.CaseID, skip, limit int) ([]Moment, int, error) {
	if err := officer(by); err != nil {
		return nil, 0, err
	}
	var ms []Moment
	n := 0
	err := d.view(ctx, func(tx *store.Tx) error {
		if _, err := tx.Case(ctx, id); err != nil {
			return err
		}
		names, err := tx.NamesInCase(ctx, id)
		if err != nil {
			return err
		}
		about := journal.Ref{Kind: journal.AboutCase, ID: string(id)}
		if n, err = tx.CountEvents(ctx, about); err != nil {
			return err
		}
		events, err := tx.LatestEvents(ctx, about, skip, limit)
		if err != nil {
			return err
		}
		ms, err = d.moments(ctx, tx, events, names)
		return err
	})
	return ms, n, err
}
