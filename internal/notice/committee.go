package notice

import "time"

// The letters about the publication committee (guideline IV.3(2)).
const (
	CommitteeOpinionKind Kind = "committee_opinion" // to the developer
	CommitteeViewKind    Kind = "committee_view"    // to the developer
	CommitteeResultKind  Kind = "committee_result"  // to the finder and to the developer
	CommitteeHeardKind   Kind = "committee_heard"   // to officers
	InquiryAnswerKind    Kind = "inquiry_answer"    // to officers
)

// CommitteeOpinion tells the developer that the committee is asked, why, what
// is known and what would be published, and until when its opinion is awaited.
func CommitteeOpinion(h Head, ground, information, draft string, by time.Time) Letter {
	return h.letter(CommitteeOpinionKind).with("by", h.when(by)).
		detail("ground", ground).detail("description", information).detail("draft", draft)
}

// CommitteeView asks the developer for a view to be printed beside the advisory.
func CommitteeView(h Head, by time.Time) Letter {
	return h.letter(CommitteeViewKind).with("by", h.when(by))
}

// CommitteeResult says what the committee decided, and why.
func CommitteeResult(h Head, result, reasons string) Letter {
	return h.letter(CommitteeResultKind).detail("result", result).detail("reason", reasons)
}

// CommitteeHeard tells an officer that the developer has said something.
func CommitteeHeard(h Head) Letter { return h.letter(CommitteeHeardKind) }

// InquiryAnswer tells an officer that a letter about a public inquiry waits.
func InquiryAnswer(h Head) Letter { return h.letter(InquiryAnswerKind) }
