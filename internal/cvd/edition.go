package cvd

import (
	"slices"
	"time"

	"nakodo/internal/inquiry"
	"nakodo/internal/words"
)

// Framework is one body of rules that a case may be handled under.
type Framework string

// The frameworks.
const (
	Partnership Framework = "partnership" // the Information Security Early Warning Partnership of Japan: every case's base
	House       Framework = "house"       // the centre's own pace, where no rule gives one
	CRA         Framework = "cra"         // Cyber Resilience Act: Regulation (EU) 2024/2847
	NIS2        Framework = "nis2"        // Directive (EU) 2022/2555
)

// Frameworks lists those that a centre may choose beside the base.
func Frameworks() []Framework { return []Framework{CRA, NIS2} }

// Edition is one edition of a framework, as data. A case keeps the editions that
// it was opened under, or that an officer brought it under later.
type Edition struct {
	Name      string
	Framework Framework
	Effect    time.Time // in force from
	Title     words.Text
	Source    string
	Clocks    []ClockRule
	Duties    []Duty
}

// Length is how long a clock runs: exactly one of its fields is set.
type Length struct {
	Months   int
	Days     int
	Business int // business days
	Hours    int
}

// ClockRule is one clock of an edition.
type ClockRule struct {
	Kind   ClockKind
	Length Length // zero: until an instant that the case itself names
	Guide  bool   // a guide, adjusted for reasons, and no limit
	Right  bool   // nothing is due: from then on somebody may ask for something
	Pause  bool   // may be paused, with a reason
	Alarm  bool   // the officer of the case is told when it runs out
	Clause string
}

// editions lists everything but the base's editions, which are Policies.
var editions = []Edition{
	{
		Name: "house-1", Framework: House, Effect: time.Date(2019, 5, 30, 0, 0, 0, 0, time.UTC),
		Title: words.Text{EN: "The centre's own pace", JA: "センターの運用目安"}, Source: "the centre's own rules",
		Clocks: []ClockRule{
			{Kind: ClockFirstContact, Length: Length{Business: 2}, Pause: true, Clause: "business days: Guideline IV.3(1)2"},
		},
	},
	{
		Name: "cra-2024-2847", Framework: CRA, Effect: time.Date(2026, 9, 11, 0, 0, 0, 0, time.UTC),
		Title: words.Text{EN: "Cyber Resilience Act", JA: "サイバーレジリエンス法（CRA）"}, Source: "Regulation (EU) 2024/2847, articles 14 and 16",
		Clocks: []ClockRule{
			{Kind: ClockCRAWarning, Length: Length{Hours: 24}, Alarm: true, Clause: "Art. 14(2)(a)"},
			{Kind: ClockCRANotice, Length: Length{Hours: 72}, Alarm: true, Clause: "Art. 14(2)(b)"},
			{Kind: ClockCRAFinal, Length: Length{Days: 14}, Alarm: true, Clause: "Art. 14(2)(c)"},
			{Kind: ClockDelay, Alarm: true, Clause: "Art. 16(2)"},
		},
	},
	{
		Name: "nis2-2022-2555", Framework: NIS2, Effect: time.Date(2024, 10, 18, 0, 0, 0, 0, time.UTC),
		Title: words.Text{EN: "NIS2 Directive", JA: "NIS2指令"}, Source: "Directive (EU) 2022/2555, article 12",
		Duties: nis2Duties,
	},
}

// partnership makes the edition that a policy is: its clocks take their length
// from the policy's own terms, so that each stands in one place.
func (p Policy) partnership() Edition {
	days := func(d time.Duration) Length { return Length{Days: int(d / day)} }
	return Edition{
		Name: p.Edition, Framework: Partnership, Effect: p.Effect, Source: p.Source,
		Title: words.Text{EN: "Information Security Early Warning Partnership", JA: "情報セキュリティ早期警戒パートナーシップ"},
		Clocks: []ClockRule{
			{Kind: ClockAck, Length: days(p.AckWithin), Clause: "ISO/IEC 29147:2018, 6.2.5; Guideline, appendix 6"},
			{Kind: ClockJudge, Length: days(p.AckWithin), Clause: "Guideline IV.3(1)2"},
			{Kind: ClockOpenCase, Length: days(p.AckWithin), Clause: "Guideline IV.3(1)3"},
			{Kind: ClockAnswer, Length: days(p.Answer), Clause: "Vultron EM, norm 8; Guideline IV.4.2"},
			{Kind: ClockDecide, Length: days(p.Answer), Pause: true, Clause: "Guideline IV.4.3"},
			{Kind: ClockEmbargo, Clause: "Vultron EM, norm 2"},
			{Kind: ClockPlanned, Clause: "Guideline IV.4.3"},
			{Kind: ClockGuide, Length: days(p.Term), Guide: true, Pause: true, Alarm: true, Clause: "Guideline IV.4.3, note 4"},
			{Kind: ClockStatistics, Length: days(p.Term), Guide: true, Clause: "quarterly report of the scheme"},
			{Kind: ClockRelease, Length: Length{Months: 12}, Right: true, Alarm: true, Clause: "Guideline IV.2.4, IV.3(1)11"},
			{Kind: ClockUnreachable, Length: Length{Months: inquiry.PolicyAt(p.Effect).Committee.Months}, Right: true, Alarm: true, Clause: "Guideline IV.3(2)1"},
			{Kind: ClockWebsiteResult, Length: Length{Months: 3}, Guide: true, Pause: true, Alarm: true, Clause: "Guideline V.4.1"},
			{Kind: ClockWebsiteRepair, Length: Length{Days: 90}, Guide: true, Alarm: true, Clause: "quarterly report of the scheme"},
		},
	}
}

// EditionNamed finds an edition; false where the name is unknown.
func EditionNamed(name string) (Edition, bool) {
	for _, p := range Policies {
		if p.Edition == name {
			return p.partnership(), true
		}
	}
	for _, e := range editions {
		if e.Name == name {
			return e, true
		}
	}
	return Edition{}, false
}

// EditionsAt names the edition of each framework that is in force at a moment,
// the newest of each; a framework without one is left out.
func EditionsAt(frameworks []Framework, t time.Time) []string {
	var names []string
	for _, f := range frameworks {
		name := ""
		for _, e := range editions {
			if e.Framework == f && !t.Before(e.Effect) {
				name = e.Name
			}
		}
		if name != "" && f != House {
			names = append(names, name)
		}
	}
	return names
}

// Editions are those that the case is under: the base, the house's own pace, and
// whatever it was brought under.
func (c *Case) Editions() []Edition {
	es := []Edition{PolicyNamed(c.Policy).partnership()}
	for _, name := range append([]string{"house-1"}, c.Frames...) {
		if e, ok := EditionNamed(name); ok {
			es = append(es, e)
		}
	}
	return es
}

// Under reports whether the case is under a framework.
func (c *Case) Under(f Framework) bool {
	return slices.ContainsFunc(c.Editions(), func(e Edition) bool { return e.Framework == f })
}
