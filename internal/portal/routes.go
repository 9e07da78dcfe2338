package portal

import (
	"net/http"

	"nakodo/internal/advisory"
	"nakodo/internal/format/securitytxt"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// Routes puts the portal on the mux. The languages stand in the paths as words
// of their own: a pattern {lang} would collide with the other doors' paths.
func (p *Portal) Routes(mux *http.ServeMux) {
	handle := func(pattern string, h httpd.Handler) { mux.Handle(pattern, p.door.Handle(h)) }

	handle("GET /{$}", p.toLanguage)
	for _, l := range languages {
		at := "GET /" + string(l)
		handle(at+"/{$}", p.in(l, p.home))
		handle(at+"/policy", p.in(l, p.policy))
		handle(at+"/advisories", p.in(l, p.advisories))
		handle(at+"/advisories/{slug}", p.frozen)
		handle(at+"/collected/", p.frozen)
		handle(at+"/inquiries", p.in(l, p.inquiries))
		handle(at+"/inquiries/{mark}", p.in(l, p.inquiry))
		handle("GET "+advisory.FeedPath(l), p.in(l, p.feed))
		handle(at+"/vendors", p.in(l, p.vendors))
		handle(at+"/vendors/apply", p.in(l, p.applyForm))
		handle("POST /"+string(l)+"/vendors/apply", p.in(l, p.apply))
		handle(at+"/vendors/applied", p.in(l, p.applied))
		handle(at+"/report", p.in(l, p.reportKinds))
		handle(at+"/report/{kind}", p.in(l, p.reportForm))
		handle("POST /"+string(l)+"/report/{kind}", p.in(l, p.report))
	}

	// For machines.
	handle("GET /csaf/", p.frozen)
	handle("GET /collected/", p.frozen)
	handle("GET "+advisory.MetadataPath, p.providerMetadata)
	handle("GET "+securitytxt.Path, p.securityTxt)
	handle("GET /security.txt", p.toSecurityTxt)
	handle("GET "+keyPath, p.key)
	handle("GET /.well-known/openpgpkey/", p.keyDirectory)

	handle("GET /", p.missing)
}

// inLanguage is a handler of one language's side.
type inLanguage func(w http.ResponseWriter, r *http.Request, l words.Lang) error

func (p *Portal) in(l words.Lang, h inLanguage) httpd.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return h(w, r, l) }
}

// list is every page with its shell.
func list() []look.Page {
	foot := []string{"_foot", "_rows"}
	return []look.Page{
		{Name: "home", Shell: look.Portal, Partials: foot, Of: Home{}},
		{Name: "policy", Shell: look.Portal, Partials: foot, Of: Policy{}},
		{Name: "advisories", Shell: look.Portal, Partials: foot, Of: Advisories{}},
		{Name: "vendors", Shell: look.Portal, Partials: foot, Of: Vendors{}},
		{Name: "apply", Shell: look.Portal, Partials: foot, Of: Apply{}},
		{Name: "applied", Shell: look.Portal, Partials: foot, Of: Applied{}},
		{Name: "inquiries", Shell: look.Portal, Partials: foot, Of: Inquiries{}},
		{Name: "inquiry", Shell: look.Portal, Partials: foot, Of: Inquiry{}},
		{Name: "report_kinds", Shell: look.Portal, Partials: foot, Of: ReportKinds{}},
		{Name: "report_form", Shell: look.Portal, Partials: foot, Of: ReportForm{}},
	}
}
