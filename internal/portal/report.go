package portal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// reportLimit bounds the reports from one network. It is wide, because behind
// one exit of an anonymising network stand many finders.
var reportLimit = httpd.Limit{Form: "report", Burst: 20, Every: 20 * time.Second, Most: 120, Window: time.Hour}

// reportRoom is what one report may bring.
var reportRoom = httpd.Room{Text: 400_000, File: 100_000_000, Files: 50}

// evidence is the name of the field for files, kept that of the files which
// came with an earlier try.
const (
	evidence = "evidence"
	kept     = "kept"
)

// kinds are the three forms by the last part of their address.
var kinds = []struct {
	path string
	kind cvd.ReportKind
}{{"product", cvd.AboutProduct}, {"website", cvd.AboutWebsite}, {"own", cvd.OwnProduct}}

// ReportKinds asks what the report is about.
type ReportKinds struct {
	look.Base
	Kinds []string // last parts of the addresses
	Mail  string
	Ack   int // days until it is acknowledged
}

// ReportForm is the form of one kind.
type ReportForm struct {
	look.Base
	Kind   string
	Action string
	Form   look.Form
	Kept   []KeptFile
	Term   int // the usual embargo, in days
	Ack    int
}

// Website reports whether the form is for a web site, Own whether for the reporter's own product.
func (f ReportForm) Website() bool { return f.Kind == "website" }

// Own reports whether a vendor reports its own product.
func (f ReportForm) Own() bool { return f.Kind == "own" }

// KeptFile is a file that came with an earlier try.
type KeptFile struct {
	Ticket string
	Name   string
	Size   int64
}

// reportInput is what the form sends. The names are those of cvd's fields, so
// that what the core finds wrong is shown at the right place.
type reportInput struct {
	Title       string `form:"title,max=200"`
	Vendor      string `form:"vendor,max=200"`
	Product     string `form:"product,max=200"`
	Version     string `form:"version,max=200"`
	URL         string `form:"url,max=1000"`
	Result      string `form:"result,max=20000"`
	Procedure   string `form:"procedure,max=20000"`
	Environment string `form:"environment,max=5000"`
	Impact      string `form:"impact,max=10000"`
	Workaround  string `form:"workaround,max=10000"`
	Personal    string `form:"personal,max=5000"`
	Public      bool   `form:"public"`
	Exploited   bool   `form:"exploited"`
	ReportedTo  string `form:"reported_to,max=1000"`
	Coordinator string `form:"coordinator,one=centre|finder|other"`
	OwnID       string `form:"own_id,max=100"`
	Wish        string `form:"wish,one=usual|days|none"`
	WishDays    int    `form:"wish_days"`
	WishFrom    string `form:"wish_from,max=20"`
	Guideline   string `form:"guideline,max=4000"`

	Anonymous     bool   `form:"anonymous"`
	Name          string `form:"name,max=200"`
	Organisation  string `form:"organisation,max=200"`
	Mail          string `form:"mail,max=200"`
	Phone         string `form:"phone,max=100"`
	Key           string `form:"key,max=100000"`
	Answer        string `form:"lang,one=en|ja"`
	ShareIdentity bool   `form:"share_identity"`
	DirectContact bool   `form:"direct_contact"`
	Credit        bool   `form:"credit"`
	CreditAs      string `form:"credit_as,max=200"`
	TLP           string `form:"tlp"`
}

// submission is the report without its finder.
func (in reportInput) submission(kind cvd.ReportKind) cvd.Submission {
	s := cvd.Submission{
		Kind: kind, Lang: in.Answer, Vendor: in.Vendor, Product: in.Product, Version: in.Version, URL: in.URL, Title: in.Title,
		Environment: in.Environment, Procedure: in.Procedure, Result: in.Result, Impact: in.Impact, Workaround: in.Workaround,
		Personal: in.Personal, ReportedTo: in.ReportedTo, Coordinator: cvd.Coordinates(in.Coordinator), OwnID: in.OwnID,
		Public: in.Public, Exploited: in.Exploited, NoEmbargo: in.Wish == "none", Guideline: strings.TrimSpace(in.Guideline),
	}
	if in.Wish == "days" {
		s.WishDays, s.WishFrom = in.WishDays, cvd.TermFrom(in.WishFrom)
	}
	return s
}

// finder is who reports. Somebody who wants to stay unknown is taken at their
// word: nothing that was typed about them is kept.
func (in reportInput) finder() (cvd.Identity, cvd.Consents) {
	if in.Anonymous {
		return cvd.Identity{Anonymous: true, CreditAs: in.CreditAs}, cvd.Consents{Credit: in.Credit}
	}
	return cvd.Identity{
			Name: in.Name, Organisation: in.Organisation, Mail: in.Mail, Phone: in.Phone, Key: in.Key, CreditAs: in.CreditAs,
		}, cvd.Consents{
			ShareIdentity: in.ShareIdentity, DirectContact: in.DirectContact, Credit: in.Credit,
		}
}

// check says everything wrong at once, in the order of the form.
func (in reportInput) check(kind cvd.ReportKind) error {
	id, consents := in.finder()
	var k fault.Check
	k.Need(in.Wish != "days" || in.WishDays > 0, "wish_days", "fault.report.wish_days")
	k.Need(id.Mail == "" || strings.Contains(id.Mail, "@") && !strings.ContainsAny(id.Mail, " \n<>,;"), "mail", "fault.mail_address")
	if id.Key != "" {
		if _, err := keys.ReadPublic(id.Key); err != nil {
			f := fault.Of(err)
			if f == nil {
				return err
			}
			k.Add("key", f.Key)
		}
	}
	return joined(in.submission(kind).Check(), k.Err(), id.Check(consents))
}

// joined is one refusal with the problems of several, one for each field. What
// is no refusal stands for the whole.
func joined(errs ...error) error {
	all := &fault.Fault{Kind: fault.Invalid, Key: "fault.invalid"}
	add := func(w fault.Problem) {
		if w.Field == "" || !slices.ContainsFunc(all.Problems, func(x fault.Problem) bool { return x.Field == w.Field }) {
			all.Problems = append(all.Problems, w)
		}
	}
	for _, err := range errs {
		f := fault.Of(err)
		switch {
		case err == nil:
			continue
		case f == nil:
			return err
		case len(f.Problems) == 0:
			add(fault.Problem{Key: f.Key, Args: f.Args})
		}
		if f.Kind != fault.Invalid {
			all.Kind = f.Kind
		}
		for _, w := range f.Problems {
			add(w)
		}
	}
	if len(all.Problems) == 0 {
		return nil
	}
	return all
}

func (p *Portal) reportKinds(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	page := ReportKinds{Base: p.base(l, r.URL.Path, "portal.report"), Mail: p.Desk.Centre.Mail, Ack: days(cvd.PolicyAt(p.Desk.Now()).AckWithin)}
	for _, k := range kinds {
		page.Kinds = append(page.Kinds, k.path)
	}
	f, err := p.render(page, steadyCache)
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

// kindOf is the kind of report that the address names.
func kindOf(r *http.Request) (cvd.ReportKind, error) {
	for _, k := range kinds {
		if k.path == r.PathValue("kind") {
			return k.kind, nil
		}
	}
	return "", fault.New(fault.NotFound, "fault.not_found")
}

func (p *Portal) reportForm(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	if _, err := kindOf(r); err != nil {
		return err
	}
	first := httpd.Encode(reportInput{Coordinator: string(cvd.CentreLeads), Wish: "usual", Answer: string(l)}, time.UTC)
	for _, no := range []string{"share_identity", "direct_contact", "credit"} {
		first.Set(no, "no") // withheld by default
	}
	f, err := p.render(p.reportPage(r, l, look.Form{Values: first}, nil), steadyCache)
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

// reportPage is the form as it stands.
func (p *Portal) reportPage(r *http.Request, l words.Lang, form look.Form, files []KeptFile) ReportForm {
	kind := r.PathValue("kind")
	rules := cvd.PolicyAt(p.Desk.Now())
	page := ReportForm{
		Base: p.base(l, r.URL.Path, "portal.report."+kind), Kind: kind, Action: r.URL.Path, Form: form, Kept: files,
		Term: days(rules.Term), Ack: days(rules.AckWithin),
	}
	say := func(key string) string {
		return p.pages.Say(l, "portal.report.field."+key, map[string]any{"days": page.Term})
	}
	choices := func(field string, values ...string) []look.Option {
		var all []look.Option
		for _, v := range values {
			all = append(all, look.Option{Value: v, Text: say(field + "." + v)})
		}
		return all
	}
	page.Form.Words = "portal.report.field"
	page.Form.Options = map[string][]look.Option{
		"coordinator": choices("coordinator", "centre", "finder", "other"),
		"wish":        choices("wish", "usual", "days", "none"),
		"wish_from":   choices("wish_from", "contact", "receipt"),
		"tlp":         look.Labels(p.pages.Say(l, "web.files.tlp.usual", map[string]any{"label": string(desk.ReportFiles)})),
		"lang":        {{Value: "en", Text: "English"}, {Value: "ja", Text: "日本語"}},
	}
	for _, consent := range []string{"share_identity", "direct_contact", "credit"} {
		page.Form.Options[consent] = choices(consent, "no", "yes")
	}
	return page
}

// report takes a report in. Whatever goes wrong, what was typed and the files
// that came through stay in the form.
func (p *Portal) report(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	w.Header().Set("Cache-Control", "no-store")
	kind, err := kindOf(r)
	if err != nil {
		return err
	}
	busy := p.Limits.Allow(r, reportLimit, p.Desk.Now())
	box := intake{Portal: p, ctx: r.Context(), drop: busy != nil}
	values, unread := httpd.ReadForm(r, reportRoom, box.take)
	if values == nil {
		return unread
	}
	var in reportInput
	wrong := httpd.Decode(values, &in, time.UTC)
	uploads, lost := p.Desk.Uploads(evidence, slices.Concat(values[kept], values[evidence]))
	uploads, label := desk.Labelled(uploads, in.TLP)
	if in.Answer == "" {
		in.Answer = string(l)
	}
	if err = joined(busy, unread); unread == nil { // of half a form nothing more can be said
		err = joined(busy, wrong, in.check(kind), lost, label, box.check.Err())
	}
	if err == nil {
		id, consents := in.finder()
		var got desk.Received
		got, err = p.Desk.ReceiveReport(r.Context(), desk.Incoming{
			Submission: in.submission(kind), Identity: id, Consents: consents, Files: uploads, Door: "web",
		})
		if err == nil {
			return p.cookies.Redirect(w, r, got.Link+"?received")
		}
	}
	return p.again(w, r, l, values, uploads, joined(err))
}

// again shows the form once more, with everything that is wrong with it.
func (p *Portal) again(w http.ResponseWriter, r *http.Request, l words.Lang, values url.Values, uploads []desk.Upload, err error) error {
	f := fault.Of(err)
	if f == nil || errors.Is(err, context.Canceled) {
		return err
	}
	form := look.Form{Values: values, Problems: f.Problems}
	var files []KeptFile
	for _, u := range uploads {
		ticket, err := p.Desk.Ticket(u)
		if err != nil {
			return err
		}
		files = append(files, KeptFile{ticket, u.Name, u.Size})
	}
	page := p.reportPage(r, l, form, files)
	if f.Kind == fault.Busy {
		w.Header().Set("Retry-After", "60")
	}
	page.Other = "" // in the other language what was typed would be gone
	return p.pages.Write(w, httpd.Status(f.Kind), page)
}

// intake takes the files of a form as they stream in.
type intake struct {
	*Portal
	ctx   context.Context
	drop  bool // the form will be refused: its text is read, its files are not kept
	check fault.Check
}

// take keeps one file and gives the ticket by which the form knows it from then
// on. A file that cannot be taken is a problem of the form and ends nothing.
func (b *intake) take(_, name string, body io.Reader) (string, error) {
	if b.drop {
		b.check.Add(evidence, "portal.report.files_again")
		return "", nil
	}
	u, err := b.Desk.Keep(b.ctx, name, body)
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		b.check.Add(evidence, "portal.report.file_refused", "name", name, "max", reportRoom.File/1_000_000)
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return b.Desk.Ticket(u)
}
