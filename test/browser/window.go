package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Window is one person's window.
type Window struct {
	t      testing.TB
	b      *Browser
	who    string
	ctx    context.Context
	lang   string
	status int64 // of the last page

	mu     sync.Mutex
	noises []string // what the console complained of since the last Look
}

//go:embed find.js
var findScript string

func (w *Window) note(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.noises = append(w.noises, text)
}

// step runs actions with a limit and fails the test with what the page shows.
func (w *Window) step(what string, actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%s: %s: %v\n%s", w.who, what, err, w.describe())
	}
}

// Open goes to an address and gives the answer's status.
func (w *Window) Open(url string) int64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	resp, err := chromedp.Run(ctx, chromedp.NavigateResponse(url))
	if err != nil {
		w.t.Fatalf("%s: open %s: %v", w.who, url, err)
	}
	if resp == nil { // the same page at another place
		return 200
	}
	w.status = resp.Status
	return resp.Status
}

// Go clicks a link or button by its words and waits for the page it leads to.
// It gives the status of the answer.
func (w *Window) Go(words string) int64 {
	w.t.Helper()
	sel := w.find("press", words)
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, chromedp.Click(sel))
	if err != nil {
		w.t.Fatalf("%s: go %q: %v\n%s", w.who, words, err, w.describe())
	}
	w.status = resp.Status
	return resp.Status
}

// Expect says that the last page was meant to have a status that is no
// success, and takes back the browser's complaint about it.
func (w *Window) Expect(status int64) {
	w.t.Helper()
	if w.status != status {
		w.t.Errorf("%s: status %d, want %d\n%s", w.who, w.status, status, w.describe())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.noises = slices.DeleteFunc(w.noises, func(n string) bool {
		return strings.Contains(n, fmt.Sprintf("the server responded with a status of %d", status))
	})
}

// Click presses something that does not lead to another page.
func (w *Window) Click(words string) {
	w.t.Helper()
	w.step("click "+words, chromedp.Click(w.find("press", words)))
}

// Fill types into the field with a label, in place of what is there.
func (w *Window) Fill(label, value string) {
	w.t.Helper()
	sel := w.find("field", label)
	Eval[bool](w, `(document.querySelector("[data-found]").value = "") === ""`)
	w.step("fill "+label, chromedp.SendKeys(sel, value))
}

// Tick presses a box or a radio by its label.
func (w *Window) Tick(label string) {
	w.t.Helper()
	w.step("tick "+label, chromedp.Click(w.find("field", label)))
}

// Attach chooses files for a file field.
func (w *Window) Attach(label string, paths ...string) {
	w.t.Helper()
	w.step("attach to "+label, chromedp.SetUploadFiles(w.find("field", label), paths))
}

// Press sends keys to the page.
func (w *Window) Press(keys string) {
	w.t.Helper()
	w.step("press "+keys, chromedp.KeyEvent(keys))
}

// See waits until the page shows a text.
func (w *Window) See(text string) {
	w.t.Helper()
	q, _ := json.Marshal(text) // a string: cannot fail
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](`document.body !== null && document.body.innerText.includes(`+string(q)+`)`, chromedp.WithPollingInterval(50*time.Millisecond)))
	if err != nil {
		w.t.Fatalf("%s: the page does not show %q: %v\n%s", w.who, text, err, w.describe())
	}
}

// SeeNot fails when the page shows a text, in its source as well.
func (w *Window) SeeNot(text string) {
	w.t.Helper()
	if src := w.Source(); strings.Contains(src, text) {
		w.t.Errorf("%s: the page has %q\n%s", w.who, text, w.describe())
	}
}

// Source is the page's HTML as it stands.
func (w *Window) Source() string {
	w.t.Helper()
	return Eval[string](w, `document.documentElement.outerHTML`)
}

// Address is where the window is.
func (w *Window) Address() string {
	w.t.Helper()
	return Eval[string](w, `location.href`)
}

// Eval computes something on the page.
func Eval[T any](w *Window, script string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: script: %v", w.who, err)
	}
	return v
}

// find marks the element a person would mean by these words and gives a
// selector for it.
func (w *Window) find(kind, words string) chromedp.CSS {
	w.t.Helper()
	args, _ := json.Marshal([]string{kind, words}) // strings: cannot fail
	if found := Eval[bool](w, fmt.Sprintf("(%s)(...%s)", strings.TrimSpace(findScript), args)); !found {
		w.t.Fatalf("%s: there is no %s %q\n%s", w.who, kind, words, w.describe())
	}
	return `[data-found]`
}

// describe is the page for a failure's message.
func (w *Window) describe() string {
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	if err != nil {
		return "(the page cannot be read: " + err.Error() + ")"
	}
	return "--- the page ---\n" + text + "\n---"
}
