// Package cluster starts a throw-away PostgreSQL on loopback, for tests: its
// own files in a temporary folder, a free port, nothing left behind by Stop.
// It needs the server's programs (Debian: apt-get install postgresql).
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cluster is a running server.
type Cluster struct {
	URL string // postgres://… of an empty UTF-8 database
	dir string
	bin string
	as  string // the user it runs as, where we are root
}

// Start makes and starts a server. It gives up when ctx ends.
func Start(ctx context.Context) (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "nakodo-pg-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, bin: bin}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// programs finds the newest installed server.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errors.New("no PostgreSQL server here; install one: apt-get install postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4]) // /usr/lib/postgresql/15/bin/initdb
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func (c *Cluster) start(ctx context.Context) error {
	if os.Geteuid() == 0 {
		// The server refuses to run as root.
		if _, err := user.Lookup("postgres"); err != nil {
			return fmt.Errorf("running as root needs the user postgres: %w", err)
		}
		c.as = "postgres"
		if err := exec.CommandContext(ctx, "chown", c.as, c.dir).Run(); err != nil {
			return fmt.Errorf("chown %s: %w", c.dir, err)
		}
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	if err := c.run(ctx, "initdb", "--pgdata="+data, "--username=nakodo", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return err
	}
	// Nothing here outlives the tests, so nothing waits for the disk.
	options := fmt.Sprintf("-h 127.0.0.1 -p %d -k %s -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300", port, c.dir)
	if err := c.run(ctx, "pg_ctl", "--pgdata="+data, "--wait", "--timeout=60", "--log="+filepath.Join(c.dir, "log"), "--options="+options, "start"); err != nil {
		return err
	}
	c.URL = fmt.Sprintf("postgres://nakodo@127.0.0.1:%d/postgres?sslmode=disable", port)
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// run runs one of the server's programs, as the user it must run as.
func (c *Cluster) run(ctx context.Context, program string, args ...string) error {
	name := filepath.Join(c.bin, program)
	if c.as != "" {
		args = append([]string{"-u", c.as, "--", name}, args...)
		name = "runuser"
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.dir
	// The server inherits these; a pipe would keep us waiting for its end.
	out, err := os.Create(filepath.Join(c.dir, program+".out"))
	if err != nil {
		return err
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w\n%s", program, err, said)
	}
	return nil
}

// Stop ends the server and removes its files.
func (c *Cluster) Stop() error {
	var err error
	data := filepath.Join(c.dir, "data")
	if _, missing := os.Stat(filepath.Join(data, "postmaster.pid")); missing == nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		err = c.run(ctx, "pg_ctl", "--pgdata="+data, "--wait", "--mode=immediate", "stop")
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}
