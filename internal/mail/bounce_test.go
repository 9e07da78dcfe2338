package mail_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nakodo/internal/mail"
)

func dsn(to, status, original string) string {
	return "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: " + to + "\nSubject: Undelivered Mail Returned to Sender\n" +
		"Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
		"--b\n\nI'm sorry.\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n--b\n" + original + "\n--b--\n"
}

func TestBounces(t *testing.T) {
	ours, err := composer(t, nil).Compose(letter("en", ""), now)
	if err != nil {
		t.Fatal(err)
	}
	hash := mail.Hash("letter-1")
	failed := "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; PSIRT@vendor.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"
	gone := mail.Undelivered{Address: "psirt@vendor.example", Status: "5.1.1", Why: "550 5.1.1 no such user", Permanent: true}
	for name, tt := range map[string]struct {
		raw  string
		want *mail.Returned
	}{
		"report to the bounce address":         {dsn(ours.From, failed, "Content-Type: text/rfc822-headers\n\nMessage-ID: "+ours.ID), &mail.Returned{Letter: hash, Proven: true, Failed: []mail.Undelivered{gone}}},
		"report to the box":                    {dsn("case@centre.example", failed, "Content-Type: message/rfc822\n\nMessage-ID: "+ours.ID+"\n\nbody"), &mail.Returned{Letter: hash, Failed: []mail.Undelivered{gone}}},
		"report about nothing":                 {dsn("case@centre.example", failed, ""), &mail.Returned{Failed: []mail.Undelivered{gone}}},
		"forged bounce address":                {dsn("case+b-"+hash+".aaaaaaaaaaaaaaaa@centre.example", failed, ""), &mail.Returned{Failed: []mail.Undelivered{gone}}},
		"delayed":                              {dsn(ours.From, "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; psirt@vendor.example\nAction: delayed\nStatus: 4.4.1\n", ""), &mail.Returned{Letter: hash, Proven: true}},
		"mailbox full":                         {dsn(ours.From, "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; psirt@vendor.example\nAction: failed\nStatus: 4.2.2\n", ""), &mail.Returned{Letter: hash, Proven: true, Failed: []mail.Undelivered{{Address: "psirt@vendor.example", Status: "4.2.2"}}}},
		"gmail nests the fields":               {dsn(ours.From, "Content-Type: text/plain\n\n"+failed, ""), &mail.Returned{Letter: hash, Proven: true, Failed: []mail.Undelivered{gone}}},
		"two recipients, one relayed":          {dsn(ours.From, failed+"\nFinal-Recipient: rfc822; b@vendor.example\nAction: relayed\nStatus: 2.0.0\n", ""), &mail.Returned{Letter: hash, Proven: true, Failed: []mail.Undelivered{gone}}},
		"free text":                            {"From: postmaster@mx.example\nTo: " + ours.From + "\nReturn-Path: <>\nSubject: failure notice\n\nHi. This is the qmail-send program.\n<psirt@vendor.example>:\n550 5.1.1 sorry, no mailbox here\n", &mail.Returned{Letter: hash, Proven: true, Failed: []mail.Undelivered{{Address: "psirt@vendor.example", Status: "5.1.1", Why: "550 5.1.1 sorry, no mailbox here", Permanent: true}}}},
		"free text in Japanese":                {"From: MAILER-DAEMON@mx.example\nTo: " + ours.From + "\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n次の宛先へ配信できませんでした: psirt@vendor.example\n", &mail.Returned{Letter: hash, Proven: true, Failed: []mail.Undelivered{{Address: "psirt@vendor.example", Permanent: true}}}},
		"absence notice to the bounce address": {"From: sato@vendor.example\nTo: " + ours.From + "\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nBack on Monday", nil},
		"a person's letter":                    {"From: sato@vendor.example\nTo: case@centre.example\nSubject: x\n\nhello", nil},
	} {
		got := parse(t, reader(t), tt.raw)
		if d := cmp.Diff(tt.want, got.Bounce); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if (got.Kind == mail.Bounce) != (tt.want != nil) {
			t.Errorf("%s: kind %s", name, got.Kind)
		}
		if tt.want != nil && got.Bounce.Final() != (len(tt.want.Failed) > 0 && tt.want.Failed[0].Permanent) {
			t.Errorf("%s: final %v", name, got.Bounce.Final())
		}
	}
}

func TestMachinesAndLoopsAreRecognised(t *testing.T) {
	ours, err := composer(t, nil).Compose(letter("en", ""), now)
	if err != nil {
		t.Fatal(err)
	}
	from := "From: sato@vendor.example\n"
	for name, tt := range map[string]struct {
		raw  string
		want mail.Kind
	}{
		"a person":                 {from + "Subject: hello\n\nx", mail.Letter},
		"Auto-Submitted: no":       {from + "Auto-Submitted: no\n\nx", mail.Letter},
		"Auto-Submitted":           {from + "Auto-Submitted: auto-replied; x=y\n\nx", mail.Auto},
		"Precedence":               {from + "Precedence: auto_reply\n\nx", mail.Auto},
		"X-Autoreply":              {from + "X-Autoreply: yes\n\nx", mail.Auto},
		"subject in Japanese":      {from + "Subject: 自動返信: 受け付けました\n\nx", mail.Auto},
		"empty sender":             {from + "Return-Path: <>\n\nx", mail.Auto},
		"our letter comes back":    {string(ours.Raw), mail.Loop},
		"forwarded with our mark":  {from + "X-Loop: case@centre.example\n\nx", mail.Loop},
		"our address as sender":    {"From: case@centre.example\n\nx", mail.Loop},
		"our Message-ID":           {from + "Message-ID: " + ours.ID + "\n\nx", mail.Loop},
		"sixty hops":               {repeat("Received: from a by b\n", 60) + from + "\nx", mail.Loop},
		"somebody else's loop tag": {from + "X-Loop: list@vendor.example\n\nx", mail.Letter},
	} {
		if got := parse(t, reader(t), tt.raw).Kind; got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

func repeat(s string, n int) (out string) {
	for range n {
		out += s
	}
	return out
}
