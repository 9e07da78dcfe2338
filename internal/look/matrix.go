package look

import (
	"html/template"

	"nakodo/internal/product"
)

// Matrix is vendors by vulnerabilities. A vendor that has not answered shows
// as such: silence must never read as "not affected".
type Matrix struct {
	Caption string
	Columns []string // a CVE number or another short name for each vulnerability
	Rows    []MatrixRow
}

// MatrixRow is one vendor with one cell for each column of the Matrix.
type MatrixRow struct {
	Vendor string
	Href   string // "" where the reader may not open the vendor
	Number string // the vendor's own tracking number
	Cells  []Cell
}

// Cell is a vendor's word on one vulnerability.
type Cell struct {
	Status product.Status
	Note   string // a justification or a version, in words
}

// Tally counts how often each status stands in a column, in the order of
// product.Statuses; a status that nobody has is left out.
func (m Matrix) Tally(column int) []Count {
	var counts []Count
	for _, s := range product.Statuses() {
		n := 0
		for _, r := range m.Rows {
			if column < len(r.Cells) && r.Cells[column].Status == s {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, Count{Status: s, N: n})
		}
	}
	return counts
}

// Count is how many vendors have a status.
type Count struct {
	Status product.Status
	N      int
}

type matrixView struct {
	Matrix
	Title, ColVendor, ColNumber, Sum string
	Body                             [][]cellView
	Sums                             [][]sumView
	Numbers                          bool // somebody has a number: the column is worth its width
}

type cellView struct {
	Status template.HTML
	Note   string
}

type sumView struct {
	N    int
	Word string
}

func (p *press) matrix(m Matrix) (template.HTML, error) {
	v := matrixView{Matrix: m, Title: m.Caption, ColVendor: p.say("look.matrix.vendor"), ColNumber: p.say("look.matrix.number"), Sum: p.say("look.matrix.sum")}
	if v.Title == "" {
		v.Title = p.say("look.matrix.title")
	}
	for _, r := range m.Rows {
		v.Numbers = v.Numbers || r.Number != ""
		cells := make([]cellView, len(m.Columns))
		for i := range cells {
			cells[i].Status = "–"
			if i < len(r.Cells) {
				s, err := p.status(r.Cells[i].Status)
				if err != nil {
					return "", err
				}
				cells[i] = cellView{Status: s, Note: r.Cells[i].Note}
			}
		}
		v.Body = append(v.Body, cells)
	}
	for i := range m.Columns {
		var sums []sumView
		for _, c := range m.Tally(i) {
			sums = append(sums, sumView{N: c.N, Word: p.say("look.status." + string(c.Status))})
		}
		v.Sums = append(v.Sums, sums)
	}
	return p.bit("matrix", v)
}
