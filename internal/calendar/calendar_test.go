package calendar

import (
	"testing"
	"time"
)

var tokyo = time.FixedZone("JST", 9*3600)

func named(t *testing.T, k Key) Calendar {
	t.Helper()
	c, ok := Named(k)
	if !ok {
		t.Fatalf("there is no calendar %s", k)
	}
	return c
}

func TestJapan_September2026_AgedDayCitizensHolidayEquinox(t *testing.T) {
	c := named(t, JP)
	for day, want := range map[int]string{20: "", 21: "敬老の日", 22: "国民の休日", 23: "秋分の日", 24: ""} {
		name, off := c.Holiday(Day{2026, time.September, day})
		if name.JA != want || off != (want != "") {
			t.Errorf("2026-09-%d is %q, want %q", day, name.JA, want)
		}
	}
	friday := time.Date(2026, 9, 18, 10, 0, 0, 0, tokyo)
	if got := c.Add(friday, 1, tokyo); !got.Equal(time.Date(2026, 9, 24, 10, 0, 0, 0, tokyo)) {
		t.Errorf("one business day after Friday the 18th is %s", got.In(tokyo))
	}
}

// The days of the equinoxes as the Official Gazette and the almanac of the
// National Astronomical Observatory give them.
func TestJapan_Equinoxes(t *testing.T) {
	spring := map[int]int{2020: 20, 2021: 20, 2022: 21, 2023: 21, 2024: 20, 2025: 20, 2026: 20, 2027: 21, 2028: 20, 2029: 20, 2030: 20, 2031: 21, 2032: 20, 2033: 20, 2034: 20, 2035: 21}
	autumn := map[int]int{2020: 22, 2021: 23, 2022: 23, 2023: 23, 2024: 22, 2025: 23, 2026: 23, 2027: 23, 2028: 22, 2029: 23, 2030: 23, 2031: 23, 2032: 22, 2033: 23, 2034: 23, 2035: 23}
	c := named(t, JP)
	for year := 2020; year <= 2035; year++ {
		if n, _ := c.Holiday(Day{year, time.March, spring[year]}); n.EN != "Vernal Equinox Day" {
			t.Errorf("%d-03-%d is %q", year, spring[year], n.EN)
		}
		if n, _ := c.Holiday(Day{year, time.September, autumn[year]}); n.EN != "Autumnal Equinox Day" {
			t.Errorf("%d-09-%d is %q", year, autumn[year], n.EN)
		}
	}
}

func TestJapan_KnownDays(t *testing.T) {
	c := named(t, JP)
	for _, x := range []struct {
		d    Day
		name string
	}{
		{Day{2020, 7, 24}, "スポーツの日"}, {Day{2020, 10, 12}, ""}, {Day{2020, 8, 10}, "山の日"}, {Day{2020, 8, 11}, ""},
		{Day{2021, 7, 22}, "海の日"}, {Day{2021, 8, 8}, "山の日"}, {Day{2021, 8, 9}, "振替休日"}, {Day{2021, 8, 11}, ""},
		{Day{2020, 5, 6}, "振替休日"}, {Day{2025, 5, 6}, "振替休日"}, {Day{2026, 5, 6}, "振替休日"}, {Day{2026, 5, 7}, ""},
		{Day{2020, 2, 24}, "振替休日"}, {Day{2023, 1, 2}, "年末年始の休み"}, {Day{2032, 9, 21}, "国民の休日"}, {Day{2027, 3, 22}, "振替休日"},
		{Day{2026, 1, 12}, "成人の日"}, {Day{2026, 7, 20}, "海の日"}, {Day{2026, 10, 12}, "スポーツの日"}, {Day{2024, 8, 12}, "振替休日"}, {Day{2026, 12, 28}, ""},
	} {
		if got, _ := c.Holiday(x.d); got.JA != x.name {
			t.Errorf("%v is %q, want %q", x.d, got.JA, x.name)
		}
	}
	if c.Open(Day{2026, 11, 22}) || !c.Open(Day{2026, 11, 24}) || c.Open(Day{2026, 11, 23}) {
		t.Error("22 November 2026 is a Sunday, the 23rd a holiday, the 24th worked")
	}
}

func TestJapan_HardPeriodsOfTheGuideline(t *testing.T) {
	c := named(t, JP)
	obon := time.Date(2026, 8, 14, 9, 0, 0, 0, tokyo)
	if p, ok := c.HardPeriod(obon, tokyo); !ok || p.Name.EN != "Obon" || !c.IsBusinessDay(obon, tokyo) {
		t.Errorf("14 August 2026: %v %v; Obon is slow, not closed", p.Name, ok)
	}
	for _, d := range []int{29, 30, 31} {
		at := time.Date(2026, 12, d, 9, 0, 0, 0, tokyo)
		if p, ok := c.HardPeriod(at, tokyo); !ok || p.Name.EN != "New Year" || c.IsBusinessDay(at, tokyo) {
			t.Errorf("%d December: %v %v", d, p.Name, ok)
		}
	}
	if _, ok := c.HardPeriod(time.Date(2027, 1, 4, 9, 0, 0, 0, tokyo), tokyo); ok {
		t.Error("4 January is no longer the turn of the year")
	}
	last := time.Date(2026, 12, 28, 17, 0, 0, 0, tokyo)
	if got := c.Add(last, 1, tokyo).In(tokyo); got.Format("2006-01-02 15:04") != "2027-01-04 17:00" {
		t.Errorf("the business day after 28 December 2026 is %s", got)
	}
}

func TestADayIsADayOfItsPlace(t *testing.T) {
	c := named(t, JP)
	sunday := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC) // Monday the 23rd in Tokyo, a holiday
	if c.IsBusinessDay(sunday, tokyo) {
		t.Error("23 November is worked")
	}
	tuesday := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) // Tuesday the 24th in Tokyo
	if !c.IsBusinessDay(tuesday, tokyo) || c.IsBusinessDay(tuesday, time.UTC) {
		t.Error("the same moment is a holiday in one place and none in the other")
	}
	if got := c.Next(sunday, tokyo); !got.Equal(tuesday) {
		t.Errorf("the next business day is %s", got)
	}
	if got := c.Last(sunday, tokyo).In(tokyo); got.Format(time.DateOnly) != "2026-11-20" {
		t.Errorf("the last business day before is %s", got)
	}
}

func TestSummerTimeKeepsTheTimeOfDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	c := named(t, EU)
	friday := time.Date(2026, 10, 23, 9, 30, 0, 0, berlin) // summer time ends on the 25th
	if got := c.Add(friday, 1, berlin).In(berlin); got.Format("2006-01-02 15:04") != "2026-10-26 09:30" {
		t.Errorf("the next business day is %s", got)
	}
}

func TestTarget_EasterAndFixedDays(t *testing.T) {
	c := named(t, EU)
	for _, d := range []Day{{2024, 3, 29}, {2024, 4, 1}, {2025, 4, 18}, {2025, 4, 21}, {2026, 4, 3}, {2026, 4, 6}, {2027, 3, 26}, {2026, 5, 1}, {2026, 12, 25}, {2027, 1, 1}} {
		if c.Open(d) {
			t.Errorf("%v is closed", d)
		}
	}
	for _, d := range []Day{{2026, 5, 14}, {2026, 8, 14}, {2026, 12, 24}, {2026, 4, 7}} {
		if !c.Open(d) {
			t.Errorf("%v is open", d)
		}
	}
}

func TestFederal_MovedDays(t *testing.T) {
	c := named(t, US)
	for d, want := range map[Day]string{
		{2026, 7, 3}: "Independence Day", {2022, 12, 26}: "Christmas Day", {2021, 12, 31}: "New Year's Day", {2026, 11, 26}: "Thanksgiving Day",
		{2026, 5, 25}: "Memorial Day", {2026, 6, 19}: "Juneteenth National Independence Day", {2026, 9, 7}: "Labor Day", {2027, 1, 18}: "Birthday of Martin Luther King, Jr.",
	} {
		if got, _ := c.Holiday(d); got.EN != want {
			t.Errorf("%v is %q, want %q", d, got.EN, want)
		}
	}
}

func TestNone_EveryDayCounts(t *testing.T) {
	c := named(t, None)
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	if !c.IsBusinessDay(newYear, time.UTC) || !c.Add(newYear, 2, time.UTC).Equal(newYear.AddDate(0, 0, 2)) {
		t.Error("without a calendar every day counts")
	}
	if _, ok := Named("xx"); ok {
		t.Error("there is a calendar xx")
	}
}

func TestMonths_EndOnTheSameDayOrTheLast(t *testing.T) {
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 15, 4, 5, 0, tokyo) }
	for _, x := range []struct {
		from time.Time
		n    int
		want time.Time
	}{
		{at(2026, time.January, 15), 6, at(2026, time.July, 15)},
		{at(2026, time.August, 31), 6, at(2027, time.February, 28)},
		{at(2027, time.August, 31), 6, at(2028, time.February, 29)},
		{at(2026, time.November, 30), 3, at(2027, time.February, 28)},
		{at(2026, time.May, 31), 0, at(2026, time.May, 31)},
	} {
		if got := Months(x.from, x.n); !got.Equal(x.want) {
			t.Errorf("%d months after %s is %s, want %s", x.n, x.from, got, x.want)
		}
	}
}
