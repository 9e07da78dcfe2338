// Package webtest serves the pages and the portal of a fresh centre over loopback: real
// database, real sessions, real middleware, a clock that the test moves. Tests
// of pages and the browser stories stand on it.
package webtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nakodo/internal/auth"
	"nakodo/internal/desk"
	"nakodo/internal/format/page"
	"nakodo/internal/httpd"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/mail"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/portal"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
	"nakodo/internal/web"
	"nakodo/internal/words"
)

// Centre is a running centre.
type Centre struct {
	*desk.Desk
	URL   string
	Clock *storetest.Clock
	Log   *Buffer

	t     testing.TB
	store *store.Store
}

var centreName = words.Text{EN: "Example Coordination Centre", JA: "サンプル調整機関"}

// Password is every officer's in tests.
const Password = "correct horse battery staple"

// Start opens a fresh centre on SQLite and serves its pages until the test ends.
func Start(t testing.TB) *Centre {
	t.Helper()
	clock := storetest.NewClock()
	return On(t, storetest.Open(t, store.Config{Dir: t.TempDir(), Now: clock.Now}), clock)
}

// On serves the pages of a centre on a store.
func On(t testing.TB, s *store.Store, clock *storetest.Clock) *Centre {
	t.Helper()
	say, err := words.Load()
	must(t, err)
	key, err := keys.Create("Example Coordination Centre", "cc@example.test", clock.Now())
	must(t, err)
	hasher, err := auth.NewHasher(rand.Reader)
	must(t, err)
	static, err := look.NewStatic("/static/")
	must(t, err)
	c := &Centre{t: t, Clock: clock, store: s, Log: &Buffer{}}
	press, err := page.NewPress(say, static)
	must(t, err)
	links := bytes.Repeat([]byte{7}, 32)
	composer := mail.Composer{Box: mail.Box{Local: "cc", Domain: "example.test", Secrets: [][]byte{links}}, Name: centreName, Words: say, Key: key}
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(nil)
	c.URL = "http://" + server.Listener.Addr().String()
	c.Desk = desk.New(desk.Config{
		Store: s, Key: key, Links: links, Words: say, Hasher: hasher, Press: press, Engine: "test", Tag: mail.Hash, Hold: true,
		Compose: func(l notice.Letter, now time.Time) ([]byte, bool, error) {
			m, err := composer.Compose(l, now)
			return m.Raw, m.Sealed, err
		},
		Centre: desk.Centre{
			Prefix: "NKD", Reports: "NKR", Name: centreName,
			Base: c.URL, Mail: "cc@example.test", Zone: time.FixedZone("JST", 9*3600),
		},
	})
	log := slog.New(slog.NewTextHandler(c.Log, nil))
	limits := httpd.NewLimiter(s, []byte("test"), nil)
	site, err := web.New(web.Config{Desk: c.Desk, Static: static, Sessions: s.Sessions(), Log: log, Limits: limits})
	must(t, err)
	public, err := portal.New(portal.Config{Desk: c.Desk, Static: static, Limits: limits, Log: log})
	must(t, err)
	mux.Handle("GET /static/", static)
	site.Routes(mux)
	public.Routes(mux)
	guarded, err := site.Guard(mux)
	must(t, err)
	server.Config.Handler = guarded
	server.Start()
	t.Cleanup(server.Close)
	return c
}

// Officer makes an officer with Password, and gives the authenticator's secret.
func (c *Centre) Officer(name, mail string) (party.Actor, string) {
	c.t.Helper()
	ctx := context.Background()
	secret, err := auth.NewSecret(rand.Reader)
	must(c.t, err)
	link, err := c.SetUpLink(ctx)
	must(c.t, err)
	if link == "" {
		officers, err := c.Officers(ctx, party.OfficerActor("test"))
		must(c.t, err)
		link, err = c.AddOfficer(ctx, party.OfficerActor(officers[0].ID), name, mail, "en")
		must(c.t, err)
	}
	_, err = c.SetUp(ctx, link[len("/setup/"):], desk.Account{Name: name, Mail: mail, Lang: "en", Password: Password, Secret: secret, Code: c.Code(secret)})
	must(c.t, err)
	officers, err := c.Officers(ctx, party.OfficerActor("test"))
	must(c.t, err)
	for _, p := range officers {
		if p.Mail == mail {
			return party.OfficerActor(p.ID), secret
		}
	}
	c.t.Fatalf("officer %s is not on the team", mail)
	return party.Actor{}, ""
}

// Code is what an authenticator shows now. The clock goes on by a minute
// first, because a code is good one time only.
func (c *Centre) Code(secret string) string {
	c.t.Helper()
	c.Clock.Move(time.Minute)
	code, err := totp.GenerateCode(secret, c.Clock.Now())
	must(c.t, err)
	return code
}

// Vendor registers a vendor with one contact at psirt@domain.
func (c *Centre) Vendor(by party.Actor, name, domain string) party.Actor {
	c.t.Helper()
	ctx := context.Background()
	org, err := c.SaveOrganisation(ctx, by, party.Organisation{
		Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: name, Kind: party.Official}}, Tier: party.General,
		Domains: []string{domain}, Products: []party.Product{{ID: "p", Name: name + " Gateway 9000"}},
	})
	must(c.t, err)
	person, err := c.SaveContact(ctx, by, party.Contact{Org: org, Name: "PSIRT", Role: true, Mail: "psirt@" + domain, Lang: "en", Duty: party.OnDuty})
	must(c.t, err)
	must(c.t, c.SaveAgreement(ctx, by, party.Agreement{Org: org, Scope: party.ScopeReports, Edition: "2026-1", Signed: c.Clock.Now().AddDate(-1, 0, 0)}))
	return party.VendorActor(org, person)
}

// Letters gives the letters held for an address, newest first.
func (c *Centre) Letters(mail string) []talk.Letter {
	c.t.Helper()
	var mine []talk.Letter
	must(c.t, c.store.View(context.Background(), func(tx *store.Tx) error {
		all, err := tx.Letters(context.Background(), 0, 1000)
		for _, l := range all {
			if l.To == mail {
				mine = append(mine, l)
			}
		}
		return err
	}))
	return mine
}

var linkIn = regexp.MustCompile(`https?://[^"\s<>\\]+`)

// LinkIn gives the link in the newest letter to an address.
func (c *Centre) LinkIn(mail string) string {
	c.t.Helper()
	letters := c.Letters(mail)
	if len(letters) == 0 {
		c.t.Fatalf("no letter to %s", mail)
	}
	link := linkIn.FindString(string(letters[0].Args))
	if link == "" {
		c.t.Fatalf("no link in the letter to %s: %s", mail, letters[0].Args)
	}
	return link
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Buffer is a log that many goroutines may write to.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
