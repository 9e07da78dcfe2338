package web

import (
	"net/http"

	"nakodo/internal/cvd"
	"nakodo/internal/look"
)

// Outcomes is how cases ended, by quarter: publication and what is equal to it,
// the other grounds, and the shares in time.
//
//	GET /desk/outcomes
type Outcomes struct {
	look.Base
	Endings  []cvd.Ended
	Quarters []QuarterLine
	Term     int // days of the two shares
}

// QuarterLine is one quarter with its counts in the order of Endings.
type QuarterLine struct {
	cvd.Quarter
	Counts []int
}

func (s *Site) outcomes(w http.ResponseWriter, r *http.Request, v visitor) error {
	qs, err := s.Desk.Quarters(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := Outcomes{Base: s.base(w, r, v, "web.outcomes"), Endings: cvd.Endings(), Term: int(cvd.PolicyAt(s.Desk.Now()).Term.Hours() / 24)}
	for _, q := range qs {
		line := QuarterLine{Quarter: q}
		for _, e := range p.Endings {
			line.Counts = append(line.Counts, q.Ended[e])
		}
		p.Quarters = append(p.Quarters, line)
	}
	return s.pages.Write(w, http.StatusOK, p)
}
