// Package gpgtest runs the real gpg for tests, with a key ring of its own: what
// we encrypt and sign must be read by the program that our recipients use.
package gpgtest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Home is a GNUPGHOME of its own, so that the tests neither see nor touch the
// keys of whoever runs them.
type Home string

// New makes one, or skips the test where gpg is not installed.
func New(t *testing.T) Home {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skip("gpg is not installed: apt-get install gnupg")
	}
	// Not t.TempDir: a socket path has room for about 100 characters.
	dir, err := os.MkdirTemp("", "gpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd := exec.Command("gpgconf", "--kill", "all")
		cmd.Env = append(os.Environ(), "GNUPGHOME="+dir)
		_ = cmd.Run()
		os.RemoveAll(dir)
	})
	return Home(dir)
}

// Run feeds gpg and gives what it wrote and what it said.
func (h Home) Run(t *testing.T, in []byte, args ...string) (out []byte, said string) {
	t.Helper()
	args = append([]string{"--batch", "--yes", "--no-tty", "--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", "", "--status-fd", "2"}, args...)
	cmd := exec.Command("gpg", args...)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+string(h), "LC_ALL=C.UTF-8")
	cmd.Stdin = bytes.NewReader(in)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil {
		t.Fatalf("gpg %s: %v\n%s", strings.Join(args, " "), err, e.String())
	}
	return o.Bytes(), e.String()
}
