package main

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
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

// openArchive plays one case to its published advisory, and then copies its
// records under other numbers. Only the served documents are cut short, and the
// journal's history of each case: their rows count here, not their bytes.
func openArchive(b *testing.B, url string, size int) *archive {
	b.Helper()
	back := new(atomic.Int64)
	back.Store(demoPast * dayLength)
	cfg, dir := defaults(), b.TempDir()
	cfg.Centre.Mail, cfg.Database.URL = "cc@centre.example", url
	c, err := openCentre(b.Context(), wiring{
		dir: dir, config: cfg, log: slog.New(slog.NewTextHandler(io.Discard, nil)),
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
	driver, source, settle := "sqlite", filepath.Join(dir, "nakodo.db"), []string{"PRAGMA wal_checkpoint(TRUNCATE)"}
	if url != "" {
		// What PostgreSQL does by itself over the years in which an archive grows;
		// after so many rows in a minute it would do so while we measure.
		driver, source, settle = "pgx", url, []string{"VACUUM ANALYZE", "CHECKPOINT"}
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	a.fill(b, db, size)
	for _, statement := range settle {
		execute(b, db, statement)
	}
	return a
}

func execute(b *testing.B, db *sql.DB, statement string, args ...any) {
	b.Helper()
	if _, err := db.ExecContext(b.Context(), statement, args...); err != nil {
		b.Fatalf("%v in %s", err, statement)
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

// copied are the tables of an advisory's records, and which rows are the original's.
var copied = [][2]string{
	{"cvd_case", "id = $1"}, {"case_party", "case_id = $1"}, {"case_report", "case_id = $1"},
	{"advisory", "id = $1"}, {"revision", "advisory = $1"}, {"document", "advisory LIKE '%#' || $1"},
	{"journal", "about_id = $1 AND n <= 5"},
}

// fill copies the one published advisory n times, the newest last. Rows are
// copied by the database; only the public list and its words go through the
// store, because the index of words is made in Go.
func (a *archive) fill(b *testing.B, db *sql.DB, n int) {
	b.Helper()
	ctx := b.Context()
	var id, text string
	var entry shelf.Entry
	err := a.store.View(ctx, func(tx *store.Tx) error {
		found, err := tx.AdvisoriesIn(ctx, advisory.Published, 1)
		if err != nil {
			return err
		}
		id = string(found[0].ID)
		for _, f := range found[0].Live.Content.Fields() {
			text += f.Text + "\n"
		}
		entry, err = tx.Entry(ctx, a.desk.Centre.Mark(cvd.CaseID(id)))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range copied {
		execute(b, db, copyRows(b, db, t[0], t[1], n), id)
	}
	execute(b, db, `UPDATE journal_head SET seq = (SELECT MAX(seq) FROM journal)`)
	newest := entry.Updated
	for i := 0; i < n; {
		err := a.store.Do(ctx, func(tx *store.Tx) error {
			for end := min(i+500, n); i < end; i++ {
				entry.ID, entry.Updated = a.desk.Centre.Mark(cvd.CaseID(fmt.Sprintf("%08d", i))), newest.Add(time.Duration(i-n)*100*time.Minute)
				if err := tx.SetEntry(ctx, entry, fmt.Sprintf("%s\nCVE-2026-%d r%d", text, i, i*7919%20_000)); err != nil {
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

// copyRows is the statement that copies a table's rows of the record $1 under
// n numbers from 00000000, which the centre itself never gives. Times go back by
// a hundred minutes for each, and bytes are cut short.
func copyRows(b *testing.B, db *sql.DB, table, which string, n int) string {
	b.Helper()
	rows, err := db.QueryContext(b.Context(), `SELECT * FROM `+table+` WHERE 1 = 0`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		b.Fatal(err)
	}
	const number = `substr('0000000' || i, length('0000000' || i) - 7, 8)`
	var names, values []string
	for _, c := range types {
		names = append(names, c.Name())
		switch kind := strings.ToUpper(c.DatabaseTypeName()); {
		case c.Name() == "at":
			values = append(values, fmt.Sprintf(`at - (%d - i) * 6000000000`, n))
		case c.Name() == "seq":
			values = append(values, `seq + (i + 1) * (SELECT MAX(seq) FROM journal)`)
		case kind == "TEXT":
			values = append(values, `replace(`+c.Name()+`, $1, `+number+`)`)
		case kind == "BYTEA":
			values = append(values, `substr(`+c.Name()+`, 1, 500)`)
		default:
			values = append(values, c.Name())
		}
	}
	return `WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i + 1 < ` + fmt.Sprint(n) + `)
		INSERT INTO ` + table + ` (` + strings.Join(names, ", ") + `) SELECT ` + strings.Join(values, ", ") + ` FROM ` + table + `, k WHERE ` + which
}
