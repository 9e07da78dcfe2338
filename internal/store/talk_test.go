package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

func TestThreadAndMessagesComeBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		th := filled[talk.Thread](t)
		th.ID, th.Version, th.Case, th.Report, th.Readers = "t1", 0, "64806328", "NKR-1", []string{"centre", "org:o1"}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetThread(ctx, &th) })
		older := talk.Thread{ID: "t0", Case: "64806328", Readers: []string{"centre"}, Latest: th.Latest.Add(-time.Hour)}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetThread(ctx, &older) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (talk.Thread, error) { return tx.Thread(ctx, "t1") }), th)
		lists := func(f func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error), want ...talk.Thread) {
			t.Helper()
			if want == nil {
				want = []talk.Thread{}
			}
			same(t, view(t, s, f), want)
		}
		lists(func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error) {
			return tx.ThreadsOfCase(ctx, "64806328")
		}, th, older)
		lists(func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error) {
			return tx.ThreadsOfReport(ctx, "NKR-1")
		}, th)
		lists(func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error) { return tx.ThreadsOfReport(ctx, "") })
		lists(func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error) { return tx.ThreadsReadBy(ctx, "org:o1") }, th)
		lists(func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error) { return tx.ThreadsReadBy(ctx, "org:o2") })
		th.Readers = []string{"centre"}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetThread(ctx, &th) })
		lists(func(ctx context.Context, tx *store.Tx) ([]talk.Thread, error) { return tx.ThreadsReadBy(ctx, "org:o1") })

		one, two := filled[talk.Message](t), filled[talk.Message](t)
		one.ID, two.ID, one.Thread, two.Thread = "m1", "m2", "t1", "t1"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddMessage(ctx, &one) })
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddMessage(ctx, &two) })
		same(t, []int64{one.N, two.N}, []int64{1, 2})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]talk.Message, error) { return tx.Messages(ctx, "t1") }), []talk.Message{one, two})
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.AddMessage(t.Context(), &one) }), fault.Stale)
	})
}

func TestFileComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		f := filled[talk.File](t)
		f.ID, f.About = "f1", journal.Ref{Kind: journal.AboutThread, ID: "t1"}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetFile(ctx, f) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (talk.File, error) { return tx.File(ctx, "f1") }), f)
		f.About, f.Purged = journal.Ref{Kind: journal.AboutReport, ID: "NKR-1"}, clock.Now()
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetFile(ctx, f) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]talk.File, error) { return tx.Files(ctx, f.About) }), []talk.File{f})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]talk.File, error) {
			return tx.Files(ctx, journal.Ref{Kind: journal.AboutThread, ID: "t1"})
		}), []talk.File{})
	})
}

func TestLettersComeBackAsStoredAndAreSealed(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := storetest.Open(t, cfg)
		l := filled[talk.Letter](t)
		l.ID, l.Version, l.State, l.About = "l1", 0, talk.LetterQueued, journal.Ref{Kind: journal.AboutReport, ID: "NKR-1"}
		l.To, l.Tag = "secret-finder@example.org", "tag1"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetLetter(ctx, &l) })
		get := func(ctx context.Context, tx *store.Tx) (talk.Letter, error) { return tx.Letter(ctx, "l1") }
		same(t, view(t, s, get), l)
		old := l
		l.State, l.Problem = talk.LetterFailed, "no route"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetLetter(ctx, &l) })
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetLetter(t.Context(), &old) }), fault.Stale)
		for name, f := range map[string]func(ctx context.Context, tx *store.Tx) ([]talk.Letter, error){
			"state": func(ctx context.Context, tx *store.Tx) ([]talk.Letter, error) {
				return tx.LettersIn(ctx, talk.LetterFailed, 0, 5)
			},
			"tag": func(ctx context.Context, tx *store.Tx) ([]talk.Letter, error) {
				l, err := tx.LetterTagged(ctx, "tag1")
				return []talk.Letter{l}, err
			},
			"all":   func(ctx context.Context, tx *store.Tx) ([]talk.Letter, error) { return tx.Letters(ctx, 0, 5) },
			"about": func(ctx context.Context, tx *store.Tx) ([]talk.Letter, error) { return tx.LettersAbout(ctx, l.About) },
		} {
			t.Run(name, func(t *testing.T) { same(t, view(t, s, f), []talk.Letter{l}) })
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (map[talk.LetterState]int, error) { return tx.CountLetters(ctx) }),
			map[talk.LetterState]int{talk.LetterFailed: 1})

		m := filled[talk.Mail](t)
		m.ID, m.Version, m.State, m.MessageID = "in1", 0, talk.MailTray, "<a@b>"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetMail(ctx, &m) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (talk.Mail, error) { return tx.Mail(ctx, "in1") }), m)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (talk.Mail, error) { return tx.MailByMessageID(ctx, "<a@b>") }), m)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]talk.Mail, error) {
			return tx.MailIn(ctx, talk.MailTray, 0, 5)
		}), []talk.Mail{m})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (map[talk.MailState]int, error) { return tx.CountMail(ctx) }),
			map[talk.MailState]int{talk.MailTray: 1})
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error {
			return tx.SetMail(t.Context(), &talk.Mail{ID: "in2", MessageID: "<a@b>"})
		}), fault.Stale)
		for _, id := range []string{"in3", "in4"} { // letters without a Message-ID do not collide
			do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetMail(ctx, &talk.Mail{ID: id}) })
		}
		m.State = talk.MailDone
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetMail(ctx, &m) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (talk.Mail, error) { return tx.Mail(ctx, "in1") }), m)

		files, err := filepath.Glob(filepath.Join(cfg.Dir, "nakodo.db*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte("secret-finder")) {
				t.Errorf("%s holds a receiver's address in clear", name)
			}
		}
	})
}
