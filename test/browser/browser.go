// Package browser drives a real Chromium the way a person would: by the words
// on labels, links and buttons. Every step fails the test with what was on the
// page instead of what was looked for.
//
// A story gives each person a window of their own (cookies are not shared):
//
//	b := browser.Start(t)
//	officer := b.Window(t, "officer")
//	officer.Open(site + "/sign-in")
//	officer.Fill("Address", "hanako@example.org")
//	officer.Go("Sign in")
//	officer.Look("next")
//
// Look is the examination: the page at desktop and phone width, light and
// dark; nothing may scroll sideways, axe-core may find nothing, the console
// must have stayed silent. NAKODO_SHOTS names a folder for the pictures.
//
// Without Chromium the tests skip; NAKODO_TEST_REQUIRE_BROWSER=1 makes them fail.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long one step may take; a loaded machine needs some.
const patience = 30 * time.Second

// Browser is one running Chromium.
type Browser struct {
	ctx   context.Context
	axe   string // source of axe-core; "" where absent
	shots string // folder for pictures; "" takes none
}

// Start runs Chromium with a fresh profile until the test ends.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := chromium()
	if path == "" {
		absent(t, "Chromium is not installed: install the package chromium, or name the program in NAKODO_CHROMIUM")
	}
	b := &Browser{shots: os.Getenv("NAKODO_SHOTS")}
	source, err := os.ReadFile(axePath())
	switch {
	case err == nil:
		b.axe = string(source)
	case required():
		t.Fatalf("axe-core is needed: %v (./check installs it; NAKODO_NPM names its node_modules)", err)
	default:
		t.Logf("axe-core is not at %s: pages are not examined for accessibility (./check installs it; NAKODO_NPM names its node_modules)", axePath())
	}
	if b.shots != "" {
		if err := os.MkdirAll(b.shots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("disable-features", "Translate"),
	)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		// Closing politely lets Chromium finish with its profile before the folder goes.
		limit, done := context.WithTimeout(ctx, 10*time.Second)
		_ = chromedp.Cancel(limit)
		done()
		cancel()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	b.ctx = ctx
	return b
}

// Window opens a window with cookies of its own. who names its pictures and complaints.
func (b *Browser) Window(t testing.TB, who string) *Window {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	w := &Window{t: t, b: b, who: who, ctx: ctx, lang: "en"}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(desktop.width, desktop.height)); err != nil {
		t.Fatalf("%s: open a window: %v", who, err)
	}
	w.listen()
	return w
}

// listen collects what the console complains of, a refusal by the content
// security policy above all.
func (w *Window) listen() {
	messages := chromedp.Console(w.ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
				w.note(m.Text + " (" + m.URL + ")")
			}
		}
	})
}

func chromium() string {
	for _, name := range []string{os.Getenv("NAKODO_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

func required() bool { return os.Getenv("NAKODO_TEST_REQUIRE_BROWSER") == "1" }

func absent(t testing.TB, why string) {
	t.Helper()
	if required() {
		t.Fatal(why)
	}
	t.Skip(why)
}

// axePath is where ./check puts axe-core: under NAKODO_NPM, which it sets.
func axePath() string {
	modules := os.Getenv("NAKODO_NPM")
	if modules == "" {
		modules = filepath.Join(root(), ".cache", "npm", "node_modules")
	}
	return filepath.Join(modules, "axe-core", "axe.min.js")
}

// root is the folder with go.mod.
func root() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}
