package web

import (
	"net/http"
	"strconv"
)

// Pages says which part of a long list is shown, and where the others are.
type Pages struct {
	Skip          int // entries before the first one shown
	From, To, Of  int
	Last          int // number of the last page
	Before, After string
}

// pagesOf reads the page's number from the address. One that does not exist is
// the nearest that does.
func pagesOf(r *http.Request, n, size int) Pages {
	p := Pages{Of: n, Last: max(1, (n+size-1)/size)}
	page, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || page < 1 {
		page = 1
	}
	page = min(page, p.Last)
	p.Skip = (page - 1) * size
	p.From, p.To = min(n, p.Skip+1), min(n, p.Skip+size)
	at := func(k int) string {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(k))
		return r.URL.Path + "?" + q.Encode()
	}
	if page > 1 {
		p.Before = at(page - 1)
	}
	if page < p.Last {
		p.After = at(page + 1)
	}
	return p
}
