package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
)

// CaseStatuses is vendors and their products by vulnerabilities.
//
//	GET /desk/cases/{id}/statuses?q=vendor&page=2
type CaseStatuses struct {
	look.Base
	Head   CaseHead
	Query  string
	Matrix look.Matrix
	Pages  Pages
}

func (s *Site) caseStatuses(w http.ResponseWriter, r *http.Request, v visitor) error {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := CaseStatuses{Base: s.base(w, r, v, "web.case.statuses.title"), Head: headOf(room, v), Query: strings.TrimSpace(r.FormValue("q"))}
	for _, x := range room.View.Vulns {
		p.Matrix.Columns = append(p.Matrix.Columns, vulnName(x))
	}
	rows := s.matrixRows(room, p)
	p.Pages = pagesOf(r, len(rows), vendorsShown)
	p.Matrix.Rows = rows[p.Pages.Skip:min(len(rows), p.Pages.Skip+vendorsShown)]
	return s.pages.Write(w, http.StatusOK, p)
}

// matrixRows is a row for each vendor, with what it says as a whole or why it
// says nothing, and one for each of its products.
func (s *Site) matrixRows(room desk.CaseRoom, p CaseStatuses) []look.MatrixRow {
	products := map[party.OrgID][]product.Product{}
	for _, x := range room.View.Products {
		products[party.OrgID(x.Org)] = append(products[party.OrgID(x.Org)], x)
	}
	stated := map[[3]string]cvd.Status{}
	for _, st := range room.View.Statuses {
		stated[[3]string{string(st.Org), st.Product, st.Vuln}] = st
	}
	worst := worstStatuses(room.View)
	var rows []look.MatrixRow
	for i := range room.View.Parties {
		q := &room.View.Parties[i]
		name := cmp.Or(room.Names[q.Org], string(q.Org))
		if q.Role != party.Vendor || p.Query != "" && !matches(p.Query, name) {
			continue
		}
		row := look.MatrixRow{Vendor: name, Href: vendorPath(room.View.ID, q.Org), Number: q.Number}
		for _, x := range room.View.Vulns {
			whole := stated[[3]string{string(q.Org), "", x.ID}]
			cell := look.Cell{Status: whole.Status, Note: s.noteOf(p, whole)}
			if worst[q.Org][x.ID] == "" { // neither as a whole nor of a product
				word := wordOf(q, "")
				if cell.Status = word.Status; word.Open {
					cell.Note = s.say(p.Lang, "web.case.not_stated")
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
		for _, x := range products[q.Org] {
			line := look.MatrixRow{Vendor: name + " – " + x.Name + " " + x.Range.Say(p.Lang), Href: row.Href}
			for _, u := range room.View.Vulns {
				st := stated[[3]string{string(q.Org), x.ID, u.ID}]
				line.Cells = append(line.Cells, look.Cell{Status: st.Status, Note: s.noteOf(p, st)})
			}
			rows = append(rows, line)
		}
	}
	slices.SortStableFunc(rows, func(a, b look.MatrixRow) int {
		return strings.Compare(strings.ToLower(a.Vendor), strings.ToLower(b.Vendor))
	})
	return rows
}

func (s *Site) noteOf(p CaseStatuses, st cvd.Status) string {
	if st.Justification != "" {
		return s.say(p.Lang, "web.justification."+string(st.Justification))
	}
	return ""
}
