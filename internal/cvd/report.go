package cvd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/tlp"
)

// ReportID names a report: "NKR-7F3K-9QWD", random, safe in a subject line.
type ReportID string

// ReportKind is which of the scheme's three forms was used.
type ReportKind string

// The kinds of report (domain.md 1.4).
const (
	AboutProduct ReportKind = "product"     // a software product: its users must act
	AboutWebsite ReportKind = "website"     // a web application: its operator alone can mend it
	OwnProduct   ReportKind = "own_product" // a vendor reports its own product
)

// Coordinates is who leads where a finder has reported to several places.
type Coordinates string

// Who coordinates.
const (
	CentreLeads Coordinates = "centre"
	FinderLeads Coordinates = "finder"
	OtherLeads  Coordinates = "other" // another coordinator, named in ReportedTo
)

// Submission is what the finder wrote (Partnership Guideline IV.2.5, (a) to (i)).
// The finder's identity is not in it: it lives apart, see Identity.
type Submission struct {
	Kind        ReportKind  `json:"kind"`
	Lang        string      `json:"lang"` // language to answer in: "en" or "ja"
	Vendor      string      `json:"vendor"`
	Product     string      `json:"product"`
	Version     string      `json:"version"`
	URL         string      `json:"url,omitempty"` // a website report's address
	Title       string      `json:"title"`
	Environment string      `json:"environment"`
	Procedure   string      `json:"procedure"` // how it shows; never published
	Result      string      `json:"result"`    // what it shows, and why that is a vulnerability
	Impact      string      `json:"impact"`
	Workaround  string      `json:"workaround,omitempty"`
	Personal    string      `json:"personal,omitempty"` // how personal data met on the way was handled
	Evidence    []string    `json:"evidence,omitempty"` // ids of attached files
	ReportedTo  string      `json:"reported_to,omitempty"`
	Coordinator Coordinates `json:"coordinator"`
	OwnID       string      `json:"own_id,omitempty"` // the finder's own tracking id, shown in every letter to them
	Public      bool        `json:"public"`           // the finder says it is public already
	Exploited   bool        `json:"exploited"`        // the finder has seen attacks
	WishDays    int         `json:"wish_days"`        // embargo wished, in days from first contact; 0: no wish, the posted default counts
	NoEmbargo   bool        `json:"no_embargo"`       // the finder will not keep quiet
	// The finder's own guideline on disclosure: its address or its words, and from
	// when WishDays count where that is not the first contact.
	Guideline string   `json:"guideline,omitempty"`
	WishFrom  TermFrom `json:"wish_from,omitempty"`
}

// Digest is the SHA-256 of the submission's JSON, in hex: the journal's proof of
// a text that it does not keep.
func (s Submission) Digest() string {
	raw, _ := json.Marshal(s) // a struct of plain fields: cannot fail
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Consents are the three questions only the finder answers (Guideline IV.2.5 (c), (d), (e)).
type Consents struct {
	ShareIdentity bool `json:"share_identity"` // name and contact may be passed to the vendor
	DirectContact bool `json:"direct_contact"` // the vendor may write to the finder
	Credit        bool `json:"credit"`         // the name may be published, as Identity.CreditAs
}

// Identity is who the finder is. It is kept apart from the report, sealed, and
// opened only to the officers of the centre and where a consent says so.
type Identity struct {
	Report       ReportID `json:"report"`
	Anonymous    bool     `json:"anonymous"` // no name was given; only the secret link leads back
	Name         string   `json:"name,omitempty"`
	Organisation string   `json:"organisation,omitempty"`
	Mail         string   `json:"mail,omitempty"`
	Phone        string   `json:"phone,omitempty"`
	Key          string   `json:"key,omitempty"`       // armoured OpenPGP public key
	CreditAs     string   `json:"credit_as,omitempty"` // the name to publish, where Consents.Credit
	Version      int64    `json:"version"`
}

// Check says what a consent needs that the identity lacks.
func (i Identity) Check(c Consents) error {
	var k fault.Check
	k.Need(!c.Credit || strings.TrimSpace(i.CreditAs) != "", "credit_as", "fault.report.need_credit_as")
	k.Need(!(c.ShareIdentity || c.DirectContact) || !i.Anonymous, "anonymous", "fault.report.anonymous_cannot_share")
	k.Need(i.Anonymous || strings.TrimSpace(i.Mail) != "" || strings.TrimSpace(i.Phone) != "", "mail", "fault.report.need_contact")
	return k.Err()
}

// Report is one submission and how the centre has judged it. Receipt (we have
// it), acknowledgement (a person has read it) and acceptance (we handle it, the
// day of which is the start of handling) are three facts.
type Report struct {
	ID           ReportID       `json:"id"`
	Version      int64          `json:"version"`
	Submission   Submission     `json:"submission"` // frozen: what the finder wrote
	Consents     Consents       `json:"consents"`   // as they stand now
	Door         string         `json:"door"`       // web, mail, api, phone
	State        RM             `json:"state"`
	TLP          tlp.Label      `json:"tlp"`
	Received     time.Time      `json:"received"`
	Receipted    time.Time      `json:"receipted,omitzero"`
	Acknowledged time.Time      `json:"acknowledged,omitzero"`
	Judged       time.Time      `json:"judged,omitzero"` // told to the finder: the accepted date
	Judgement    *Judgement     `json:"judgement,omitempty"`
	Cases        []CaseID       `json:"cases,omitempty"`
	Closed       time.Time      `json:"closed,omitzero"`
	Why          CloseReason    `json:"why,omitempty"`
	Duplicate    ReportID       `json:"duplicate,omitempty"`
	Policy       string         `json:"policy"`
	Owner        party.PersonID `json:"owner,omitempty"`
	// Source is the organisation that reports its own product from inside: it has
	// no identity apart, and takes part in the case as the vendor it is.
	Source party.OrgID `json:"source,omitempty"`
}

// Judgement is the five questions of acceptance (Guideline IV.3(1)2). All must be
// yes; each no needs its reason, which the finder is told.
type Judgement struct {
	Complete      bool   `json:"complete"`      // all items filled
	Consistent    bool   `json:"consistent"`    // no contradiction
	InScope       bool   `json:"in_scope"`      // a product or site within the scheme
	Vulnerability bool   `json:"vulnerability"` // what is told is a vulnerability
	New           bool   `json:"new"`           // not already known and public
	Reason        string `json:"reason,omitempty"`
}

// Accepts reports whether all five answers are yes.
func (j Judgement) Accepts() bool {
	return j.Complete && j.Consistent && j.InScope && j.Vulnerability && j.New
}

// CloseReason is why a report or case ended without an advisory (Guideline IV.3(1)7, IV.4.4).
type CloseReason string

// The reasons.
const (
	WhyPublished   CloseReason = "published"
	WhyNotVuln     CloseReason = "not_a_vulnerability"
	WhyOutOfScope  CloseReason = "out_of_scope"
	WhySmallImpact CloseReason = "small_impact"
	WhyKnown       CloseReason = "known_and_published"
	WhyAllTold     CloseReason = "vendor_told_all_users" // deemed equal to publication
	WhyWithdrawn   CloseReason = "withdrawn_by_finder"
	WhyDuplicate   CloseReason = "duplicate"
	WhyIncomplete  CloseReason = "incomplete"
	WhyMerged      CloseReason = "merged"    // handled in another case from then on; only by CloseInto
	WhyNoEffect    CloseReason = "no_effect" // the vendor finds that its product is not concerned
)

// CloseReasons lists the reasons, in the order in which a page offers them.
func CloseReasons() []CloseReason {
	return []CloseReason{WhyPublished, WhyNotVuln, WhyNoEffect, WhyOutOfScope, WhySmallImpact, WhyKnown, WhyAllTold, WhyWithdrawn, WhyDuplicate, WhyIncomplete}
}

// check refuses a reason that is none of them.
func (w CloseReason) check() error {
	var k fault.Check
	k.Need(slices.Contains(CloseReasons(), w), "why", "fault.case.need_why")
	return k.Err()
}

// Check says what is missing from a submission, all at once.
func (s Submission) Check() error {
	var c fault.Check
	need := func(v, field string) { c.Need(strings.TrimSpace(v) != "", field, "fault.report.need_"+field) }
	need(s.Title, "title")
	if s.Kind == AboutWebsite {
		need(s.URL, "url")
	} else {
		need(s.Product, "product")
	}
	need(s.Result, "result")
	c.Need(slices.Contains([]ReportKind{AboutProduct, AboutWebsite, OwnProduct}, s.Kind), "kind", "fault.report.kind")
	c.Need(slices.Contains([]Coordinates{CentreLeads, FinderLeads, OtherLeads}, s.Coordinator), "coordinator", "fault.report.coordinator")
	c.Need(s.WishDays >= 0 && s.WishDays <= 365, "wish_days", "fault.report.wish_days")
	c.Need(s.WishFrom == "" || slices.Contains(TermFroms(), s.WishFrom), "wish_from", "fault.report.wish_from")
	c.Need(s.Coordinator != OtherLeads || strings.TrimSpace(s.ReportedTo) != "", "reported_to", "fault.report.need_reported_to")
	return c.Err()
}

// ReportVerb is a verb on a report.
type ReportVerb interface {
	// Verb is the name in the journal.
	Verb() string
	apply(r *Report, by party.Actor, now time.Time) error
}

// The verbs on a report, each its own event in the journal.
type (
	// ReceiveReport is the first event: a submission came in through a door.
	// Digest is its Submission.Digest: the journal does not keep the text.
	ReceiveReport struct {
		Door     string   `json:"door"`
		Digest   string   `json:"digest"`
		Consents Consents `json:"consents"`
	}
	// ConfirmReceipt notes that the receipt left.
	ConfirmReceipt struct{}
	// AcknowledgeReport notes that an officer has read it and said so.
	AcknowledgeReport struct{}
	// JudgeReport accepts or refuses it, with reasons.
	JudgeReport struct {
		Judgement Judgement `json:"judgement"`
	}
	// LinkCase records that a case was opened from the report.
	LinkCase struct {
		Case CaseID `json:"case"`
	}
	// DeferReport sets a real report aside, as duplicate or for later.
	DeferReport struct {
		Duplicate ReportID `json:"duplicate,omitempty"`
	}
	// CloseReport ends it.
	CloseReport struct {
		Why CloseReason `json:"why"`
	}
	// WithdrawReport is the finder taking the report back, while nobody else has it.
	WithdrawReport struct{}
	// ChangeConsents is the finder changing their mind.
	ChangeConsents struct {
		Consents Consents `json:"consents"`
	}
)

func (ReceiveReport) Verb() string     { return "receive_report" }
func (ConfirmReceipt) Verb() string    { return "confirm_receipt" }
func (AcknowledgeReport) Verb() string { return "acknowledge_report" }
func (JudgeReport) Verb() string       { return "judge_report" }
func (LinkCase) Verb() string          { return "link_case" }
func (DeferReport) Verb() string       { return "defer_report" }
func (CloseReport) Verb() string       { return "close_report" }
func (WithdrawReport) Verb() string    { return "withdraw_report" }
func (ChangeConsents) Verb() string    { return "change_consents" }

// JobAckDue is the deadline kind of an acknowledgement.
const JobAckDue = "report.ack_due"

// NewReport receives a submission.
func NewReport(id ReportID, s Submission, c Consents, door string, by party.Actor, now time.Time) (Report, journal.Outcome, error) {
	if err := s.Check(); err != nil {
		return Report{}, journal.Outcome{}, err
	}
	r := Report{ID: id, Submission: s}
	return r.Do(ReceiveReport{Door: door, Digest: s.Digest(), Consents: c}, by, now)
}

// Do applies one verb to the report.
func (r Report) Do(v ReportVerb, by party.Actor, now time.Time) (Report, journal.Outcome, error) {
	now = now.UTC().Truncate(time.Microsecond)
	r.Cases = slices.Clone(r.Cases)
	if err := v.apply(&r, by, now); err != nil {
		return Report{}, journal.Outcome{}, err
	}
	r.Version++
	about := journal.Ref{Kind: journal.AboutReport, ID: string(r.ID)}
	e, err := journal.NewEvent(about, now, by, v.Verb(), v)
	if err != nil {
		return Report{}, journal.Outcome{}, fmt.Errorf("report %s: %w", r.ID, err)
	}
	out := journal.Outcome{Events: []journal.Event{e}}
	if _, first := v.(ReceiveReport); first {
		out.Jobs = append(out.Jobs, journal.Job{Kind: JobAckDue, Key: string(r.ID), At: r.AckDue(), About: about})
	}
	if !r.Acknowledged.IsZero() || !r.Closed.IsZero() {
		out.Drop = append(out.Drop, journal.JobRef{Kind: JobAckDue, Key: string(r.ID)})
	}
	return r, out, nil
}

// officerOnly refuses everybody but an officer.
func officerOnly(by party.Actor) error {
	if by.Role != party.Officer {
		return fault.New(fault.NotAllowed, "fault.officer_only")
	}
	return nil
}

// step moves the centre's own report management.
func (r *Report) step(do RMVerb, by party.Actor) error {
	to, err := ReportManagement.Step(r.State, do, by.Role)
	if err != nil {
		return err
	}
	r.State = to
	return nil
}

func (v ReceiveReport) apply(r *Report, by party.Actor, now time.Time) error {
	if r.Version != 0 {
		return fault.New(fault.NotNow, "fault.report.received_already")
	}
	r.State, r.Door, r.Received, r.TLP, r.Policy = RMStart, v.Door, now, tlp.Red, PolicyAt(now).Edition
	r.Consents = v.Consents
	if by.Role == party.Vendor && by.Org != "" {
		r.Source = by.Org
		by = party.Actor{Role: party.Officer} // the centre's own machine, in the centre's name
	}
	return r.step(RMReceive, by)
}

// Reporter is who reported it, as threads and cases name them.
func (r Report) Reporter() ParticipantID {
	if r.Source != "" {
		return OrgParticipant(r.Source)
	}
	return FinderParticipant(r.ID)
}

func (ConfirmReceipt) apply(r *Report, by party.Actor, now time.Time) error {
	if by.Role != party.Officer && by.Role != party.Clock {
		return officerOnly(by)
	}
	if r.Receipted.IsZero() {
		r.Receipted = now
	}
	return nil
}

func (AcknowledgeReport) apply(r *Report, by party.Actor, now time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	if !r.Acknowledged.IsZero() {
		return fault.New(fault.NotNow, "fault.report.acknowledged_already")
	}
	r.Acknowledged, r.Owner = now, by.Person
	return nil
}

func (v JudgeReport) apply(r *Report, by party.Actor, now time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	do := RMValidate
	if !v.Judgement.Accepts() {
		do = RMInvalidate
		if strings.TrimSpace(v.Judgement.Reason) == "" {
			var c fault.Check
			c.Add("reason", "fault.report.need_reason")
			return c.Err()
		}
	}
	if err := r.step(do, by); err != nil {
		return err
	}
	j := v.Judgement
	r.Judgement, r.Judged = &j, now
	if r.Acknowledged.IsZero() { // a judgement tells the finder more than an acknowledgement would
		r.Acknowledged = now
	}
	r.Owner = by.Person
	return nil
}

func (v LinkCase) apply(r *Report, by party.Actor, _ time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	if r.State == RMValid || r.State == RMDeferred {
		if err := r.step(RMAccept, by); err != nil {
			return err
		}
	}
	if r.State != RMAccepted {
		return fault.New(fault.NotNow, "fault.report.not_accepted")
	}
	if slices.Contains(r.Cases, v.Case) {
		return fault.New(fault.NotNow, "fault.report.linked_already")
	}
	r.Cases, r.Duplicate = append(r.Cases, v.Case), "" // it is handled after all
	return nil
}

func (v DeferReport) apply(r *Report, by party.Actor, _ time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	r.Duplicate = v.Duplicate
	return r.step(RMDefer, by)
}

func (v CloseReport) apply(r *Report, by party.Actor, now time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	if err := v.Why.check(); err != nil {
		return err
	}
	r.Closed, r.Why = now, v.Why
	return r.step(RMClose, by)
}

// WithdrawReport closes the report for its finder. Once a case has been opened,
// others have the content: then the finder writes to the centre, which decides
// with all of them.
func (WithdrawReport) apply(r *Report, by party.Actor, now time.Time) error {
	if err := r.ownFinder(by); err != nil {
		return err
	}
	if len(r.Cases) > 0 {
		return fault.New(fault.NotNow, "fault.report.withdraw_late")
	}
	if r.State == RMClosed {
		return fault.New(fault.NotNow, "fault.report.closed")
	}
	for _, do := range toClosed[r.State] { // the centre's own machine follows, in the centre's name
		if err := r.step(do, party.Actor{Role: party.Officer}); err != nil {
			return err
		}
	}
	r.Closed, r.Why = now, WhyWithdrawn
	return nil
}

// ownFinder refuses everybody but the report's own finder.
func (r *Report) ownFinder(by party.Actor) error {
	if by.Role != party.Finder || by.Report != string(r.ID) {
		return fault.New(fault.NotAllowed, "fault.finder_only")
	}
	return nil
}

func (v ChangeConsents) apply(r *Report, by party.Actor, _ time.Time) error {
	if err := r.ownFinder(by); err != nil {
		return err
	}
	r.Consents = v.Consents
	return nil
}

// DecodeReportVerb reads a verb back from the journal. The text of a
// submission is not in the journal: ReceiveReport comes back without it.
func DecodeReportVerb(name string, data json.RawMessage) (ReportVerb, error) {
	switch name {
	case "receive_report":
		return decode[ReceiveReport](data)
	case "confirm_receipt":
		return decode[ConfirmReceipt](data)
	case "acknowledge_report":
		return decode[AcknowledgeReport](data)
	case "judge_report":
		return decode[JudgeReport](data)
	case "link_case":
		return decode[LinkCase](data)
	case "defer_report":
		return decode[DeferReport](data)
	case "close_report":
		return decode[CloseReport](data)
	case "withdraw_report":
		return decode[WithdrawReport](data)
	case "change_consents":
		return decode[ChangeConsents](data)
	}
	return nil, fmt.Errorf("no report verb %q", name)
}

// decode reads one verb's arguments.
func decode[T any](data json.RawMessage) (T, error) {
	var v T
	if len(data) == 0 {
		return v, nil
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}

// Verbs lists what an officer can do to the report now, as in Case.Verbs.
func (r Report) Verbs() []string {
	var vs []string
	if r.Acknowledged.IsZero() {
		vs = append(vs, "acknowledge_report")
	}
	for _, do := range ReportManagement.Verbs(r.State, party.Officer) {
		switch do {
		case RMValidate, RMInvalidate:
			if !slices.Contains(vs, "judge_report") {
				vs = append(vs, "judge_report")
			}
		case RMAccept:
			vs = append(vs, "open_case")
		case RMDefer:
			vs = append(vs, "defer_report")
		case RMClose:
			vs = append(vs, "close_report")
		}
	}
	if r.State == RMAccepted {
		vs = append(vs, "open_case")
	}
	return vs
}
