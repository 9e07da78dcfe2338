package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"nakodo/internal/advisory"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// advisorySave does what a button of the editor says. Whatever happens, what
// was typed comes back or is stored.
func (s *Site) advisorySave(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: advisoryText}, nil)
	if err != nil {
		return err
	}
	page, err := s.Desk.Advisory(r.Context(), v.Actor, advisoryID(r))
	if err != nil {
		return err
	}
	a, do := page.Advisory, values.Get("do")
	if a.Draft == nil {
		return s.editGone(w, r, values)
	}
	if rows, more := strings.CutPrefix(do, "more."); more {
		return s.editAgain(w, r, v, page, values, rows, nil)
	}
	var in advisoryForm
	if err := httpd.Decode(values, &in, s.Desk.Centre.Zone); err != nil {
		return s.editAgain(w, r, v, page, values, "", err)
	}
	seen, _ := strconv.ParseInt(values.Get("seen"), 10, 64) // a number that is none is nobody's version: refused as stale
	if seen == 0 {
		seen = -1
	}
	text := in.onto(a.Draft.Content)
	if seen != a.Version || !alike(text, formOf(*a.Draft).onto(a.Draft.Content)) {
		if err := s.Desk.WriteAdvisory(r.Context(), v.Actor, a.ID, seen, text); err != nil {
			if kind := fault.KindOf(err); kind == fault.Invalid {
				values = httpd.Encode(in, s.Desk.Centre.Zone) // rows that were left empty are gone, so that the numbers in the refusal fit
			}
			return s.editAgain(w, r, v, page, values, "", err)
		}
	}
	return s.editDone(w, r, v, a.ID, do)
}

// editDone goes on after the text has been stored.
func (s *Site) editDone(w http.ResponseWriter, r *http.Request, v visitor, id advisory.ID, do string) error {
	path, flash := advisoryPath(id), look.Flash{Tone: "ok", Key: "web.advisory.done.save"}
	switch do {
	case "preview.ja", "preview.en":
		return s.cookies.Redirect(w, r, path+"/preview/"+strings.TrimPrefix(do, "preview."))
	case "submit":
		if err := s.Desk.WriteAdvisory(r.Context(), v.Actor, id, 0, advisory.Submit{}); err != nil {
			return err
		}
		flash.Key = "web.advisory.done.submit"
		return s.cookies.Redirect(w, r, path, flash)
	case "refresh":
		if err := s.Desk.RefreshAdvisory(r.Context(), v.Actor, id, 0); err != nil {
			return err
		}
		flash.Key = "web.advisory.done.refresh"
	}
	return s.cookies.Redirect(w, r, path+"/edit", flash)
}

// editAgain shows the editor with what was typed; cause says why it was not stored.
func (s *Site) editAgain(w http.ResponseWriter, r *http.Request, v visitor, page desk.AdvisoryPage, values url.Values, more string, cause error) error {
	status := http.StatusOK
	if fault.KindOf(cause) == fault.Stale { // the page may be older than the refusal
		var err error
		if page, err = s.Desk.Advisory(r.Context(), v.Actor, advisoryID(r)); err != nil {
			return err
		}
		if page.Advisory.Draft == nil {
			return s.editGone(w, r, values)
		}
	}
	a := page.Advisory
	p := s.editor(w, r, v, a, page.Mark)
	content, findings := a.Draft.Content, page.Findings
	var in advisoryForm
	if httpd.Decode(values, &in, s.Desk.Centre.Zone) == nil {
		text := in.onto(content)
		content = text.Content
		if found, err := s.Desk.CheckDraft(r.Context(), v.Actor, a.ID, text); fault.KindOf(err) == "" || fault.KindOf(err) == fault.Invalid {
			findings = found
		}
	}
	p.fill(s, values, content, more)
	p.Gate = s.gate(p.Lang, findings, content, page.Names, "")
	if cause != nil {
		var other error
		if status, other = again(cause, &p.Form); other != nil {
			return other
		}
		for i := range p.Form.Problems {
			p.Form.Problems[i].Field = formField(p.Form.Problems[i].Field, "")
		}
	}
	if fault.KindOf(cause) == fault.Stale {
		p.Their = httpd.Encode(formOf(*a.Draft), s.Desk.Centre.Zone)
		for _, name := range sortedKeys(p.Their) {
			if !strings.HasSuffix(name, ".ja") && !strings.HasSuffix(name, ".en") && p.their(name) != "" {
				p.Theirs = append(p.Theirs, Wrong{Where: s.fieldWord(p.Lang, name, "", content), Text: strings.Join(p.Their[name], ", ")})
			}
		}
	} else if seen, err := strconv.ParseInt(values.Get("seen"), 10, 64); err == nil {
		p.Seen = seen // still what the officer began with
	}
	return s.pages.Write(w, status, p)
}

// editGone: the draft was published or given up while somebody wrote in it. The
// text is shown for copying.
func (s *Site) editGone(w http.ResponseWriter, r *http.Request, values url.Values) error {
	p := DraftGone{Base: s.plain(r, "web.advisory.gone"), Link: advisoryPath(advisoryID(r))}
	p.Path = ""
	for _, name := range sortedKeys(values) {
		if text := values.Get(name); strings.TrimSpace(text) != "" && name != "seen" && name != "do" {
			p.Fields = append(p.Fields, KeptField{Name: name, Value: text})
		}
	}
	return s.pages.Write(w, http.StatusConflict, p)
}

// DraftGone shows what was typed into a draft that is no more.
type DraftGone struct {
	look.Base
	Link   string
	Fields []KeptField
}

// advisoryCheck judges what is being written. With script the answer replaces
// the list of findings; without, it is the editor with what was typed.
func (s *Site) advisoryCheck(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: advisoryText}, nil)
	if err != nil {
		return err
	}
	page, err := s.Desk.Advisory(r.Context(), v.Actor, advisoryID(r))
	if err != nil {
		return err
	}
	if page.Advisory.Draft == nil {
		return fault.New(fault.NotNow, "fault.advisory.no_draft")
	}
	var in advisoryForm
	wrong := httpd.Decode(values, &in, s.Desk.Centre.Zone)
	if r.Header.Get("HX-Request") == "" {
		if wrong != nil {
			return s.editAgain(w, r, v, page, values, "", wrong)
		}
		return s.editAgain(w, r, v, page, values, "", nil)
	}
	text := in.onto(page.Advisory.Draft.Content)
	found, err := s.Desk.CheckDraft(r.Context(), v.Actor, advisoryID(r), text)
	if kind := fault.KindOf(err); kind != "" && kind != fault.Invalid {
		return err
	}
	lang := s.cookies.Language(r)
	p := AdvisoryFindings{Base: look.Base{Lang: lang, Zone: s.Desk.Centre.Zone, Now: s.Desk.Now()}}
	p.Gate, p.Scores = s.gate(lang, found, text.Content, page.Names, ""), scores(text.Content)
	for _, e := range []error{wrong, err} {
		if f := fault.Of(e); f != nil {
			p.Problems = append(p.Problems, s.wrongs(lang, f.Problems, text.Content)...)
		}
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// previewLang is a language of the address, or none.
func previewLang(r *http.Request) (words.Lang, error) {
	switch l := words.Lang(r.PathValue("lang")); l {
	case words.JA, words.EN:
		return l, nil
	}
	return "", fault.New(fault.NotFound, "fault.not_found")
}
