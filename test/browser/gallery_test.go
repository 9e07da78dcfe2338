package browser_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"nakodo/internal/look/looktest/gallery"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// TestGallery looks at every part of the look in both languages.
func TestGallery(t *testing.T) {
	b := browser.Start(t)
	site := gallerySite(t)
	w := b.Window(t, "visitor")
	for _, lang := range []words.Lang{words.EN, words.JA} {
		for name := range gallery.Examples(lang) {
			if status := w.Open(site + "/gallery/" + string(lang) + "/" + name); status != http.StatusOK {
				t.Fatalf("%s: status %d", name, status)
			}
			w.Look("gallery-" + name)
			if name == "advisory" {
				w.Print("gallery-advisory-" + string(lang))
			}
		}
	}
}

func gallerySite(t *testing.T) string {
	t.Helper()
	set, static, err := gallery.Set()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static)
	mux.HandleFunc("GET /gallery/{lang}/{page}", func(w http.ResponseWriter, r *http.Request) {
		p := gallery.Examples(words.ParseLang(r.PathValue("lang")))[r.PathValue("page")]
		if err := set.Write(w, http.StatusOK, p); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// The keys of the desk: ? lists them, / searches, g and a letter lead to a place.
func TestKeys(t *testing.T) {
	b := browser.Start(t)
	w := b.Window(t, "officer")
	w.Open(gallerySite(t) + "/gallery/en/case")
	w.Press("?")
	w.See("this list")
	if !browser.Eval[bool](w, `document.getElementById("keys").open`) {
		t.Error("? does not open the list of keys")
	}
	w.Press("?")
	if browser.Eval[bool](w, `document.getElementById("keys").open`) {
		t.Error("? does not close the list of keys")
	}
	if style := browser.Eval[string](w, `getComputedStyle(document.querySelector(".skip")).left`); !strings.HasPrefix(style, "-") {
		t.Errorf("the skip link stands at %s before it has the focus", style)
	}
	w.Press("\t")
	if got := browser.Eval[string](w, `document.activeElement.textContent`); got != "Skip to the content" {
		t.Errorf("the first Tab leads to %q", got)
	}
}
