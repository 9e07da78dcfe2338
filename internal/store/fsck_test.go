package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

// renamed is the only event of the organisations in these tests.
type renamed struct {
	Name string `json:"name"`
}

// replayOrganisation applies renamed events.
func replayOrganisation(events []journal.Event, stored json.RawMessage) (any, error) {
	var o party.Organisation
	if err := json.Unmarshal(stored, &o); err != nil {
		return nil, err
	}
	o = party.Organisation{ID: o.ID, Created: o.Created, Domains: o.Domains}
	for _, e := range events {
		var r renamed
		if e.Verb != "rename" {
			return nil, errors.New("unknown verb " + e.Verb)
		}
		if err := json.Unmarshal(e.Data, &r); err != nil {
			return nil, err
		}
		o.Names = []party.Name{{Text: r.Name, Kind: party.Official}}
	}
	return o, nil
}

func rename(ctx context.Context, tx *store.Tx, o *party.Organisation, name string) error {
	o.Names = []party.Name{{Text: name, Kind: party.Official}}
	if err := tx.SetOrganisation(ctx, o); err != nil {
		return err
	}
	e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutOrg, ID: string(o.ID)}, tx.Now(), party.OfficerActor("p1"), "rename", renamed{name})
	if err != nil {
		return err
	}
	return tx.Record(ctx, journal.Outcome{Events: []journal.Event{e}})
}

// fillCentre makes a small centre with something of everything, and nothing wrong.
func fillCentre(t testing.TB, s *store.Store) {
	t.Helper()
	b, err := s.KeepBlob(t.Context(), strings.NewReader("attached"), 100)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.KeepBlob(t.Context(), strings.NewReader("From: x"), 100)
	if err != nil {
		t.Fatal(err)
	}
	do(t, s, func(ctx context.Context, tx *store.Tx) error {
		o := party.Organisation{ID: "o1", Domains: []string{"example.jp"}}
		other := party.Organisation{ID: "o2"}
		rev := advisory.Revision{ID: "64806328", Number: 1}
		return errors.Join(
			rename(ctx, tx, &o, "First"), rename(ctx, tx, &o, "横河電機"), rename(ctx, tx, &other, "Second"),
			tx.SetContact(ctx, &party.Contact{ID: "c1", Org: "o1", Mail: "A@b"}),
			tx.SetAgreement(ctx, &party.Agreement{ID: "a1", Org: "o1"}),
			tx.SetPerson(ctx, &party.Person{ID: "p1", Role: party.Officer, Mail: "P@x", Active: true}),
			tx.SetReport(ctx, cvd.Report{ID: "NKR-1", Version: 1, Received: tx.Now()}),
			tx.SetIdentity(ctx, &cvd.Identity{Report: "NKR-1", Name: "N"}),
			tx.SetCase(ctx, cvd.Case{ID: "64806328", Version: 1, Reports: []cvd.ReportID{"NKR-1"}, Parties: []cvd.Participant{{ID: "centre"}, {ID: "org:o1"}}, Opened: tx.Now()}),
			tx.SetAdvisory(ctx, advisory.Advisory{ID: "64806328", Case: "64806328", Version: 1, State: advisory.Published}),
			tx.AddRevision(ctx, rev),
			tx.SetInquiry(ctx, inquiry.Inquiry{ID: "q1", Version: 1, Org: "o1", State: inquiry.Named, Number: 1}),
			tx.SetReferral(ctx, committee.Referral{ID: "r1", Version: 1, Case: "64806328", Org: "o1", State: committee.Preparing}),
			tx.Publish(ctx, shelf.Document{Path: "/a", Media: "text/plain", Body: []byte("frozen"), Source: shelf.Own, Advisory: "NKD#64806328", Revision: 1}),
			tx.SetEntry(ctx, shelf.Entry{ID: "NKD#64806328", Source: shelf.Own, Updated: tx.Now()}, "脆弱性"),
			tx.SetThread(ctx, &talk.Thread{ID: "t1", Case: "64806328", Readers: []string{"centre"}}),
			tx.AddMessage(ctx, &talk.Message{ID: "m1", Thread: "t1", Text: "hello"}),
			tx.SetFile(ctx, talk.File{ID: "f1", About: journal.Ref{Kind: journal.AboutThread, ID: "t1"}, Blob: b.ID, SHA256: b.SHA256}),
			tx.SetLetter(ctx, &talk.Letter{ID: "l1", To: "x@y", State: talk.LetterHeld}),
			tx.SetMail(ctx, &talk.Mail{ID: "i1", Raw: raw.ID, State: talk.MailTray}),
			tx.SetSecret(ctx, "key", []byte("k")),
			tx.SetSetting(ctx, "name", "centre"),
			tx.AddLink(ctx, "token", store.Link{Purpose: "finder"}),
			tx.Record(ctx, journal.Outcome{Jobs: []journal.Job{{Kind: "k", Key: "1", At: tx.Now()}}}),
		)
	})
}

func fsck(t testing.TB, s *store.Store) []string {
	t.Helper()
	found := []string{}
	err := s.Fsck(t.Context(), store.Check{
		Replays: map[journal.Kind]store.Replay{journal.AboutOrg: replayOrganisation},
		Report:  func(f store.Finding) { found = append(found, f.Where+": "+f.What) },
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func TestFsckFindsNothingInASoundCentre(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		same(t, fsck(t, s), []string{})
		fillCentre(t, s)
		same(t, fsck(t, s), []string{})
	})
}

// Each harm is done to a sound centre behind the store's back; the check must
// name its place.
func TestFsckNamesEveryHarm(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		fillCentre(t, s)
		for _, c := range []struct{ harm, repair, want string }{
			{`UPDATE journal SET verb = 'forged' WHERE seq = 3`, `UPDATE journal SET verb = 'rename' WHERE seq = 3`, "journal 3: it was changed"},
			{`UPDATE journal SET at = at + 1 WHERE seq = 1`, `UPDATE journal SET at = at - 1 WHERE seq = 1`, "journal 1: it was changed"},
			{`UPDATE journal SET by_person = 'x' WHERE seq = 1`, `UPDATE journal SET by_person = 'p1' WHERE seq = 1`, "journal 1: it was changed"},
			{`UPDATE journal SET prev = 'x' WHERE seq = 2`, `UPDATE journal SET prev = (SELECT j.hash FROM journal j WHERE j.seq = 1) WHERE seq = 2`, "journal 2: it does not follow"},
			{`UPDATE journal SET seq = 7 WHERE seq = 3`, `UPDATE journal SET seq = 3 WHERE seq = 7`, "journal 7: events 3 to 6 are missing"},
			{`UPDATE journal_head SET seq = 9`, `UPDATE journal_head SET seq = 3`, "journal: it ends at event 3, but was written up to 9"},
			{`UPDATE organisation SET body = REPLACE(body, 'example.jp', 'example.com'), tier = 'general' WHERE id = 'o1'`,
				`UPDATE organisation SET body = REPLACE(body, 'example.com', 'example.jp'), tier = '' WHERE id = 'o1'`, "organisation o1: the column tier"},
			{`UPDATE organisation SET body = REPLACE(body, 'Second', 'Third') WHERE id = 'o2'`, `UPDATE organisation SET body = REPLACE(body, 'Third', 'Second') WHERE id = 'o2'`,
				"organisation o2: its journal leads to another record; they differ in names[0].text"},
			{`UPDATE cvd_case SET closed = 1`, `UPDATE cvd_case SET closed = 0`, "case 64806328: the column closed"},
			{`UPDATE cvd_case SET version = 5`, `UPDATE cvd_case SET version = 1`, "case 64806328: its body is of another record or another version"},
			{`UPDATE person SET active = FALSE`, `UPDATE person SET active = TRUE`, "person p1: the column active"},
			{`UPDATE report SET id = 'NKR-2'`, `UPDATE report SET id = 'NKR-1'`, "identity of report NKR-1: there is no such report"},
			{`UPDATE advisory SET case_id = '1'`, `UPDATE advisory SET case_id = '64806328'`, "advisory 64806328: its case does not exist"},
			{`UPDATE revision SET hash = 'x'`, ``, "advisory 64806328, revision 1: its content is not what was frozen"},
			{`UPDATE document SET sha256 = 'x'`, ``, "document /a: its bytes are not those that were published"},
			{`UPDATE document SET advisory = ''`, ``, "advisory NKD#64806328: it is on the public list, but nothing of it is published"},
			{`DELETE FROM entry`, ``, "search: 0 advisories are listed and 1 can be found"},
			{`UPDATE letter SET sealed = (SELECT m.sealed FROM mail m)`, ``, "letter l1: the centre's key does not open it"},
			{`UPDATE file SET blob = 'aaaaaaaaaaaaaaaaaaaaaaaaaa'`, ``, "file f1: its bytes are missing"},
			{`DELETE FROM organisation WHERE id = 'o1'`, ``, "organisation o1: the journal speaks of it, but it is not there"},
		} {
			if err := s.Tamper(t.Context(), c.harm); err != nil {
				t.Fatal(err)
			}
			if found := fsck(t, s); !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, c.want) }) {
				t.Errorf("%s\nfound %q\nwant %q", c.harm, found, c.want)
			}
			if c.repair == "" {
				continue // further harm is done beside it
			}
			if err := s.Tamper(t.Context(), c.repair); err != nil {
				t.Fatal(err)
			}
			if found := fsck(t, s); len(found) > 0 {
				t.Fatalf("after %s: %q", c.repair, found)
			}
		}
		for _, name := range []string{"contact c1: its organisation", "agreement a1: its organisation", "case 64806328: one of its organisations"} {
			if found := fsck(t, s); !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, name) }) {
				t.Errorf("found %q\nwant %q", found, name)
			}
		}
	})
}

func TestFsckReadsFilesAndLooseOnesGo(t *testing.T) {
	cfg := store.Config{Dir: t.TempDir()}
	s := storetest.Open(t, cfg)
	fillCentre(t, s)
	loose, err := s.KeepBlob(t.Context(), strings.NewReader("never used"), 100)
	if err != nil {
		t.Fatal(err)
	}
	same(t, fsck(t, s), []string{}) // a form may still be on its way
	path := filepath.Join(cfg.Dir, "files", loose.ID[:2], loose.ID+".age")
	old := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	same(t, len(fsck(t, s)), 1)
	n, err := s.DropLooseBlobs(t.Context())
	if err != nil || n != 1 {
		t.Errorf("dropped %d, %v", n, err)
	}
	same(t, fsck(t, s), []string{})

	f := view(t, s, func(ctx context.Context, tx *store.Tx) (talk.File, error) { return tx.File(ctx, "f1") })
	path = filepath.Join(cfg.Dir, "files", f.Blob[:2], f.Blob+".age")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, fsck(t, s), []string{"file f1: its bytes cannot be opened: the file or the centre's key was changed"})
}
