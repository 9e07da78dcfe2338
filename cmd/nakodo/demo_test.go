package main

import (
	"context"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// played is the demonstration as a new user finds it.
func played(t *testing.T) *demonstration { return playedAt(t, "127.0.0.1:8080") }

func playedAt(t *testing.T, addr string) *demonstration {
	t.Helper()
	d, err := newDemonstration(t.Context(), t.TempDir(), addr, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.close() })
	if err := d.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDemonstrationHasFourCasesInFourStages(t *testing.T) {
	d := played(t)
	ctx := t.Context()
	reports, err := d.desk.Reports(ctx, d.ann, false)
	if err != nil {
		t.Fatal(err)
	}
	unjudged := 0
	for _, r := range reports {
		page, err := d.desk.Report(ctx, d.ann, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if page.Report.Judged.IsZero() {
			unjudged++
		}
	}
	if unjudged != 1 {
		t.Errorf("%d reports wait to be judged, want 1", unjudged)
	}
	err = d.store.View(ctx, func(tx *store.Tx) error {
		cases, err := tx.OpenCases(ctx)
		if err != nil {
			return err
		}
		three := 0
		for _, c := range cases {
			vendors, silent := 0, 0
			for _, p := range c.Parties {
				if p.Role != party.Vendor {
					continue
				}
				vendors++
				if !p.Silent.IsZero() {
					silent++
				}
			}
			if c.UnderEmbargo() && vendors == 3 && silent == 1 {
				three++
			}
		}
		if three != 1 {
			t.Errorf("%d cases are under an embargo with three vendors, one silent; want 1", three)
		}
		for state, revisions := range map[advisory.State]int{advisory.Review: 0, advisory.Published: 2} {
			as, err := tx.AdvisoriesIn(ctx, state, 10)
			if err != nil {
				return err
			}
			if len(as) != 1 || len(as[0].Revisions) != revisions {
				t.Errorf("state %s: %d advisories, want one with %d revisions", state, len(as), revisions)
			}
		}
		n, err := tx.CountOrganisations(ctx)
		if n < 250 {
			t.Errorf("the registry has %d organisations", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDemonstrationHoldsEveryLetter(t *testing.T) {
	d := played(t)
	counts, err := d.desk.CountLetters(context.Background(), d.ann)
	if err != nil {
		t.Fatal(err)
	}
	if counts[talk.LetterHeld] < 20 || counts[talk.LetterSent]+counts[talk.LetterQueued]+counts[talk.LetterFailed] != 0 {
		t.Errorf("letters by state: %v; want all held", counts)
	}
}

func TestDemonstrationFillsOnlyAFreshFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "precious"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := said(t, "demo", "--dir", dir); code != 1 || errs == "" {
		t.Errorf("exit %d, %q; want a refusal that says why", code, errs)
	}
}

// TestDemonstrationHasNoDeadLinks follows every printed link and, in each role,
// the links of the pages behind it, as far as a curious person would.
func TestDemonstrationHasNoDeadLinks(t *testing.T) {
	addr := freeAddress(t)
	d := playedAt(t, addr)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(d.handler)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	links, err := d.links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range append([][2]string{{"public", server.URL + "/"}}, links...) {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &wanderer{t: t, role: link[0], base: server.URL, client: &http.Client{Jar: jar}, seen: map[string]bool{}}
		start := link[1]
		if strings.Contains(start, "/in/") {
			resp, err := w.client.PostForm(start, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			start = resp.Request.URL.String()
			if resp.StatusCode != http.StatusOK || strings.Contains(start, "/in/") {
				t.Errorf("%s: the link leads to %s with %s", w.role, start, resp.Status)
				continue
			}
		}
		w.walk(start)
		if len(w.seen) < 5 {
			t.Errorf("%s saw only %d pages", w.role, len(w.seen))
		}
	}
}

// wanderer is one person with a browser.
type wanderer struct {
	t      *testing.T
	role   string
	base   string
	client *http.Client
	seen   map[string]bool
}

var linkIn = regexp.MustCompile(`(?:href|src)="([^"#]+)`)

// enough is how many pages one person looks at.
const enough = 150

func (w *wanderer) walk(start string) {
	for next := []string{start}; len(next) > 0 && len(w.seen) < enough; next = next[1:] {
		if w.seen[next[0]] {
			continue
		}
		w.seen[next[0]] = true
		resp, err := w.client.Get(next[0])
		if err != nil {
			w.t.Errorf("%s: %v", w.role, err)
			continue
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode >= 400 {
			w.t.Errorf("%s: %s answers %s %v", w.role, next[0], resp.Status, err)
			continue
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range linkIn.FindAllStringSubmatch(string(body), -1) {
			if to, err := resp.Request.URL.Parse(html.UnescapeString(m[1])); err == nil && strings.HasPrefix(to.String(), w.base) {
				next = append(next, to.String())
			}
		}
	}
}
