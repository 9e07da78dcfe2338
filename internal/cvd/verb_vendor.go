package cvd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// The verbs by which a vendor says what it has found and done. An officer may
// take each on a vendor's word.
type (
	// StateReport moves a vendor's report management.
	StateReport struct {
		Who ParticipantID `json:"who"`
		Do  RMVerb        `json:"do"`
	}
	// StateFix says that a vendor's fix is ready (F) or deployed (D).
	StateFix struct {
		Who  ParticipantID `json:"who"`
		What CSVerb        `json:"what"`
	}
	// StateStatus says what a vendor's product is to a vulnerability. A newer
	// word replaces the older one for the same vulnerability and product.
	StateStatus struct {
		Who           ParticipantID         `json:"who"`
		Vuln          string                `json:"vuln"`
		Product       *product.Product      `json:"product,omitempty"` // nil: the vendor as a whole; its Org is ignored
		Status        product.Status        `json:"status"`
		Justification product.Justification `json:"justification,omitempty"`
		Note          string                `json:"note,omitempty"`
		Shared        bool                  `json:"shared"`
	}
	// MakeStatement is a vendor's text for the advisory.
	MakeStatement struct {
		Who    ParticipantID `json:"who"`
		Text   words.Text    `json:"text"`
		URL    string        `json:"url,omitempty"`
		Shared bool          `json:"shared"`
	}
	// OfferRemedy is what users of a vendor's products can do. A newer remedy of
	// the same kind for the same products replaces the older.
	OfferRemedy struct {
		Who    ParticipantID  `json:"who"`
		Remedy product.Remedy `json:"remedy"`
	}
)

func (StateReport) Verb() string   { return "state_report" }
func (StateFix) Verb() string      { return "state_fix" }
func (StateStatus) Verb() string   { return "state_status" }
func (MakeStatement) Verb() string { return "make_statement" }
func (OfferRemedy) Verb() string   { return "offer_remedy" }

// speaker is the vendor that a verb speaks of, with the content open to it.
func (m *move) speaker(id ParticipantID) (*Participant, error) {
	p, err := m.other(id)
	if err != nil {
		return nil, err
	}
	if p.Role != party.Vendor {
		return nil, fault.New(fault.NotNow, "fault.case.vendors_only")
	}
	if !m.c.Papers(p) {
		return nil, fault.New(fault.NotNow, "fault.case.agreement_first")
	}
	if !m.c.Opens(p) {
		return nil, fault.New(fault.NotNow, "fault.case.answer_first")
	}
	m.spoke(p)
	return p, nil
}

func (v StateReport) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	if v.Do == RMReceive { // only the centre delivers
		return fault.New(fault.NotNow, "fault.case.delivered_already")
	}
	return m.rm(p, v.Do, m.by.Role)
}

func (v StateFix) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	if v.What != CSReady && v.What != CSDeployed {
		return fault.New(fault.Invalid, "fault.case.event")
	}
	// Vultron, cross-machine: F and D need RM in A, D or C.
	if p.RM != RMAccepted && p.RM != RMDeferred && p.RM != RMClosed {
		return fault.New(fault.NotNow, "fault.case.accept_first")
	}
	return m.cs(p, v.What, m.by.Role)
}

func (v StateStatus) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	var k fault.Check
	k.Need(slices.ContainsFunc(m.c.vulnsFor(p), func(x Vuln) bool { return x.ID == v.Vuln }), "vuln", "fault.case.no_vuln")
	k.Need(v.Status.Stated(), "status", "fault.case.status")
	k.Need(v.Justification == "" || slices.Contains(product.Justifications(), v.Justification), "justification", "fault.case.justification")
	k.Need(v.Justification == "" || !v.Status.IsAffected(), "justification", "fault.case.justification_affected")
	k.Need(v.Product == nil || strings.TrimSpace(v.Product.Name) != "", "product", "fault.case.product_name")
	if err := k.Err(); err != nil {
		return err
	}
	id := ""
	if v.Product != nil {
		id = m.keepProduct(p.Org, *v.Product)
	}
	s := Status{Org: p.Org, Vuln: v.Vuln, Product: id, Status: v.Status, Justification: v.Justification,
		Note: strings.TrimSpace(v.Note), Shared: v.Shared, At: m.now, By: m.by.Role}
	same := func(x Status) bool { return x.Org == s.Org && x.Vuln == s.Vuln && x.Product == s.Product }
	if i := slices.IndexFunc(m.c.Statuses, same); i >= 0 {
		m.c.Statuses[i] = s
	} else {
		m.c.Statuses = append(m.c.Statuses, s)
	}
	return nil
}

// keepProduct finds or adds a product of a vendor and gives its id, which stays
// the same for the life of the case and its advisory. The id is made of the
// vendor's own words: a running number would tell each vendor how many products
// the others have named.
func (m *move) keepProduct(org party.OrgID, p product.Product) string {
	p.Name, p.Org = strings.TrimSpace(p.Name), string(org)
	for i, q := range m.c.Products {
		if q.Org == p.Org && (p.ID != "" && q.ID == p.ID || p.ID == "" && q.Name == p.Name && q.Range == p.Range) {
			p.ID = q.ID
			m.c.Products[i] = p
			return q.ID
		}
	}
	p.ID = m.productID(p)
	m.c.Products = append(m.c.Products, p)
	return p.ID
}

// productID names a new product: "P" and eight hexadecimal digits.
func (m *move) productID(p product.Product) string {
	for salt := 0; ; salt++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%d", m.c.ID, p.Org, p.Name, p.Range.VLS(), salt))
		id := "P" + hex.EncodeToString(sum[:4])
		if !slices.ContainsFunc(m.c.Products, func(q product.Product) bool { return q.ID == id }) {
			return id
		}
	}
}

func (v MakeStatement) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	if v.Text.EN == "" && v.Text.JA == "" {
		var k fault.Check
		k.Add("text", "fault.case.need_text")
		return k.Err()
	}
	s := Statement{Org: p.Org, Text: v.Text, URL: v.URL, Shared: v.Shared, At: m.now}
	if i := slices.IndexFunc(m.c.Statements, func(x Statement) bool { return x.Org == p.Org }); i >= 0 {
		m.c.Statements[i] = s
	} else {
		m.c.Statements = append(m.c.Statements, s)
	}
	return nil
}

func (v OfferRemedy) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	var k fault.Check
	kinds := []product.RemedyKind{product.Fix, product.Workaround, product.Mitigation, product.NoFixPlan, product.NoneYet}
	k.Need(slices.Contains(kinds, v.Remedy.Kind), "kind", "fault.case.remedy_kind")
	k.Need(v.Remedy.Text.EN != "" || v.Remedy.Text.JA != "", "text", "fault.case.need_text")
	k.Need(len(v.Remedy.Products) > 0, "products", "fault.case.need_products")
	for _, id := range v.Remedy.Products {
		mine := func(q product.Product) bool { return q.ID == id && q.Org == string(p.Org) }
		k.Need(slices.ContainsFunc(m.c.Products, mine), "products", "fault.case.no_product")
	}
	if err := k.Err(); err != nil {
		return err
	}
	r := Remedy{Org: p.Org, Remedy: v.Remedy}
	if r.Date.IsZero() {
		r.Date = m.now
	}
	same := func(x Remedy) bool {
		return x.Org == r.Org && x.Kind == r.Kind && slices.Equal(x.Products, r.Products)
	}
	if i := slices.IndexFunc(m.c.Remedies, same); i >= 0 {
		m.c.Remedies[i] = r
	} else {
		m.c.Remedies = append(m.c.Remedies, r)
	}
	return nil
}

// decoders reads each verb back from its JSON.
var decoders = map[string]func(json.RawMessage) (Verb, error){
	"open_case":         as[OpenCase],
	"add_report":        as[AddReport],
	"describe_case":     as[DescribeCase],
	"assign_case":       as[AssignCase],
	"prioritise_case":   as[PrioritiseCase],
	"plan_publication":  as[PlanPublication],
	"record_event":      as[RecordEvent],
	"publish":           as[Publish],
	"close_case":        as[CloseCase],
	"propose_embargo":   as[ProposeEmbargo],
	"answer_embargo":    as[AnswerEmbargo],
	"decide_embargo":    as[DecideEmbargo],
	"end_embargo":       as[EndEmbargo],
	"invite_vendor":     decodeInvite,
	"note_attempt":      as[NoteAttempt],
	"name_product":      as[NameProduct],
	"answer_invitation": as[AnswerInvitation],
	"lapse_consent":     as[LapseConsent],
	"deliver":           as[Deliver],
	"leave_case":        as[LeaveCase],
	"record_silence":    as[RecordSilence],
	"tell_draft":        as[TellDraft],
	"set_number":        as[SetNumber],
	"show_party":        as[ShowParty],
	"admit_members":     as[AdmitMembers],
	"state_report":      as[StateReport],
	"state_fix":         as[StateFix],
	"state_status":      as[StateStatus],
	"make_statement":    as[MakeStatement],
	"offer_remedy":      as[OfferRemedy],
	"note_registration": as[NoteRegistration],
	"lapse_agreement":   as[LapseAgreement],
	"ask_override":      as[AskOverride],
	"decide_override":   as[DecideOverride],

	"propose_ring":        as[ProposeRing],
	"amend_ring":          as[AmendRing],
	"withdraw_ring":       as[WithdrawRing],
	"consent_ring":        as[ConsentRing],
	"open_ring":           as[OpenRing],
	"ask_operator":        as[AskOperator],
	"recall_ring":         as[RecallRing],
	"accept_duties":       as[AcceptDuties],
	"refuse_duties":       as[RefuseDuties],
	"confirm_destruction": as[ConfirmDestruction],
	"state_deed":          as[StateDeed],
	"remind_operator":     as[RemindOperator],
	"merge_case":          as[MergeCase],
	"close_into":          as[CloseInto],
	"join_finders":        as[JoinFinders],
	"follow_case":         as[FollowCase],
	"offer_part":          as[OfferPart],
	"answer_part":         as[AnswerPart],
	"open_split":          as[OpenSplit],
	"split_case":          as[SplitCase],
	"note_sibling":        as[NoteSibling],
	"settle_news":         as[SettleNews],
	"link_report":         as[LinkReport],
	"pause_clock":         as[PauseClock],
	"resume_clock":        as[ResumeClock],
	"record_guideline":    as[RecordGuideline],
	"ask_release":         as[AskRelease],
	"answer_release":      as[AnswerRelease],
	"report_result":       as[ReportResult],
	"tell_users":          as[TellUsers],
	"apply_rules":         as[ApplyRules],
	"state_exploited":     as[StateExploited],
	"note_notified":       as[NoteNotified],
	"delay_passing":       as[DelayPassing],
	"review_delay":        as[ReviewDelay],
	"note_duty":           as[NoteDuty],
}

func as[T Verb](data json.RawMessage) (Verb, error) { return decode[T](data) }

// DecodeVerb reads a verb and its steps back from an event of the journal.
func DecodeVerb(name string, data json.RawMessage) (Verb, []Step, error) {
	var r struct {
		Args  json.RawMessage `json:"args"`
		Steps []Step          `json:"steps"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, nil, fmt.Errorf("verb %s: %w", name, err)
	}
	d, ok := decoders[name]
	if !ok {
		return nil, nil, fmt.Errorf("no case verb %q", name)
	}
	v, err := d(r.Args)
	return v, r.Steps, err
}
