package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"nakodo/internal/fold"
)

// dialect is all that differs between the two databases. A test proves that
// no other file of the package names either.
type dialect struct {
	name        string // the middle of the names of migrations that exist in pairs
	goose       goose.Dialect
	viewOptions *sql.TxOptions
	claim       string // after a SELECT inside an UPDATE: pass over rows that others are taking
	lockRow     string // after a SELECT: hold the row until the commit
	open        func(Config) (write, read *sql.DB, err error)
	selfTest    func(context.Context, *sql.DB) error
	problem     func(error) problem
	integrity   func(context.Context, *Tx) ([]string, error) // what the database finds wrong with itself

	// The index of words, see search.go.
	indexWords     string                                 // $1 place, $2 words
	forgetWords    string                                 // $1 place
	forgetAllWords string                                 //
	wordPlace      string                                 // the column of the place, where the index is w
	matchWords     string                                 // a condition, where the index is w
	wordsOf        func([]string) string                  // the words of a text, to be indexed
	queryOf        func(fold.Query) string                // what matchWords compares with
	plan           func(context.Context, *Tx, plan) error // how to look for hits from now on
	walks          bool                                   // the plan walkDown exists

	alone func(ctx context.Context, db *sql.DB, path string) (release func() error, err error)
}

// problem is what the caller needs to know about a database's error.
type problem int

const (
	otherProblem problem = iota
	lostRace             // run the transaction again
	tooBusy              // the person should try again
	duplicate            // a unique index refused the row
)

// plan is how to look for hits.
type plan int

const (
	collect  plan = iota // all of them by the index of words, then sort
	walkDown             // down the list from the newest, until the page is full
)

func dialectOf(url string) dialect {
	if url == "" {
		return sqliteDialect
	}
	return postgresDialect
}

var sqliteDialect = dialect{
	name:        "sqlite",
	goose:       goose.DialectSQLite3,
	viewOptions: &sql.TxOptions{ReadOnly: true},
	open:        openSQLite,
	selfTest:    testNumberedArguments,
	problem:     sqliteProblem,
	alone:       aloneByFile,
	integrity:   sqliteIntegrity,

	indexWords:     `INSERT INTO entry_word (rowid, words) VALUES ($1, $2)`,
	forgetWords:    `DELETE FROM entry_word WHERE rowid = $1`,
	forgetAllWords: `INSERT INTO entry_word (entry_word) VALUES ('delete-all')`,
	wordPlace:      `w.rowid`,
	matchWords:     `entry_word MATCH $?`,
	wordsOf:        func(words []string) string { return strings.Join(words, " ") },
	queryOf:        fold.Query.FTS5,
	plan:           func(context.Context, *Tx, plan) error { return nil }, // its index gives hits newest first
}

var postgresDialect = dialect{
	name:        "postgres",
	goose:       goose.DialectPostgres,
	viewOptions: &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
	claim:       " FOR UPDATE SKIP LOCKED",
	lockRow:     " FOR UPDATE",
	open:        openPostgres,
	selfTest:    testEncoding,
	problem:     postgresProblem,
	alone:       aloneByDatabase,
	integrity:   func(context.Context, *Tx) ([]string, error) { return nil, nil }, // its own tools look at pages and checksums

	indexWords:     `INSERT INTO entry_word (place, words) VALUES ($1, $2::text::tsvector)`,
	forgetWords:    `DELETE FROM entry_word WHERE place = $1`,
	forgetAllWords: `TRUNCATE entry_word`,
	wordPlace:      `w.place`,
	matchWords:     `w.words @@ $?::text::tsquery`,
	wordsOf:        tsvector,
	queryOf:        fold.Query.TSQuery,
	plan:           planPostgres,
	walks:          true,
}

// openSQLite gives one connection that writes, because the database has only
// one writer and waiting in Go is fairer than its busy loop, and a few that
// read. synchronous=FULL: an acknowledged report survives a power cut.
func openSQLite(cfg Config) (write, read *sql.DB, err error) {
	path, err := filepath.Abs(filepath.Join(cfg.Dir, "nakodo.db"))
	if err != nil {
		return nil, nil, err
	}
	// Made here so that nobody else may read it, wherever the directory is.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	if write, err = sql.Open("sqlite", dsn+"&_txlock=immediate"); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		write.Close()
		return nil, nil, err
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return write, read, nil
}

// openPostgres keeps reading and writing apart here too: a View inside a Do
// can then never wait for a connection that the Do is holding.
func openPostgres(cfg Config) (write, read *sql.DB, err error) {
	if !strings.HasPrefix(cfg.URL, "postgres://") && !strings.HasPrefix(cfg.URL, "postgresql://") {
		return nil, nil, fmt.Errorf("the database address must begin with postgres:// (leave it out for a database file in the data directory)")
	}
	if write, err = sql.Open("pgx", cfg.URL); err != nil {
		return nil, nil, err
	}
	if read, err = sql.Open("pgx", cfg.URL); err != nil {
		write.Close()
		return nil, nil, err
	}
	for _, db := range []*sql.DB{write, read} {
		db.SetMaxOpenConns(10)
		db.SetMaxIdleConns(10)
	}
	return write, read, nil
}

// testNumberedArguments refuses a driver that binds $N in order of appearance:
// it would swap arguments silently.
func testNumberedArguments(ctx context.Context, db *sql.DB) error {
	var got int64
	if err := db.QueryRowContext(ctx, `SELECT $2 - $1`, 1, 5).Scan(&got); err != nil {
		return err
	}
	if got != 4 {
		return fmt.Errorf("the SQLite driver reads numbered arguments wrongly (5 - 1 = %d); this build must not be used", got)
	}
	return nil
}

// testEncoding refuses a database that cannot hold every text.
func testEncoding(ctx context.Context, db *sql.DB) error {
	var got string
	if err := db.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&got); err != nil {
		return err
	}
	if got != "UTF8" {
		return fmt.Errorf("the database's encoding is %s; make it with: createdb --encoding=UTF8 --template=template0 NAME", got)
	}
	return nil
}

// aloneByFile keeps two processes on one data directory from migrating at
// once: the server, and the small command a mail server starts for each letter.
func aloneByFile(_ context.Context, _ *sql.DB, path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f.Close, nil
}

// aloneByDatabase does the same for processes on several machines. The number
// only has to be the same in each of them.
func aloneByDatabase(ctx context.Context, db *sql.DB, _ string) (release func() error, err error) {
	const number = 7_203_685_477
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(number)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(number))
		return errors.Join(err, conn.Close())
	}, nil
}

func sqliteIntegrity(ctx context.Context, tx *Tx) ([]string, error) {
	said, err := list(ctx, tx, `PRAGMA integrity_check`, nil, one[string])
	if len(said) == 1 && said[0] == "ok" {
		said = nil
	}
	return said, err
}

// tsvector writes words with their positions.
func tsvector(words []string) string {
	at := map[string][]string{}
	var order []string
	for i, w := range words {
		if w == gap {
			continue
		}
		if len(at[w]) == 0 {
			order = append(order, w)
		}
		at[w] = append(at[w], strconv.Itoa(i+1))
	}
	var b strings.Builder
	for _, w := range order {
		b.WriteString("'" + w + "':" + strings.Join(at[w], ",") + " ")
	}
	return b.String()
}

// planPostgres chooses how a search finds its hits, because the planner cannot
// guess how often a phrase occurs, and a wrong guess costs a second.
func planPostgres(ctx context.Context, tx *Tx, p plan) error {
	statement := `SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = on`
	if p == walkDown {
		statement = `SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = off`
	}
	return tx.exec(ctx, statement)
}

func sqliteProblem(err error) problem {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return otherProblem
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return duplicate
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return tooBusy
	}
	return otherProblem
}

func postgresProblem(err error) problem {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return otherProblem
	}
	switch e.Code {
	case "23505":
		return duplicate
	case "40001", "40P01": // serialisation failure, deadlock
		return lostRace
	case "55P03", "53300", "57P03": // lock not available, too many connections, starting up
		return tooBusy
	}
	return otherProblem
}
