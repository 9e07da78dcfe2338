package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// view is one way a page is looked at.
type view struct {
	name          string
	width, height int64
	scheme        string
}

var (
	desktop = view{"desktop", 1280, 900, "light"}
	views   = []view{desktop, {"desktop-dark", 1280, 900, "dark"}, {"phone", 390, 844, "light"}, {"phone-dark", 390, 844, "dark"}}
)

// Look examines the present page in every view and takes its pictures under
// the given name and the page's language. The window is a light desktop again
// afterwards.
func (w *Window) Look(name string) {
	w.t.Helper()
	w.lang = Eval[string](w, `document.documentElement.lang`)
	for _, v := range views {
		w.show(v)
		what := fmt.Sprintf("%s: %s in %s, %s", w.who, name, w.lang, v.name)
		if wide := Eval[float64](w, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
			w.t.Errorf("%s: the page is %.0f px wider than the window: %s", what, wide, Eval[string](w, widest))
		}
		w.axe(what)
		w.shot(fmt.Sprintf("%s-%s-%s.png", name, w.lang, v.name))
	}
	w.show(desktop)
	w.mu.Lock()
	noises := w.noises
	w.noises = nil
	w.mu.Unlock()
	for _, n := range noises {
		w.t.Errorf("%s: %s: console: %s", w.who, name, n)
	}
}

// widest names the elements that stick out, so that the mistake is found.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".scroll")).slice(0, 5).map(e => e.tagName.toLowerCase() + "." + e.className).join(", ")`

func (w *Window) show(v view) {
	w.t.Helper()
	var opts []chromedp.EmulateViewportOption
	if v.width < 600 {
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	w.step("resize", chromedp.EmulateViewport(v.width, v.height, opts...))
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}},
	})
	if err != nil {
		w.t.Fatalf("%s: %s: %v", w.who, v.name, err)
	}
}

// shot takes a picture of the whole page, where pictures are wanted.
func (w *Window) shot(file string) {
	w.t.Helper()
	if w.b.shots == "" {
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(w.b.shots, file), png, 0o644)
	}
	if err != nil {
		w.t.Fatalf("%s: picture %s: %v", w.who, file, err)
	}
}

// Print writes the page as it would be printed, where pictures are wanted.
func (w *Window) Print(name string) {
	w.t.Helper()
	if w.b.shots == "" {
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err == nil {
		err = os.WriteFile(filepath.Join(w.b.shots, name+".pdf"), pdf, 0o644)
	}
	if err != nil {
		w.t.Fatalf("%s: print %s: %v", w.who, name, err)
	}
}

// violation is what axe-core reports of one rule.
type violation struct {
	ID, Impact, Help, HelpURL string
	Nodes                     []struct {
		Target         []any
		HTML           string
		FailureSummary string
	}
}

// axe asks axe-core for every rule of WCAG 2.2 A and AA and its best practices.
func (w *Window) axe(what string) {
	w.t.Helper()
	if w.b.axe == "" {
		return
	}
	if !Eval[bool](w, `typeof window.axe === "object"`) {
		Eval[bool](w, w.b.axe+"\n;true")
	}
	answer := Eval[string](w, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	var found []violation
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		w.t.Fatalf("%s: axe-core answers %q: %v", what, answer, err)
	}
	for _, v := range found {
		var b strings.Builder
		fmt.Fprintf(&b, "%s: axe-core: %s (%s, %s)", what, v.Help, v.ID, v.Impact)
		for _, n := range v.Nodes {
			fmt.Fprintf(&b, "\n    at %v: %s\n        %s", n.Target, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
		}
		w.t.Error(b.String())
	}
}
