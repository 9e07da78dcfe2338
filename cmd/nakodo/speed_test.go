package main

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// maxGrowth is how much dearer publishing may become between an archive of 100
// advisories and the largest.
const maxGrowth = 1.5

// BenchmarkPublishAdvisory publishes through the desk, with gate, rendering,
// signatures, journal and letters, into archives of 100, 10,000 and (with
// NAKODO_LONG=1) 100,000 advisories. The archives take turns, so that all have
// the same weather. Reported are the medians and their ratio to the smallest
// archive, which fails the benchmark above maxGrowth.
//
//	NAKODO_LONG=1 go run ./test/pg -- go test -run '^$' -bench PublishAdvisory -benchtime 1x -timeout 60m ./cmd/nakodo
func BenchmarkPublishAdvisory(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { publishInTurns(b, func() string { return "" }) })
	b.Run("postgres", func(b *testing.B) {
		if os.Getenv("NAKODO_TEST_PG") == "" {
			b.Skip("NAKODO_TEST_PG names no PostgreSQL")
		}
		publishInTurns(b, func() string { return storetest.Schema(b) })
	})
}

func publishInTurns(b *testing.B, url func() string) {
	const rounds = 61 // of each archive, for one turn of the benchmark
	sizes := []int{100, 10_000}
	if os.Getenv("NAKODO_LONG") == "1" {
		sizes = append(sizes, 100_000)
	}
	archives := make([]*archive, len(sizes))
	for i, n := range sizes {
		archives[i] = openArchive(b, url(), n)
	}
	took := make([][]time.Duration, len(sizes))
	for b.Loop() {
		for round := range rounds {
			for i := range archives {
				i = (i + round) % len(archives)
				took[i] = append(took[i], archives[i].publish(b))
			}
		}
	}
	median := func(i int) float64 {
		slices.Sort(took[i])
		return float64(took[i][len(took[i])/2].Microseconds()) / 1000
	}
	for i, n := range sizes {
		b.ReportMetric(median(i), fmt.Sprintf("ms-at-%d", n))
		b.Logf("%d: median %.1f ms, tenth %v, ninetieth %v", n, median(i), took[i][len(took[i])/10], took[i][len(took[i])*9/10])
	}
	growth := median(len(sizes)-1) / median(0)
	b.ReportMetric(growth, "ratio")
	b.ReportMetric(0, "ns/op") // the whole of the rounds with their preparation says nothing
	if growth > maxGrowth {
		b.Errorf("publishing into %d advisories costs %.2f times what it costs into %d; at most %.1f is allowed", sizes[len(sizes)-1], growth, sizes[0], maxGrowth)
	}
}

// archive is a centre in which many advisories have come out.
type archive struct{ *demonstration }

// openArchive plays one case to its published advisory, and then stores copies
// of all its records under other numbers. Only the served documents are cut
// short: their rows count here, not their bytes.
func openArchive(b *testing.B, url string, size int) *archive {
	b.Helper()
	back := new(atomic.Int64)
	back.Store(demoPast * dayLength)
	cfg := defaults()
	cfg.Centre.Mail, cfg.Database.URL = "cc@centre.example", url
	c, err := openCentre(b.Context(), wiring{
		dir: b.TempDir(), config: cfg, log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		now: func() time.Time { return time.Now().Add(-time.Duration(back.Load())) },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.close() })
	a := &archive{&demonstration{centre: c, back: back, vendors: map[string]party.Actor{}}}
	if err := a.people(b.Context()); err != nil {
		b.Fatal(err)
	}
	a.publish(b)
	a.fill(b, size)
	if url != "" {
		settle(b, url)
	}
	return a
}

// settle does at once what PostgreSQL does by itself over the years in which an
// archive grows: after so many rows in a minute it would do so while we measure.
func settle(b *testing.B, url string) {
	b.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{"VACUUM ANALYZE", "CHECKPOINT"} {
		if _, err := db.ExecContext(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
}

// publish brings a report to the eve of publication, and gives the time that
// the publication itself took.
func (a *archive) publish(b *testing.B) time.Duration {
	b.Helper()
	s := &script{d: a.demonstration, ctx: b.Context()}
	title := words.Text{EN: "Uncontrolled search path in an engineering tool", JA: "エンジニアリングツールにおけるファイル検索パスの制御不備"}
	s.daysAgo(60)
	s.step("open", func() (err error) {
		s.id, _, err = a.opened(s.ctx, desk.Incoming{
			Identity: cvd.Identity{Name: "Emi Endo", Mail: "emi@univ.example"},
			Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "ja", Vendor: "花丸制御", Product: "Hanamaru Engineering Tool", Coordinator: cvd.CentreLeads,
				Title: "ファイル検索パスの問題", Result: "同じフォルダの部品が読み込まれます。"},
		}, title)
		return err
	})
	s.invite("hanamaru.example", "")
	s.sign("hanamaru.example")
	s.fixed("hanamaru.example", "Hanamaru Engineering Tool", "7.5")
	s.daysAgo(14)
	s.write(advisory.Content{
		Title:       title,
		Overview:    words.Text{EN: "The engineering tool searches libraries in an unsafe order.", JA: "エンジニアリングツールには、ファイル検索パスの制御不備の脆弱性が存在します。"},
		Description: words.Text{EN: "Libraries in the project's folder may be loaded.", JA: "同じフォルダに存在するライブラリを読み込んでしまう場合があります。"},
		Impact:      words.Text{EN: "Code may run with the rights of the user.", JA: "利用者の権限で、任意のコードを実行される可能性があります。"},
		Solution:    words.Text{EN: "Update the tool.", JA: "ツールを最新版に更新してください。"},
	}, "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", advisory.Weakness{ID: "CWE-427", Name: "Uncontrolled Search Path Element"})
	s.step("approve", func() error { return a.desk.ApproveAdvisory(s.ctx, a.bob, advisory.ID(s.id), 0) })
	var took time.Duration
	s.step("publish", func() error {
		start := time.Now()
		defer func() { took = time.Since(start) }()
		return a.desk.PublishAdvisory(s.ctx, a.ann, advisory.ID(s.id))
	})
	if s.err != nil {
		b.Fatal(s.err)
	}
	return took
}

// original is everything that one published advisory left behind.
type original struct {
	kase   cvd.Case
	own    advisory.Advisory
	rev    advisory.Revision
	entry  shelf.Entry
	docs   []shelf.Document
	events []journal.Event
}

func (a *archive) original(b *testing.B) (o original) {
	b.Helper()
	ctx := b.Context()
	err := a.store.View(ctx, func(tx *store.Tx) error {
		found, err := tx.AdvisoriesIn(ctx, advisory.Published, 1)
		if err != nil {
			return err
		}
		o.own, o.rev = found[0], *found[0].Live
		if o.kase, err = tx.Case(ctx, cvd.CaseID(o.own.Case)); err != nil {
			return err
		}
		mark := a.desk.Centre.Mark(o.kase.ID)
		if o.entry, err = tx.Entry(ctx, mark); err != nil {
			return err
		}
		if o.events, err = tx.Events(ctx, journal.Ref{Kind: journal.AboutCase, ID: string(o.kase.ID)}); err != nil {
			return err
		}
		o.docs, err = tx.DocumentsOf(ctx, mark)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return o
}

// fill stores n copies, the newest last.
func (a *archive) fill(b *testing.B, n int) {
	b.Helper()
	ctx, o := b.Context(), a.original(b)
	text := ""
	for _, f := range o.rev.Content.Fields() {
		text += f.Text + "\n"
	}
	for i := 0; i < n; {
		err := a.store.Do(ctx, func(tx *store.Tx) error {
			for end := min(i+500, n); i < end; i++ {
				if err := a.copy(b, tx, o, text, i, o.rev.At.Add(time.Duration(i-n)*time.Minute)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// copy stores the i-th copy, as published at a moment.
func (a *archive) copy(b *testing.B, tx *store.Tx, o original, text string, i int, at time.Time) error {
	ctx := b.Context()
	id := fmt.Sprintf("0%07d", i) // the centre's own numbers do not begin with 0
	o.kase.ID = cvd.CaseID(id)
	o.own.ID, o.own.Case, o.own.Changed = advisory.ID(id), id, at
	o.rev.ID, o.rev.First, o.rev.At = advisory.ID(id), at, at
	o.own.Live = &o.rev
	o.entry.ID, o.entry.Updated = a.desk.Centre.Mark(o.kase.ID), at
	if err := tx.SetCase(ctx, o.kase); err != nil {
		return err
	}
	if err := tx.SetAdvisory(ctx, o.own); err != nil {
		return err
	}
	if err := tx.AddRevision(ctx, o.rev); err != nil {
		return err
	}
	for _, d := range o.docs {
		d.Path, d.Advisory, d.Body = "/"+id+d.Path, o.entry.ID, d.Body[:500]
		if err := tx.Publish(ctx, d); err != nil {
			return err
		}
	}
	events := slices.Clone(o.events[:3]) // of about twenty: they take longest to store
	for k := range events {
		events[k].About.ID = id
	}
	if err := tx.Record(ctx, journal.Outcome{Events: events}); err != nil {
		return err
	}
	return tx.SetEntry(ctx, o.entry, fmt.Sprintf("%s\nCVE-2026-%d r%d", text, i, i*7919%20_000))
}
