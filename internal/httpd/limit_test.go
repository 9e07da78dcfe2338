package httpd_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/httpd"
)

// counts is the counting of a centre within one window, and remembers every key.
type counts struct {
	mu   sync.Mutex
	n    map[string]int
	fail bool
}

func (c *counts) Hit(_ context.Context, key string, _ time.Duration) (int, error) {
	if c.fail {
		return 0, errors.New("database away")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[key]++
	return c.n[key], nil
}

var limit = httpd.Limit{Form: "report", Burst: 3, Every: time.Minute, Most: 5, Window: time.Hour}

func TestLimits(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	c := &counts{n: map[string]int{}}
	l := httpd.NewLimiter(c, []byte("key"), nil)
	other := httpd.NewLimiter(c, []byte("key"), nil) // a second process
	ask := func(l *httpd.Limiter, addr string, now time.Time) bool {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = addr
		err := l.Allow(r, limit, now)
		if err != nil && fault.KindOf(err) != fault.Busy {
			t.Fatal(err)
		}
		return err == nil
	}
	for i := range 3 {
		if !ask(l, "192.0.2.1:1", now) {
			t.Fatalf("request %d of a burst of 3 is refused", i+1)
		}
	}
	if ask(l, "192.0.2.1:2", now) {
		t.Error("a fourth at once passes")
	}
	if !ask(l, "192.0.2.2:1", now) {
		t.Error("another address is refused too")
	}
	if !ask(l, "192.0.2.1:1", now.Add(time.Minute)) {
		t.Error("a minute later it is still refused")
	}
	if !ask(other, "192.0.2.1:1", now) || ask(other, "192.0.2.1:1", now) {
		t.Error("five an hour over two processes: the fifth must pass, the sixth not")
	}
	if !ask(l, "[2001:db8:0:ff::1]:1", now) || !ask(l, "[2001:db8:0:1::1]:1", now) || !ask(l, "[2001:db8:0:2::1]:1", now) || ask(l, "[2001:db8:0:3::1]:1", now) {
		t.Error("one /56 counts as one sender")
	}
	for k := range c.n {
		if strings.Contains(k, "192.0") || strings.Contains(k, "2001") {
			t.Errorf("an address is stored: %s", k)
		}
	}
	c.fail = true
	if err := l.AllowName(t.Context(), limit, "a@example.org", now); err == nil || fault.Of(err) != nil {
		t.Errorf("a count that fails: %v", err)
	}
}

func TestClientBelievesOnlyItsProxies(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, tt := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1:1", "198.51.100.1", "192.0.2.1"},
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"10.0.0.1:1", "garbage", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", "198.51.100.1", "198.51.100.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.remote
		r.Header.Set("X-Forwarded-For", tt.forwarded)
		if got := httpd.Client(r, trusted); got.String() != tt.want {
			t.Errorf("%+v: got %s", tt, got)
		}
	}
}

func TestAtLeast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := httpd.AtLeast(t.Context(), time.Second, func() error { return nil }); err != nil || time.Since(start) != time.Second {
			t.Errorf("took %v, %v", time.Since(start), err)
		}
	})
}
