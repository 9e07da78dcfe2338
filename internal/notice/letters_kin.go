package notice

import "time"

// CaseMerged says under which number a matter is handled together with another
// one from now on; until is the end of the joined embargo, zero where there is none.
func CaseMerged(h Head, c Content, mark string, until time.Time) Letter {
	return h.letter(CaseMergedKind).with("case", mark).detail("title", c.Title).detail("until", h.date(until))
}

// PartOffered asks a participant whether it will read what came in by a merge.
func PartOffered(h Head, c Content, until time.Time) Letter {
	return h.letter(PartOfferedKind).detail("title", c.Title).detail("until", h.date(until))
}

// CaseDuplicate tells a finder that the matter was known, and that handling goes on.
func CaseDuplicate(h Head, c Content, mark string) Letter {
	return h.letter(CaseDuplicateKind).with("case", mark).detail("title", c.Title)
}

// DuplicateClosed tells a vendor that a case repeats one that is handled already.
func DuplicateClosed(h Head, c Content) Letter {
	return h.letter(DuplicateClosedKind).detail("title", c.Title)
}

// CaseSplit says under which number a part of a matter is handled from now on.
func CaseSplit(h Head, c Content, mark string) Letter {
	return h.letter(CaseSplitKind).with("case", mark).detail("title", c.Title)
}

// SiblingChanged tells an officer what happened in a case of the same matter.
func SiblingChanged(h Head, other, what string, until time.Time) Letter {
	return h.letter(SiblingChangedKind).detail("other_case", other).detail("event", what).detail("until", h.date(until))
}

// EventRecorded says what became known of a matter on which no embargo holds.
func EventRecorded(h Head, c Content, event string) Letter {
	return h.letter(EventRecordedKind).detail("title", c.Title).detail("event", event)
}
