package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

func publish(s *store.Store, t *testing.T, d shelf.Document) error {
	t.Helper()
	return s.Do(t.Context(), func(tx *store.Tx) error { return tx.Publish(t.Context(), d) })
}

func TestDocumentComesBackAsPublishedAndStaysFrozen(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		d := shelf.Document{
			Path: "/advisories/NKD64806328", Media: "text/html; charset=utf-8", Lang: "ja", Body: []byte("<p>\x00\xff脆弱性"), Signature: "-----BEGIN",
			Source: shelf.Own, Advisory: "NKD#64806328", Revision: 1, At: clock.Now(),
		}
		get := func(ctx context.Context, tx *store.Tx) (shelf.Document, error) { return tx.Document(ctx, d.Path) }
		must := func(d shelf.Document) {
			t.Helper()
			if err := publish(s, t, d); err != nil {
				t.Fatal(err)
			}
		}
		must(d)
		d.SHA256 = shelf.Sum(d.Body)
		same(t, view(t, s, get), d)
		must(d) // the same again
		other := d
		other.Body = []byte("changed")
		wantKind(t, publish(s, t, other), fault.NotNow)
		other.Advisory = "NKD#1"
		wantKind(t, publish(s, t, other), fault.NotNow)
		same(t, view(t, s, get), d)
		two := d
		two.Body, two.Revision = []byte("second"), 2
		must(two)
		two.SHA256 = shelf.Sum(two.Body)
		same(t, view(t, s, get), two)
		wantKind(t, publish(s, t, d), fault.NotNow) // the first again
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Unpublish(ctx, d.Path) })
		same(t, view(t, s, get), two)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]shelf.Document, error) {
			return tx.DocumentsOf(ctx, d.Advisory)
		}), []shelf.Document{two})

		feed := shelf.Document{Path: "/feed.atom", Media: "application/atom+xml", Body: []byte("1"), Source: shelf.Own}
		must(feed)
		feed.Body = []byte("22")
		must(feed)
		feed.SHA256 = shelf.Sum(feed.Body)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (shelf.Document, error) { return tx.Document(ctx, "/feed.atom") }), feed)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Unpublish(ctx, feed.Path) })
		_, err := find(t, s, func(ctx context.Context, tx *store.Tx) (shelf.Document, error) { return tx.Document(ctx, feed.Path) })
		wantKind(t, err, fault.NotFound)
	})
}

func TestGenerationGrowsWithWhatThePublicMayRead(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := storetest.Open(t, cfg)
		generation := func() int64 {
			n, err := s.Generation(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		first := generation()
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetSetting(ctx, "x", 1) })
		same(t, generation(), first)
		if err := publish(s, t, shelf.Document{Path: "/a"}); err != nil {
			t.Fatal(err)
		}
		second := generation()
		if second <= first {
			t.Errorf("got %d after %d", second, first)
		}
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SetEntry(ctx, shelf.Entry{ID: "A"}, "")
		})
		if third := generation(); third <= second {
			t.Errorf("got %d after %d", third, second)
		}
		stop := fmt.Errorf("stop")
		now := generation()
		_ = s.Do(t.Context(), func(tx *store.Tx) error {
			if err := tx.Publish(t.Context(), shelf.Document{Path: "/b"}); err != nil {
				t.Error(err)
			}
			return stop
		})
		same(t, generation(), now)
	})
}

// shelve lists an advisory that was updated some hours after the clock.
func shelve(t testing.TB, s *store.Store, clock *storetest.Clock, id string, hours int, e shelf.Entry, words string) {
	t.Helper()
	e.ID, e.Updated = id, clock.Now().Add(time.Duration(hours)*time.Hour)
	do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetEntry(ctx, e, words) })
}

func search(t testing.TB, s *store.Store, q shelf.Question) shelf.Answer {
	t.Helper()
	return view(t, s, func(ctx context.Context, tx *store.Tx) (shelf.Answer, error) { return tx.Search(ctx, q) })
}

func ids(a shelf.Answer) string {
	var all []string
	for _, e := range a.Entries {
		all = append(all, e.ID)
	}
	return strings.Join(all, " ")
}

func TestEntryComesBackAsListed(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		e := filled[shelf.Entry](t)
		e.ID = "NKD#64806328"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetEntry(ctx, e, "x") })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (shelf.Entry, error) { return tx.Entry(ctx, e.ID) }), e)
		same(t, search(t, s, shelf.Question{}), shelf.Answer{Entries: []shelf.Entry{e}, Count: 1})
		e.Overview = words.Text{EN: "other"}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetEntry(ctx, e, "y") })
		same(t, search(t, s, shelf.Question{Text: "y"}), shelf.Answer{Entries: []shelf.Entry{e}, Count: 1})
		same(t, search(t, s, shelf.Question{Text: "x"}), shelf.Answer{Entries: []shelf.Entry{}})
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RemoveEntry(ctx, e.ID) })
		same(t, search(t, s, shelf.Question{Text: "y"}), shelf.Answer{Entries: []shelf.Entry{}})
	})
}

// The queries that a search by plain substring, by dictionary words or by
// trigrams gets wrong: two characters, one, half and full width, a word with
// and without its long-vowel mark, an identifier typed in part.
func TestSearchFindsWhatAReaderWouldCallTheSame(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		shelve(t, s, clock, "NKD#11111111", 1, shelf.Entry{
			Source: shelf.Own, Title: words.Text{JA: "サンプル製ルーターにおける認証不備の脆弱性", EN: "Sample router vulnerable to missing authentication"},
			CVEs: []string{"CVE-2026-1234"}, Vendors: []string{"横河電機"},
		}, "遠隔の第三者によって任意のコードを実行される可能性があります。")
		shelve(t, s, clock, "NKD#22222222", 2, shelf.Entry{Source: shelf.Own, Title: words.Text{JA: "ｻﾝﾌﾟﾙ ＯｐｅｎＳＳＬ"}}, "")
		shelve(t, s, clock, "ICSA-22-001-01", 3, shelf.Entry{Source: "CISA", Title: words.Text{EN: "Example Controller"}, Products: []string{"FA-M3"}}, "")
		for _, c := range []struct{ text, want string }{
			{"", "ICSA-22-001-01 NKD#22222222 NKD#11111111"},
			{"   ", "ICSA-22-001-01 NKD#22222222 NKD#11111111"},
			{"認証", "NKD#11111111"},
			{"脆", "NKD#11111111"},
			{"ルータ", "NKD#11111111"},
			{"ﾙｰﾀｰ", "NKD#11111111"},
			{"サンプル", "NKD#22222222 NKD#11111111"},
			{"openssl", "NKD#22222222"},
			{"第三者", "NKD#11111111"},
			{"遠隔の第三者", "NKD#11111111"},
			{"cve-2026-12", "NKD#11111111"},
			{"NKD#11111111", "NKD#11111111"},
			{"nkd11111111", "NKD#11111111"},
			{"22-001", "ICSA-22-001-01"},
			{"fa-m3", "ICSA-22-001-01"},
			{"サンプル openssl", "NKD#22222222"},
			{`"sample router"`, "NKD#11111111"},
			{`"router sample"`, ""},
			{"性Sample", ""}, // no phrase reaches from one text into the next
			{"%", ""},
			{"'); DROP TABLE entry; --", ""},
			{"nothing", ""},
		} {
			if got := ids(search(t, s, shelf.Question{Text: c.text})); got != c.want {
				t.Errorf("%q found %q, want %q", c.text, got, c.want)
			}
		}
		same(t, ids(search(t, s, shelf.Question{Source: "CISA"})), "ICSA-22-001-01")
		same(t, ids(search(t, s, shelf.Question{Source: shelf.Collected})), "ICSA-22-001-01")
		same(t, ids(search(t, s, shelf.Question{Source: shelf.Collected, Text: "サンプル"})), "")
		same(t, ids(search(t, s, shelf.Question{Source: shelf.Own, Text: "サンプル"})), "NKD#22222222 NKD#11111111")
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Reindex(ctx) })
		same(t, ids(search(t, s, shelf.Question{Text: "第三者"})), "NKD#11111111")
	})
}

func TestPagesFollowOneAnotherAndAnUpdateMovesUp(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		for i := range 5 { // all at the same moment: the later listed is the newer
			shelve(t, s, clock, fmt.Sprint("A", i), 0, shelf.Entry{}, "common")
		}
		for _, text := range []string{"", "common"} {
			q := shelf.Question{Text: text, Limit: 2}
			var pages []string
			for {
				a := search(t, s, q)
				same(t, a.Count, 5)
				same(t, a.More, false)
				pages = append(pages, ids(a))
				if q.Before = a.Next; a.Next == 0 {
					break
				}
			}
			same(t, pages, []string{"A4 A3", "A2 A1", "A0"})
		}
		shelve(t, s, clock, "A1", 1, shelf.Entry{}, "common")
		same(t, ids(search(t, s, shelf.Question{Text: "common"})), "A1 A4 A3 A2 A0")
	})
}

// A word that stands too often or too late for one of the databases is left
// out of both indexes, and never makes either fail.
func TestHugeTextsAreFoundAlikeInBoth(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		shelve(t, s, clock, "often", 1, shelf.Entry{}, strings.Repeat("same ", 400)+"word end")
		shelve(t, s, clock, "late", 2, shelf.Entry{}, numbers(17_000)+" tail")
		shelve(t, s, clock, "heavy", 3, shelf.Entry{}, strings.Repeat("𠮷野家の脆弱性", 20_000)+" "+strings.Repeat("x", 1_000_000))
		for _, c := range []struct{ text, want string }{
			{"same", "often"},
			{"end", "often"},
			{`"word end"`, "often"},
			{`"same word"`, ""}, // its place was given up, and no other phrase was made of it
			{"n15000", "late"},
			{"tail", ""},
			{"脆弱性", "heavy"},
		} {
			if got := ids(search(t, s, shelf.Question{Text: c.text})); got != c.want {
				t.Errorf("%q found %q, want %q", c.text, got, c.want)
			}
		}
	})
}

// numbers makes n different words.
func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "n%d ", i)
	}
	return b.String()
}

func TestCountStopsAtItsLimit(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range shelf.CountLimit + 5 {
				if err := tx.SetEntry(ctx, shelf.Entry{ID: fmt.Sprint("A", i), Updated: clock.Now()}, "common 共通"); err != nil {
					return err
				}
			}
			return nil
		})
		for _, text := range []string{"", "common", "共通"} {
			a := search(t, s, shelf.Question{Text: text, Limit: 1})
			same(t, ids(a), fmt.Sprint("A", shelf.CountLimit+4))
			same(t, a.Count, shelf.CountLimit)
			same(t, a.More, true)
		}
	})
}
