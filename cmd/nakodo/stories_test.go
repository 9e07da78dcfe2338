package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"

	inmail "nakodo/internal/mail"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// TestStories tells each story of test/stories through the real doors, on both
// databases: HTTP with cookies and forms, letters over real SMTP, and a clock
// that only the story moves.
func TestStories(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		commands := map[string]func(s *stage, ts *testscript.TestScript, neg bool, args []string){
			"officer": (*stage).officer, "vendor": (*stage).vendor, "operator": (*stage).operator, "as": (*stage).as, "get": (*stage).get, "post": (*stage).post, "submit": (*stage).submit, "upload": (*stage).upload,
			"status": (*stage).status, "see": (*stage).see, "take": (*stage).take, "clock": (*stage).moveClock,
			"letter": (*stage).letter, "sign-in": (*stage).signIn, "deliver": (*stage).deliver, "fsck": (*stage).fsck, "save": (*stage).save,
			"registry": (*stage).registry, "letters": (*stage).letters,
		}
		cmds := map[string]func(ts *testscript.TestScript, neg bool, args []string){}
		for name, f := range commands {
			cmds[name] = func(ts *testscript.TestScript, neg bool, args []string) {
				f(ts.Value(stageKey).(*stage), ts, neg, args)
			}
		}
		testscript.Run(t, testscript.Params{
			Dir: filepath.Join("..", "..", "test", "stories"), Cmds: cmds,
			Setup: func(env *testscript.Env) error {
				s, err := newStage(t, cfg, filepath.Join(env.WorkDir, "centre"), env.Defer)
				env.Values[stageKey] = s
				return err
			},
		})
	})
}

type key string

const stageKey key = "stage"

// stage is where a story is told: a running centre, a mail server, and the
// people with their browsers.
type stage struct {
	centre *centre
	http   *httptest.Server
	mails  *postOffice
	clock  *storetest.Clock

	who    string
	people map[string]*http.Client
	codes  map[string]string // one-time-code secrets of officers
	page   string            // body of the last answer
	code   int
	at     *url.URL
	vars   map[string]string
}

func newStage(t *testing.T, base store.Config, dir string, later func(func())) (*stage, error) {
	clock := storetest.NewClock()
	s := &stage{clock: clock, people: map[string]*http.Client{}, codes: map[string]string{}, vars: map[string]string{}}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.centre.handler.ServeHTTP(w, r) }))
	s.http.Start()
	later(s.http.Close)
	var err error
	if s.mails, err = openPostOffice(); err != nil {
		return nil, err
	}
	later(s.mails.close)
	cfg := defaults()
	cfg.Centre.Name = words.Text{EN: "Example Coordination Centre", JA: "サンプル調整センター"}
	cfg.Centre.Mail = "case@centre.example"
	cfg.Web.Address = s.http.URL
	cfg.SMTP = SMTPConfig{Host: s.mails.addr, TLS: "none"}
	if base.URL != "" {
		cfg.Database.URL = storetest.Schema(t)
	}
	s.centre, err = openCentre(context.Background(), wiring{dir: dir, config: cfg, now: clock.Now, log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil, err
	}
	later(func() { s.centre.close() })
	return s, nil
}

// browser is the present person's, with cookies of its own.
func (s *stage) browser() *http.Client {
	c, ok := s.people[s.who]
	if !ok {
		jar, _ := cookiejar.New(nil)
		c = &http.Client{Jar: jar}
		s.people[s.who] = c
	}
	return c
}

// as PERSON: who acts from here on; a new name is a visitor with a fresh browser.
func (s *stage) as(_ *testscript.TestScript, _ bool, args []string) { s.who = args[0] }

func (s *stage) do(ts *testscript.TestScript, r *http.Request) {
	r.Header.Set("Origin", s.http.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", "en")
	resp, err := s.browser().Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	s.page, s.code, s.at = string(body), resp.StatusCode, resp.Request.URL
	fmt.Fprintln(ts.Stdout(), s.page)
	ts.Logf("%s: %s %s -> %d at %s", s.who, r.Method, r.URL.Path, s.code, s.at.Path)
}

// get PATH: the page is on stdout, redirects are followed.
func (s *stage) get(ts *testscript.TestScript, _ bool, args []string) {
	r, err := http.NewRequest("GET", s.http.URL+s.fill(args[0]), nil)
	ts.Check(err)
	s.do(ts, r)
}

// post PATH field=value ...: sends a form.
func (s *stage) post(ts *testscript.TestScript, _ bool, args []string) {
	form := url.Values{}
	for _, a := range args[1:] {
		k, v, ok := strings.Cut(s.fill(a), "=")
		if !ok {
			ts.Fatalf("%q is no field=value", a)
		}
		form.Add(k, v)
	}
	r, err := http.NewRequest("POST", s.http.URL+s.fill(args[0]), strings.NewReader(form.Encode()))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.do(ts, r)
}

// status CODE: what the last answer was.
func (s *stage) status(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if (s.code == want) == neg {
		ts.Fatalf("%s got %d at %s\n%s", s.who, s.code, s.at, bare(s.page))
	}
}

// see TEXT ...: the last page shows each text; with ! it shows none of them.
func (s *stage) see(ts *testscript.TestScript, neg bool, args []string) {
	shown := bare(s.page)
	for _, a := range args {
		if strings.Contains(shown, s.fill(a)) == neg {
			ts.Fatalf("%s at %s, looking for %q (unwanted: %v) in\n%s", s.who, s.at, a, neg, shown)
		}
	}
}

var tags = regexp.MustCompile(`(?s)<(script|style)\b.*?</(script|style)>|<[^>]*>`)

// bare is what a page says, without its tags.
func bare(page string) string {
	text := tags.ReplaceAllString(page, " ")
	text = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&#43;", "+").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

// take NAME REGEXP: keeps what the pattern's group matches in the last page or
// its address, to be used as ${NAME}.
func (s *stage) take(ts *testscript.TestScript, _ bool, args []string) {
	re, err := regexp.Compile(args[1])
	ts.Check(err)
	for _, where := range []string{s.at.String(), s.page} {
		if m := re.FindStringSubmatch(where); m != nil {
			s.vars[args[0]] = m[len(m)-1]
			ts.Setenv(args[0], m[len(m)-1])
			return
		}
	}
	ts.Fatalf("%s: nothing at %s matches %s in\n%s", args[0], s.at, args[1], s.page)
}

func (s *stage) fill(a string) string {
	return os.Expand(a, func(name string) string {
		if v, ok := s.vars[name]; ok {
			return v
		}
		return "${" + name + "}"
	})
}

// clock +45d | +3h: time passes, day by day, and whatever is due happens.
func (s *stage) moveClock(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(strings.TrimRight(strings.TrimPrefix(args[0], "+"), "dh"))
	ts.Check(err)
	unit := time.Hour
	if strings.HasSuffix(args[0], "d") {
		unit = 24 * time.Hour
	}
	for range n {
		s.clock.Move(unit)
		s.runDue(ts)
	}
}

func (s *stage) runDue(ts *testscript.TestScript) {
	_, err := s.centre.runner.RunDue(context.Background())
	ts.Check(err)
}

// officer NAME: sets an account up through its link, with password and one-time
// code, and signs in.
func (s *stage) officer(ts *testscript.TestScript, _ bool, args []string) {
	s.who = args[0]
	ctx := context.Background()
	link, err := s.centre.desk.SetUpLink(ctx)
	ts.Check(err)
	mail := args[0] + "@centre.example"
	if link == "" {
		link, err = s.centre.desk.AddOfficer(ctx, console, args[0], mail, "en")
		ts.Check(err)
	}
	s.get(ts, false, []string{link})
	m := regexp.MustCompile(`name="secret"[^>]*value="([^"]+)"`).FindStringSubmatch(s.page)
	if m == nil {
		ts.Fatalf("no secret on the set-up page:\n%s", s.page)
	}
	code, err := totp.GenerateCode(m[1], s.clock.Now())
	ts.Check(err)
	password := "a quiet harbour at dawn"
	s.post(ts, false, []string{link, "name=" + args[0], "mail=" + mail, "secret=" + m[1], "code=" + code, "password=" + password})
	s.status(ts, false, []string{"200"})
	s.clock.Move(time.Minute) // a one-time code works once
	code, err = totp.GenerateCode(m[1], s.clock.Now())
	ts.Check(err)
	s.post(ts, false, []string{"/sign-in", "mail=" + mail, "password=" + password, "code=" + code})
	s.status(ts, false, []string{"200"})
	s.codes[args[0]] = m[1]
}

// sign-in NAME: an officer signs in again, after the session's end.
func (s *stage) signIn(ts *testscript.TestScript, _ bool, args []string) {
	s.who = args[0]
	s.clock.Move(time.Minute)
	code, err := totp.GenerateCode(s.codes[args[0]], s.clock.Now())
	ts.Check(err)
	s.post(ts, false, []string{"/sign-in", "mail=" + args[0] + "@centre.example", "password=a quiet harbour at dawn", "code=" + code})
	s.status(ts, false, []string{"200"})
}

// vendor [-individual] VAR NAME MAIL PRODUCT ...: puts a vendor with a contact
// and an agreement into the registry; ${VAR} is its id. Its tier is general, or
// individual.
func (s *stage) vendor(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	tier := party.General
	if args[0] == "-individual" {
		tier, args = party.Individual, args[1:]
	}
	o := party.Organisation{Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: args[1], Kind: party.Official}}, Tier: tier}
	for i, p := range args[3:] {
		o.Products = append(o.Products, party.Product{ID: fmt.Sprint("p", i), Name: p})
	}
	id, err := s.centre.desk.SaveOrganisation(ctx, console, o)
	ts.Check(err)
	_, err = s.centre.desk.SaveContact(ctx, console, party.Contact{Org: id, Name: "PSIRT", Mail: args[2], Lang: "en", Duty: party.OnDuty})
	ts.Check(err)
	ts.Check(s.centre.desk.SaveAgreement(ctx, console, party.Agreement{Org: id, Scope: party.ScopeReports, Edition: "2026-1", Signed: s.clock.Now()}))
	s.vars[args[0]] = string(id)
	ts.Setenv(args[0], string(id))
}

// letter ADDRESS [has|lacks|link ...]: looks at the newest letter that the mail
// server took for an address. "link VAR" keeps its link's path.
func (s *stage) letter(ts *testscript.TestScript, neg bool, args []string) {
	s.runDue(ts)
	l, ok := s.mails.newest(args[0])
	if !ok {
		if neg {
			return
		}
		ts.Fatalf("no letter for %s; there are letters for %v", args[0], s.mails.addresses())
	}
	if neg && len(args) == 1 {
		ts.Fatalf("there is a letter for %s:\n%s", args[0], l)
	}
	text := decoded(l)
	for i := 1; i+1 < len(args); i += 2 {
		want := s.fill(args[i+1])
		switch args[i] {
		case "has", "lacks":
			if strings.Contains(text, want) != (args[i] == "has") {
				ts.Fatalf("the letter for %s %s not: %q\n%s", args[0], args[i], want, text)
			}
		case "link":
			m := regexp.MustCompile(regexp.QuoteMeta(s.http.URL) + `(/[^\s<>"]+)`).FindStringSubmatch(text)
			if m == nil {
				ts.Fatalf("no link in the letter for %s:\n%s", args[0], text)
			}
			s.vars[want] = m[1]
			ts.Setenv(want, m[1])
		case "reply-to":
			m := regexp.MustCompile(`(?mi)^Reply-To: .*?([^\s<]+@[^\s>]+)`).FindStringSubmatch(text)
			if m == nil {
				ts.Fatalf("no Reply-To in the letter for %s:\n%s", args[0], text)
			}
			s.vars[want] = m[1]
			ts.Setenv(want, m[1])
		default:
			ts.Fatalf("letter: has, lacks, link or reply-to, not %q", args[i])
		}
	}
}

// decoded undoes quoted-printable, as far as there is any.
func decoded(raw string) string {
	if !strings.Contains(strings.ToLower(raw), "quoted-printable") {
		return raw
	}
	text, _, _ := strings.Cut(raw, "-----BEGIN PGP SIGNATURE-----") // its last line is no quoted-printable
	out, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text)))
	if err != nil {
		return raw
	}
	return string(out)
}

// deliver FILE STATE: the mail server pipes a letter in; ${VAR} in it is filled.
func (s *stage) deliver(ts *testscript.TestScript, _ bool, args []string) {
	raw := strings.ReplaceAll(s.fill(ts.ReadFile(args[0])), "\n", "\r\n")
	state, err := s.centre.mailDoor().Deliver(context.Background(), []byte(raw), inmail.Envelope{})
	ts.Check(err)
	if string(state) != args[1] {
		ts.Fatalf("the letter became %q, want %q", state, args[1])
	}
}

// fsck: everything that is kept is sound.
func (s *stage) fsck(ts *testscript.TestScript, _ bool, _ []string) {
	var found []string
	ts.Check(s.centre.desk.Fsck(context.Background(), func(f store.Finding) { found = append(found, f.Where+": "+f.What) }, nil))
	if len(found) > 0 {
		ts.Fatalf("fsck:\n%s", strings.Join(found, "\n"))
	}
}

// save FILE: keeps the last answer's bytes for a program that judges them.
func (s *stage) save(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(s.page), 0o600))
}

// postOffice is a real mail server on loopback that keeps what it takes.
type postOffice struct {
	addr   string
	server *smtp.Server

	mu   sync.Mutex
	kept map[string][]string
}

func openPostOffice() (*postOffice, error) {
	p := &postOffice{kept: map[string][]string{}}
	p.server = smtp.NewServer(p)
	p.server.Domain, p.server.MaxMessageBytes = "post.example", 64<<20
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.addr = l.Addr().String()
	go p.server.Serve(l)
	return p, nil
}

func (p *postOffice) close() { p.server.Close() }

func (p *postOffice) newest(address string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ls := p.kept[address]
	if len(ls) == 0 {
		return "", false
	}
	return ls[len(ls)-1], true
}

func (p *postOffice) addresses() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var as []string
	for a := range p.kept {
		as = append(as, a)
	}
	return as
}

// NewSession makes the server take letters from anybody.
func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &postSession{office: p}, nil
}

type postSession struct {
	office *postOffice
	to     []string
}

func (s *postSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *postSession) Data(r io.Reader) error {
	var b bytes.Buffer
	if _, err := io.Copy(&b, r); err != nil {
		return err
	}
	if len(s.to) != 1 {
		return errors.New("a letter of the centre has exactly one recipient")
	}
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.office.kept[s.to[0]] = append(s.office.kept[s.to[0]], b.String())
	return nil
}
func (s *postSession) Reset()        { s.to = nil }
func (s *postSession) Logout() error { return nil }
