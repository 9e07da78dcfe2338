package portal

import (
	"context"
	"crypto/sha1"
	"encoding/base32"
	"net/http"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/fault"
	"nakodo/internal/format/provider"
	"nakodo/internal/format/securitytxt"
	"nakodo/internal/httpd"
	"nakodo/internal/shelf"
)

// keyPath is where the centre's OpenPGP key is.
const keyPath = "/openpgp.asc"

// providerMetadata tells CSAF readers who publishes here. The role is that of a
// publisher: documents, checksums, signatures and key are here, a list of all
// documents for machines is not yet.
func (p *Portal) providerMetadata(w http.ResponseWriter, r *http.Request) error {
	toAnyone(w)
	return p.serve(w, r, r.URL.Path, func(ctx context.Context) (*httpd.Frozen, error) {
		newest, err := p.Desk.Search(ctx, shelf.Question{Source: shelf.Own, Limit: 1})
		if err != nil {
			return nil, err
		}
		updated := p.started
		if len(newest.Entries) > 0 {
			updated = newest.Entries[0].Updated
		}
		key := provider.Key{Fingerprint: p.Desk.PublicKey().Fingerprint(), URL: p.Desk.Centre.Base + keyPath}
		body, err := provider.Bytes(p.Desk.Publisher(), provider.Publisher, []provider.Key{key}, updated)
		if err != nil {
			return nil, err
		}
		return &httpd.Frozen{Body: body, Type: "application/json", ETag: tagOf(body), Modified: updated, Cache: steadyCache}, nil
	})
}

// signedText is security.txt as it was signed last.
type signedText struct {
	answer *httpd.Frozen
	until  time.Time // then it is made again
}

// How long a security.txt holds, and how long one is sent before the next is made.
const (
	contactHolds = 180 * 24 * time.Hour
	contactFresh = 24 * time.Hour
)

func (p *Portal) securityTxt(w http.ResponseWriter, r *http.Request) error {
	f, err := p.contactFile()
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

// contactFile makes and signs security.txt, once a day: a signature for each
// reader would be work that anybody can order.
func (p *Portal) contactFile() (*httpd.Frozen, error) {
	p.contact.Lock()
	defer p.contact.Unlock()
	now := p.Desk.Now()
	if p.signed.answer != nil && now.Before(p.signed.until) {
		return p.signed.answer, nil
	}
	plain, err := securitytxt.Bytes(p.contactFacts(now), now)
	if err != nil {
		return nil, err
	}
	body, err := p.Desk.SignClear(plain)
	if err != nil {
		return nil, err
	}
	f := &httpd.Frozen{Body: body, Type: securitytxt.Media, ETag: tagOf(body), Modified: now, Cache: steadyCache}
	p.signed = signedText{f, now.Add(contactFresh)}
	return f, nil
}

// contactFacts is what security.txt says. RFC 9116 knows web addresses by https
// alone: a centre reached without it names its mail address and its key only.
func (p *Portal) contactFacts(now time.Time) securitytxt.File {
	f := securitytxt.File{
		Contact: []string{"mailto:" + p.Desk.Centre.Mail}, Expires: now.Add(contactHolds), PreferredLanguages: []string{"ja", "en"},
		Encryption: []string{"openpgp4fpr:" + strings.ToLower(p.Desk.PublicKey().Fingerprint())},
	}
	base := p.Desk.Centre.Base
	if !strings.HasPrefix(base, "https://") {
		return f
	}
	f.Contact = []string{base + "/en/report", f.Contact[0]}
	f.Encryption = []string{base + keyPath}
	f.Canonical = []string{base + securitytxt.Path}
	f.Policy = []string{base + "/en/policy"}
	f.CSAF = []string{base + advisory.MetadataPath}
	return f
}

// toSecurityTxt: the old place leads to the new one (RFC 9116, 3).
func (p *Portal) toSecurityTxt(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", steadyCache)
	http.Redirect(w, r, securitytxt.Path, http.StatusMovedPermanently)
	return nil
}

func (p *Portal) key(w http.ResponseWriter, r *http.Request) error {
	toAnyone(w)
	body := []byte(p.Desk.PublicKey().Armoured())
	f := httpd.Frozen{Body: body, Type: "application/pgp-keys", ETag: tagOf(body), Cache: steadyCache}
	f.Serve(w, r)
	return nil
}

// keyDirectory answers mail programs that look for the centre's key by its
// address (Web Key Directory, draft-koch-openpgp-webkey-service): by the direct
// and by the advanced method.
func (p *Portal) keyDirectory(w http.ResponseWriter, r *http.Request) error {
	toAnyone(w)
	local, domain, _ := strings.Cut(p.Desk.Centre.Mail, "@")
	asked := strings.TrimPrefix(r.URL.Path, "/.well-known/openpgpkey/")
	asked = strings.TrimPrefix(asked, strings.ToLower(domain)+"/")
	switch asked {
	case "policy":
		f := httpd.Frozen{Type: "text/plain; charset=utf-8", ETag: "empty", Cache: steadyCache}
		f.Serve(w, r)
		return nil
	case "hu/" + wkdHash(local):
		body, err := p.Desk.PublicKey().Binary()
		if err != nil {
			return err
		}
		f := httpd.Frozen{Body: body, Type: "application/octet-stream", ETag: tagOf(body), Cache: steadyCache}
		f.Serve(w, r)
		return nil
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// zBase32 is the alphabet of RFC 6189, 5.1.6.
var zBase32 = base32.NewEncoding("ybndrfg8ejkmcpqxot1uwisza345h769").WithPadding(base32.NoPadding)

// wkdHash is the name of a key in the directory: the SHA-1 that the draft
// prescribes, of the local part in small letters. It is a name, not a proof.
func wkdHash(local string) string {
	sum := sha1.Sum([]byte(strings.ToLower(local)))
	return zBase32.EncodeToString(sum[:])
}
