package portal_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/desk"
	"nakodo/internal/format/csaf"
	"nakodo/internal/format/page"
	"nakodo/internal/httpd"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/mail"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/portal"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// site is a portal on a fresh centre, served over loopback.
type site struct {
	*desk.Desk
	t     testing.TB
	store *store.Store
	clock *storetest.Clock
	press *page.Press
	mux   *http.ServeMux
	url   string
	log   *bytes.Buffer
}

func open(t testing.TB) *site {
	t.Helper()
	clock := storetest.NewClock()
	return on(t, storetest.Open(t, store.Config{Dir: t.TempDir(), Now: clock.Now}), clock)
}

func on(t testing.TB, st *store.Store, clock *storetest.Clock) *site {
	t.Helper()
	say, err := words.Load()
	must(t, err)
	key, err := keys.Create("Example CC", "Joe.Doe@cc.example.test", clock.Now())
	must(t, err)
	static, err := look.NewStatic("/static/")
	must(t, err)
	s := &site{t: t, store: st, clock: clock, mux: http.NewServeMux(), log: &bytes.Buffer{}}
	s.press, err = page.NewPress(say, static)
	must(t, err)
	name, secret := words.Text{EN: "Example CC", JA: "例センター"}, bytes.Repeat([]byte{7}, 32)
	composer := mail.Composer{Box: mail.Box{Local: "Joe.Doe", Domain: "cc.example.test", Secrets: [][]byte{secret}}, Name: name, Words: say, Key: key}
	s.Desk = desk.New(desk.Config{
		Store: st, Key: key, Links: secret, Words: say, Press: s.press, Engine: "test", Tag: mail.Hash, Hold: true,
		Compose: func(l notice.Letter, now time.Time) ([]byte, bool, error) {
			m, err := composer.Compose(l, now)
			return m.Raw, m.Sealed, err
		},
		Centre: desk.Centre{
			Prefix: "NKD", Reports: "NKR", Name: name, Base: "https://cc.example.test", Mail: "Joe.Doe@cc.example.test",
			Zone: time.FixedZone("JST", 9*3600),
		},
	})
	log := slog.New(slog.NewTextHandler(s.log, nil))
	p, err := portal.New(portal.Config{Desk: s.Desk, Static: static, Limits: httpd.NewLimiter(st, []byte("test"), nil), Log: log})
	must(t, err)
	s.mux.Handle("GET /static/", static)
	p.Routes(s.mux)
	server := httptest.NewServer(httpd.Log(log, time.Now, httpd.Headers(true, httpd.MaxBody(1<<20, 1<<30, s.mux))))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// publish shelves a revision as the desk does.
func (s *site) publish(rev advisory.Revision) {
	s.t.Helper()
	pub, ctx := s.Publisher(), s.t.Context()
	must(s.t, s.store.Do(ctx, func(tx *store.Tx) error {
		for _, l := range rev.Content.Languages {
			html, err := s.press.HTML(rev, pub, l, desk.Around(l))
			if err != nil {
				return err
			}
			text, err := page.Text(s.Words, rev, pub, l)
			if err != nil {
				return err
			}
			machine, err := csaf.Bytes(s.Words, rev, pub, l)
			if err != nil {
				return err
			}
			signature, err := s.Key.Sign(machine, s.Now())
			if err != nil {
				return err
			}
			for _, d := range []shelf.Document{
				{Path: pub.PagePath(rev.ID, l), Media: "text/html; charset=utf-8", Body: html},
				{Path: pub.TextPath(rev.ID, l), Media: "text/plain; charset=utf-8", Body: text},
				{Path: pub.CSAFPath(rev.ID, l, rev.First), Media: "application/json", Body: machine, Signature: string(signature)},
			} {
				d.Lang, d.Source, d.Advisory, d.Revision, d.At = string(l), shelf.Own, rev.ID.Mark("NKD"), rev.Number, rev.At
				if err := tx.Publish(ctx, d); err != nil {
					return err
				}
			}
		}
		return tx.SetEntry(ctx, shelf.Entry{
			ID: rev.ID.Mark("NKD"), Source: shelf.Own, Path: pub.PagePath(rev.ID, words.EN), Langs: rev.Content.Languages, Title: rev.Content.Title,
			Overview: rev.Content.Overview, Revision: rev.Number, First: rev.First, Updated: rev.At, Score: 8.1, Vendors: []string{"Acme Controls"},
		}, "")
	}))
}

// list puts a line of somebody else's on the list.
func (s *site) list(e shelf.Entry) {
	s.t.Helper()
	must(s.t, s.store.Do(s.t.Context(), func(tx *store.Tx) error { return tx.SetEntry(s.t.Context(), e, "") }))
}

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; header alternates names and values.
func (s *site) ask(method, path string, header ...string) answer {
	s.t.Helper()
	return s.send(method, path, nil, header...)
}

func (s *site) send(method, path string, body io.Reader, header ...string) answer {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, body)
	must(s.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	must(s.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(s.t, err)
	return answer{res.StatusCode, res.Header, string(b)}
}

func (s *site) get(path string) answer { return s.ask("GET", path) }

// wants fails for each text the answer lacks.
func (a answer) wants(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d", a.status, status)
	}
	for _, x := range texts {
		if !strings.Contains(a.body, x) {
			t.Errorf("the answer lacks %q:\n%s", x, a.body)
		}
	}
}

func TestToTheReadersLanguage(t *testing.T) {
	s := open(t)
	for accept, want := range map[string]string{"ja,en;q=0.5": "/ja/", "en": "/en/", "": "/en/", "fr, ja;q=0.1": "/ja/"} {
		a := s.ask("GET", "/", "Accept-Language", accept)
		if a.status != 302 || a.header.Get("Location") != want || !strings.Contains(a.header.Get("Vary"), "Accept-Language") {
			t.Errorf("%q: %d %v", accept, a.status, a.header)
		}
	}
}

func TestFrozenBytesOnly(t *testing.T) {
	s := open(t)
	s.get("/en/").wants(t, 200, "Nothing has been published yet")
	s.get("/ja/advisories.atom").wants(t, 200, "<feed", `xml:lang="ja"`)
	first := specimen.First()
	s.publish(first)
	pub := s.Publisher()
	path := pub.PagePath(first.ID, words.EN)
	want, err := s.press.HTML(first, pub, words.EN, desk.Around(words.EN))
	must(t, err)
	a := s.get(path)
	if a.body != string(want) {
		t.Error("the page is not the frozen one")
	}
	tag := a.header.Get("ETag")
	if tag == "" || a.header.Get("Cache-Control") != httpd.PublicShort || a.header.Get("Content-Language") != "en" || a.header.Get("Last-Modified") == "" || a.header.Get("Set-Cookie") != "" {
		t.Errorf("headers %v", a.header)
	}
	if b := s.ask("GET", path, "If-None-Match", tag); b.status != 304 || b.body != "" {
		t.Errorf("with the tag: %d", b.status)
	}
	if b := s.ask("HEAD", path); b.status != 200 || b.body != "" || b.header.Get("Content-Length") != a.header.Get("Content-Length") {
		t.Errorf("HEAD: %d %v", b.status, b.header)
	}
	s.get("/en/").wants(t, 200, first.Content.Title.EN, path)
	s.get("/ja/").wants(t, 200, first.Content.Title.JA, pub.PagePath(first.ID, words.JA))
	s.publish(specimen.Second()) // the next revision is seen at once
	b := s.get(path)
	if b.body == a.body || b.header.Get("ETag") == tag {
		t.Error("the old revision is still served")
	}
	if got := s.ask("POST", path); got.status != 405 {
		t.Errorf("POST to a page: %d", got.status)
	}
}

func TestDocumentsForMachinesProveThemselves(t *testing.T) {
	s := open(t)
	rev := specimen.First()
	s.publish(rev)
	path := s.Publisher().CSAFPath(rev.ID, words.JA, rev.First)
	a := s.get(path)
	if a.header.Get("Content-Type") != "application/json" || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("headers %v", a.header)
	}
	s.get(path+".sha256").wants(t, 200, shelf.Sum([]byte(a.body))+"  nkd")
	if b := s.get(path + ".sha512"); b.status != 200 || len(strings.Fields(b.body)[0]) != 128 {
		t.Errorf("sha512: %d %s", b.status, b.body)
	}
	sig := s.get(path + ".asc")
	sig.wants(t, 200, "BEGIN PGP SIGNATURE")
	who := func(string) []*keys.Public { return []*keys.Public{s.PublicKey()} }
	if v := keys.Verify([]byte(a.body), []byte(sig.body), who, s.Now()); v.Verdict != keys.Good {
		t.Errorf("signature: %+v", v)
	}
	for _, gone := range []string{path + ".md5", "/csaf/", "/csaf/white/2026/none.json.asc", s.Publisher().PagePath(rev.ID, words.EN) + ".asc"} {
		s.get(gone).wants(t, 404)
	}
}

func TestWellKnown(t *testing.T) {
	s := open(t)
	a := s.get("/.well-known/csaf/provider-metadata.json")
	a.wants(t, 200, `"canonical_url": "https://cc.example.test/.well-known/csaf/provider-metadata.json"`, s.PublicKey().Fingerprint())
	if a.header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", a.header)
	}
	signed := s.get("/.well-known/security.txt")
	signed.wants(t, 200, "Contact: https://cc.example.test/en/report", "Expires: ", "CSAF: https://", "BEGIN PGP SIGNED MESSAGE")
	text, v, err := keys.VerifyClear([]byte(signed.body), func(string) []*keys.Public { return []*keys.Public{s.PublicKey()} }, s.Now())
	if err != nil || v.Verdict != keys.Good || !strings.Contains(string(text), "Policy: https://cc.example.test/en/policy") {
		t.Errorf("%v %+v\n%s", err, v, text)
	}
	if again := s.get("/.well-known/security.txt"); again.body != signed.body {
		t.Error("it is signed anew for each reader")
	}
	s.clock.Move(48 * time.Hour)
	if later := s.get("/.well-known/security.txt"); later.body == signed.body {
		t.Error("it grows old")
	}
	if r := s.get("/security.txt"); r.status != 301 || r.header.Get("Location") != "/.well-known/security.txt" {
		t.Errorf("%d %v", r.status, r.header)
	}
	s.get("/openpgp.asc").wants(t, 200, "BEGIN PGP PUBLIC KEY")
	// The name of a key from the example of draft-koch-openpgp-webkey-service, 3.1.
	for _, path := range []string{"hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe", "cc.example.test/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q"} {
		if a := s.get("/.well-known/openpgpkey/" + path); a.status != 200 || a.header.Get("Content-Type") != "application/octet-stream" || a.body == "" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
	}
	s.get("/.well-known/openpgpkey/hu/other").wants(t, 404)
	s.get("/.well-known/openpgpkey/policy").wants(t, 200)
}

func TestListAndSearch(t *testing.T) {
	s := open(t)
	s.publish(specimen.First())
	at := s.clock.Now()
	s.list(shelf.Entry{ID: "ICSA-22-069-01", Source: "CISA", Path: "/en/advisories/ICSA-22-069-01", Langs: []words.Lang{words.EN, words.JA}, Title: words.Text{EN: "Siemens SIMATIC"}, Updated: at, Score: 5})
	s.list(shelf.Entry{ID: "JP-1", Source: "JP", Path: "/ja/advisories/JP-1", Langs: []words.Lang{words.JA}, Title: words.Text{JA: "横河の無線機器における鍵の問題"}, Updated: at.Add(time.Second)})
	s.get("/ja/advisories").wants(t, 200, "3件", "SIMATIC", "/ja/advisories/ICSA-22-069-01", "発行元：CISA")
	s.get("/en/advisories?q=simatic").wants(t, 200, "1 advisory", "Siemens SIMATIC")
	for _, q := range []string{"無線", "線機", "ｓｉｍａｔｉｃ", "ICSA-22-069-01"} {
		s.get("/ja/advisories?q="+url.QueryEscape(q)).wants(t, 200, "1件")
	}
	s.get("/en/advisories?source=own").wants(t, 200, "1 advisory", "NKD#")
	s.get("/en/advisories?source=collected").wants(t, 200, "2 advisories", "横河")
	if a := s.get("/en/advisories?q=横河"); !strings.Contains(a.body, `href="/ja/advisories?q=`) || !strings.Contains(a.body, `lang="ja">横河`) {
		t.Errorf("language of a title, or the way to the other language: %s", a.body)
	}
	s.get("/en/advisories?q=nonesuch").wants(t, 200, "Nothing published matches")
	for _, odd := range []string{"%00", "%ff", "'\"--", "*", "AND", strings.Repeat("x", 3000), "&before=-1", "&before=x&source=secret"} {
		s.get("/en/advisories?q="+odd).wants(t, 200)
	}
	for i := range 70 {
		s.list(shelf.Entry{ID: "X-" + time.Duration(i).String(), Source: "X", Path: "/en/advisories/X", Title: words.Text{EN: "Page " + time.Duration(i).String()}, Updated: at.Add(time.Duration(i) * time.Minute)})
	}
	seen := map[string]bool{}
	for next := "/en/advisories"; next != ""; {
		a := s.get(next)
		a.wants(t, 200, "73 advisories")
		for _, part := range strings.Split(a.body, `<span class="mark" translate="no">`)[1:] {
			mark, _, _ := strings.Cut(part, "<")
			if seen[mark] {
				t.Errorf("%s stands on two pages", mark)
			}
			seen[mark] = true
		}
		_, rest, more := strings.Cut(a.body, `rel="next"`)
		next = ""
		if more {
			head := a.body[:len(a.body)-len(rest)]
			at := strings.LastIndex(head, `href="`) + len(`href="`)
			next, _, _ = strings.Cut(head[at:], `"`)
		}
	}
	if len(seen) != 73 {
		t.Errorf("%d of 73 are on the pages", len(seen))
	}
}

// Nothing the portal answers tells that there is a case, a report or a draft.
func TestWhatIsNotPublishedDoesNotExist(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	got, err := s.ReceiveReport(ctx, desk.Incoming{Submission: submission("SECRET-TITLE Wombat 3000"), Identity: anonymous, Door: "web"})
	must(t, err)
	officer := party.Person{ID: "ann", Role: party.Officer, Name: "Ann", Mail: "ann@cc.example.test", Active: true}
	must(t, s.store.Do(ctx, func(tx *store.Tx) error { return tx.SetPerson(ctx, &officer) }))
	ann := party.OfficerActor("ann")
	must(t, s.AcknowledgeReport(ctx, ann, got.ID))
	must(t, s.JudgeReport(ctx, ann, got.ID, jury))
	id, err := s.OpenCase(ctx, ann, opening(got.ID))
	must(t, err)
	if _, err := s.DraftAdvisory(ctx, ann, id); err != nil {
		t.Fatal(err)
	}
	normal := func(a answer) answer { // but for the number of the case, which the reader typed
		a.header.Del("Date")
		a.header.Del("Content-Length")
		a.body = strings.NewReplacer(string(id), "N", "99999999", "N", "Wombat", "Q", "Nosuch", "Q").Replace(a.body)
		return a
	}
	for _, path := range []string{"/en/advisories/NKD%s", "/ja/advisories/NKD%s", "/en/advisories/NKD%s.txt", "/csaf/white/2026/nkd%s-en.json", "/csaf/white/2026/nkd%s-en.json.sha256", "/en/advisories?q=%s", "/en/advisories?q=NKD%%23%s"} {
		real, none := normal(s.get(strings.ReplaceAll(path, "%s", string(id)))), normal(s.get(strings.ReplaceAll(path, "%s", "99999999")))
		same(t, path, real, none)
	}
	same(t, "search", normal(s.get("/en/advisories?q=Wombat")), normal(s.get("/en/advisories?q=Nosuch")))
	for _, path := range []string{"/en/", "/ja/", "/en/advisories", "/en/advisories.atom", "/.well-known/csaf/provider-metadata.json", "/en/report"} {
		if a := s.get(path); strings.Contains(a.body, string(id)) || strings.Contains(a.body, "Wombat") || strings.Contains(a.body, "SECRET") {
			t.Errorf("%s tells: %s", path, a.body)
		}
	}
	if l := s.log.String(); strings.Contains(l, string(id)) || strings.Contains(l, "Wombat") {
		t.Errorf("the log tells: %s", l)
	}
}

func same(t *testing.T, what string, a, b answer) {
	t.Helper()
	a.header.Del("Etag")
	b.header.Del("Etag")
	if a.status != b.status || a.body != b.body || len(a.header) != len(b.header) {
		t.Errorf("%s: what is not published answers otherwise than what is not there:\n%d %v\n%s\n%d %v\n%s", what, a.status, a.header, a.body, b.status, b.header, b.body)
	}
	for k := range a.header {
		if strings.Join(a.header[k], ",") != strings.Join(b.header[k], ",") {
			t.Errorf("%s: header %s: %q and %q", what, k, a.header[k], b.header[k])
		}
	}
}

func TestErrorPages(t *testing.T) {
	s := open(t)
	s.get("/ja/nothing").wants(t, 404, `lang="ja"`, "見つかりません")
	s.get("/nothing").wants(t, 404, `lang="en"`, "Not here")
	if a := s.get("/en/nothing"); a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.header)
	}
	s.get("/en/report/other").wants(t, 404)
}

func TestPolicyFollowsTheEdition(t *testing.T) {
	s := open(t)
	s.get("/en/policy").wants(t, 200, "partnership-2024", "45", "within 7 days", s.PublicKey().Fingerprint())
	s.clock.Move(365 * 24 * time.Hour)
	s.get("/ja/policy").wants(t, 200, "partnership-2026", "7日以内")
}
