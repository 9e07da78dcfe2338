package mail_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"nakodo/internal/keys"
	"nakodo/internal/mail"
)

func FuzzParse(f *testing.F) {
	centre := newKey(f, "Centre", "case@centre.example")
	sealed, err := keys.Seal([]byte(innerText), []*keys.Public{centre.Public()}, centre, now)
	if err != nil {
		f.Fatal(err)
	}
	ours, err := composer(f, centre).Compose(letter("ja", ""), now)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"", "From: a@b\n\nx", string(ours.Raw), post("Content-Type: text/plain", string(sealed)),
		dsn(ours.From, "Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.0.0\n", "Content-Type: message/rfc822\n\nMessage-ID: <a@b>"),
		"Subject: =?iso-2022-jp?B?GyRC?= =?iso-2022-jp?B?JCI=?=\nContent-Type: text/html; charset=shift_jis\n\n<p>\x82\xa0<blockquote>x",
		"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename*0*=utf-8''%E3; filename*1=x\n\nx\n--b\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n--b--",
		"From: a@b\nContent-Type: text/plain; charset=utf-7\n\n+MEI-+AGE\x0e\x1b$B",
	} {
		f.Add([]byte(s))
	}
	r := reader(f)
	r.Mine = []*keys.Private{centre}
	r.Signers = signers(centre.Public())
	r.Limits = mail.Limits{Letter: 1 << 20, File: 1 << 18, Files: 20, Parts: 50, Depth: 8}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := r.Parse(raw, mail.Envelope{}, now)
		if err != nil {
			if strings.Contains(err.Error(), "reading failed") {
				t.Fatal(err) // a fault of ours that Parse caught
			}
			if !errors.Is(err, mail.ErrUnreadable) && !errors.Is(err, mail.ErrTooBig) {
				t.Fatalf("an error no caller knows: %v", err)
			}
		}
		for _, s := range append([]string{in.Text, in.Fresh, in.Subject, in.From.Name, in.From.Mail, in.MessageID}, in.Recipients...) {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\x1b") {
				t.Errorf("not clean: %q", s)
			}
		}
		if strings.Contains(in.Subject, "\n") || strings.Contains(in.From.Name, "\n") {
			t.Errorf("a line break in a header: %q %q", in.Subject, in.From.Name)
		}
		for _, file := range in.Files {
			if !utf8.ValidString(file.Name) || strings.ContainsAny(file.Name, "/\\\x00\n") {
				t.Errorf("file name %q", file.Name)
			}
		}
		if v := mail.Weigh(in, "NKD#64806328", []mail.Participant{{Who: "p", Mails: []string{"a@b"}}}, box()); v.Joins && !v.Evidence.Token && !v.Evidence.Signature {
			t.Errorf("let in without proof: %+v", v)
		}
		mail.LooksLikeReport(in, mail.DraftReport(in))
	})
}
