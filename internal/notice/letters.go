package notice

import (
	"strconv"
	"time"
)

// The letters. Below each name stands who gets it.
const (
	// To the finder.
	ReportReceivedKind     Kind = "report_received"
	ReportAcknowledgedKind Kind = "report_acknowledged"
	ReportAcceptedKind     Kind = "report_accepted"
	ReportRejectedKind     Kind = "report_rejected"
	ReportDeferredKind     Kind = "report_deferred"
	MoreWantedKind         Kind = "more_wanted"
	EarlyProvisionKind     Kind = "early_provision"

	// To a vendor, and where it says so to every signatory.
	InvitationKind       Kind = "invitation"
	ReminderKind         Kind = "reminder" // also to operators
	InvitationLapsedKind Kind = "invitation_lapsed"
	AgreementNeededKind  Kind = "agreement_needed"
	ContentAvailableKind Kind = "content_available"
	EmbargoProposedKind  Kind = "embargo_proposed" // to every signatory
	EmbargoAcceptedKind  Kind = "embargo_accepted" // to every signatory
	EmbargoRejectedKind  Kind = "embargo_rejected" // to every signatory
	EmbargoRevisedKind   Kind = "embargo_revised"  // to every signatory
	EmbargoEndedKind     Kind = "embargo_ended"    // to every signatory
	DateChangedKind      Kind = "date_changed"     // to every vendor contacted (guideline IV.4.4)
	DraftForCommentKind  Kind = "draft_for_comment"
	HeadsUpKind          Kind = "heads_up" // to a vendor who never answered (CERT Guide, G10)

	// To anybody taking part.
	PublishedKind     Kind = "published"
	HandlingEndedKind Kind = "handling_ended"
	NewMessageKind    Kind = "new_message"
	SignInKind        Kind = "sign_in"

	// To an officer whose account a colleague has reset.
	AccountResetKind Kind = "account_reset"

	// To the contacts of a vendor that takes part.
	ColleagueAdmittedKind Kind = "colleague_admitted"
	// Where cases are joined or parted: see letters_kin.go.
	CaseMergedKind      Kind = "case_merged"
	PartOfferedKind     Kind = "part_offered"
	CaseDuplicateKind   Kind = "case_duplicate"   // to a finder
	DuplicateClosedKind Kind = "duplicate_closed" // to a vendor
	CaseSplitKind       Kind = "case_split"
	EventRecordedKind   Kind = "event_recorded"  // to whoever has the content
	SiblingChangedKind  Kind = "sibling_changed" // to an officer

	// To officers.
	ReportArrivedKind   Kind = "report_arrived"
	VendorAnsweredKind  Kind = "vendor_answered"
	StatusReceivedKind  Kind = "status_received"
	ApprovalWantedKind  Kind = "approval_wanted"
	DeadlineOverdueKind Kind = "deadline_overdue"
	LetterReturnedKind  Kind = "letter_returned"

	// To operators of critical infrastructure.
	OperatorInvitationKind Kind = "operator_invitation"
	AdvanceAdviceKind      Kind = "advance_advice"
	ProvisionRecalledKind  Kind = "provision_recalled"

	// About early provision, to vendors and officers.
	ProvisionConsentKind Kind = "provision_consent" // to a vendor whose consent is wanted
	ProvisionOpenedKind  Kind = "provision_opened"  // to a vendor that consented
	OperatorAnsweredKind Kind = "operator_answered" // to an officer

	// To a party of the registry.
	AgreementExpiringKind Kind = "agreement_expiring"
	RegistrationMovedKind Kind = "registration_moved" // also to whoever applied
	ChangeAskedKind       Kind = "change_asked"       // to the address that is to be replaced
	AddressNamedKind      Kind = "address_named"      // to the address that is to replace it
	ChangeMadeKind        Kind = "change_made"        // to the address that was replaced
	ContactAddedKind      Kind = "contact_added"      // to the other contacts
	ChangeAnsweredKind    Kind = "change_answered"    // to whoever asked for it
	StillRightKind        Kind = "still_right"        // once a year
	NewKeywordsKind       Kind = "new_keywords"       // the list of technology keywords has grown
	AgreementEndedKind    Kind = "agreement_ended"
	AgreementEndsKind     Kind = "agreement_ends" // to officers, before and at the end
)

// row says what a kind of letter may carry, and where.
type row struct {
	kind      Kind
	automatic bool
	clear     []string // values for the open text
	labels    []string // details, in the order they are laid out
}

// table lists every letter. Dates somebody has to act by are clear, because a
// letter that hides them is useless without a key; the dates of an embargo or
// of a publication are details, because they tell an attacker how long.
var table = []row{
	{ReportReceivedKind, true, nil, []string{"title"}},
	{ReportAcknowledgedKind, false, []string{"by"}, []string{"title"}},
	{ReportAcceptedKind, false, []string{"case"}, []string{"title"}},
	{ReportRejectedKind, false, nil, []string{"title", "reason"}},
	{ReportDeferredKind, false, nil, []string{"title"}},
	{MoreWantedKind, false, []string{"by"}, []string{"question"}},
	{EarlyProvisionKind, true, nil, []string{"provision"}},
	{InvitationKind, false, []string{"by"}, []string{"product", "until"}},
	{ReminderKind, true, []string{"by"}, []string{"title"}},
	{InvitationLapsedKind, true, nil, nil},
	{AgreementNeededKind, true, nil, nil},
	{ContentAvailableKind, true, nil, []string{"title", "product", "description", "until"}},
	{EmbargoProposedKind, false, []string{"by"}, []string{"title", "proposer", "until", "reason"}},
	{EmbargoAcceptedKind, true, nil, []string{"title", "until"}},
	{EmbargoRejectedKind, true, nil, []string{"title", "until", "reason"}},
	{EmbargoRevisedKind, true, nil, []string{"title", "until_before", "until", "reason"}},
	{EmbargoEndedKind, true, nil, []string{"title", "reason"}},
	{DateChangedKind, true, nil, []string{"title", "publication_before", "publication", "reason"}},
	{DraftForCommentKind, false, []string{"by"}, []string{"title", "publication"}},
	{HeadsUpKind, false, []string{"by"}, []string{"title", "product", "publication"}},
	{PublishedKind, true, nil, nil},
	{HandlingEndedKind, true, nil, []string{"title", "reason"}},
	{NewMessageKind, false, nil, []string{"author", "message"}},
	{SignInKind, true, []string{"minutes"}, nil},
	{AccountResetKind, true, nil, nil},
	{ColleagueAdmittedKind, false, nil, []string{"colleague"}},
	{CaseMergedKind, true, []string{"case"}, []string{"title", "until"}},
	{PartOfferedKind, true, nil, []string{"title", "until"}},
	{CaseDuplicateKind, true, []string{"case"}, []string{"title"}},
	{DuplicateClosedKind, true, nil, []string{"title"}},
	{CaseSplitKind, true, []string{"case"}, []string{"title"}},
	{EventRecordedKind, true, nil, []string{"title", "event"}},
	{SiblingChangedKind, true, nil, []string{"other_case", "event", "until"}},
	{ReportArrivedKind, true, nil, []string{"title", "product"}},
	{VendorAnsweredKind, true, nil, []string{"vendor", "answer"}},
	{StatusReceivedKind, true, nil, []string{"vendor", "product", "status"}},
	{ApprovalWantedKind, true, nil, []string{"title", "author"}},
	{DeadlineOverdueKind, true, nil, []string{"title", "deadline", "due"}},
	{LetterReturnedKind, true, nil, []string{"recipient", "reason"}},
	{OperatorInvitationKind, false, []string{"by"}, nil},
	{AdvanceAdviceKind, false, nil, []string{"title", "product", "advice", "publication"}},
	{ProvisionRecalledKind, false, nil, nil},
	{ProvisionConsentKind, false, []string{"by"}, nil},
	{ProvisionOpenedKind, true, nil, nil},
	{OperatorAnsweredKind, true, nil, []string{"operator", "answer"}},
	{AgreementExpiringKind, true, []string{"on"}, nil},
	{RegistrationMovedKind, true, []string{"step"}, nil},
	{ChangeAskedKind, true, []string{"what"}, nil},
	{AddressNamedKind, true, nil, nil},
	{ChangeMadeKind, true, []string{"what"}, nil},
	{ContactAddedKind, true, nil, []string{"recipient"}},
	{ChangeAnsweredKind, true, []string{"answer"}, nil},
	{StillRightKind, true, []string{"by"}, nil},
	{NewKeywordsKind, true, []string{"n"}, nil},
	{CommitteeOpinionKind, false, []string{"by"}, []string{"ground", "description", "draft"}},
	{CommitteeViewKind, false, []string{"by"}, nil},
	{CommitteeResultKind, false, nil, []string{"result", "reason"}},
	{CommitteeHeardKind, true, nil, nil},
	{InquiryAnswerKind, true, nil, nil},
	{AgreementEndedKind, true, []string{"on"}, nil},
	{AgreementEndsKind, true, []string{"on"}, []string{"vendor"}},
}

// row finds a kind's row; an unknown kind may carry nothing.
func (k Kind) row() row {
	for _, r := range table {
		if r.kind == k {
			return r
		}
	}
	return row{kind: k}
}

// Content is what a case or a report is about, in the recipient's language.
// Whoever builds a letter fills in only what its recipient may know.
type Content struct {
	Title       string
	Product     string
	Description string
}

// ReportReceived confirms that a report came in; nobody has read it yet.
func ReportReceived(h Head, c Content) Letter {
	return h.letter(ReportReceivedKind).detail("title", c.Title)
}

// ReportAcknowledged says that an officer has read the report, and when the
// finder will hear the result (ISO/IEC 29147, 6.2.5).
func ReportAcknowledged(h Head, c Content, by time.Time) Letter {
	return h.letter(ReportAcknowledgedKind).with("by", h.when(by)).detail("title", c.Title)
}

// ReportAccepted says that handling starts, under the mark of a case. The day
// of this letter is the day of acceptance.
func ReportAccepted(h Head, c Content, caseMark string) Letter {
	return h.letter(ReportAcceptedKind).with("case", caseMark).detail("title", c.Title)
}

// ReportRejected gives the reasons, which the finder is owed.
func ReportRejected(h Head, c Content, reason string) Letter {
	return h.letter(ReportRejectedKind).detail("title", c.Title).detail("reason", reason)
}

// ReportDeferred says that a report is real and set aside, behind another one
// perhaps: which, is nobody's to know.
func ReportDeferred(h Head, c Content) Letter {
	return h.letter(ReportDeferredKind).detail("title", c.Title)
}

// MoreWanted asks the finder something.
func MoreWanted(h Head, question string, by time.Time) Letter {
	return h.letter(MoreWantedKind).with("by", h.when(by)).detail("question", question)
}

// EarlyProvision tells the finder that operators of critical infrastructure
// were advised before publication (guideline IV.3(1)12).
func EarlyProvision(h Head, provision string) Letter {
	return h.letter(EarlyProvisionKind).detail("provision", provision)
}

// Invitation is the first contact. It carries no content: that is shown once
// the terms are accepted.
func Invitation(h Head, product string, until, by time.Time) Letter {
	return h.letter(InvitationKind).with("by", h.when(by)).
		detail("product", product).detail("until", h.date(until))
}

// Reminder repeats a request whose answer is missing.
func Reminder(h Head, c Content, by time.Time) Letter {
	return h.letter(ReminderKind).with("by", h.when(by)).detail("title", c.Title)
}

// InvitationLapsed says that the time to answer is over, and how to come back.
func InvitationLapsed(h Head) Letter { return h.letter(InvitationLapsedKind) }

// ContentAvailable opens the content to a signatory.
func ContentAvailable(h Head, c Content, until time.Time) Letter {
	return h.letter(ContentAvailableKind).detail("title", c.Title).detail("product", c.Product).
		detail("description", c.Description).detail("until", h.date(until))
}

// EmbargoProposed asks a signatory to answer a proposal.
func EmbargoProposed(h Head, c Content, proposer, reason string, until, by time.Time) Letter {
	return h.letter(EmbargoProposedKind).with("by", h.when(by)).detail("title", c.Title).
		detail("proposer", proposer).detail("until", h.date(until)).detail("reason", reason)
}

// EmbargoAccepted says that an embargo is in force.
func EmbargoAccepted(h Head, c Content, until time.Time) Letter {
	return h.letter(EmbargoAcceptedKind).detail("title", c.Title).detail("until", h.date(until))
}

// EmbargoRejected says that a proposal fell; until is the end of the terms
// that still hold, zero where none do.
func EmbargoRejected(h Head, c Content, until time.Time, reason string) Letter {
	return h.letter(EmbargoRejectedKind).detail("title", c.Title).
		detail("until", h.date(until)).detail("reason", reason)
}

// EmbargoRevised says that new terms replaced the old.
func EmbargoRevised(h Head, c Content, before, until time.Time, reason string) Letter {
	return h.letter(EmbargoRevisedKind).detail("title", c.Title).
		detail("until_before", h.date(before)).detail("until", h.date(until)).detail("reason", reason)
}

// EmbargoEnded says that nobody is bound any longer, and why: the date came,
// somebody published, or attacks were seen.
func EmbargoEnded(h Head, c Content, reason string) Letter {
	return h.letter(EmbargoEndedKind).detail("title", c.Title).detail("reason", reason)
}

// DateChanged tells every vendor contacted of a new planned date of publication.
func DateChanged(h Head, c Content, before, publication time.Time, reason string) Letter {
	return h.letter(DateChangedKind).detail("title", c.Title).
		detail("publication_before", h.date(before)).
		detail("publication", h.date(publication)).detail("reason", reason)
}

// DraftForComment asks for comment on the draft of an advisory.
func DraftForComment(h Head, c Content, publication, by time.Time) Letter {
	return h.letter(DraftForCommentKind).with("by", h.when(by)).
		detail("title", c.Title).detail("publication", h.date(publication))
}

// HeadsUp tells a vendor who never answered that an advisory is coming, and
// until when a statement can still be taken in.
func HeadsUp(h Head, c Content, publication, by time.Time) Letter {
	return h.letter(HeadsUpKind).with("by", h.when(by)).detail("title", c.Title).
		detail("product", c.Product).detail("publication", h.date(publication))
}

// Published says that the advisory is out. Nothing is withheld any longer: the
// link is the public one.
func Published(h Head) Letter { return h.letter(PublishedKind) }

// HandlingEnded says that the centre is done with a report or a case, and why.
func HandlingEnded(h Head, c Content, reason string) Letter {
	return h.letter(HandlingEndedKind).detail("title", c.Title).detail("reason", reason)
}

// NewMessage says that somebody wrote into a thread the recipient can read.
func NewMessage(h Head, author, message string) Letter {
	return h.letter(NewMessageKind).detail("author", author).detail("message", message)
}

// SignIn carries a link that works once.
func SignIn(h Head, valid time.Duration) Letter {
	return h.letter(SignInKind).with("minutes", strconv.Itoa(int(valid.Minutes())))
}

// ReportArrived tells an officer of a new report.
func ReportArrived(h Head, c Content) Letter {
	return h.letter(ReportArrivedKind).detail("title", c.Title).detail("product", c.Product)
}

// VendorAnswered tells an officer what a vendor said to an invitation.
func VendorAnswered(h Head, vendor, answer string) Letter {
	return h.letter(VendorAnsweredKind).detail("vendor", vendor).detail("answer", answer)
}

// StatusReceived tells an officer of a vendor's status for a product.
func StatusReceived(h Head, vendor, product, status string) Letter {
	return h.letter(StatusReceivedKind).detail("vendor", vendor).
		detail("product", product).detail("status", status)
}

// ApprovalWanted asks a second officer to read an advisory.
func ApprovalWanted(h Head, c Content, author string) Letter {
	return h.letter(ApprovalWantedKind).detail("title", c.Title).detail("author", author)
}

// DeadlineOverdue tells an officer what was not done in time.
func DeadlineOverdue(h Head, c Content, deadline string, due time.Time) Letter {
	return h.letter(DeadlineOverdueKind).detail("title", c.Title).
		detail("deadline", deadline).detail("due", h.date(due))
}

// LetterReturned tells an officer that a letter could not be delivered.
func LetterReturned(h Head, recipient, reason string) Letter {
	return h.letter(LetterReturnedKind).detail("recipient", recipient).detail("reason", reason)
}

// OperatorInvitation asks an operator to accept the terms of early provision.
func OperatorInvitation(h Head, by time.Time) Letter {
	return h.letter(OperatorInvitationKind).with("by", h.when(by))
}

// AdvanceAdvice tells an operator, before publication, what to do.
func AdvanceAdvice(h Head, c Content, advice string, publication time.Time) Letter {
	return h.letter(AdvanceAdviceKind).detail("title", c.Title).detail("product", c.Product).
		detail("advice", advice).detail("publication", h.date(publication))
}

// AgreementNeeded says that nothing but a signed agreement stands before the content.
func AgreementNeeded(h Head) Letter { return h.letter(AgreementNeededKind) }

// ProvisionRecalled asks an operator to destroy what it was given. Like every
// letter about early provision it says nothing of the matter: that is behind the link.
func ProvisionRecalled(h Head) Letter { return h.letter(ProvisionRecalledKind) }

// ProvisionConsent asks a vendor whether operators may be advised before publication.
func ProvisionConsent(h Head, by time.Time) Letter {
	return h.letter(ProvisionConsentKind).with("by", h.when(by))
}

// ProvisionOpened tells a vendor that what it consented to has begun, never to whom.
func ProvisionOpened(h Head) Letter { return h.letter(ProvisionOpenedKind) }

// OperatorAnswered tells an officer what an operator said.
func OperatorAnswered(h Head, operator, answer string) Letter {
	return h.letter(OperatorAnsweredKind).detail("operator", operator).detail("answer", answer)
}

// AgreementExpiring says when a signed agreement ends.
func AgreementExpiring(h Head, on time.Time) Letter {
	return h.letter(AgreementExpiringKind).with("on", on.UTC().Format(time.DateOnly))
}

// AgreementEnded says that a signed agreement is over, and since when.
func AgreementEnded(h Head, on time.Time) Letter {
	return h.letter(AgreementEndedKind).with("on", on.UTC().Format(time.DateOnly))
}

// AgreementEnds tells an officer whose agreement ends, or ended, and when.
func AgreementEnds(h Head, vendor string, on time.Time) Letter {
	return h.letter(AgreementEndsKind).with("on", on.UTC().Format(time.DateOnly)).detail("vendor", vendor)
}

// date spells a moment that may be unset.
func (h Head) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return h.when(t)
}

// ColleagueAdmitted tells the contacts of an organisation, the new one among
// them, that a further one may read the matter: they would know if it is wrong.
func ColleagueAdmitted(h Head, colleague string) Letter {
	return h.letter(ColleagueAdmittedKind).detail("colleague", colleague)
}

// AccountReset gives an officer the link by which the own account is set up anew.
func AccountReset(h Head) Letter { return h.letter(AccountResetKind) }
