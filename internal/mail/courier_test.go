package mail_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"nakodo/internal/mail"
	"nakodo/internal/words"
)

// server is a real SMTP server on loopback that keeps what it is given.
type server struct {
	addr  string
	trust *tls.Config // for a client that knows its certificate

	mu      sync.Mutex
	got     []delivery
	reply   map[string]error // by recipient
	signsIn bool
}

type delivery struct {
	from string
	to   []string
	raw  []byte
	tls  bool
	user string
}

func (s *server) deliveries() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]delivery(nil), s.got...)
}

type session struct {
	s    *server
	conn *smtp.Conn
	d    delivery
}

func (x *session) Reset()        { x.d = delivery{user: x.d.user} }
func (x *session) Logout() error { return nil }
func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if x.s.signsIn && x.d.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "sign in first"}
	}
	x.d.from = from
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := x.s.reply[to]; err != nil {
		return err
	}
	x.d.to = append(x.d.to, to)
	return nil
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if bytes.Contains(raw, []byte("X-Refuse-Content")) {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "content refused"}
	}
	_, x.d.tls = x.conn.TLSConnectionState()
	x.d.raw = raw
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.got = append(x.s.got, x.d)
	return nil
}

func (x *session) AuthMechanisms() []string {
	if x.s.signsIn {
		return []string{sasl.Plain}
	}
	return nil
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "nakodo" || password != "secret" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password"}
		}
		x.d.user = user
		return nil
	}), nil
}

type setup struct {
	policy  mail.TLS // what the server offers
	signsIn bool
	reply   map[string]error
}

func start(t *testing.T, set setup) *server {
	t.Helper()
	s := &server{reply: set.reply, signsIn: set.signsIn}
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, conn: c}, nil }))
	srv.Domain = "mx.example"
	srv.ErrorLog = quiet{}
	srv.AllowInsecureAuth = true
	cert, pool := certificate(t)
	s.trust = &tls.Config{RootCAs: pool, ServerName: "mx.example"}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	conf := &tls.Config{Certificates: []tls.Certificate{cert}}
	switch set.policy {
	case mail.StartTLS:
		srv.TLSConfig = conf
	case mail.Implicit:
		l = tls.NewListener(l, conf)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"mx.example"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestLetterTravelsBySMTPAndOpensWithGpg(t *testing.T) {
	h := gpgHome(t)
	vendor := h.vendorKey(t)
	centre := newKey(t, "Coordination Centre", "case@centre.example")
	h.Run(t, []byte(centre.Public().Armoured()), "--import")
	m, err := composer(t, centre).Compose(letter(words.JA, vendor.Armoured()), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, policy := range []mail.TLS{mail.StartTLS, mail.Implicit, mail.Open} {
		s := start(t, setup{policy: policy, signsIn: true})
		var c mail.Courier = mail.SMTP{Addr: s.addr, TLS: policy, Config: s.trust, Hello: "centre.example", User: "nakodo", Password: "secret"}
		if err := c.Send(t.Context(), m.From, m.To, m.Raw); err != nil {
			t.Fatalf("%s: %v", policy, err)
		}
		got := s.deliveries()
		if len(got) != 1 {
			t.Fatalf("%s: %d deliveries", policy, len(got))
		}
		d := got[0]
		if d.from != m.From || len(d.to) != 1 || d.to[0] != "psirt@vendor.example" || d.user != "nakodo" || d.tls != (policy != mail.Open) {
			t.Errorf("%s: envelope %s -> %v by %q, tls %v", policy, d.from, d.to, d.user, d.tls)
		}
		if !bytes.Equal(d.raw, m.Raw) {
			t.Errorf("%s: the letter was changed on the way", policy)
		}
		inside, said := h.Run(t, parts(t, read(t, d.raw), "multipart/encrypted")[1], "--decrypt")
		if !strings.Contains(said, "GOODSIG") || !strings.Contains(decode(t, read(t, inside)), "SECRETtitle") {
			t.Errorf("%s: gpg could not read it:\n%s", policy, said)
		}
	}
}

func TestPermanentAndTemporaryFailuresAreToldApart(t *testing.T) {
	reply := map[string]error{
		"gone@v.example": &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"},
		"full@v.example": &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"},
	}
	s := start(t, setup{policy: mail.Open, reply: reply})
	locked := start(t, setup{policy: mail.Open, signsIn: true})
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()
	for name, tt := range map[string]struct {
		c         mail.SMTP
		to, raw   string
		permanent bool
		step      string
		code      int
	}{
		"no such user":     {mail.SMTP{Addr: s.addr, TLS: mail.Open}, "gone@v.example", "Subject: x\r\n\r\nx\r\n", true, "recipient", 550},
		"mailbox full":     {mail.SMTP{Addr: s.addr, TLS: mail.Open}, "full@v.example", "Subject: x\r\n\r\nx\r\n", false, "recipient", 452},
		"content refused":  {mail.SMTP{Addr: s.addr, TLS: mail.Open}, "a@v.example", "X-Refuse-Content: 1\r\n\r\nx\r\n", true, "content", 554},
		"not signed in":    {mail.SMTP{Addr: locked.addr, TLS: mail.Open}, "a@v.example", "\r\nx\r\n", false, "sender", 530},
		"wrong password":   {mail.SMTP{Addr: locked.addr, TLS: mail.Open, User: "nakodo", Password: "no"}, "a@v.example", "\r\nx\r\n", false, "sign-in", 535},
		"nobody there":     {mail.SMTP{Addr: nobody, TLS: mail.Open}, "a@v.example", "\r\nx\r\n", false, "connect", 0},
		"no STARTTLS":      {mail.SMTP{Addr: s.addr}, "a@v.example", "\r\nx\r\n", false, "tls", 0},
		"address with CR":  {mail.SMTP{Addr: s.addr, TLS: mail.Open}, "a@v.example>\r\nRCPT TO:<b@v.example", "\r\nx\r\n", false, "recipient", 0},
		"unknown settings": {mail.SMTP{Addr: s.addr, TLS: "maybe"}, "a@v.example", "\r\nx\r\n", false, "connect", 0},
	} {
		err := tt.c.Send(t.Context(), "case@centre.example", tt.to, []byte(tt.raw))
		var f *mail.Failure
		if !errors.As(err, &f) || f.Permanent != tt.permanent || f.Step != tt.step || f.Code != tt.code || mail.Permanent(err) != tt.permanent {
			t.Errorf("%s: got %v (%+v), want permanent %v at %s with %d", name, err, f, tt.permanent, tt.step, tt.code)
		}
	}
	if got := s.deliveries(); len(got) != 0 {
		t.Errorf("delivered all the same: %v", got)
	}
}

func TestAnUntrustedCertificateStopsTheLetter(t *testing.T) {
	for _, policy := range []mail.TLS{mail.StartTLS, mail.Implicit} {
		s := start(t, setup{policy: policy})
		err := mail.SMTP{Addr: s.addr, TLS: policy}.Send(t.Context(), "case@centre.example", "a@v.example", []byte("\r\nx\r\n"))
		var f *mail.Failure
		if !errors.As(err, &f) || f.Step != "tls" || f.Permanent {
			t.Errorf("%s: %v", policy, err)
		}
		if len(s.deliveries()) != 0 {
			t.Errorf("%s: delivered to a stranger", policy)
		}
	}
}

func TestAPasswordNeverTravelsUnprotected(t *testing.T) {
	for addr, ok := range map[string]bool{"127.0.0.1:25": true, "localhost:25": true, "[::1]:25": true, "mail.example.com:25": false, "10.0.0.1:25": false, "nonsense": false} {
		if err := (mail.SMTP{Addr: addr, TLS: mail.Open, User: "u", Password: "p"}).Check(); (err == nil) != ok {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestASilentServerDoesNotHoldUpTheQueue(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never says a word
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, policy := range []mail.TLS{mail.StartTLS, mail.Implicit, mail.Open} {
		err := mail.SMTP{Addr: l.Addr().String(), TLS: policy, Timeout: 50 * time.Millisecond}.Send(t.Context(), "a@b.example", "c@d.example", nil)
		var f *mail.Failure
		if !errors.As(err, &f) || f.Permanent {
			t.Errorf("%s: %v", policy, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (mail.SMTP{Addr: l.Addr().String(), TLS: mail.Open}).Send(ctx, "a@b.example", "c@d.example", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after a stop: %v", err)
	}
}
