package desk

import (
	"cmp"
	"context"
	"slices"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
)

// The label of a file says who may have it (TLP 2.0). It is that of the case, in
// a report TLP:AMBER+STRICT, unless whoever attaches the file says otherwise,
// and it is held to the readers of the thread: a file must not stand where
// people read it whom its label leaves out. What comes with a report has no
// readers yet: its label is held when it is fetched.
//
//	TLP:RED            only where every outside reader is a named person: a finder,
//	                   or an organisation that has limited the case to some people
//	TLP:AMBER+STRICT   one organisation with the centre; several of them only
//	                   where the case itself is no wider, whose terms all have seen
//	the others         everywhere

// Labelled gives uploads the label that was chosen beside them; "" takes back
// what an earlier try of the form chose, for the usual one.
func Labelled(uploads []Upload, chosen string) ([]Upload, error) {
	label, ok := tlp.Parse(chosen)
	if chosen == "" {
		label, ok = "", true
	}
	if !ok {
		var k fault.Check
		k.Add("tlp", "fault.tlp")
		return uploads, k.Err()
	}
	uploads = slices.Clone(uploads)
	for i := range uploads {
		uploads[i].TLP = label
	}
	return uploads, nil
}

// ReportFiles is the label of what comes with a report, where its sender chooses
// none: the organisations that the centre coordinates with, each for itself.
const ReportFiles = tlp.AmberStrict

// evidence makes the records of what came with a report.
func (d *Desk) evidence(by party.Actor, id cvd.ReportID, uploads []Upload) ([]talk.File, error) {
	files, err := d.files(by, journal.Ref{Kind: journal.AboutReport, ID: string(id)}, uploads)
	for i := range files {
		files[i].TLP = cmp.Or(files[i].TLP, ReportFiles)
	}
	return files, err
}

// evidenceRows lists what came with a report; usual is the label of a file that
// came without one.
func evidenceRows(ctx context.Context, tx *store.Tx, id cvd.ReportID, usual tlp.Label) ([]FileRow, error) {
	files, err := tx.Files(ctx, journal.Ref{Kind: journal.AboutReport, ID: string(id)})
	var rows []FileRow
	for _, f := range files {
		rows = append(rows, fileRow(f, usual))
	}
	return rows, err
}

// narrowest is the narrowest label that a file in a thread may bear. c is the
// thread's case, the zero one where it has none.
func narrowest(t talk.Thread, c cvd.Case) tlp.Label {
	outside := slices.DeleteFunc(slices.Clone(t.Readers), func(id string) bool { return id == string(cvd.Centre) })
	if !slices.ContainsFunc(outside, func(id string) bool { return !named(id, c) }) {
		return tlp.Red
	}
	if len(outside) == 1 {
		return tlp.AmberStrict
	}
	if c.TLP == tlp.Red || c.TLP == tlp.AmberStrict {
		return tlp.AmberStrict
	}
	return tlp.Amber
}

// named reports whether a reader of a thread is made of people whose names are
// known.
func named(id string, c cvd.Case) bool {
	if roleOf(id) == party.Finder {
		return true
	}
	p := c.Party(cvd.ParticipantID(id))
	return p != nil && len(p.Members) > 0
}

// labelFiles gives the files of a message their labels and refuses one that is
// stricter than the thread's readers allow. What came by letter has been sent to
// its reader already: it gets the label and is taken in.
func (d *Desk) labelFiles(ctx context.Context, tx *store.Tx, t talk.Thread, in message) ([]talk.File, error) {
	var c cvd.Case
	usual := tlp.AmberStrict
	if t.Case != "" && len(in.files) > 0 {
		var err error
		if c, err = tx.Case(ctx, cvd.CaseID(t.Case)); err != nil {
			return nil, err
		}
		usual = c.TLP
	}
	least := narrowest(t, c)
	files := slices.Clone(in.files)
	for i := range files {
		f := &files[i]
		if f.TLP == "" {
			f.TLP = usual
		}
		if least.NoWiderThan(f.TLP) || in.mail != "" {
			continue
		}
		var k fault.Check
		if f.TLP == tlp.Red {
			k.Add("tlp", "fault.files.red", "name", f.Name)
		} else {
			k.Add("tlp", "fault.files.strict", "name", f.Name, "least", string(least))
		}
		return nil, k.Err()
	}
	return files, nil
}

// stillNamed holds TLP:RED at the exit: where the case has been opened to all of
// an organisation since, the file is kept back from it.
func (d *Desk) stillNamed(ctx context.Context, tx *store.Tx, by party.Actor, f talk.File) error {
	if f.TLP != tlp.Red || by.Role == party.Officer || by.Role == party.Finder || f.By.Person == by.Person && by.Person != "" {
		return nil
	}
	t, err := tx.Thread(ctx, f.About.ID)
	if err != nil {
		return err
	}
	c, err := tx.Case(ctx, cvd.CaseID(t.Case))
	if fault.KindOf(err) == fault.NotFound {
		return nil // a vendor's own report: it is the organisation's
	}
	if err != nil || named(string(participantOf(by)), c) {
		return err
	}
	return fault.New(fault.NotNow, "fault.files.red_now")
}
