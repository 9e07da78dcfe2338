package talk

import "time"

// Look is one look that a person took at a case: when, and the digests of the
// terms and of the content as the person was shown them. What is new is found by
// comparing what is shown now with these, so it can never tell of anything that
// is not shown.
type Look struct {
	At    time.Time `json:"at"`
	Terms string    `json:"terms"`
	Text  string    `json:"text"`
}

// Visit is a person's last visit to a case and the end of the one before. It is
// for that person's own eyes: nobody else is told who has read what when.
type Visit struct {
	Before Look `json:"before"` // the last look of the visit before
	Last   Look `json:"last"`
}

// visitLasts is how long after a look the next one still is the same visit, in
// which what was new stays marked.
const visitLasts = 30 * time.Minute

// Since is the look against which a page shows what is new now. Zero: the
// person has never looked, and everything is.
func (v Visit) Since(now time.Time) Look {
	if now.Sub(v.Last.At) > visitLasts {
		return v.Last
	}
	return v.Before
}

// With is the visit after one more look.
func (v Visit) With(l Look) Visit {
	switch {
	case v.Last.At.IsZero():
		return Visit{Before: l, Last: l}
	case l.At.Before(v.Last.At): // a slower request of the same person
		return v
	case l.At.Sub(v.Last.At) > visitLasts:
		v.Before = v.Last
	}
	v.Last = l
	return v
}
