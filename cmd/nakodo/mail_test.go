package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// delivered pipes a letter in, as a mail server does.
func delivered(t *testing.T, dir, letter string, settings map[string]string) (code int, state string) {
	t.Helper()
	var out, errs strings.Builder
	code = run(t.Context(), env{in: strings.NewReader(letter), out: &out, err: &errs, getenv: func(k string) string { return settings[k] }}, []string{"mail", "deliver", "--data", dir})
	return code, strings.TrimSpace(out.String()) + errs.String()
}

func TestMailDeliver(t *testing.T) {
	dir := t.TempDir()
	settings := map[string]string{"SENDER": "fay@finder.example", "RECIPIENT": "cc@localhost.invalid", "NAKODO_CENTRE_MAIL": "cc@localhost.invalid"}
	letter := "From: Fay <fay@finder.example>\r\nTo: cc@localhost.invalid\r\nMessage-ID: <1@finder.example>\r\nSubject: hello\r\n\r\nIs anybody there?\r\n"
	if code, state := delivered(t, dir, letter, settings); code != 0 || state != "tray" {
		t.Errorf("a letter without a mark: exit %d, %q; want 0 and the tray", code, state)
	}
	if code, state := delivered(t, dir, "\x00\xff no letter at all", settings); code != 0 {
		t.Errorf("a letter that cannot be read is kept: exit %d, %q", code, state)
	}
	if code, state := delivered(t, dir, "", settings); code != tempFail {
		t.Errorf("no letter at all: exit %d, %q; want %d", code, state, tempFail)
	}
}

// While the centre cannot be opened, the mail server must keep the letter.
func TestMailDeliverTriesAgainLater(t *testing.T) {
	file := filepath.Join(t.TempDir(), "centre")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, says := delivered(t, file, "Subject: hello\r\n\r\nhello\r\n", nil); code != tempFail {
		t.Errorf("exit %d, %q; want %d", code, says, tempFail)
	}
}
