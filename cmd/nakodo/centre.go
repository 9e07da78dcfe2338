package main

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/calendar"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/page"
	"nakodo/internal/httpd"
	"nakodo/internal/job"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/mail"
	"nakodo/internal/notice"
	"nakodo/internal/portal"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/web"
	"nakodo/internal/words"
)

// centre is one centre, wired. The server, the demonstration, every other
// command and the stories use the same one.
type centre struct {
	config  Config
	store   *store.Store
	desk    *desk.Desk
	runner  *job.Runner
	box     mail.Box
	marks   mail.Marks
	smtp    mail.SMTP
	handler http.Handler
	log     *slog.Logger
}

// wiring is what differs between the uses of a centre.
type wiring struct {
	dir    string
	config Config
	log    *slog.Logger
	now    func() time.Time // nil: the machine's
	random io.Reader        // nil: the machine's
}

// openCentre opens the records and builds everything that works on them, top to bottom.
func openCentre(ctx context.Context, w wiring) (*centre, error) {
	if w.random == nil {
		w.random = rand.Reader
	}
	say, err := words.Load()
	if err != nil {
		return nil, err
	}
	c := &centre{config: w.config, log: w.log}
	if c.store, err = store.Open(ctx, store.Config{Dir: w.dir, URL: w.config.Database.URL, Now: w.now}); err != nil {
		return nil, err
	}
	if err := c.wire(ctx, w, say); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *centre) close() error { return c.store.Close() }

func (c *centre) wire(ctx context.Context, w wiring, say words.Catalogue) error {
	links, err := c.secret(ctx, "links", func() ([]byte, error) {
		b := make([]byte, 32)
		_, err := io.ReadFull(w.random, b)
		return b, err
	})
	if err != nil {
		return err
	}
	key, err := c.openpgp(ctx, w)
	if err != nil {
		return err
	}
	hasher, err := auth.NewHasher(w.random)
	if err != nil {
		return err
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		return err
	}
	press, err := page.NewPress(say, static)
	if err != nil {
		return err
	}
	if err := c.wireMail(w, links); err != nil {
		return err
	}
	composer := mail.Composer{Box: c.box, Name: w.config.Centre.Name, Words: say, Key: key}
	cc := w.config.Centre
	c.desk = desk.New(desk.Config{
		Store: c.store, Key: key, Links: links, Words: say, Hasher: hasher, Press: press, Engine: version,
		Compose: func(l notice.Letter, now time.Time) ([]byte, bool, error) {
			m, err := composer.Compose(l, now)
			return m.Raw, m.Sealed, err
		},
		Tag: mail.Hash, Hold: w.config.SMTP.Host == "", Random: w.random,
		Centre: desk.Centre{
			Prefix: cc.Prefix, Reports: cc.ReportPrefix, Inquiries: cc.InquiryPrefix, Name: cc.Name, Base: w.config.Web.Address, Mail: cc.Mail,
			Namespace: cc.Namespace, Authority: cc.Authority, Zone: w.config.zone(),
			Calendar: calendar.Key(cc.Calendar), Frames: w.config.frameworks(),
		},
	})
	c.wireJobs(w)
	return c.wireDoors(w, static, links)
}

// secret reads a secret of the centre, or makes it at the first start.
func (c *centre) secret(ctx context.Context, name string, make func() ([]byte, error)) ([]byte, error) {
	var b []byte
	err := c.store.Do(ctx, func(tx *store.Tx) error {
		var err error
		b, err = tx.Secret(ctx, name)
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if b, err = make(); err != nil {
			return err
		}
		return tx.SetSecret(ctx, name, b)
	})
	return b, err
}

// openpgp is the centre's key.
func (c *centre) openpgp(ctx context.Context, w wiring) (*keys.Private, error) {
	armoured, err := c.secret(ctx, "openpgp", func() ([]byte, error) {
		cc := w.config.Centre
		k, err := keys.Create(cc.Name.In(words.EN), cc.Mail, c.store.Now())
		if err != nil {
			return nil, err
		}
		s, err := k.Armoured(nil) // sealed as a whole by the store
		return []byte(s), err
	})
	if err != nil {
		return nil, fmt.Errorf("the centre's OpenPGP key: %w", err)
	}
	return keys.Load(string(armoured), nil)
}

// wireMail builds what letters need: the box they come from and the marks they carry.
func (c *centre) wireMail(w wiring, links []byte) error {
	cc := w.config.Centre
	local, domain, _ := strings.Cut(cc.Mail, "@")
	tags, err := hkdf.Key(sha256.New, links, nil, "reply addresses", 32)
	if err != nil {
		return err
	}
	c.box = mail.Box{Local: local, Domain: domain, Secrets: [][]byte{tags}}
	if err := c.box.Check(); err != nil {
		return fmt.Errorf("centre.mail: %w", err)
	}
	if c.marks, err = mail.NewMarks(cc.Prefix, cc.ReportPrefix, cc.InquiryPrefix); err != nil {
		return err
	}
	c.smtp = mail.SMTP{Addr: w.config.SMTP.Host, TLS: mail.TLS(w.config.SMTP.TLS), User: w.config.SMTP.User, Password: w.config.SMTP.Password, Hello: domain}
	if c.smtp.Addr == "" {
		return nil
	}
	if err := c.smtp.Check(); err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	return nil
}

// wireJobs builds the runner of deadlines and letters.
func (c *centre) wireJobs(w wiring) {
	handlers := map[string]job.Handler{}
	for kind, h := range c.desk.Handlers(courier{c.smtp, c.box}) {
		handlers[kind] = h
	}
	c.runner = job.New(job.Config{Store: c.store, Handlers: handlers, Log: w.log})
}

// courier is the desk's courier over SMTP.
type courier struct {
	smtp mail.SMTP
	box  mail.Box
}

func (c courier) Send(ctx context.Context, l talk.Letter) error {
	err := c.smtp.Send(ctx, c.box.Bounce(l.ID), l.To, l.Raw)
	if mail.Permanent(err) {
		return &desk.Undeliverable{Err: err}
	}
	return err
}

// wireDoors puts the pages and the portal on one mux.
func (c *centre) wireDoors(w wiring, static *look.Static, links []byte) error {
	limits, err := hkdf.Key(sha256.New, links, nil, "rate limits", 32)
	if err != nil {
		return err
	}
	var trusted []netip.Prefix
	for _, p := range w.config.Web.Proxies {
		trusted = append(trusted, netip.MustParsePrefix(p)) // Config.check has read it
	}
	limiter := httpd.NewLimiter(c.store, limits, trusted)
	secure := strings.HasPrefix(w.config.Web.Address, "https://")
	pages, err := web.New(web.Config{Desk: c.desk, Static: static, Sessions: c.store.Sessions(), Limits: limiter, Log: w.log, Secure: secure})
	if err != nil {
		return err
	}
	public, err := portal.New(portal.Config{Desk: c.desk, Static: static, Limits: limiter, Log: w.log, Secure: secure})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static)
	pages.Routes(mux)
	public.Routes(mux)
	guarded, err := pages.Guard(mux)
	if err != nil {
		return err
	}
	c.handler = guarded
	return nil
}
