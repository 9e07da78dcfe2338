package mail_test

import (
	"strings"
	"testing"

	"nakodo/internal/keys"
	"nakodo/internal/mail"
)

const mark = "NKD#64806328"

// TestAMarkAloneLetsNobodyIn walks every combination of evidence.
func TestAMarkAloneLetsNobodyIn(t *testing.T) {
	vendor := mail.Participant{Who: "p-1", Mails: []string{"PSIRT@vendor.example"}, Fingerprints: []string{"ABCD"}}
	other := mail.Participant{Who: "p-2", Mails: []string{"psirt@other.example"}}
	inCase := []mail.Participant{other, vendor}
	token, ok := box().Read(box().ReplyTo(mark, "p-1"), marks(t))
	if !ok || token.Mark != mark {
		t.Fatalf("%+v", token)
	}
	left, _ := box().Read(box().ReplyTo(mark, "p-3"), marks(t))
	elsewhere, _ := box().Read(box().ReplyTo("NKD#11111111", "p-1"), marks(t))
	good := mail.Seal{Signature: keys.Signature{Verdict: keys.Good, Fingerprint: "ABCD"}, Whole: true, Marks: []string{mark}}
	with := func(change func(*mail.Seal)) mail.Seal { s := good; change(&s); return s }
	none := mail.Seal{Signature: keys.Signature{Verdict: keys.Unsigned}}
	for name, tt := range map[string]struct {
		from, tag string
		kind      mail.Kind
		seal      mail.Seal
		who       string
		joins     bool
		why       string
	}{
		"nothing":                       {"x@x.example", "", mail.Letter, none, "", false, "mail.tray.stranger"},
		"address only":                  {"psirt@vendor.example", "", mail.Letter, none, "p-1", false, "mail.tray.unproven"},
		"token":                         {"colleague@vendor.example", token.Tag, mail.Letter, none, "p-1", true, ""},
		"token and address":             {"psirt@vendor.example", token.Tag, mail.Letter, none, "p-1", true, ""},
		"token, another's address":      {"psirt@other.example", token.Tag, mail.Letter, none, "p-1", true, ""},
		"made-up token":                 {"psirt@vendor.example", "aaaaaaaaaaaaaaaa", mail.Letter, none, "p-1", false, "mail.tray.unproven"},
		"token of one who left":         {"x@x.example", left.Tag, mail.Letter, none, "", false, "mail.tray.stranger"},
		"token of another case":         {"x@x.example", elsewhere.Tag, mail.Letter, none, "", false, "mail.tray.stranger"},
		"signature":                     {"x@x.example", "", mail.Letter, good, "p-1", true, ""},
		"signature over part of it":     {"psirt@vendor.example", "", mail.Letter, with(func(s *mail.Seal) { s.Whole = false }), "p-1", false, "mail.tray.unproven"},
		"old signed letter, new mark":   {"x@x.example", "", mail.Letter, with(func(s *mail.Seal) { s.Marks = nil }), "", false, "mail.tray.stranger"},
		"signed in another case":        {"x@x.example", "", mail.Letter, with(func(s *mail.Seal) { s.Marks = []string{"NKD#11111111"} }), "", false, "mail.tray.stranger"},
		"signed by a stranger":          {"x@x.example", "", mail.Letter, with(func(s *mail.Seal) { s.Signature.Fingerprint = "EEEE" }), "", false, "mail.tray.stranger"},
		"signed by an unknown key":      {"x@x.example", "", mail.Letter, with(func(s *mail.Seal) { s.Signature = keys.Signature{Verdict: keys.Unknown} }), "", false, "mail.tray.stranger"},
		"bad signature, good token":     {"psirt@vendor.example", token.Tag, mail.Letter, with(func(s *mail.Seal) { s.Signature.Verdict = keys.Bad }), "p-1", false, "mail.tray.bad_signature"},
		"not readable, good token":      {"psirt@vendor.example", token.Tag, mail.Letter, mail.Seal{Closed: true}, "p-1", false, "mail.tray.closed"},
		"absence notice, good token":    {"psirt@vendor.example", token.Tag, mail.Auto, none, "p-1", false, "mail.tray.automatic"},
		"no address, no empty contacts": {"", "", mail.Letter, none, "", false, "mail.tray.stranger"},
	} {
		in := mail.Inbound{Kind: tt.kind, Seal: tt.seal, From: mail.Address{Mail: tt.from}, Marks: []mail.Found{{Mark: mark, Place: mail.InSubject}}}
		if tt.tag != "" {
			in.Marks = append(in.Marks, mail.Found{Mark: mark, Place: mail.InAddress, Tag: tt.tag})
		}
		got := mail.Weigh(in, mark, inCase, box())
		if got.Who != tt.who || got.Joins != tt.joins || got.Why != tt.why || got.Mark != mark {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestReplyAddressOutlivesAChangeOfSecret(t *testing.T) {
	old := box()
	address := old.ReplyTo(mark, "p-1")
	changed := old
	changed.Secrets = [][]byte{[]byte("another secret of 16+"), old.Secrets[0]}
	got, ok := changed.Read("CASE+"+address[5:], marks(t))
	if !ok || !changed.Proves(got.Tag, mark, "p-1") || changed.Proves(got.Tag, mark, "p-2") {
		t.Errorf("%+v %v", got, ok)
	}
	changed.Secrets = changed.Secrets[:1]
	if changed.Proves(got.Tag, mark, "p-1") {
		t.Error("a withdrawn secret still proves")
	}
	for _, foreign := range []string{"case+nkd-64806328.x@elsewhere.example", "other@centre.example", "case", ""} {
		if _, ok := old.Read(foreign, marks(t)); ok {
			t.Errorf("%q was taken for ours", foreign)
		}
	}
	if local := len(address) - len("@centre.example"); local > 64 {
		t.Errorf("local part of %d characters (RFC 5321 allows 64)", local)
	}
	if b := old.Bounce("letter-1"); len(b)-len("@centre.example") > 64 {
		t.Errorf("bounce address too long: %s", b)
	}
}

func TestBoxChecksItself(t *testing.T) {
	good := box()
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*mail.Box){
		"no local part": func(b *mail.Box) { b.Local = "" }, "a plus in it": func(b *mail.Box) { b.Local = "a+b" },
		"no domain": func(b *mail.Box) { b.Domain = "" }, "no secret": func(b *mail.Box) { b.Secrets = nil },
		"short secret": func(b *mail.Box) { b.Secrets = [][]byte{[]byte("short")} },
	} {
		b := box()
		change(&b)
		if b.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, p := range [][2]string{{"nkd", "NKR"}, {"NKD", "NKD"}, {"", "NKR"}, {"N(D", "NKR"}} {
		if _, err := mail.NewMarks(p[0], p[1], "DID"); err == nil {
			t.Errorf("%v: accepted", p)
		}
	}
}

func TestMarksOfInquiries(t *testing.T) {
	for text, want := range map[string]string{
		"Re: DID#0012": "DID#0012", "did 0012 please": "DID#0012", "ＤＩＤ＃０００７": "DID#0007", "DID-123456": "DID#123456",
		"DID#12345678": "", "DID#12": "", "XDID#0012": "", "DID#0012a": "",
	} {
		if got := strings.Join(marks(t).Find(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := marks(t).Find("DID#0012 and NKD#64806328, NKR-7F3K-9QWD"); len(got) != 3 {
		t.Errorf("three marks in one line: %v", got)
	}
}
