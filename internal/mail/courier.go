package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Courier takes one message to one recipient. An error is a *Failure, which
// tells whether trying again can help.
type Courier interface {
	Send(ctx context.Context, from, to string, raw []byte) error
}

// Failure is why a message did not leave.
type Failure struct {
	Permanent bool   // this recipient will not get this message however often we try
	Step      string // connect, tls, hello, sign-in, sender, recipient, content
	Code      int    // the server's reply; 0 where there was none
	Err       error
}

func (f *Failure) Error() string {
	kind := "temporary"
	if f.Permanent {
		kind = "permanent"
	}
	return fmt.Sprintf("send mail: %s failure at %s: %v", kind, f.Step, f.Err)
}

func (f *Failure) Unwrap() error { return f.Err }

// Permanent reports whether an error of a courier is a permanent failure.
func Permanent(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Permanent
}

// TLS is how a connection to the mail server is protected.
type TLS string

// The policies. There is none that quietly falls back to an open connection.
const (
	StartTLS TLS = "starttls" // an open connection must be upgraded, or nothing is sent (port 587)
	Implicit TLS = "tls"      // protected from the first byte (port 465)
	Open     TLS = "none"     // for a relay on this machine; passwords are refused to any other
)

// SMTP is the Courier that hands messages to a mail server.
type SMTP struct {
	Addr     string // host:port
	TLS      TLS    // "" means StartTLS
	Config   *tls.Config
	Hello    string // our host name; "" means localhost
	User     string // "" means no sign-in
	Password string
	Timeout  time.Duration // for the whole delivery; 0 means two minutes
}

// Check refuses settings that could not work or would give a password away.
func (s SMTP) Check() error {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("mail server %q: want host:port, such as mail.example.com:587", s.Addr)
	}
	switch s.TLS {
	case "", StartTLS, Implicit:
	case Open:
		if s.User != "" && !loopback(host) {
			return fmt.Errorf("mail server %s: a password may not travel unprotected; choose starttls or tls", s.Addr)
		}
	default:
		return fmt.Errorf("mail server: unknown protection %q; choose starttls, tls or none", s.TLS)
	}
	return nil
}

// Send delivers to the one recipient over a connection of its own: a recipient
// the server dislikes cannot hold up anybody else's letter.
func (s SMTP) Send(ctx context.Context, from, to string, raw []byte) error {
	if err := s.Check(); err != nil {
		return &Failure{Step: "connect", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout())
	defer cancel()
	conn, fail := s.connect(ctx)
	if fail != nil {
		return fail
	}
	defer conn.Close()
	// The library knows only its own, longer limits: closing the connection
	// ends whatever it waits for.
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()

	c, fail := s.open(conn)
	if fail != nil {
		return fail
	}
	if err := c.Mail(from, &smtp.MailOptions{Size: int64(len(raw))}); err != nil {
		return failed("sender", err)
	}
	if err := c.Rcpt(to, nil); err != nil {
		return failed("recipient", err)
	}
	w, err := c.Data()
	if err != nil {
		return failed("content", err)
	}
	if _, err := w.Write(raw); err != nil {
		return failed("content", err)
	}
	if err := w.Close(); err != nil {
		return failed("content", err)
	}
	_ = c.Quit() // it has the letter: a quarrel at parting changes nothing
	return nil
}

func (s SMTP) timeout() time.Duration {
	if s.Timeout == 0 {
		return 2 * time.Minute
	}
	return s.Timeout
}

func (s SMTP) tlsConfig() *tls.Config {
	cfg := s.Config.Clone()
	if cfg == nil {
		cfg = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if cfg.ServerName == "" {
		cfg.ServerName, _, _ = net.SplitHostPort(s.Addr)
	}
	return cfg
}

func (s SMTP) connect(ctx context.Context) (net.Conn, *Failure) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return nil, failed("connect", err)
	}
	if s.TLS != Implicit {
		return conn, nil
	}
	t := tls.Client(conn, s.tlsConfig())
	if err := t.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, failed("tls", err)
	}
	return t, nil
}

// open greets the server, protects the connection and signs in.
func (s SMTP) open(conn net.Conn) (*smtp.Client, *Failure) {
	c := smtp.NewClient(conn)
	if s.TLS == "" || s.TLS == StartTLS {
		var err error
		if c, err = smtp.NewClientStartTLS(conn, s.tlsConfig()); err != nil {
			return nil, failed("tls", err)
		}
	}
	name := s.Hello
	if name == "" {
		name = "localhost"
	}
	if err := c.Hello(name); err != nil {
		// After STARTTLS the handshake happens with the first word.
		var cert *tls.CertificateVerificationError
		if errors.As(err, &cert) {
			return nil, failed("tls", err)
		}
		return nil, failed("hello", err)
	}
	if s.User == "" {
		return c, nil
	}
	if err := c.Auth(sasl.NewPlainClient("", s.User, s.Password)); err != nil {
		return nil, failed("sign-in", err)
	}
	return c, nil
}

// failed sorts an error. Only what the server says about the recipient or the
// content is final; a refusal at any earlier step is about our own settings,
// which somebody can put right while the letter waits.
func failed(step string, err error) *Failure {
	f := &Failure{Step: step, Err: err}
	var reply *smtp.SMTPError
	if errors.As(err, &reply) {
		f.Code = reply.Code
		f.Permanent = !reply.Temporary() && (step == "recipient" || step == "content")
	}
	return f
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
