package httpd

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"nakodo/internal/fault"
)

// Hits counts, across all processes of a centre, how often something was done.
type Hits interface {
	// Hit adds one to key's count in the present window of this length, and
	// gives the count.
	Hit(ctx context.Context, key string, window time.Duration) (int, error)
}

// Limit is how often one address, or one name, may use a form.
type Limit struct {
	Form   string        // what is limited: "report", "sign_in"
	Burst  int           // at once
	Every  time.Duration // then one each
	Most   int           // in Window, over all processes; 0: no such limit
	Window time.Duration
}

// Limiter refuses whoever asks too often. It knows addresses only as keyed
// hashes of their networks: from what it stores nobody learns who reported.
type Limiter struct {
	hits    Hits
	secret  []byte
	trusted []netip.Prefix

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	swept   time.Time
}

// NewLimiter makes a limiter. secret keys the hashes; it must be the same in
// all processes of a centre. trusted are the proxies whose X-Forwarded-For is
// believed. hits may be nil: then each process counts alone.
func NewLimiter(hits Hits, secret []byte, trusted []netip.Prefix) *Limiter {
	return &Limiter{hits: hits, secret: secret, trusted: trusted, buckets: map[string]*rate.Limiter{}}
}

// Allow counts a request against the limit for its sender's network and gives
// Busy where it is over.
func (l *Limiter) Allow(r *http.Request, limit Limit, now time.Time) error {
	return l.AllowName(r.Context(), limit, network(Client(r, l.trusted)), now)
}

// AllowName counts against a name instead of an address: a mail address that
// is written to, an account that is tried.
func (l *Limiter) AllowName(ctx context.Context, limit Limit, name string, now time.Time) error {
	key := l.key(limit.Form, name)
	if !l.bucket(key, limit, now).AllowN(now, 1) {
		return fault.New(fault.Busy, "form.too_often")
	}
	if l.hits == nil || limit.Most == 0 {
		return nil
	}
	n, err := l.hits.Hit(ctx, key, limit.Window)
	if err != nil {
		return fmt.Errorf("count for limit %s: %w", limit.Form, err)
	}
	if n > limit.Most {
		return fault.New(fault.Busy, "form.too_often")
	}
	return nil
}

func (l *Limiter) key(form, name string) string {
	mac := hmac.New(sha256.New, l.secret)
	mac.Write([]byte(form + "\x00" + name))
	return form + ":" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

// Network names the network a request came from without telling which it is.
func (l *Limiter) Network(r *http.Request) string {
	return l.key("network", network(Client(r, l.trusted)))
}

// bucket finds or makes the bucket of a key. Buckets that have long filled up
// again are thrown away, so that a flood of addresses does not fill the memory.
func (l *Limiter) bucket(key string, limit Limit, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > time.Minute {
		for k, b := range l.buckets {
			if b.TokensAt(now) >= float64(b.Burst()) {
				delete(l.buckets, k)
			}
		}
		l.swept = now
	}
	b := l.buckets[key]
	if b == nil {
		b = rate.NewLimiter(rate.Every(limit.Every), limit.Burst)
		l.buckets[key] = b
	}
	return b
}

// Client is the address a request came from: the connection's, or, where that
// is a trusted proxy, the last address in X-Forwarded-For that is none.
func Client(r *http.Request, trusted []netip.Prefix) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{} // a Unix socket: everybody is one
	}
	addr := ap.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && contains(trusted, addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	return addr
}

func contains(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// network is what one customer usually has: an IPv4 address, an IPv6 /56.
func network(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(56); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// AtLeast runs f and returns no sooner than after d: how long an answer takes
// must not tell whether an address is known.
func AtLeast(ctx context.Context, d time.Duration, f func() error) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	err := f()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return err
}
