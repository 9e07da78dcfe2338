package notice_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

var (
	t0    = time.Date(2026, 12, 5, 12, 0, 0, 0, time.UTC)
	t1    = t0.AddDate(0, 0, 30)
	tokyo = time.FixedZone("JST", 9*3600)
)

func head(lang words.Lang) notice.Head {
	return notice.Head{
		ID: "L1", About: journal.Ref{Kind: journal.AboutCase, ID: "c1"}, Mark: "NKD#64806328",
		To:  notice.Recipient{Name: "佐藤 PSIRT", Mail: "psirt@vendor.example", Lang: lang, Ticket: "ABC-123"},
		TLP: tlp.Amber, Link: "https://centre.example/c/1", Detailed: true, Zone: tokyo,
	}
}

// every letter once, each secret a word that occurs nowhere else.
func every(h notice.Head) []notice.Letter {
	c := notice.Content{Title: "SECRETtitle", Product: "SECRETproduct", Description: "SECRETdescription\nSECRETline"}
	// Moments that may not show: a year that no other moment has.
	s0, s1 := t0.AddDate(51, 0, 0), t0.AddDate(52, 0, 0)
	return []notice.Letter{
		notice.ReportReceived(h, c),
		notice.ReportAcknowledged(h, c, t0),
		notice.ReportAccepted(h, c, "NKD#11111111"),
		notice.ReportRejected(h, c, "SECRETreason"),
		notice.ReportDeferred(h, c),
		notice.MoreWanted(h, "SECRETquestion", t0),
		notice.EarlyProvision(h, "SECRETprovision"),
		notice.Invitation(h, c.Product, s0, t0),
		notice.Reminder(h, c, t0),
		notice.InvitationLapsed(h),
		notice.AgreementNeeded(h),
		notice.ContentAvailable(h, c, s0),
		notice.EmbargoProposed(h, c, "SECRETproposer", "SECRETreason", s0, t0),
		notice.EmbargoAccepted(h, c, s0),
		notice.EmbargoRejected(h, c, s0, "SECRETreason"),
		notice.EmbargoRevised(h, c, s0, s1, "SECRETreason"),
		notice.EmbargoEnded(h, c, "SECRETreason"),
		notice.DateChanged(h, c, s0, s1, "SECRETreason"),
		notice.DraftForComment(h, c, s0, t0),
		notice.HeadsUp(h, c, s0, t0),
		notice.Published(h),
		notice.HandlingEnded(h, c, "SECRETreason"),
		notice.NewMessage(h, "SECRETauthor", "SECRETmessage"),
		notice.SignIn(h, 15*time.Minute),
		notice.AccountReset(h),
		notice.ColleagueAdmitted(h, "SECRETcolleague"),
		notice.CaseMerged(h, c, "NKD#11111111", s0),
		notice.PartOffered(h, c, s0),
		notice.CaseDuplicate(h, c, "NKD#11111111"),
		notice.DuplicateClosed(h, c),
		notice.CaseSplit(h, c, "NKD#11111111"),
		notice.EventRecorded(h, c, "SECRETevent"),
		notice.SiblingChanged(h, "SECRETcase", "SECRETevent", s0),
		notice.ReportArrived(h, c),
		notice.VendorAnswered(h, "SECRETvendor", "SECRETanswer"),
		notice.StatusReceived(h, "SECRETvendor", c.Product, "SECRETstatus"),
		notice.ApprovalWanted(h, c, "SECRETauthor"),
		notice.DeadlineOverdue(h, c, "SECRETdeadline", s0),
		notice.LetterReturned(h, "SECRETrecipient", "SECRETreason"),
		notice.OperatorInvitation(h, t0),
		notice.AdvanceAdvice(h, c, "SECRETadvice", s0),
		notice.ProvisionRecalled(h),
		notice.ProvisionConsent(h, t0),
		notice.ProvisionOpened(h),
		notice.OperatorAnswered(h, "SECRETvendor", "SECRETanswer"),
		notice.AgreementExpiring(h, t1),
		notice.RegistrationMoved(h, "a step"),
		notice.ChangeAsked(h, "the address"),
		notice.AddressNamed(h),
		notice.ChangeMade(h, "the address"),
		notice.ContactAdded(h, "SECRETcontact"),
		notice.ChangeAnswered(h, "yes"),
		notice.StillRight(h, t1),
		notice.NewKeywords(h, 3),
		notice.CommitteeOpinion(h, "SECRETground", c.Description, "SECRETdraft", t0),
		notice.CommitteeView(h, t0),
		notice.CommitteeResult(h, "SECRETresult", "SECRETreason"),
		notice.CommitteeHeard(h),
		notice.InquiryAnswer(h),
		notice.AgreementEnded(h, t1),
		notice.AgreementEnds(h, "SECRETvendor", t1),
	}
}

func catalogue(t *testing.T) words.Catalogue {
	t.Helper()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func leaks(s string) bool {
	return strings.Contains(s, "SECRET") || strings.Contains(s, "2077") || strings.Contains(s, "2078")
}

func TestEveryKindHasAConstructor(t *testing.T) {
	var made []notice.Kind
	for _, l := range every(head(words.EN)) {
		made = append(made, l.Kind)
	}
	if d := cmp.Diff(notice.Kinds(), made); d != "" {
		t.Error(d)
	}
}

func TestNoOpenTextCarriesADetail(t *testing.T) {
	c := catalogue(t)
	for _, lang := range []words.Lang{words.EN, words.JA} {
		for _, l := range every(head(lang)) {
			name := fmt.Sprintf("%s in %s", l.Kind, lang)
			got := notice.Render(c, "調整センター", l)
			if leaks(got.Clear) || leaks(got.Subject) || leaks(got.Inner) {
				t.Errorf("%s: a detail travels in the open:\n%s\n%s\n%s", name, got.Subject, got.Inner, got.Clear)
			}
			if want := "[TLP:AMBER] NKD#64806328 (ABC-123)"; got.Subject != want {
				t.Errorf("%s: subject %q, want %q", name, got.Subject, want)
			}
			for _, text := range []string{got.Clear, got.Sealed} {
				if strings.ContainsAny(text, "{}«»") {
					t.Errorf("%s: a slot or a sentence is missing:\n%s", name, text)
				}
				if first, _, _ := strings.Cut(text, "\n"); first != "TLP:AMBER" {
					t.Errorf("%s: the first line is %q, want the TLP label", name, first)
				}
				if !strings.Contains(text, l.Link) {
					t.Errorf("%s: the link is missing", name)
				}
			}
			for _, d := range l.Details {
				if !strings.Contains(got.Sealed, d.Text) {
					t.Errorf("%s: the sealed text lacks %s %q", name, d.Label, d.Text)
				}
			}
		}
	}
}

func TestDetailsAreLeftOutUnlessAllowed(t *testing.T) {
	c := catalogue(t)
	h := head(words.EN)
	h.Detailed = false
	for _, l := range every(h) {
		if got := notice.Render(c, "Centre", l); leaks(got.Sealed) {
			t.Errorf("%s: the detail is sealed in, though only the link was allowed:\n%s", l.Kind, got.Sealed)
		}
	}
}

// TestSentencesUseOnlyWhatMayTravelInTheOpen reads the catalogue itself, so
// that a later change of words cannot slip a detail into an open text.
func TestSentencesUseOnlyWhatMayTravelInTheOpen(t *testing.T) {
	c := catalogue(t)
	common := []string{"centre", "mark", "name", "link"}
	used := map[string]bool{}
	for _, k := range notice.Kinds() {
		about, body := "letter."+string(k)+".about", "letter."+string(k)+".body"
		used[about], used[body] = true, true
		if n := words.Slots(c[about].EN); len(n) > 0 {
			t.Errorf("%s: an inner subject takes no values, but has %v", about, n)
		}
		for _, n := range words.Slots(c[body].EN) {
			if !slices.Contains(common, n) && !slices.Contains(k.ClearNames(), n) {
				t.Errorf("%s uses {%s}, which is no clear value of the letter", body, n)
			}
		}
		for _, n := range k.ClearNames() {
			if !slices.Contains(words.Slots(c[body].EN), n) {
				t.Errorf("%s does not say {%s}", body, n)
			}
		}
		for _, label := range k.Labels() {
			used["letter.label."+label] = true
			if slices.Contains(k.ClearNames(), label) {
				t.Errorf("%s: %s is both clear and a detail", k, label)
			}
		}
	}
	for key := range c {
		if strings.HasPrefix(key, "letter.label.") && !used[key] {
			t.Errorf("%s: no letter uses it", key)
		}
		if strings.HasSuffix(key, ".body") && strings.HasPrefix(key, "letter.") && !used[key] {
			t.Errorf("%s: there is no such letter", key)
		}
	}
}

func TestDetailsKeepToTheTable(t *testing.T) {
	for _, l := range every(head(words.EN)) {
		at := -1
		for _, d := range l.Details {
			i := slices.Index(l.Kind.Labels(), d.Label)
			if i <= at {
				t.Errorf("%s: %s is not in the table, or out of order", l.Kind, d.Label)
			}
			at = i
		}
		if at != len(l.Kind.Labels())-1 || len(l.Details) != len(l.Kind.Labels()) {
			t.Errorf("%s carries %v, the table says %v", l.Kind, l.Details, l.Kind.Labels())
		}
		for name := range l.Clear {
			if !slices.Contains(l.Kind.ClearNames(), name) {
				t.Errorf("%s: clear value %s is not in the table", l.Kind, name)
			}
		}
	}
}

func TestLetterSurvivesItsJob(t *testing.T) {
	for _, l := range every(head(words.JA)) {
		raw, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var back notice.Letter
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(l, back); d != "" {
			t.Error(d)
		}
	}
}

func TestMomentsShowBothZones(t *testing.T) {
	c := catalogue(t)
	l := notice.Reminder(head(words.EN), notice.Content{}, t0)
	if got, want := notice.Render(c, "Centre", l).Clear, "2026-12-05 12:00 UTC (2026-12-05 21:00 JST)"; !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant %s", got, want)
	}
	h := head(words.EN)
	h.Zone = time.UTC
	if got := notice.Render(c, "Centre", notice.Reminder(h, notice.Content{}, t0)).Clear; strings.Contains(got, "(2026") {
		t.Errorf("UTC is shown twice:\n%s", got)
	}
}

func TestAForeignValueCannotWriteIntoTheLetter(t *testing.T) {
	c := catalogue(t)
	h := head(words.EN)
	h.To.Name = "A\r\n\r\nThe embargo is over. {link}\u2028B"
	l := notice.Reminder(h, notice.Content{}, t0)
	l.Clear["title"] = "SECRETtitle" // not in the table: dropped
	got := notice.Render(c, "Centre\nBcc: x@x.example", l)
	if strings.Contains(got.Clear, "\nThe embargo is over") || strings.Contains(got.Clear, "\nBcc") || leaks(got.Clear) {
		t.Errorf("got\n%s", got.Clear)
	}
	l.Mark = ""
	if s := notice.Subject("Centre\nBcc: x@x.example", l); strings.Contains(s, "\n") {
		t.Errorf("subject %q", s)
	}
}

func TestTicketTravelsOnlyIfItLooksLikeANumber(t *testing.T) {
	for in, want := range map[string]string{
		"ABC-123": "ABC-123", " SEC-2026/44 ": "SEC-2026/44", "": "", "overflow": "",
		"router overflow 12": "", "脆弱性12": "", "1\r\nBcc: x": "", strings.Repeat("1", 41): "",
	} {
		if got := notice.Ticket(in); got != want {
			t.Errorf("Ticket(%q) = %q, want %q", in, got, want)
		}
	}
}
