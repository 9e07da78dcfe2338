package keys_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/keys"
)

var now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func create(t *testing.T, name, mail string) *keys.Private {
	t.Helper()
	k, err := keys.Create(name, mail, now.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func knows(ks ...*keys.Public) keys.Signers {
	return func(id string) []*keys.Public {
		var fit []*keys.Public
		for _, k := range ks {
			if k.Has(id) {
				fit = append(fit, k)
			}
		}
		return fit
	}
}

func TestPrivateKeySurvivesItsPassphrase(t *testing.T) {
	k := create(t, "調整センター", "case@centre.example")
	locked, err := k.Armoured([]byte("ひみつ"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Load(locked, []byte("wrong")); err == nil {
		t.Error("a wrong passphrase opened the key")
	}
	again, err := keys.Load(locked, []byte("ひみつ"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := again.Public().Fingerprint(), k.Public().Fingerprint(); got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
	if _, err := keys.Load(k.Public().Armoured(), nil); err == nil {
		t.Error("a public key was loaded as a private one")
	}
	if strings.Contains(k.String()+k.GoString(), "PRIVATE KEY") {
		t.Error("the key prints itself")
	}
}

func TestSealedLetterOpensWithItsSignature(t *testing.T) {
	centre, vendor, stranger := create(t, "Centre", "case@centre.example"), create(t, "Vendor", "psirt@vendor.example"), create(t, "X", "x@x.example")
	plain := []byte("stack overflow in the parser\n")
	msg, err := keys.Seal(plain, []*keys.Public{vendor.Public(), centre.Public()}, centre, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, mine := range []*keys.Private{vendor, centre} {
		got, err := keys.Open(msg, []*keys.Private{stranger, mine}, knows(centre.Public()), 1<<20, now)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Plain, plain) {
			t.Errorf("got %q, want %q", got.Plain, plain)
		}
		if s := got.Signature; s.Verdict != keys.Good || s.Fingerprint != centre.Public().Fingerprint() || !s.At.Equal(now) {
			t.Errorf("signature %+v", s)
		}
	}
	got, err := keys.Open(msg, []*keys.Private{vendor}, nil, 1<<20, now)
	if err != nil || got.Signature.Verdict != keys.Unknown || got.Signature.KeyID == "" {
		t.Errorf("without the signer's key: %+v, %v", got.Signature, err)
	}
	if _, err := keys.Open(msg, []*keys.Private{stranger}, nil, 1<<20, now); !errors.Is(err, keys.ErrNotForUs) {
		t.Errorf("a stranger's key: %v", err)
	}
	if _, err := keys.Open(msg, nil, nil, 1<<20, now); !errors.Is(err, keys.ErrNotForUs) {
		t.Errorf("no key: %v", err)
	}
	if _, err := keys.Open(msg, []*keys.Private{vendor}, nil, 5, now); err == nil {
		t.Error("the limit did not hold")
	}
	unsigned, err := keys.Seal(plain, []*keys.Public{vendor.Public()}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := keys.Open(unsigned, []*keys.Private{vendor}, knows(centre.Public()), 1<<20, now); err != nil || got.Signature.Verdict != keys.Unsigned {
		t.Errorf("unsigned: %+v, %v", got.Signature, err)
	}
	msg[len(msg)/2] ^= 1
	if _, err := keys.Open(msg, []*keys.Private{vendor}, nil, 1<<20, now); err == nil {
		t.Error("a damaged message opened")
	}
}

func TestDetachedSignature(t *testing.T) {
	centre, other := create(t, "Centre", "case@centre.example"), create(t, "Other", "o@o.example")
	data := []byte("{\"document\":{}}\n")
	sig, err := centre.Sign(data, now)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		data, sig []byte
		who       keys.Signers
		want      keys.Verdict
	}{
		"good":          {data, sig, knows(centre.Public()), keys.Good},
		"unknown":       {data, sig, knows(other.Public()), keys.Unknown},
		"nobody known":  {data, sig, nil, keys.Unknown},
		"changed":       {[]byte("{}"), sig, knows(centre.Public()), keys.Bad},
		"no signature":  {data, []byte("hello"), knows(centre.Public()), keys.Bad},
		"empty":         {data, nil, knows(centre.Public()), keys.Bad},
		"wrong key out": {data, sig, func(string) []*keys.Public { return []*keys.Public{other.Public(), nil} }, keys.Unknown},
	} {
		if got := keys.Verify(tt.data, tt.sig, tt.who, now); got.Verdict != tt.want {
			t.Errorf("%s: got %+v, want %s", name, got, tt.want)
		}
	}
}

func TestSignersClockMayRunAheadALittle(t *testing.T) {
	centre := create(t, "Centre", "case@centre.example")
	for ahead, want := range map[time.Duration]keys.Verdict{10 * time.Minute: keys.Good, time.Hour: keys.Bad} {
		sig, err := centre.Sign([]byte("x"), now.Add(ahead))
		if err != nil {
			t.Fatal(err)
		}
		if got := keys.Verify([]byte("x"), sig, knows(centre.Public()), now); got.Verdict != want {
			t.Errorf("%s ahead: %+v, want %s", ahead, got, want)
		}
	}
}

func TestReadPublicRefusesInWordsThatHelp(t *testing.T) {
	k := create(t, "Vendor", "psirt@vendor.example")
	private, err := k.Armoured(nil)
	if err != nil {
		t.Fatal(err)
	}
	pub := k.Public().Armoured()
	sig, err := k.Sign([]byte("x"), now)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, key string }{
		"nothing":     {"", "fault.key.not_a_key"},
		"prose":       {"see our website for the key", "fault.key.not_a_key"},
		"private":     {private, "fault.key.private"},
		"signature":   {string(sig), "fault.key.other_block"},
		"two keys":    {pub + "\n" + create(t, "B", "b@b.example").Public().Armoured(), "fault.key.several"},
		"damaged":     {strings.Replace(pub, "\n\n", "\n\nAAAA", 1), "fault.key.broken"},
		"cut off":     {pub[:len(pub)/2], "fault.key.not_a_key"},
		"cut inside":  {pub[:200] + pub[len(pub)-60:], "fault.key.broken"},
		"far too big": {strings.Repeat("x", 2<<20), "fault.key.too_large"},
	} {
		_, err := keys.ReadPublic(tt.text)
		if f := fault.Of(err); f == nil || f.Key != tt.key || f.Kind != fault.Invalid {
			t.Errorf("%s: got %v, want %s", name, err, tt.key)
		}
	}
	got, err := keys.ReadPublic("Our key:\r\n" + strings.ReplaceAll(pub, "\n", "\r\n") + "\r\nRegards")
	if err != nil {
		t.Fatal(err)
	}
	if got.Fingerprint() != k.Public().Fingerprint() || got.Mails()[0] != "psirt@vendor.example" {
		t.Errorf("got %s %v", got.Fingerprint(), got.Mails())
	}
	if err := got.Usable(now); err != nil {
		t.Error(err)
	}
	if _, ok := got.DaysLeft(now); ok {
		t.Error("a key without an end has days left")
	}
}

func FuzzReadPublic(f *testing.F) {
	k, err := keys.Create("V", "v@v.example", now)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.Public().Armoured())
	f.Add("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxx\n-----END PGP PUBLIC KEY BLOCK-----")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := keys.ReadPublic(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		_ = p.Usable(now)
		p.DaysLeft(now)
	})
}
