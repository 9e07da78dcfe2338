package securitytxt

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

var now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

func full() File {
	return File{
		Contact: []string{"https://cert.example/report", "mailto:vuls@cert.example", "tel:+81-3-0000-0000"}, Expires: now.AddDate(0, 6, 0),
		Encryption: []string{"https://cert.example/key.asc", "openpgp4fpr:0123456789abcdef0123456789abcdef01234567"}, Acknowledgments: []string{"https://cert.example/thanks"},
		PreferredLanguages: []string{"ja", "en"}, Canonical: []string{"https://cert.example/.well-known/security.txt"},
		Policy: []string{"https://cert.example/policy"}, CSAF: []string{"https://cert.example/.well-known/csaf/provider-metadata.json"},
	}
}

func TestGolden(t *testing.T) {
	b, err := Bytes(full(), now)
	if err != nil {
		t.Fatal(err)
	}
	const path = "testdata/security.txt"
	if *update {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, want) {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "-") || strings.TrimRight(line, " \t\n") != strings.TrimSuffix(line, "\n") {
			t.Errorf("a cleartext signature would change the line %q", line)
		}
	}
}

func TestRFC9116_WhatIsForbiddenIsRefused(t *testing.T) {
	for clause, spoil := range map[string]func(*File){
		"2.5.3 Contact is required":               func(f *File) { f.Contact = nil },
		"2.5.3 an address is a URI":               func(f *File) { f.Contact = []string{"vuls@cert.example"} },
		"2.5.4 web addresses are https":           func(f *File) { f.Canonical = []string{"http://cert.example/.well-known/security.txt"} },
		"2.5.5 Expires is required":               func(f *File) { f.Expires = time.Time{} },
		"2.5.5 Expires lies ahead":                func(f *File) { f.Expires = now },
		"2.5.5 Expires lies within a year":        func(f *File) { f.Expires = now.AddDate(2, 0, 0) },
		"2.5.8 languages are tags":                func(f *File) { f.PreferredLanguages = []string{"Japanese language"} },
		"2.2 a value stays on its line":           func(f *File) { f.Policy = []string{"https://cert.example/\nContact: mailto:evil@example.net"} },
		"4.1 of RFC 3986: no scheme is no URI":    func(f *File) { f.CSAF = []string{"/provider-metadata.json"} },
		"a script is no address":                  func(f *File) { f.Hiring = []string{"javascript:alert(1)"} },
		"Encryption is an address, not the key":   func(f *File) { f.Encryption = []string{"-----BEGIN PGP PUBLIC KEY BLOCK-----"} },
		"an https address without a host is none": func(f *File) { f.Policy = []string{"https:///policy"} },
	} {
		f := full()
		spoil(&f)
		if b, err := Bytes(f, now); err == nil {
			t.Errorf("%s: written all the same:\n%s", clause, b)
		}
	}
}
