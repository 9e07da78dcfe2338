package auth_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nakodo/internal/auth"
	"nakodo/internal/fault"
	"nakodo/internal/party"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

func hasher(t testing.TB) *auth.Hasher {
	t.Helper()
	h, err := auth.NewHasher(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPasswords(t *testing.T) {
	h := hasher(t)
	stored, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(stored, "horse") {
		t.Errorf("stored as %s", stored)
	}
	again, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil || again == stored {
		t.Error("two hashes of one password are alike: the salt does not work")
	}
	// made with the reference implementation's parameters of another day
	older := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, tt := range []struct {
		stored, password string
		ok, old          bool
	}{
		{stored, "correct horse battery", true, false}, {stored, "correct horse batterx", false, false}, {stored, "", false, false},
		{older, "password", true, true}, {older, "passwore", false, false},
		{"", "correct horse battery", false, false},
	} {
		ok, old, err := h.Check(t.Context(), tt.stored, tt.password)
		if err != nil || ok != tt.ok || old != tt.old {
			t.Errorf("%q with %.20s…: %v, %v, %v", tt.password, tt.stored, ok, old, err)
		}
	}
	for _, damaged := range []string{"x", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$x", "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$" + strings.Repeat("A", 43), "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$" + strings.Repeat("A", 43)} {
		if ok, _, err := h.Check(t.Context(), damaged, "x"); ok || err == nil {
			t.Errorf("%.40s: %v, %v", damaged, ok, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // with a free slot either answer is right, but never a wrong one
		if ok, _, err := h.Check(gone, stored, "x"); ok || err != nil && fault.KindOf(err) != fault.Busy {
			t.Errorf("given up: %v, %v", ok, err)
		}
	}
}

// Somebody who does not exist costs the same work: the same function with the
// same cost runs. Compared loosely, as a machine under load measures loosely.
func TestUnknownPeopleTakeAsLong(t *testing.T) {
	h := hasher(t)
	stored, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	took := func(stored string) time.Duration {
		best := time.Hour
		for range 5 {
			start := time.Now()
			if _, _, err := h.Check(t.Context(), stored, "some guess"); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	known, unknown := took(stored), took("")
	if unknown < known/2 || known < unknown/2 {
		t.Errorf("known %v, unknown %v", known, unknown)
	}
}

func TestAcceptable(t *testing.T) {
	for password, want := range map[string]string{
		"correct horse battery": "", "正しい馬の電池のホチキス留め": "", "elevenchars": "signin.password.short", strings.Repeat("abcdefgh", 26): "signin.password.long",
		"aaaaaaaaaaaab": "signin.password.monotonous", "Hanako.Y at the office": "signin.password.own_name", "the Yamada family dog": "signin.password.own_name", "the sun also rises": "",
	} {
		err := auth.Acceptable(password, "hanako.y@example.org", "Yamada K")
		got := ""
		if f := fault.Of(err); f != nil {
			got = f.Problems[0].Key
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

// The codes are those of an independent implementation, and RFC 6238's own.
func TestRFC6238_Codes(t *testing.T) {
	rfc := "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if _, ok := auth.CheckCode(rfc, code, 0, time.Unix(at, 0)); !ok {
			t.Errorf("at %d the code %s is refused", at, code)
		}
	}
	secret, err := auth.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	at, ok := auth.CheckCode(secret, code[:3]+" "+code[3:], 0, now)
	if !ok {
		t.Fatal("the code of this moment is refused")
	}
	if _, ok := auth.CheckCode(secret, code, at, now); ok {
		t.Error("a code passes twice")
	}
	for d, want := range map[time.Duration]bool{-30 * time.Second: true, 30 * time.Second: true, 61 * time.Second: false, -61 * time.Second: false} {
		if _, ok := auth.CheckCode(secret, code, 0, now.Add(d)); ok != want {
			t.Errorf("%v off: %v", d, ok)
		}
	}
	next, _ := totp.GenerateCode(secret, now.Add(30*time.Second))
	if _, ok := auth.CheckCode(secret, next, at, now); !ok {
		t.Error("the next code is refused after this one")
	}
	if at2, _ := auth.CheckCode(secret, next, at, now); at2 != at+1 {
		t.Errorf("step %d after %d", at2, at)
	}
	if _, ok := auth.CheckCode(secret, code, at+1, now); ok {
		t.Error("an older code passes after a newer one")
	}
	full := strings.Map(func(r rune) rune { return r - '0' + '０' }, next)
	if _, ok := auth.CheckCode(secret, full, at, now); !ok {
		t.Error("digits in full width are refused")
	}
	for _, bad := range []string{"", "12345", "abcdef"} {
		if _, ok := auth.CheckCode(secret, bad, 0, now); ok {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestQRHoldsTheURL(t *testing.T) {
	u := auth.AppURL("GEZDGNBVGY3TQOJQ", "サンプル 調整機関", "hanako@example.org")
	if strings.ContainsAny(u, " +") || !strings.HasPrefix(u, "otpauth://totp/") || !strings.Contains(u, "secret=GEZDGNBVGY3TQOJQ") {
		t.Errorf("got %s", u)
	}
	svg, err := auth.QR(u, `a "label"`)
	if err != nil || !strings.Contains(string(svg), `aria-label="a &#34;label&#34;"`) || strings.Count(string(svg), "h1v1h-1z") < 200 {
		t.Errorf("%v: %.200s", err, svg)
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, hashes, err := auth.NewRecovery(rand.Reader, 10)
	if err != nil || len(codes) != 10 || len(codes[0]) != 19 {
		t.Fatal(codes, err)
	}
	left, ok := auth.UseRecovery(hashes, strings.ToLower(strings.ReplaceAll(codes[3], "-", " ")))
	if !ok || len(left) != 9 || len(hashes) != 10 {
		t.Fatalf("%v, %d left of %d", ok, len(left), len(hashes))
	}
	if _, ok := auth.UseRecovery(left, codes[3]); ok {
		t.Error("a recovery code works twice")
	}
	if _, ok := auth.UseRecovery(left, ""); ok {
		t.Error("nothing is a recovery code")
	}
}

func TestTokens(t *testing.T) {
	a, err := auth.NewToken(rand.Reader)
	if err != nil || !auth.IsToken(a) || len(a) != 43 {
		t.Errorf("%q, %v", a, err)
	}
	if b, _ := auth.NewToken(rand.Reader); a == b {
		t.Error("two tokens are alike")
	}
	if _, err := auth.NewToken(bytes.NewReader(nil)); err == nil {
		t.Error("a token without randomness")
	}
	for _, bad := range []string{"", "abc", a + "x", strings.Repeat("!", 43)} {
		if auth.IsToken(bad) {
			t.Errorf("%q passes as a token", bad)
		}
	}
}

func TestVerify(t *testing.T) {
	h := hasher(t)
	ctx := t.Context()
	secret, _ := auth.NewSecret(rand.Reader)
	codes, recovery, _ := auth.NewRecovery(rand.Reader, 2)
	stored, err := h.Hash(ctx, "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	c := auth.Credentials{Password: stored, Secret: secret, Recovery: recovery, Set: now}
	code, _ := totp.GenerateCode(secret, now)
	right := auth.Proof{Password: "correct horse battery", Code: code}

	next, recovered, err := c.Verify(ctx, h, right, now)
	if err != nil || recovered || next.Step == 0 || next.Epoch() != c.Epoch() {
		t.Fatalf("%+v, %v, %v", next, recovered, err)
	}
	if _, _, err := next.Verify(ctx, h, right, now); err == nil {
		t.Error("the same code again")
	}
	next, recovered, err = c.Verify(ctx, h, auth.Proof{Password: right.Password, Code: codes[0]}, now)
	if err != nil || !recovered || len(next.Recovery) != 1 {
		t.Errorf("recovery: %v, %v, %d left", recovered, err, len(next.Recovery))
	}
	var said []string
	for name, tt := range map[string]struct {
		c auth.Credentials
		p auth.Proof
	}{
		"wrong password": {c, auth.Proof{Password: "x", Code: code}}, "wrong code": {c, auth.Proof{Password: right.Password, Code: "000000"}},
		"nobody": {auth.Credentials{}, right}, "no second factor": {auth.Credentials{Password: stored}, right}, "empty": {c, auth.Proof{}},
	} {
		_, _, err := tt.c.Verify(ctx, h, tt.p, now)
		if err == nil {
			t.Fatalf("%s is let in", name)
		}
		said = append(said, err.Error())
	}
	for _, s := range said {
		if s != said[0] {
			t.Errorf("refusals differ: %q and %q", s, said[0])
		}
	}
	other := c
	other.Secret = "GEZDGNBVGY3TQOJQ"
	if other.Epoch() == c.Epoch() {
		t.Error("a new secret ends no session")
	}
}

func TestWait(t *testing.T) {
	for fails, want := range map[int]time.Duration{0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 9: 8 * time.Minute, 10: 15 * time.Minute, 100000: 15 * time.Minute} {
		if got := auth.Wait(fails); got != want {
			t.Errorf("%d failures: got %v, want %v", fails, got, want)
		}
	}
}

func TestSessionRules(t *testing.T) {
	for _, tt := range []struct {
		role        party.Role
		began, seen time.Duration
		want        bool
	}{
		{party.Officer, 0, 0, true}, {party.Officer, 11 * time.Hour, 59 * time.Minute, true}, {party.Officer, 2 * time.Hour, time.Hour, false},
		{party.Officer, 12 * time.Hour, time.Minute, false}, {party.Vendor, 12 * time.Hour, 3 * time.Hour, true}, {party.Vendor, 24 * time.Hour, time.Minute, false}, {"", 0, 0, false}, {party.Officer, -time.Minute, 0, false},
	} {
		w := auth.Who{Actor: party.Actor{Role: tt.role}, Began: now.Add(-tt.began), Seen: now.Add(-tt.seen)}
		if got := w.Alive(now); got != tt.want {
			t.Errorf("%+v: got %v", tt, got)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	h := hasher(b)
	stored, err := h.Hash(b.Context(), "correct horse battery")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, _, err := h.Check(b.Context(), stored, "correct horse battery"); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}
