package cvd

import (
	"slices"

	"nakodo/internal/party"
)

// Verbs lists what an actor can do to the case now, read from the same tables
// that decide. Pages draw their buttons from it and the API its allowed_verbs.
// Verbs that a machine's step belongs to carry it: "state_report:accept".
func (c Case) Verbs(a party.Actor) []string {
	p := c.PartyOf(a)
	if p == nil || a.Role == party.Clock {
		return nil
	}
	var vs []string
	if a.Role == party.Officer {
		return c.officerVerbs()
	}
	if p.Role == party.Operator {
		return c.operatorVerbs(p, a)
	}
	if !c.Closed.IsZero() {
		return nil
	}
	if p.PEC == PECInvited || p.PEC == PECLapsed {
		vs = append(vs, "answer_invitation")
	}
	if len(c.asked(p)) > 0 {
		vs = append(vs, "answer_part")
	}
	vs = append(vs, "set_number")
	if p.Left.IsZero() && p.Role != party.Finder {
		vs = append(vs, "leave_case")
	}
	if c.Opens(p) || c.Asked(p) {
		vs = append(vs, c.embargoVerbs(p)...)
	}
	if !c.Opens(p) {
		return vs
	}
	if !p.Alone {
		vs = append(vs, "show_party")
	}
	if p.Role != party.Vendor {
		return vs
	}
	vs = append(vs, "admit_members")
	if c.Ring.In(RingProposed) && c.ConcernedByRing(p) {
		vs = append(vs, "consent_ring")
	}
	for _, do := range ReportManagement.Verbs(p.RM, a.Role) {
		if do != RMReceive {
			vs = append(vs, "state_report:"+string(do))
		}
	}
	if p.RM == RMAccepted || p.RM == RMDeferred || p.RM == RMClosed {
		for _, do := range CaseState.Verbs(c.State(p), a.Role) {
			if do == CSReady || do == CSDeployed {
				vs = append(vs, "state_fix:"+string(do))
			}
		}
	}
	vs = append(vs, "state_status", "make_statement", "offer_remedy", "report_result", "tell_users")
	return append(vs, c.craVerbs(p)...)
}

// embargoVerbs are a reader's own part in negotiating.
func (c Case) embargoVerbs(p *Participant) []string {
	var vs []string
	m := move{c: &c}
	if slices.Contains(EmbargoManagement.Verbs(c.Embargo.State, p.Role), EMPropose) && m.mayPropose() == nil {
		vs = append(vs, "propose_embargo")
	}
	if c.Asked(p) && c.Embargo.Open.By != p.ID {
		vs = append(vs, "answer_embargo")
	}
	return vs
}

// officerVerbs are the centre's.
func (c Case) officerVerbs() []string {
	vs := []string{"assign_case"}
	shared := (&move{c: &c}).shared()
	for _, do := range CaseState.Verbs(shared, party.Officer) {
		if c.Into == "" && (do == CSPublic || do == CSExploit || do == CSAttacks) {
			vs = append(vs, "record_event:"+string(do))
		}
	}
	vs = append(vs, c.ruleVerbs()...)
	if !c.Closed.IsZero() {
		return vs
	}
	vs = append(vs, c.clockVerbs()...)
	vs = append(vs, "describe_case", "add_report", "prioritise_case", "plan_publication", "invite_vendor", "note_attempt", "name_product", "tell_draft")
	vs = append(vs, c.ringVerbs()...)
	vs = append(vs, c.overrideVerbs()...)
	vs = append(vs, c.kinVerbs()...)
	m := move{c: &c}
	may := EmbargoManagement.Verbs(c.Embargo.State, party.Officer)
	if slices.Contains(may, EMPropose) && m.mayPropose() == nil {
		vs = append(vs, "propose_embargo")
	}
	if o := c.Embargo.Open; o != nil && (c.Embargo.State == EMRevise || o.By != Centre) {
		vs = append(vs, "decide_embargo")
	}
	if c.UnderEmbargo() {
		return append(vs, "end_embargo", "answer_invitation", "record_silence")
	}
	vs = append(vs, "record_silence", "deliver")
	if c.Embargo.State != EMProposed {
		vs = append(vs, "close_case")
	}
	return vs
}

// overrideVerbs are there where an organisation of the case has no agreement.
// Who of the officers may grant is decided by DecideOverride.
func (c Case) overrideVerbs() []string {
	ask, decide := false, false
	for i := range c.Parties {
		p := &c.Parties[i]
		ask = ask || p.Left.IsZero() && p.Override == nil && !c.Papers(p)
		decide = decide || p.Left.IsZero() && p.Override != nil
	}
	var vs []string
	if ask {
		vs = append(vs, "ask_override")
	}
	if decide {
		vs = append(vs, "decide_override")
	}
	return vs
}
