// Package httpd is the plumbing every door shares: a handler that may return
// an error, the answer for each kind of refusal, security headers, the request
// log, forms, limits and cookies. It decides nothing about vulnerabilities.
//
// A handler does four things: read the form into a struct (Decode), call one
// desk method, choose page or redirect, return the error:
//
//	mux.Handle("POST /cases/{id}/close", door.Handle(s.closeCase))
//
// What is refused is said in the reader's language with what to do next; what
// went wrong inside goes to the log alone, under a number that the reader sees.
package httpd

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"

	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// Handler is a handler that returns what went wrong instead of answering it.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Door turns errors into answers for one door.
type Door struct {
	Pages *look.Set                       // has the page for refusals, and the words
	Base  func(r *http.Request) look.Base // what the shell shows this reader; Lang decides the words
	JSON  bool                            // answer with problem documents (RFC 9457)
	Log   *slog.Logger
}

// Handle makes an http.Handler of h.
func (d *Door) Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := watch(w)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				d.answer(sent, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		if err := h(sent, r); err != nil {
			d.answer(sent, r, err)
		}
	})
}

// Status is the HTTP status of a kind of refusal: the one place where the two meet.
func Status(k fault.Kind) int {
	switch k {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.NotAllowed:
		return http.StatusForbidden
	case fault.NotNow, fault.Stale:
		return http.StatusConflict
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Busy:
		return http.StatusTooManyRequests
	}
	return http.StatusInternalServerError
}

// answer tells reader and log what went wrong, each what is theirs.
func (d *Door) answer(w *watched, r *http.Request, err error) {
	kind, ref := fault.KindOf(err), Reference(r.Context())
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the reader went away
	}
	if kind == fault.Internal {
		d.Log.ErrorContext(r.Context(), "request failed", "reference", ref, "route", r.Pattern, "error", err.Error())
	} else if f := fault.Of(err); f.Cause != nil {
		d.Log.InfoContext(r.Context(), "request refused", "reference", ref, "route", r.Pattern, "error", err.Error())
	}
	if w.status != 0 {
		return // half an answer is out: nothing more can be said
	}
	if kind == fault.Busy {
		w.Header().Set("Retry-After", "60")
	}
	w.Header().Set("Cache-Control", "no-store")
	base := d.Base(r)
	if d.JSON {
		d.problem(w, base.Lang, err, ref)
		return
	}
	if err := d.Pages.Write(w, Status(kind), d.refusal(base, err, ref)); err != nil {
		d.Log.ErrorContext(r.Context(), "the page for refusals failed", "reference", ref, "error", err.Error())
		http.Error(w, ref, http.StatusInternalServerError)
	}
}

// refusal is the page for an error.
func (d *Door) refusal(base look.Base, err error, ref string) look.Refusal {
	kind := fault.KindOf(err)
	base.Title = d.Pages.Say(base.Lang, "look.refusal."+string(kind), nil)
	p := look.Refusal{Base: base, Text: d.sentence(base.Lang, err, ref), Back: base.Home}
	if kind == fault.Internal {
		p.Reference = ref
	}
	if f := fault.Of(err); f != nil {
		for _, w := range f.Problems {
			p.Problems = append(p.Problems, look.Wrong{Field: w.Field, Text: d.Pages.Say(base.Lang, w.Key, w.Args)})
		}
	}
	return p
}

func (d *Door) sentence(l words.Lang, err error, ref string) string {
	f := fault.Of(err)
	if f == nil {
		return d.Pages.Say(l, "fault.internal", fault.Args{"reference": ref})
	}
	return d.Pages.Say(l, f.Key, f.Args)
}

// Problem is a problem document (RFC 9457).
type Problem struct {
	Type      string         `json:"type"` // "urn:nakodo:fault:" and the kind
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Reference string         `json:"reference,omitempty"`
	Problems  []FieldProblem `json:"problems,omitempty"`
}

// FieldProblem is one thing wrong with one field.
type FieldProblem struct {
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail"`
}

// ProblemOf is the problem document for an error, in a language.
func (d *Door) ProblemOf(l words.Lang, err error, ref string) Problem {
	kind := fault.KindOf(err)
	p := Problem{Type: "urn:nakodo:fault:" + string(kind), Title: d.Pages.Say(l, "look.refusal."+string(kind), nil), Status: Status(kind), Detail: d.sentence(l, err, ref)}
	if kind == fault.Internal {
		p.Reference = ref
	}
	if f := fault.Of(err); f != nil {
		for _, w := range f.Problems {
			p.Problems = append(p.Problems, FieldProblem{Field: w.Field, Detail: d.Pages.Say(l, w.Key, w.Args)})
		}
	}
	return p
}

func (d *Door) problem(w http.ResponseWriter, l words.Lang, err error, ref string) {
	p := d.ProblemOf(l, err, ref)
	body, _ := json.Marshal(p) // strings and numbers: cannot fail
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Language", string(l))
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the reader went away: nothing to do
}

type referenceKey struct{}

// Reference is the number of a request, under which the log has its details.
// Log gives one to every request; without it there is an empty one.
func Reference(ctx context.Context) string {
	ref, _ := ctx.Value(referenceKey{}).(string)
	return ref
}

// newReference makes a number that can be read over a telephone.
func newReference() string {
	text := rand.Text() // base 32: no 0, 1, 8 or 9 to confuse
	return text[:4] + "-" + text[4:8]
}

// watched knows whether an answer has begun.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func watch(w http.ResponseWriter) *watched {
	if x, ok := w.(*watched); ok {
		return x
	}
	return &watched{ResponseWriter: w}
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
