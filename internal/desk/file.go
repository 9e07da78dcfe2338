package desk

import (
	"context"
	"io"
	"mime"
	"path/filepath"
	"slices"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
)

// maxFiles bounds the files of one report or message.
const maxFiles = 10

// maxFile bounds one file, in bytes.
const maxFile = 100 << 20

// Upload is a file whose bytes have been sealed and whose verb is still to come.
type Upload struct {
	Name   string
	Media  string
	Size   int64
	SHA256 string
	Blob   string
	TLP    tlp.Label // chosen by whoever attaches it; "": that of the case
}

// Keep seals the bytes of a file as they stream in. A door calls it for each
// file of a form before it calls the verb; bytes whose verb fails stay sealed
// and are swept away.
func (d *Desk) Keep(ctx context.Context, name string, body io.Reader) (Upload, error) {
	kept, err := d.Store.KeepBlob(ctx, body, maxFile)
	if err != nil {
		return Upload{}, err
	}
	name = talk.FileName(name)
	media := mime.TypeByExtension(filepath.Ext(name)) // for the eye only: files are always served as a download
	return Upload{Name: name, Media: media, Size: kept.Size, SHA256: kept.SHA256, Blob: kept.ID}, nil
}

// files makes the records of uploads.
func (d *Desk) files(by party.Actor, about journal.Ref, uploads []Upload) ([]talk.File, error) {
	if len(uploads) > maxFiles {
		var k fault.Check
		k.Add("files", "fault.files.many", "most", maxFiles)
		return nil, k.Err()
	}
	var files []talk.File
	for _, u := range uploads {
		files = append(files, talk.File{
			ID: d.newID(), About: about, Name: u.Name, Media: u.Media, Size: u.Size, SHA256: u.SHA256, Blob: u.Blob, TLP: u.TLP, By: by, At: d.Now(),
		})
	}
	return files, nil
}

// OpenFile gives the bytes of a file to somebody who may read what it belongs to.
func (d *Desk) OpenFile(ctx context.Context, by party.Actor, id string) (talk.File, io.ReadCloser, error) {
	var f talk.File
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if f, err = tx.File(ctx, id); err != nil {
			return err
		}
		if err := d.mayRead(ctx, tx, by, f); err != nil {
			return err
		}
		if f.About.Kind == journal.AboutThread {
			if err := d.stillNamed(ctx, tx, by, f); err != nil {
				return err
			}
		}
		if !f.Purged.IsZero() {
			return fault.New(fault.NotNow, "fault.files.purged")
		}
		return nil
	})
	if err != nil {
		return f, nil, err
	}
	body, err := d.Store.Blob(ctx, f.Blob)
	return f, body, err
}

// mayRead refuses whoever may not read the record a file belongs to.
func (d *Desk) mayRead(ctx context.Context, tx *store.Tx, by party.Actor, f talk.File) error {
	about := f.About
	gone := fault.New(fault.NotFound, "fault.not_found")
	switch {
	case about.Kind == journal.AboutThread:
		_, _, err := d.readable(ctx, tx, by, about.ID)
		return err
	case about.Kind == journal.AboutAgreement:
		return d.mayReadAgreement(ctx, tx, by, about.ID)
	case about.Kind != journal.AboutReport:
		return gone
	case officer(by) == nil, by.Role == party.Finder && by.Report == about.ID:
		return nil
	}
	r, err := tx.Report(ctx, cvd.ReportID(about.ID))
	if err != nil {
		return err
	}
	if reads, err := readsOwn(ctx, tx, by, r); err != nil || reads {
		return err
	}
	cases, err := tx.CasesOf(ctx, cvd.ReportID(about.ID))
	if err != nil {
		return err
	}
	for _, c := range cases { // whoever reads the report's text in one of them
		v, err := c.SeenBy(inCase(by, c))
		if err != nil || !v.Open || !slices.Contains(v.Reports, cvd.ReportID(about.ID)) {
			continue
		}
		if f.TLP != tlp.Red || named(string(v.Me), c) {
			return nil
		}
		gone = fault.New(fault.NotNow, "fault.files.red_now")
	}
	return gone
}
