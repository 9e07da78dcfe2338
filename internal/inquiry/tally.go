package inquiry

import "time"

// Figures are what the quarterly statistics of the scheme say of developers that
// could not be reached (domain.md 1.12).
type Figures struct {
	Named      int `json:"named"`      // newly listed
	Resumed    int `json:"resumed"`    // answered after their name was listed
	Published  int `json:"published"`  // advisories that came out after a decision of the committee
	Cumulative int `json:"cumulative"` // listed up to the end
	Listed     int `json:"listed"`     // on the list at the end
}

// Tally counts what happened from one moment to before another. published are
// the moments at which advisories came out after a decision of the committee.
func Tally(all []Inquiry, published []time.Time, from, to time.Time) Figures {
	in := func(t time.Time) bool { return !t.IsZero() && !t.Before(from) && t.Before(to) }
	var f Figures
	for _, i := range all {
		if i.Named.IsZero() || !i.Named.Before(to) {
			continue
		}
		f.Cumulative++
		if in(i.Named) {
			f.Named++
		}
		if i.State == Answered && in(i.Ended) {
			f.Resumed++
		}
		if i.Ended.IsZero() || !i.Ended.Before(to) {
			f.Listed++
		}
	}
	for _, t := range published {
		if in(t) {
			f.Published++
		}
	}
	return f
}

// Quarter gives the bounds of a quarter (1 to 4) in the centre's own zone.
func Quarter(year, n int, zone *time.Location) (from, to time.Time) {
	from = time.Date(year, time.Month(3*n-2), 1, 0, 0, 0, 0, zone)
	return from, from.AddDate(0, 3, 0)
}
