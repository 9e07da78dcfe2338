package desk_test

import (
	"testing"

	"nakodo/internal/calendar"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// Whoever acts on a clock does it by the days that the registry has for it, and
// where it has none, by the centre's.
func TestClocks_ByTheCalendarOfWhoActs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		page, err := o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		page.Org.Calendar, page.Org.Zone = party.CalendarEU, "Europe/Brussels"
		_, err = o.SaveOrganisation(ctx, o.ann, page.Org)
		o.must(err)
		got, err := o.ReceiveReport(ctx, desk.Incoming{
			Submission: cvd.Submission{Kind: cvd.AboutWebsite, Lang: "en", URL: "https://acme.test/", Title: "t", Result: "r", Coordinator: cvd.CentreLeads},
			Identity:   cvd.Identity{Anonymous: true}, Door: "web",
		})
		o.must(err)
		o.must(o.JudgeReport(ctx, o.ann, got.ID, jury))
		id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: words.Text{EN: "T"}})
		o.must(err)
		for _, v := range []party.Actor{o.acme, o.zeta} {
			o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: v.Org, How: "mail"}))
		}
		clocks, err := o.CaseClocks(ctx, o.ann, id)
		o.must(err)
		own, ok := clocks.Office.Parties[cvd.OrgParticipant(o.acme.Org)]
		if !ok || len(clocks.Office.Parties) != 1 || own.Calendar.Key != calendar.EU || own.Zone.String() != "Europe/Brussels" {
			t.Errorf("offices: %+v", clocks.Office.Parties)
		}
	})
}
