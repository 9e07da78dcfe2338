package web

import (
	"net/http"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/talk"
)

// Routes puts every page on the mux.
func (s *Site) Routes(mux *http.ServeMux) {
	handle := func(pattern string, h http.Handler) { mux.Handle(pattern, s.sessions.Wrap(h)) }

	// Getting in and out.
	handle("GET /sign-in", s.anyone(s.signInPage))
	handle("POST /sign-in", s.anyone(s.signIn))
	handle("POST /sign-in/link", s.anyone(s.requestLink))
	handle("GET /sign-in/sent", s.anyone(s.linkSent))
	handle("GET /in/{token}", s.anyone(s.linkPage))
	handle("POST /in/{token}", s.anyone(s.useLink))
	handle("GET /setup/{token}", s.anyone(s.setUpPage))
	handle("POST /setup/{token}", s.anyone(s.setUp))
	handle("POST /sign-out", s.anyone(s.signOut))
	handle("POST /language", s.anyone(s.cookies.ChooseLanguage))
	handle("GET /account", s.member(s.accountPage))

	s.finderRoutes(mux)

	// The room: cases of vendors, operators and observers.
	handle("GET /room", s.outside(s.roomList))
	handle("GET /room/{id}", s.outside(s.room))
	handle("GET /room/{id}/copy", s.outside(s.roomCopy))
	handle("GET /room/{id}/draft", s.outside(s.roomDraft))
	handle("POST /room/{id}/nominate", s.outside(s.roomNominate))
	handle("POST /room/{id}/message", s.outside(s.roomMessage))
	handle("POST /room/{id}/{form}", s.outside(s.roomDo))
	handle("GET /room/agreements", s.outside(s.myAgreements))
	handle("GET /files/{file}", s.outside(s.file))
	s.recordRoutes(handle)
	handle("GET /room/keywords", s.vendor(s.keywordsPage))
	handle("POST /room/keywords", s.vendor(s.answerKeywords))

	handle("GET /own-reports", s.vendor(s.ownReports))
	handle("POST /own-reports", s.vendor(s.reportOwn))
	handle("GET /own-reports/{id}", s.vendor(s.ownReport))
	handle("POST /own-reports/{id}/message", s.vendor(s.ownReportMessage))

	// Advisories.
	handle("GET /desk/advisories", s.officer(s.advisoryList))
	handle("GET /desk/advisories/{id}", s.officer(s.advisoryShow))
	handle("GET /desk/advisories/{id}/preview/{lang}", s.officer(s.advisoryPreview))
	handle("GET /desk/advisories/{id}/edit", s.officer(s.advisoryEdit))
	handle("POST /desk/advisories/{id}/edit", s.officer(s.advisorySave))
	handle("POST /desk/advisories/{id}/check", s.officer(s.advisoryCheck))
	handle("POST /desk/advisories/{id}/{form}", s.officer(s.advisoryDo))

	// The office: letters out and in, the registry, the team, the journal.
	handle("GET /desk/letters", s.officer(s.letterList))
	handle("GET /desk/letters/{id}", s.officer(s.letterShow))
	handle("GET /desk/letters/{id}/raw", s.officer(s.letterRaw))
	handle("POST /desk/letters/{id}/{form}", s.officer(s.letterDo))
	handle("GET /desk/tray", s.officer(s.tray))
	handle("GET /desk/tray/{id}", s.officer(s.trayShow))
	handle("GET /desk/tray/{id}/raw", s.officer(s.trayRaw))
	handle("POST /desk/tray/{id}/place", s.officer(s.trayPlace))
	handle("POST /desk/tray/{id}/report", s.officer(s.trayReport))
	handle("POST /desk/tray/{id}/done", s.officer(s.trayDealt))
	s.registryRoutes(handle)
	handle("GET /desk/team", s.officer(s.team))
	handle("POST /desk/team", s.officer(s.teamAdd))
	handle("POST /desk/team/{form}", s.officer(s.teamDo))
	handle("GET /desk/journal", s.officer(s.journal))

	// The officer's desk: what comes next, reports, cases.
	handle("GET /desk/next", s.officer(s.nextPage))
	handle("GET /desk/reports", s.officer(s.reportsPage))
	handle("GET /desk/reports/{id}", s.officer(s.reportPage))
	handle("POST /desk/reports/{id}/case", s.officer(s.openCase))
	handle("POST /desk/reports/{id}/message", s.officer(s.reportMessage))
	handle("POST /desk/reports/{id}/{form}", s.officer(s.reportDo))
	s.caseRoutes(handle)
	s.reachRoutes(handle)
	handle("GET /desk/registry/{id}/agreements/{agreement}", s.officer(s.agreementPage))
	handle("POST /desk/registry/{id}/agreements/{agreement}/end", s.officer(s.endAgreement))
	handle("POST /desk/registry/{id}/agreements/{agreement}/document", s.officer(s.keepDocument))
	handle("GET /desk/agreements", s.officer(s.agreementTexts))
	handle("POST /desk/agreements", s.officer(s.addAgreementText))
	handle("GET /desk/files/{file}", s.officer(s.file))
	handle("GET /desk/", s.officer(s.nothing)) // by method: a bare pattern collides with the portal's "GET /"
	handle("POST /desk/", s.officer(s.nothing))
}

// caseRoutes are the officers' pages of a case.
func (s *Site) caseRoutes(handle func(pattern string, h http.Handler)) {
	handle("GET /desk/cases", s.officer(s.casesPage))
	handle("GET /desk/cases/{id}", s.officer(s.casePage))
	handle("GET /desk/cases/{id}/do/{form}", s.officer(s.caseDoPage))
	handle("POST /desk/cases/{id}/do/{form}", s.officer(s.caseDo))
	handle("POST /desk/cases/{id}/advisory", s.officer(s.draftAdvisory))
	handle("GET /desk/cases/{id}/priority", s.officer(s.casePriority))
	handle("POST /desk/cases/{id}/priority", s.officer(s.casePrioritise))
	handle("POST /desk/cases/{id}/priority/check", s.officer(s.casePriorityCheck))
	handle("GET /desk/cases/{id}/ring", s.officer(s.ringPage))
	handle("POST /desk/cases/{id}/ring/{form}", s.officer(s.ringDo))
	handle("GET /desk/cases/{id}/invite", s.officer(s.invitePage))
	handle("POST /desk/cases/{id}/invite", s.officer(s.invite))
	handle("POST /desk/cases/{id}/nominations/{nomination}", s.officer(s.decideNomination))
	handle("GET /desk/cases/{id}/invite/aside", s.officer(s.asidePage))
	handle("POST /desk/cases/{id}/invite/aside", s.officer(s.setAside))
	handle("POST /desk/cases/{id}/invite/aside/back", s.officer(s.takeBackAside))
	handle("POST /desk/cases/{id}/rounds", s.officer(s.planRound))
	handle("GET /desk/cases/{id}/rounds/{round}", s.officer(s.roundPage))
	handle("POST /desk/cases/{id}/rounds/{round}/{form}", s.officer(s.roundDo))
	handle("GET /desk/cases/{id}/overrides", s.officer(s.overridesPage))
	handle("POST /desk/cases/{id}/overrides", s.officer(s.decideOverride))
	handle("GET /desk/cases/{id}/statuses", s.officer(s.caseStatuses))
	handle("GET /desk/cases/{id}/vendors/{org}", s.officer(s.caseVendorPage))
	handle("POST /desk/cases/{id}/vendors/{org}/{form}", s.officer(s.caseVendorDo))
	handle("GET /desk/cases/{id}/threads/new", s.officer(s.newThreadPage))
	handle("POST /desk/cases/{id}/threads/new", s.officer(s.newThread))
	handle("GET /desk/cases/{id}/threads/{thread}", s.officer(s.threadPage))
	handle("POST /desk/cases/{id}/threads/{thread}", s.officer(s.threadMessage))
	handle("GET /desk/cases/{id}/history", s.officer(s.caseHistory))
	handle("GET /desk/cases/{id}/join/{how}", s.officer(s.joinPage))
	handle("POST /desk/cases/{id}/join/{how}", s.officer(s.join))
	handle("GET /desk/cases/{id}/split", s.officer(s.splitPage))
	handle("POST /desk/cases/{id}/split", s.officer(s.split))
	handle("GET /desk/cases/{id}/links", s.officer(s.linksPage))
	handle("POST /desk/cases/{id}/links", s.officer(s.link))
	handle("GET /desk/cases/{id}/clocks", s.officer(s.caseClocks))
	handle("POST /desk/cases/{id}/clocks/{form}", s.officer(s.clocksDo))
	handle("GET /desk/cases/{id}/rules", s.officer(s.caseRules))
	handle("POST /desk/cases/{id}/rules/{form}", s.officer(s.rulesDo))
	handle("GET /desk/outcomes", s.officer(s.outcomes))
}

// registryRoutes are the officers' pages of the registry.
func (s *Site) registryRoutes(handle func(pattern string, h http.Handler)) {
	handle("GET /desk/registry", s.officer(s.registry))
	handle("GET /desk/registry/{id}", s.officer(s.orgShow))
	for path, rec := range map[string]registryRecord{
		"/desk/registry/new": orgRecord, "/desk/registry/{id}/edit": orgRecord,
		"/desk/registry/{id}/contacts/{contact}": contactRecord,
		"/desk/registry/{id}/agreements/new":     agreementRecord, "/desk/registry/{id}/agreements/{agreement}/edit": agreementRecord,
	} {
		handle("GET "+path, s.officer(s.registryFormPage(rec)))
		handle("POST "+path, s.officer(s.registrySave(rec)))
	}
	handle("POST /desk/registry/{id}/contacts/{contact}/remove", s.officer(s.contactRemove))
	handle("POST /desk/registry/{id}/registration", s.officer(s.registrationBegin))
	handle("GET /desk/registrations", s.officer(s.registrations))
	handle("GET /desk/registrations/{id}", s.officer(s.registrationShow))
	handle("POST /desk/registrations/{id}/{step}", s.officer(s.registrationStep))
	handle("GET /desk/changes/{id}", s.officer(s.changeShow))
	handle("POST /desk/changes/{id}/{do}", s.officer(s.changeDo))
	s.mergeRoutes(handle)
	handle("GET /desk/registry/{id}/keywords", s.officer(s.orgKeywordsPage))
	handle("POST /desk/registry/{id}/keywords", s.officer(s.answerOrgKeywords))
}

// reachRoutes are the pages about developers that cannot be reached, and the
// developer's own about the publication committee.
func (s *Site) reachRoutes(handle func(pattern string, h http.Handler)) {
	handle("GET /desk/reach", s.officer(s.reachList))
	handle("GET /desk/reach/{org}", s.officer(s.reachShow))
	handle("POST /desk/reach/{org}/{form}", s.officer(s.reachDo))
	handle("GET /desk/inquiries/{id}", s.officer(s.inquiryShow))
	handle("POST /desk/inquiries/{id}/{form}", s.officer(s.inquiryDo))
	handle("GET /desk/committee/{id}", s.officer(s.committeeShow))
	handle("GET /desk/committee/{id}/paper", s.officer(s.committeePaper))
	handle("POST /desk/committee/{id}/{form}", s.officer(s.committeeDo))
	handle("GET /hearing/{id}", s.outside(s.hearing))
	handle("POST /hearing/{id}/{form}", s.outside(s.hearingDo))
}

// list is every page with its shell.
func list() []look.Page {
	return append(casePages(), []look.Page{
		{Name: "sign_in", Shell: look.Plain, Of: SignIn{Link: look.Form{Name: "link"}}},
		{Name: "link_sent", Shell: look.Plain, Of: LinkSent{}},
		{Name: "link_open", Shell: look.Plain, Of: LinkOpen{}},
		{Name: "set_up", Shell: look.Plain, Of: SetUp{}},
		{Name: "set_up_done", Shell: look.Plain, Of: SetUpDone{}},
		{Name: "kept_text", Shell: look.Plain, Of: KeptText{}},
		{Name: "account", Shell: look.Desk, Of: Account{}},
		// The finder's page.
		{Name: "finder_status", Shell: look.Plain, Partials: []string{"_room_file"}, Of: FinderStatus{Next: FinderNext{Key: "web.finder.next.read"}}},

		// The room.
		{Name: "room_list", Shell: look.Desk, Partials: []string{"_embargo", "_news"}, Of: RoomList{}},
		{Name: "room", Shell: look.Desk, Partials: []string{"_embargo", "_evidence", "_news", "_room_file"}, Of: Room{}},
		{Name: "own_reports", Shell: look.Desk, Of: OwnReports{Form: look.Form{Words: "web.own"}}},
		{Name: "own_report", Shell: look.Desk, Partials: []string{"_room_file"}, Of: OwnReportShow{}},
		{Name: "room_operator", Shell: look.Desk, Partials: []string{"_news", "_room_file"}, Of: OperatorRoom{Early: cvd.Early{Duty: &cvd.MyDuty{State: cvd.DutyAsked}}}},
		{Name: "room_draft", Shell: look.Desk, Of: RoomDraft{}},
		{Name: "room_record", Shell: look.Desk, Partials: []string{"_registry", "_record"}, Of: RoomRecord{Record: desk.OwnRecord{Org: specimenOrg()}}},
		{Name: "still_right", Shell: look.Plain, Partials: []string{"_record"}, Of: StillRight{Record: desk.OwnRecord{Org: specimenOrg()}}},
		{Name: "still_right_done", Shell: look.Plain, Of: StillRightDone{}},
		{Name: "keywords", Shell: look.Desk, Partials: []string{"_keywords"}, Of: Keywords{Questionnaire: specimen()}},
		{Name: "org_keywords", Shell: look.Desk, Partials: []string{"_keywords"}, Of: OrgKeywords{Questionnaire: specimen()}},

		// Advisories.
		{Name: "advisory_list", Shell: look.Desk, Of: AdvisoryList{}},
		{Name: "advisory_show", Shell: look.Desk, Of: AdvisoryShow{Page: desk.AdvisoryPage{Mark: "NKD#", Advisory: advisory.Advisory{State: advisory.Drafting}}}},
		{Name: "advisory_edit", Shell: look.Desk, Partials: []string{"_gate"}, Of: AdvisoryEdit{State: advisory.Drafting, Form: look.Form{Words: "web.advisory.form"}}},
		{Name: "advisory_findings", Shell: look.Bare, Partials: []string{"_gate"}, Of: AdvisoryFindings{}},
		{Name: "preview_banner", Shell: look.Bare, Of: PreviewBanner{}},
		{Name: "draft_gone", Shell: look.Plain, Of: DraftGone{}},

		// The office.
		{Name: "letter_list", Shell: look.Desk, Of: LetterList{}},
		{Name: "letter_show", Shell: look.Desk, Of: LetterShow{Row: LetterRow{About: "letter.sign_in.about", State: talk.LetterHeld}}},
		{Name: "tray", Shell: look.Desk, Of: Tray{}},
		{Name: "tray_show", Shell: look.Desk, Of: TrayShow{Row: TrayRow{State: talk.MailTray}}},
		{Name: "registry", Shell: look.Desk, Of: Registry{}},
		{Name: "org_show", Shell: look.Desk, Partials: []string{"_registry"}, Of: OrgShow{Org: party.Organisation{Tier: party.Unverified}}},
		{Name: "registrations", Shell: look.Desk, Partials: []string{"_registry"}, Of: Registrations{}},
		{Name: "registration_show", Shell: look.Desk, Partials: []string{"_registry"}, Of: RegistrationShow{Reg: RegistrationView{RegistrationPage: desk.RegistrationPage{Registration: party.Registration{State: party.RegApplied, Tier: party.General}}}}},
		{Name: "change_show", Shell: look.Desk, Partials: []string{"_registry"}, Of: ChangeShow{Change: desk.AskedChange{OrgName: "–", Change: party.Change{State: party.ChangeWaiting}}}},
		{Name: "agreement_show", Shell: look.Desk, Partials: []string{"_agreement"}, Of: AgreementShow{Row: AgreementRow{State: "web.registry.agreement.in_force"}, Page: desk.AgreementPage{Name: "Acme", Agreement: party.Agreement{Scope: party.ScopeReports}}}},
		{Name: "agreement_texts", Shell: look.Desk, Of: AgreementTexts{Form: look.Form{Words: "web.agreement.text"}}},
		{Name: "my_agreements", Shell: look.Desk, Partials: []string{"_agreement"}, Of: MyAgreements{}},
		{Name: "registry_form", Shell: look.Desk, Of: RegistryForm{Kind: "organisation", Form: look.Form{Words: "web.registry.form.organisation"}}},
		{Name: "team", Shell: look.Desk, Of: Team{Form: look.Form{Words: "web.team"}}},
		{Name: "team_added", Shell: look.Desk, Of: TeamAdded{}},
		{Name: "journal", Shell: look.Desk, Of: Journal{}},

		// The officer's desk.
		{Name: "next", Shell: look.Desk, Of: NextPage{}},
		{Name: "reports", Shell: look.Desk, Partials: []string{"_pager"}, Of: ReportsPage{}},
		{Name: "report_show", Shell: look.Desk, Partials: []string{"_clocks", "_messages", "_history"}, Of: ReportShow{}},
	}...)
}

// casePages are the officers' pages of cases.
func casePages() []look.Page {
	return []look.Page{
		{Name: "cases", Shell: look.Desk, Partials: []string{"_pager", "_news"}, Of: CasesPage{}},
		{Name: "case_show", Shell: look.Desk, Partials: []string{"_case_head", "_clocks", "_kin", "_history", "_pager", "_vendor", "_news"}, Of: CaseShow{}},
		{Name: "case_do", Shell: look.Desk, Partials: []string{"_case_head", "_kin"}, Of: CaseDo{Do: "plan"}},
		{Name: "case_priority", Shell: look.Desk, Partials: []string{"_case_head", "_priority"}, Of: CasePriority{Form: look.Form{Words: "priority"}}},
		{Name: "priority_decisions", Shell: look.Bare, Partials: []string{"_priority"}, Of: PriorityDecisions{}},
		{Name: "org_merge", Shell: look.Desk, Partials: []string{"_additions"}, Of: OrgMerge{Form: look.Form{Words: "web.org_merge"}}}, {Name: "org_split", Shell: look.Desk, Partials: []string{"_additions"}, Of: OrgSplit{Form: look.Form{Words: "web.org_split"}}},
		{Name: "case_aside", Shell: look.Desk, Partials: []string{"_case_head"}, Of: CaseAside{Form: look.Form{Words: "web.aside"}}},
		{Name: "case_ring", Shell: look.Desk, Partials: []string{"_case_head"}, Of: CaseRing{}},
		{Name: "case_invite", Shell: look.Desk, Partials: []string{"_case_head", "_vendor"}, Of: CaseInvite{}},
		{Name: "case_round", Shell: look.Desk, Partials: []string{"_case_head", "_pager"}, Of: CaseRound{Page: desk.RoundPage{Round: cvd.Round{State: cvd.RoundDraft}}, Form: look.Form{Words: "web.round"}}},
		{Name: "case_overrides", Shell: look.Desk, Partials: []string{"_case_head"}, Of: CaseOverrides{}},
		{Name: "case_statuses", Shell: look.Desk, Partials: []string{"_case_head", "_pager"}, Of: CaseStatuses{}},
		{Name: "case_vendor", Shell: look.Desk, Partials: []string{"_case_head", "_evidence", "_messages", "_vendor"}, Of: CaseVendor{Row: VendorRow{Report: "rm.start", Paper: StateWord{Key: "web.case.agreed"}}, Product: look.Form{Name: "product"}}},
		{Name: "case_thread", Shell: look.Desk, Partials: []string{"_case_head", "_messages"}, Of: CaseThread{}},
		{Name: "case_clocks", Shell: look.Desk, Partials: []string{"_case_head", "_clocks"}, Of: CaseClocks{}},
		{Name: "case_rules", Shell: look.Desk, Partials: []string{"_case_head", "_clocks"}, Of: CaseRules{}},
		{Name: "outcomes", Shell: look.Desk, Of: Outcomes{}},
		{Name: "reach", Shell: look.Desk, Of: ReachList{}},
		{Name: "reach_show", Shell: look.Desk, Of: ReachShow{Forms: formsOf("web.reach", reachForms...)}},
		{Name: "inquiry_show", Shell: look.Desk, Of: InquiryShow{Forms: formsOf("web.inquiry", inquiryForms...)}},
		{Name: "committee_show", Shell: look.Desk, Partials: []string{"_committee"}, Of: CommitteeShow{Forms: formsOf("web.committee", committeeForms...)}},
		{Name: "committee_paper", Shell: look.Plain, Partials: []string{"_committee"}, Of: CommitteePaper{}},
		{Name: "hearing", Shell: look.Desk, Partials: []string{"_committee"}, Of: Hearing{Forms: formsOf("web.hearing", "opinion", "view")}},
		{Name: "case_join", Shell: look.Desk, Partials: []string{"_case_head", "_kin"}, Of: CaseJoin{How: "merge", Form: look.Form{Words: "web.join"}}},
		{Name: "case_split", Shell: look.Desk, Partials: []string{"_case_head", "_kin"}, Of: CaseSplit{Form: look.Form{Words: "web.split"}}},
		{Name: "case_links", Shell: look.Desk, Partials: []string{"_case_head"}, Of: CaseLinks{}},
		{Name: "case_history", Shell: look.Desk, Partials: []string{"_case_head", "_history", "_pager"}, Of: CaseHistory{}},
	}
}

// places are the entries of the rail, for one role or for all.
var places = []struct {
	word, path, key string
	role            party.Role
}{
	{"web.rail.next", "/desk/next", "n", party.Officer},
	{"web.rail.reports", "/desk/reports", "r", party.Officer},
	{"web.rail.cases", "/desk/cases", "c", party.Officer},
	{"web.rail.advisories", "/desk/advisories", "v", party.Officer},
	{"web.rail.registry", "/desk/registry", "o", party.Officer},
	{"web.rail.reach", "/desk/reach", "u", party.Officer},
	{"web.rail.letters", "/desk/letters", "l", party.Officer},
	{"web.rail.tray", "/desk/tray", "t", party.Officer},
	{"web.rail.team", "/desk/team", "m", party.Officer},
	{"web.rail.journal", "/desk/journal", "j", party.Officer},
	{"web.rail.room", "/room", "c", party.Vendor},
	{"web.rail.room", "/room", "c", party.Operator},
	{"web.rail.own", "/own-reports", "r", party.Vendor},
	{"web.rail.keywords", "/room/keywords", "k", party.Vendor},
	{"web.rail.record", ownPath, "o", party.Vendor},
	{"web.rail.record", ownPath, "o", party.Operator},
	{"web.rail.agreements", "/room/agreements", "s", party.Vendor},
	{"web.rail.agreements", "/room/agreements", "s", party.Operator},
	{"web.rail.account", "/account", "a", ""},
}

// within are the pages that have no place of their own in the rail, with the
// place whose page leads to them: an officer's rail stays short.
var within = map[string]string{
	"/desk/registrations": "/desk/registry",
	"/desk/changes":       "/desk/registry",
	"/desk/agreements":    "/desk/registry",
	"/desk/inquiries":     "/desk/reach",
	"/desk/committee":     "/desk/reach",
	"/desk/outcomes":      "/desk/cases",
	"/hearing":            "/room",
}

// railCounts are the numbers beside the places of an officer's rail, and
// whether something there is late.
var railCounts = map[string]func(desk.Rail) (int, bool){
	"/desk/next":       func(r desk.Rail) (int, bool) { return r.Next, r.LateNext },
	"/desk/reports":    func(r desk.Rail) (int, bool) { return r.Reports, r.LateReports },
	"/desk/cases":      func(r desk.Rail) (int, bool) { return r.Cases, r.LateCases },
	"/desk/advisories": func(r desk.Rail) (int, bool) { return r.Advisories, r.LateAdvisories },
	"/desk/registry":   func(r desk.Rail) (int, bool) { return r.Organisations, false },
	"/desk/letters":    func(r desk.Rail) (int, bool) { return r.Letters, r.LateLetters },
	"/desk/tray":       func(r desk.Rail) (int, bool) { return r.Tray, r.Tray > 0 },
}
