package portal

import (
	"context"
	"net/http"
	"strings"

	"nakodo/internal/httpd"
	"nakodo/internal/inquiry"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// Inquiries is the public list of developers that the centre cannot reach. It
// holds what was decided public and nothing else: no case, no title, no
// severity, and not whether the publication committee has the matter.
type Inquiries struct {
	look.Base
	Companies   []InquiryLine
	Communities []InquiryLine
	Mail        string
	Example     string // a mark, to be put into the subject
}

// InquiryLine is one row of the list.
type InquiryLine struct {
	inquiry.Row
	Mark string
	Href string // of the product-information page; "" while there is none
}

// Inquiry is the product-information page of one row.
type Inquiry struct {
	look.Base
	InquiryLine
	Mail string
}

// inquiries is the list. Like that of advisories it is kept while what the public
// may read has not changed, and asked about each time.
func (p *Portal) inquiries(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	return p.serve(w, r, r.URL.Path, func(ctx context.Context) (*httpd.Frozen, error) {
		rows, err := p.Desk.PublicInquiries(ctx)
		if err != nil {
			return nil, err
		}
		page := Inquiries{Base: p.base(l, r.URL.Path, "portal.inquiries"), Mail: p.Desk.Centre.Mail, Example: p.Desk.Centre.InquiryMark(1)}
		for _, row := range rows {
			line := p.inquiryLine(row, l)
			if row.Kind == inquiry.Community {
				page.Communities = append(page.Communities, line)
			} else {
				page.Companies = append(page.Companies, line)
			}
			page.Example = line.Mark
		}
		return p.render(page, pageCache)
	})
}

func (p *Portal) inquiryLine(row inquiry.Row, l words.Lang) InquiryLine {
	line := InquiryLine{Row: row, Mark: p.Desk.Centre.InquiryMark(row.Number)}
	if !row.Disclosed.IsZero() {
		line.Href = "/" + string(l) + "/inquiries/" + slugOf(line.Mark)
	}
	return line
}

// inquiry is the page of one row, once product and version are disclosed.
func (p *Portal) inquiry(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	return p.serve(w, r, r.URL.Path, func(ctx context.Context) (*httpd.Frozen, error) {
		row, err := p.Desk.PublicInquiry(ctx, r.PathValue("mark"))
		if err != nil {
			return nil, err
		}
		line := p.inquiryLine(row, l)
		if line.Href != r.URL.Path { // another spelling, or no product disclosed
			return nil, p.missing(w, r)
		}
		page := Inquiry{Base: p.base(l, r.URL.Path, ""), InquiryLine: line, Mail: p.Desk.Centre.Mail}
		page.Title = line.Mark + " " + row.Name.In(l)
		return p.render(page, pageCache)
	})
}

// slugOf spells a mark for an address, where # may not stand.
func slugOf(mark string) string { return strings.ReplaceAll(mark, "#", "") }
