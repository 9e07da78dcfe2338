package csaf

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"nakodo/csaf/spell"
)

// internet is a client that meets a server of this test under every name but
// those below .invalid, which do not exist (RFC 2606). Whatever is called
// not-available is not there.
func internet(t testing.TB) *http.Client {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "not-available"):
			http.NotFound(w, r)
		case strings.Contains(r.URL.Path, "no-head") && r.Method == http.MethodHead:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	}))
	t.Cleanup(server.Close)
	client := server.Client()
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // the name in the server's certificate
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if host, _, _ := net.SplitHostPort(addr); strings.HasSuffix(host, ".invalid") {
			return nil, &net.DNSError{Err: errors.New("no such host").Error(), Name: host, IsNotFound: true}
		}
		return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return client
}

// englishWords is the system's dictionary, or ours where there is none.
func englishWords(t testing.TB) *spell.Words {
	words := spell.New()
	words.AddWords("en", "Produkt") // products keep their names
	if aff, err := os.Open("/usr/share/hunspell/en_US.aff"); err == nil {
		defer aff.Close()
		dic, err := os.Open("/usr/share/hunspell/en_US.dic")
		if err != nil {
			t.Fatal(err)
		}
		defer dic.Close()
		d, err := spell.ReadHunspell(aff, dic)
		if err != nil {
			t.Fatal(err)
		}
		words.Add("en", d)
		return words
	}
	f, err := os.Open("spell/testdata/english.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := spell.ReadWords(f)
	if err != nil {
		t.Fatal(err)
	}
	words.Add("en", d)
	return words
}

func TestURLs(t *testing.T) {
	tree, err := Parse([]byte(`{"document": {
		"publisher": {"namespace": "https://example.invalid/"},
		"references": [
			{"url": "https://example.com/fine"}, {"url": "https://example.com/no-head"},
			{"url": "https://example.com/not-available/1", "category": "external"},
			{"url": "https://example.com/not-available/2", "category": "self"},
			{"url": "urn:isbn:0451450523"}, {"url": 5}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	res, err := Validate(tree, Options{Tests: []string{"6.3.6", "6.3.7"}, Client: internet(t)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.Findings {
		got = append(got, f.Test+" "+f.Path())
	}
	want := "6.3.6 /document/publisher/namespace,6.3.6 /document/references/2/url,6.3.7 /document/references/3/url"
	if strings.Join(got, ",") != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
	if res, err = Validate(tree, Options{Preset: "informative"}); err != nil || len(res.Skipped) != 3 {
		t.Errorf("without client and dictionary: skipped %v, error %v", res.Skipped, err)
	}
}
