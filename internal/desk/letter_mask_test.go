package desk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"nakodo/internal/notice"
	"nakodo/internal/talk"
)

// An officer who reads a letter that has left cannot go in as its receiver,
// however its bytes are encoded; one that has to be carried by hand can be read.
func TestMask_CoversTheSecretInEveryEncoding(t *testing.T) {
	const secret = "5NHS2PTKY3WPgfrNRRTjVmpXDM9d-TwwFtJ_aB1"
	text := strings.Repeat("これは", 20) + "\r\n\r\nOpen it here: https://cc.example.test/in/" + secret + "\r\n\r\nbye\r\n"
	var qp bytes.Buffer
	w := quotedprintable.NewWriter(&qp)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	b := base64.StdEncoding.EncodeToString([]byte(text))
	var lines strings.Builder
	for i := 0; i < len(b); i += 76 {
		lines.WriteString(b[i:min(len(b), i+76)] + "\r\n")
	}
	args, err := json.Marshal(notice.Letter{Link: "https://cc.example.test/in/" + secret})
	if err != nil {
		t.Fatal(err)
	}
	head := "Subject: NKD#12345678\r\nMessage-Id: <abcdefgh@cc.example.test>\r\n\r\n"
	for name, body := range map[string]string{"plain": text, "quoted-printable": qp.String(), "base64": lines.String()} {
		for _, x := range []struct {
			state talk.LetterState
			sent  time.Time
			shown bool
		}{{talk.LetterQueued, time.Time{}, false}, {talk.LetterSent, time.Unix(1, 0), false}, {talk.LetterFailed, time.Unix(1, 0), false}, {talk.LetterHeld, time.Time{}, true}, {talk.LetterFailed, time.Time{}, true}} {
			l := talk.Letter{State: x.state, Sent: x.sent, Args: args, Raw: []byte(head + body)}
			mask(&l, true)
			if len(l.Raw) != len(head+body) || !bytes.HasPrefix(l.Raw, []byte(head)) {
				t.Fatalf("%s: the letter is another one:\n%s", name, l.Raw)
			}
			got := string(l.Raw[len(head):])
			switch name {
			case "quoted-printable":
				var plain bytes.Buffer
				_, err = plain.ReadFrom(quotedprintable.NewReader(strings.NewReader(got)))
				got = plain.String()
			case "base64":
				var plain []byte
				plain, err = base64.StdEncoding.DecodeString(lineEnds.Replace(got))
				got = string(plain)
			}
			if err != nil {
				t.Fatal(err)
			}
			covered := strings.ReplaceAll(text, secret, strings.Repeat("*", len(secret)))
			if want := map[bool]string{true: text, false: covered}[x.shown]; got != want {
				t.Errorf("%s, %s: the letter reads\n%q", name, x.state, got)
			}
			if strings.Contains(string(l.Args), secret) != x.shown {
				t.Errorf("%s, %s: its values read %s", name, x.state, l.Args)
			}
		}
	}
	for link, want := range map[string]string{"https://cc.example.test/desk/cases/12345678": "", "https://cc.example.test/own-reports/NKR-7F3K-9QWD": "", "": "",
		"https://cc.example.test/status/NKR-7F3K-9QWD/" + secret: secret, "https://cc.example.test/in/" + secret + "?x=1#y": secret} {
		args, _ := json.Marshal(notice.Letter{Link: link})
		if got := secretOf(talk.Letter{Args: args}); got != want {
			t.Errorf("%s: the secret is %q", link, got)
		}
	}
}

// An officer can hold a letter back before it leaves: that shows nobody its link.
// Nor is there a way to read the link that sets up a colleague's account.
func TestSecrecy_HoldingALetterBackDoesNotShowItsLink(t *testing.T) {
	for _, x := range []struct {
		kind  notice.Kind
		state talk.LetterState
		hold  bool
		want  bool
	}{
		{notice.InvitationKind, talk.LetterHeld, false, true},
		{notice.InvitationKind, talk.LetterHeld, true, false},
		{notice.InvitationKind, talk.LetterFailed, false, false},
		{notice.AccountResetKind, talk.LetterHeld, false, true},
		{notice.AccountResetKind, talk.LetterHeld, true, true},
		{notice.AccountResetKind, talk.LetterFailed, false, true},
	} {
		if got := covers(talk.Letter{Template: string(x.kind), State: x.state}, x.hold); got != x.want {
			t.Errorf("%s, %s, no server %v: covered %v", x.kind, x.state, x.hold, got)
		}
	}
}
