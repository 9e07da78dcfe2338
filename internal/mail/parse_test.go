package mail_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"

	"nakodo/internal/mail"
)

func reader(t testing.TB) mail.Reader {
	return mail.Reader{Marks: marks(t), Box: box(), Reports: []string{"vuls@centre.example"}}
}

func parse(t *testing.T, r mail.Reader, raw string) mail.Inbound {
	t.Helper()
	in, err := r.Parse([]byte(raw), mail.Envelope{}, now)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return in
}

// in spells a text in a charset, as the bytes of a Go string.
func in(t *testing.T, enc encoding.Encoding, s string) string {
	t.Helper()
	b, err := enc.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestJapaneseBodies(t *testing.T) {
	const text = "脆弱性を発見しました。髙﨑①㈱ 製品サーバ"
	jis, sjis, euc := in(t, japanese.ISO2022JP, text), in(t, japanese.ShiftJIS, text), in(t, japanese.EUCJP, text)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for name, tt := range map[string]struct{ head, body, want string }{
		"iso-2022-jp":            {"text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit", jis, text},
		"iso-2022-jp-ms":         {"text/plain; charset=\"iso-2022-jp-ms\"", jis, text},
		"cp50221":                {"text/plain; charset=cp50221", jis, text},
		"shift_jis":              {"text/plain; charset=Shift_JIS\r\nContent-Transfer-Encoding: 8bit", sjis, text},
		"cp932":                  {"text/plain; charset=cp932\r\nContent-Transfer-Encoding: base64", b64(sjis), text},
		"windows-31j":            {"text/plain; charset=Windows-31J", sjis, text},
		"euc-jp":                 {"text/plain; charset=EUC-JP", euc, text},
		"utf-8":                  {"text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64", b64(text), text},
		"utf-8 with BOM":         {"text/plain; charset=UTF-8", "\xef\xbb\xbf" + text, text},
		"utf-8 as iso-2022-jp":   {"text/plain; charset=iso-2022-jp", text, text},
		"utf-8 as shift_jis":     {"text/plain; charset=shift_jis", text, text},
		"utf-8 as latin":         {"text/plain; charset=iso-8859-1", text, text},
		"utf-8 as us-ascii":      {"text/plain; charset=us-ascii", text, text},
		"utf-8 unnamed":          {"text/plain", text, text},
		"jis unnamed":            {"text/plain", jis, text},
		"jis as utf-8":           {"text/plain; charset=utf-8", jis, text},
		"sjis as utf-8":          {"text/plain; charset=utf-8", sjis, text},
		"sjis unnamed":           {"text/plain", sjis, text},
		"euc unnamed":            {"text/plain", euc, text},
		"euc as shift_jis":       {"text/plain; charset=shift_jis", in(t, japanese.EUCJP, "これは脆弱性のほうこくです"), "これは脆弱性のほうこくです"},
		"unknown name":           {"text/plain; charset=x-unknown", sjis, text},
		"kana by ESC ( I":        {"text/plain; charset=iso-2022-jp", "\x1b(I6@6E\x1b(B ok", kanaLine("6@6E") + " ok"},
		"kana by SO and SI":      {"text/plain; charset=iso-2022-jp", "\x0e6@6E\x0f ok", kanaLine("6@6E") + " ok"},
		"kana as raw bytes":      {"text/plain; charset=iso-2022-jp", "\x1b$B$\"\x1b(B \xb6\xc0", "あ " + kanaLine("6@")},
		"line without ASCII":     {"text/plain; charset=iso-2022-jp", "\x1b$B$\"\nok", "あ\nok"},
		"utf-7":                  {"text/plain; charset=utf-7", "Hi +MEIwRDBG-!", "Hi あいう!"},
		"utf-16":                 {"text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64", b64("\xfe\xff\x30\x42\x30\x44"), "あい"},
		"latin":                  {"text/plain; charset=iso-8859-1", "caf\xe9", "café"},
		"quoted-printable":       {"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", "=E8=84=86=\r\n=E5=BC=B1 a=b 100=", "脆弱 a=b 100"},
		"base64 with stray text": {"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", b64(text)[:20] + "\r\n *" + b64(text)[20:] + "\r\n\r\n", text},
	} {
		got := parse(t, reader(t), "From: f@f.example\r\nContent-Type: "+tt.head+"\r\n\r\n"+tt.body)
		if got.Text != tt.want {
			t.Errorf("%s: got %q, want %q", name, got.Text, tt.want)
		}
	}
}

// kanaLine spells half-width kana given by their seven-bit codes.
func kanaLine(codes string) string {
	var b strings.Builder
	for _, c := range codes {
		b.WriteRune(0xFF61 + (c - 0x21))
	}
	return b.String()
}

func TestSubjectsAsProgramsWriteThem(t *testing.T) {
	b := func(charset, raw string) string {
		return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString([]byte(raw)) + "?="
	}
	u := "脆弱性の報告"
	jis := in(t, japanese.ISO2022JP, u)
	full := base64.StdEncoding.EncodeToString([]byte(u))
	for name, tt := range map[string]struct{ raw, want string }{
		"plain":                   {"Re: [NKD#64806328]", "Re: [NKD#64806328]"},
		"utf-8":                   {b("UTF-8", u), u},
		"iso-2022-jp":             {b("ISO-2022-JP", jis), u},
		"split inside characters": {b("utf-8", u[:4]) + "\r\n " + b("utf-8", u[4:11]) + "\r\n\t" + b("UTF-8", u[11:]), u},
		"base64 split anywhere":   {"=?utf-8?B?" + full[:5] + "?= =?utf-8?B?" + full[5:] + "?=", u},
		"Q, split inside":         {"=?utf-8?Q?=E8=84?= =?utf-8?Q?=86_x?=", "脆 x"},
		"Q with spaces":           {"=?utf-8?Q?a b?=", "a b"},
		"no white space between":  {"Re:" + b("utf-8", u) + "NKD", "Re:" + u + "NKD"},
		"two charsets":            {b("iso-2022-jp", jis) + " " + b("utf-8", "x"), u + "x"},
		"language tag":            {"=?utf-8*ja?B?" + full + "?=", u},
		"raw utf-8":               {u, u},
		"raw sjis":                {in(t, japanese.ShiftJIS, u), u},
		"raw euc":                 {in(t, japanese.EUCJP, "これは報告です"), "これは報告です"},
		"raw jis":                 {jis, u},
		"unknown charset":         {b("x-nothing", u), u},
		"broken word":             {"=?utf-8?B?", "=?utf-8?B?"},
		"text around":             {"a " + b("utf-8", "い") + " b", "a い b"},
		"line end inside":         {b("utf-8", "a\r\nBcc: x"), "a Bcc: x"},
	} {
		if got := parse(t, reader(t), "From: f@f.example\r\nSubject: "+tt.raw+"\r\n\r\nx").Subject; got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestAttachmentNames(t *testing.T) {
	var escaped string // cut in the middle of a character below
	for _, c := range []byte(in(t, japanese.ISO2022JP, "証拠")) {
		escaped += fmt.Sprintf("%%%02X", c)
	}
	for name, tt := range map[string]struct{ disp, typ, want string }{
		"plain":                  {`attachment; filename="poc.txt"`, "", "poc.txt"},
		"unquoted":               {`attachment; filename=poc.txt`, "", "poc.txt"},
		"RFC 2231":               {`attachment; filename*=utf-8'ja'%E8%A8%BC%E6%8B%A0.png`, "", "証拠.png"},
		"RFC 2231 in pieces":     {"attachment; filename*0*=iso-2022-jp''" + escaped[:9] + "; filename*1*=" + escaped[9:] + `; filename*2=".png"`, "", "証拠.png"},
		"pieces out of order":    {`attachment; filename*1="b.txt"; filename*0="a"`, "", "ab.txt"},
		"encoded word in quotes": {`attachment; filename="=?UTF-8?B?6Ki85ougLnBuZw==?="`, "", "証拠.png"},
		"raw sjis":               {"attachment; filename=\"" + in(t, japanese.ShiftJIS, "表示.txt") + "\"", "", "表示.txt"},
		"raw utf-8":              {`attachment; filename="証拠.png"`, "", "証拠.png"},
		"name of the type":       {`attachment`, `; name="a.pdf"`, "a.pdf"},
		"a path":                 {`attachment; filename="../../etc/passwd"`, "", "passwd"},
		"a Windows path":         {`attachment; filename="C:\\tmp\\a.exe"`, "", "a.exe"},
		"hidden ending":          {"attachment; filename=\"a\u202egpj.exe\"", "", "agpj.exe"},
		"none":                   {`attachment`, "", ""},
		"nonsense":               {`attachment; filename*0*=%; =; filename`, "", "%"},
	} {
		got := parse(t, reader(t), "From: f@f.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"+
			"Content-Type: application/octet-stream"+tt.typ+"\r\nContent-Disposition: "+tt.disp+"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n")
		if len(got.Files) != 1 || got.Files[0].Name != tt.want || string(got.Files[0].Content) != "\x00\x01\x02" {
			t.Errorf("%s: got %+v, want name %q", name, got.Files, tt.want)
		}
	}
}

func TestHeaderFields(t *testing.T) {
	got := parse(t, reader(t), strings.ReplaceAll(`From someone Sat Nov 21 18:00:00 2026
From: "=?utf-8?B?5L2Q6Jek?= PSIRT" <PSIRT@Vendor.Example>
To: "Sato, Taro" <case@centre.example>, other@x.example (Other One)
Cc: team@vendor.example; undisclosed
Reply-To: <desk@vendor.example>
Message-ID: <abc@vendor.example>
In-Reply-To: <one@x>
 <two@x>
References: <r1@x>
	<r2@x>
Date: Sat, 21 Nov 2026 18:00:00 +0900 (JST)
Delivered-To: case+nkd-64806328.tag@centre.example
garbage line without a colon
Subject: x

text
`, "\n", "\r\n"))
	want := mail.Inbound{
		From: mail.Address{Name: "佐藤 PSIRT", Mail: "psirt@vendor.example"},
		To: []mail.Address{
			{Name: "Sato, Taro", Mail: "case@centre.example"}, {Name: "Other One", Mail: "other@x.example"},
			{Mail: "team@vendor.example"},
		},
		ReplyTo:   []mail.Address{{Mail: "desk@vendor.example"}},
		MessageID: "<abc@vendor.example>", InReplyTo: []string{"<one@x>", "<two@x>"}, References: []string{"<r1@x>", "<r2@x>"},
		Date: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Subject: "x", Text: "text", Fresh: "text",
		Recipients: []string{"case+nkd-64806328.tag@centre.example", "case@centre.example", "other@x.example", "team@vendor.example"},
		Kind:       mail.Letter,
		Marks:      []mail.Found{{Mark: "NKD#64806328", Place: mail.InAddress, Tag: "tag"}},
	}
	want.Seal = got.Seal
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestMIMETrees(t *testing.T) {
	for name, tt := range map[string]struct {
		raw   string
		text  string
		files []string
	}{
		"alternative prefers plain":       {"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n", "plain", nil},
		"alternative with an empty plain": {"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n", "html", nil},
		"picture beside the html":         {"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\nx\n--c\nContent-Type: image/png; name=s.png\n\nPNG\n--c--\n--b--\n", "plain", []string{"s.png"}},
		"html only":                       {"Content-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style></head><body><p>一つ<br>二つ</p><script>evil()</script><a href=\"https://x.example/\">見る</a></body></html>", "一つ\n二つ\n\n見る <https://x.example/>", nil},
		"no boundary given":               {"Content-Type: multipart/mixed\n\njust text\n", "just text", nil},
		"boundary never occurs":           {"Content-Type: multipart/mixed; boundary=zzz\n\njust text\n", "just text", nil},
		"end is missing":                  {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png; name=a.png\n\nPNG", "one", []string{"a.png"}},
		"two texts":                       {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n", "one\ntwo", nil},
		"letter inside":                   {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nbody\n--b--\n", "see", []string{""}},
		"text as a file":                  {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: text/plain; name=log.txt\n\nlog\n--b--\n", "see", []string{"log.txt"}},
		"bare carriage returns":           {"Subject: x\r\rtext", "text", nil},
		"no body":                         {"Subject: x\n", "", nil},
		"content type nonsense":           {"Content-Type: ;;;=\n\ntext", "text", nil},
	} {
		got := parse(t, reader(t), "From: f@f.example\n"+tt.raw)
		var names []string
		for _, f := range got.Files {
			names = append(names, f.Name)
		}
		if name == "bare carriage returns" {
			got = parse(t, reader(t), tt.raw)
		}
		if got.Text != tt.text || !slices.Equal(names, tt.files) {
			t.Errorf("%s: got %q %q, want %q %q", name, got.Text, names, tt.text, tt.files)
		}
	}
}

func TestQuotationIsTrimmedBesideTheFullText(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"answer above":   {"Yes.\n\nOn Sat, 21 Nov 2026 at 18:00, Centre\n<case@centre.example> wrote:\n> Are you affected?\n> Tell us.\n", "Yes."},
		"answer below":   {"Centre wrote on Saturday:\n> Are you affected?\n\nYes.", "Centre wrote on Saturday:\n> Are you affected?\n\nYes."},
		"below, known":   {"On Sat, Centre wrote:\n> Are you affected?\n\nYes.", "Yes."},
		"between":        {"> Affected?\nYes.\n> Since when?\n1.2.\n", "> Affected?\nYes.\n> Since when?\n1.2."},
		"japanese":       {"該当します。\n\n2026年11月21日(土) 18:00 調整センター <case@centre.example>:\n> 影響はありますか\n", "該当します。"},
		"japanese 2":     {"該当します。\n\n佐藤さんは書きました:\n> 影響はありますか\n", "該当します。"},
		"outlook":        {"Not affected.\n\nFrom: Centre <case@centre.example>\nSent: Saturday\nTo: PSIRT\nSubject: NKD#64806328\n\nAre you affected?", "Not affected."},
		"outlook ja":     {"該当しません。\n\n差出人: 調整センター\n送信日時: 2026年11月21日\n宛先: PSIRT\n件名: NKD\n\n影響はありますか", "該当しません。"},
		"original":       {"No.\n-----Original Message-----\nAre you?", "No."},
		"signature":      {"No.\n-- \nSato\nPSIRT", "No."},
		"only quotation": {"> all quoted", "> all quoted"},
		"a From: line":   {"From: line of a log\nnothing else", "From: line of a log\nnothing else"},
		"a rule":         {"--\ntext under a rule", "--\ntext under a rule"},
		"empty":          {"", ""},
	} {
		got := parse(t, reader(t), "From: f@f.example\nContent-Type: text/plain; charset=utf-8\n\n"+tt.text)
		if got.Fresh != tt.want {
			t.Errorf("%s: got %q, want %q", name, got.Fresh, tt.want)
		}
		if got.Text != strings.Trim(tt.text, "\n") {
			t.Errorf("%s: the full text was changed: %q", name, got.Text)
		}
	}
}

func TestFlowedTextIsJoined(t *testing.T) {
	for name, tt := range map[string]struct{ params, text, want string }{
		"english":        {"format=flowed", "This line \ngoes on.\n\nNext.\n-- \nSato", "This line goes on.\n\nNext.\n-- \nSato"},
		"japanese":       {"format=flowed; delsp=yes", "この行は \n続きます。", "この行は続きます。"},
		"quotation":      {"format=flowed", "> quoted \n> on\n>> deeper \n> back\nmine", "> quoted on\n>> deeper \n> back\nmine"},
		"stuffed":        {"format=flowed", " From here\n > no quotation", "From here\n> no quotation"},
		"not flowed":     {"", "This line \nstays.", "This line \nstays."},
		"flowed to none": {"format=flowed", "x ", "x "},
	} {
		got := parse(t, reader(t), "From: f@f.example\nContent-Type: text/plain; charset=utf-8; "+tt.params+"\n\n"+tt.text)
		if got.Text != tt.want {
			t.Errorf("%s: got %q, want %q", name, got.Text, tt.want)
		}
	}
}

func TestMarksAreFoundWhereverARepliesCarriesThem(t *testing.T) {
	for in, want := range map[string][]string{
		"Re: [TLP:AMBER] NKD#64806328 (ABC)": {"NKD#64806328"}, "nkd 64806328": {"NKD#64806328"}, "ＮＫＤ＃６４８０６３２８": {"NKD#64806328"},
		"NKD-64806328 and NKD#11111111": {"NKD#64806328", "NKD#11111111"}, "NKD#64806328, NKD#64806328": {"NKD#64806328"},
		"NKD#648063281": nil, "NKD#6480632": nil, "XNKD#64806328": nil, "JVN#64806328": nil,
		"NKR-7F3K-9QWD": {"NKR-7F3K-9QWD"}, "nkr‐7f3k‐9qwd": {"NKR-7F3K-9QWD"}, "NKR-7F3K-9QWDX": nil,
		"NKD#64806328 NKR-7F3K-9QWD NKD#11111111": {"NKD#64806328", "NKR-7F3K-9QWD", "NKD#11111111"},
	} {
		if got := marks(t).Find(in); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", in, got, want)
		}
	}
	ours, err := composer(t, nil).Compose(letter("en", ""), now)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		head string
		want mail.Place
	}{
		"address":    {"To: " + box().ReplyTo("NKD#64806328", "p-1"), mail.InAddress},
		"our letter": {"In-Reply-To: " + ours.ID, mail.InReferences},
		"the thread": {"References: <x@y>\r\n " + box().Thread("NKD#64806328"), mail.InReferences},
		"subject":    {"Subject: Re: NKD#64806328", mail.InSubject},
	} {
		got := parse(t, reader(t), "From: f@f.example\r\n"+tt.head+"\r\n\r\nhello").Marks
		if len(got) != 1 || got[0].Mark != "NKD#64806328" || got[0].Place != tt.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := parse(t, reader(t), "From: f@f.example\r\nIn-Reply-To: <x.nkd-64806328@elsewhere.example>\r\n\r\nhello").Marks; len(got) != 0 {
		t.Errorf("somebody else's Message-ID gave %v", got)
	}
	if got := parse(t, reader(t), "From: f@f.example\r\n\r\nabout NKR-7F3K-9QWD").Marks; len(got) != 1 || got[0].Place != mail.InBody {
		t.Errorf("body: %v", got)
	}
}

func TestWhatIsNoLetterIsKept(t *testing.T) {
	for _, raw := range []string{"", "\n\n", "no header here, just \x1b$B$\"\x1b(B", "\x00\x01\x02"} {
		got, err := reader(t).Parse([]byte(raw), mail.Envelope{}, now)
		if !errors.Is(err, mail.ErrUnreadable) {
			t.Errorf("%q: %v", raw, err)
		}
		if strings.Contains(raw, "just") && got.Text != "no header here, just あ" {
			t.Errorf("%q: text %q", raw, got.Text)
		}
	}
	r := reader(t)
	r.Limits.Letter = 100
	got, err := r.Parse([]byte("From: f@f.example\r\nSubject: NKD#64806328\r\n\r\n"+strings.Repeat("x", 200)), mail.Envelope{To: []string{"case@centre.example"}}, now)
	if !errors.Is(err, mail.ErrTooBig) || got.From.Mail != "f@f.example" || got.Subject != "NKD#64806328" || len(got.Recipients) != 1 {
		t.Errorf("%v %+v", err, got)
	}
}

func TestLimitsAreTold(t *testing.T) {
	r := reader(t)
	r.Limits = mail.Limits{File: 10, Files: 2, Parts: 6, Depth: 3}
	part := "--b\nContent-Type: image/png; name=a.png\n\n"
	head := "From: f@f.example\nContent-Type: multipart/mixed; boundary=b\n\n"
	for name, tt := range map[string]struct{ raw, note string }{
		"big file":   {head + part + strings.Repeat("x", 11) + "\n--b--\n", "mail.note.file_too_big"},
		"many files": {head + strings.Repeat(part+"x\n", 3) + "--b--\n", "mail.note.too_many_files"},
		"many parts": {head + strings.Repeat("--b\n\nx\n", 9) + "--b--\n", "mail.note.too_deep"},
		"deep":       {head + nest(6), "mail.note.too_deep"},
	} {
		if got := parse(t, r, tt.raw); !slices.Contains(got.Notes, tt.note) {
			t.Errorf("%s: notes %v, want %s", name, got.Notes, tt.note)
		}
	}
	got := parse(t, r, head+part+strings.Repeat("x", 11)+"\n--b--\n")
	if f := got.Files[0]; f.Content != nil || f.Left == "" || f.Name != "a.png" {
		t.Errorf("%+v", f)
	}
}

func nest(n int) string {
	if n == 0 {
		return "--b\n\nx\n--b--\n"
	}
	return fmt.Sprintf("--b\nContent-Type: multipart/mixed; boundary=b\n\n%s--b--\n", nest(n-1))
}
