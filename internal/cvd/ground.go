package cvd

import (
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
)

// A case may end without an advisory, on the grounds of the Guideline (IV.3(1)7
// and IV.4.4). Each needs its evidence, which is asked before the case closes.

// The verbs by which a vendor gives such evidence; an officer may take each on a
// vendor's word.
type (
	// ReportResult is what a vendor's own examination found (Guideline IV.4.4).
	ReportResult struct {
		Who   ParticipantID `json:"who"`
		Found Finding       `json:"found"`
		Text  string        `json:"text"`
	}
	// TellUsers is a vendor's statement that it tells its users directly.
	TellUsers struct {
		Who         ParticipantID `json:"who"`
		Users       int           `json:"users"`   // all of them
		Reached     int           `json:"reached"` // those that have been told
		How         []string      `json:"how"`     // mail, post, phone, visit, portal, other
		Done        time.Time     `json:"done"`    // by when they were, or will be
		Integrators Integrators   `json:"integrators"`
		Statement   string        `json:"statement"`
		File        string        `json:"file,omitempty"` // of the case's files: the notice itself
	}
)

func (ReportResult) Verb() string { return "report_result" }
func (TellUsers) Verb() string    { return "tell_users" }

// Finding is a vendor's own result.
type Finding string

// The findings. The three after the first may end a case without publication.
const (
	FoundAffected    Finding = "affected"
	FoundNotVuln     Finding = "not_a_vulnerability"
	FoundNoEffect    Finding = "no_effect"
	FoundSmallEffect Finding = "small_effect"
)

// Findings lists them in the order in which a page offers them.
func Findings() []Finding {
	return []Finding{FoundAffected, FoundNotVuln, FoundNoEffect, FoundSmallEffect}
}

// Result is a vendor's report of its examination.
type Result struct {
	Found Finding    `json:"found"`
	Text  string     `json:"text"`
	At    time.Time  `json:"at"`
	By    party.Role `json:"by"`
}

// Integrators is what became of those who build the product into their own.
type Integrators string

// What may have become of them.
const (
	IntegratorsTold Integrators = "told" // they were told, and tell their users
	IntegratorsNone Integrators = "none" // there are none
	IntegratorsOpen Integrators = "open" // not all were told yet
)

// IntegratorStates lists them.
func IntegratorStates() []Integrators {
	return []Integrators{IntegratorsTold, IntegratorsNone, IntegratorsOpen}
}

// Ways are the means by which users are told.
func Ways() []string { return []string{"mail", "post", "phone", "visit", "portal", "other"} }

// Told is how a vendor tells all its users.
type Told struct {
	Users       int         `json:"users"`
	Reached     int         `json:"reached"`
	How         []string    `json:"how"`
	Done        time.Time   `json:"done"`
	Integrators Integrators `json:"integrators"`
	Statement   string      `json:"statement"`
	File        string      `json:"file,omitempty"`
	At          time.Time   `json:"at"`
	By          party.Role  `json:"by"`
}

// Complete reports whether every user has been told by a moment.
func (t *Told) Complete(now time.Time) bool {
	return t != nil && t.Users > 0 && t.Reached >= t.Users && t.Integrators != IntegratorsOpen && !t.Done.After(now)
}

// Proof is the evidence on which a case ends without publication. Told is what the
// finder reads of it; the rest is the centre's.
type Proof struct {
	Told   string      `json:"told"`             // the reasons, as the finder is told them
	Scope  string      `json:"scope,omitempty"`  // out_of_scope: which criterion is not met
	Links  []string    `json:"links,omitempty"`  // known_and_published: where
	Since  time.Time   `json:"since,omitzero"`   // known_and_published: since when
	Vendor party.OrgID `json:"vendor,omitempty"` // whose report the ground rests on
	Other  string      `json:"other,omitempty"`  // duplicate: the case or report that goes on
}

// Scopes are the criteria of scope (Guideline II, III).
func Scopes() []string {
	return []string{"not_used_here", "specification", "few_people", "not_software", "other"}
}

func (v ReportResult) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	var k fault.Check
	text := bounded(&k, "text", v.Text)
	k.Need(slices.Contains(Findings(), v.Found), "found", "fault.result.found")
	k.Need(v.Found == FoundAffected || text != "", "text", "fault.result.need_text")
	if err := k.Err(); err != nil {
		return err
	}
	p.Result = &Result{Found: v.Found, Text: text, At: m.now, By: m.by.Role}
	return nil
}

func (v TellUsers) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	var k fault.Check
	statement := bounded(&k, "statement", v.Statement)
	k.Need(v.Users > 0, "users", "fault.told.users")
	k.Need(v.Reached >= 0 && v.Reached <= v.Users, "reached", "fault.told.reached")
	k.Need(len(v.How) > 0 && !slices.ContainsFunc(v.How, func(h string) bool { return !slices.Contains(Ways(), h) }), "how", "fault.told.how")
	k.Need(!v.Done.IsZero(), "done", "fault.told.done")
	k.Need(v.Reached < v.Users || !v.Done.After(m.now), "done", "fault.told.done_future")
	k.Need(slices.Contains(IntegratorStates(), v.Integrators), "integrators", "fault.told.integrators")
	k.Need(statement != "", "statement", "fault.told.statement")
	if err := k.Err(); err != nil {
		return err
	}
	p.Told = &Told{
		Users: v.Users, Reached: v.Reached, How: slices.Clone(v.How), Done: v.Done.UTC().Truncate(time.Microsecond),
		Integrators: v.Integrators, Statement: statement, File: v.File, At: m.now, By: m.by.Role,
	}
	return nil
}

// Check says what is missing for the case to close on a ground. It is asked
// before the verb is applied and not while the journal is replayed: cases were
// closed before evidence was asked for.
func (v CloseCase) Check(c *Case, now time.Time) error {
	if err := v.Why.check(); err != nil {
		return err
	}
	if c.UnderEmbargo() || c.Embargo.State == EMProposed {
		return fault.New(fault.NotNow, "fault.case.embargo_open")
	}
	var k fault.Check
	if v.Why == WhyPublished {
		if c.Public.IsZero() {
			k.Add("why", "fault.ground.not_public")
		}
		return k.Err()
	}
	p := Proof{}
	if v.Proof != nil {
		p = *v.Proof
	}
	k.Need(bounded(&k, "told", p.Told) != "", "told", "fault.ground.need_told")
	from := func(found ...Finding) bool { // rests on a vendor's report of such a finding
		q := c.Party(OrgParticipant(p.Vendor))
		return q != nil && q.Result != nil && slices.Contains(found, q.Result.Found)
	}
	switch v.Why {
	case WhyNotVuln:
		k.Need(p.Vendor == "" || from(FoundNotVuln), "vendor", "fault.ground.no_such_result")
	case WhyNoEffect:
		k.Need(from(FoundNoEffect), "vendor", "fault.ground.no_such_result")
		k.Need(c.unaffected(), "why", "fault.ground.someone_affected")
	case WhySmallImpact:
		k.Need(from(FoundSmallEffect) || p.Vendor == "" && c.Priority != nil && len(c.Priority.Matrix.Answers) > 0, "vendor", "fault.ground.small")
	case WhyOutOfScope:
		k.Need(slices.Contains(Scopes(), p.Scope), "scope", "fault.ground.scope")
	case WhyKnown:
		k.Need(len(p.Links) > 0 && !slices.ContainsFunc(p.Links, func(l string) bool { return !isLink(l) }), "links", "fault.ground.links")
		k.Need(!p.Since.IsZero() && !p.Since.After(now), "since", "fault.rules.past_day")
	case WhyAllTold:
		c.allTold(&k, now)
	case WhyDuplicate:
		k.Need(strings.TrimSpace(p.Other) != "", "other", "fault.ground.other")
	}
	return k.Err()
}

func isLink(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	return ok && rest != "" && !strings.ContainsAny(rest, " \t\r\n")
}

// unaffected reports whether no vendor says that its products are affected.
func (c *Case) unaffected() bool {
	return !slices.ContainsFunc(c.Statuses, func(s Status) bool { return s.Status.IsAffected() })
}

// allTold: every vendor whose products are or may be affected has told all its
// users. One that says it is not affected has nobody to tell.
func (c *Case) allTold(k *fault.Check, now time.Time) {
	told := 0
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Role != party.Vendor || c.clears(p) {
			continue
		}
		if p.Told.Complete(now) {
			told++
			continue
		}
		k.Add("why", "fault.ground.not_all_told")
		return
	}
	k.Need(told > 0, "why", "fault.ground.nobody_told")
}

// clears reports whether a vendor says of every vulnerability that it is not affected.
func (c *Case) clears(p *Participant) bool {
	if p.Result != nil && p.Result.Found == FoundNoEffect {
		return true
	}
	said := 0
	for _, s := range c.Statuses {
		if s.Org != p.Org {
			continue
		}
		if s.Status != product.NotAffected {
			return false
		}
		said++
	}
	return said > 0
}
