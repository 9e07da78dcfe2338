package web

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"nakodo/internal/desk"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// KeptUpload is a file that came with an earlier try of a form.
type KeptUpload struct {
	Ticket string
	Name   string
}

// uploadRoom is how much a message may bring.
var uploadRoom = httpd.Room{Text: roomText, File: 100 << 20, Files: 10}

// readKept reads a form with files (field "files") and those that an earlier
// try brought (field "kept"). Each file is sealed as it streams in.
func (s *Site) readKept(r *http.Request) (url.Values, []desk.Upload, error) {
	values, unread := httpd.ReadForm(r, uploadRoom, func(_, name string, body io.Reader) (string, error) {
		u, err := s.Desk.Keep(r.Context(), name, body)
		if err != nil {
			return "", err
		}
		return s.Desk.Ticket(u)
	})
	if values == nil {
		return nil, nil, unread
	}
	uploads, lost := s.Desk.Uploads("files", slices.Concat(values["kept"], values["files"]))
	values.Del("files")
	values.Del("kept")
	if unread != nil {
		return values, uploads, unread
	}
	return values, uploads, lost
}

// keepAgain makes tickets of files whose form was refused, so that they need
// not be sent twice.
func (s *Site) keepAgain(uploads []desk.Upload) ([]KeptUpload, error) {
	var kept []KeptUpload
	for _, u := range uploads {
		ticket, err := s.Desk.Ticket(u)
		if err != nil {
			return nil, err
		}
		kept = append(kept, KeptUpload{ticket, u.Name})
	}
	return kept, nil
}

// withLabels gives a form the labels to choose from; usual is what holds where
// none is chosen.
func (s *Site) withLabels(f look.Form, l words.Lang, usual tlp.Label) look.Form {
	f.Options = maps.Clone(f.Options)
	if f.Options == nil {
		f.Options = map[string][]look.Option{}
	}
	f.Options["tlp"] = look.Labels(s.pages.Say(l, "web.files.tlp.usual", map[string]any{"label": string(usual)}))
	return f
}
