package calendar

import (
	"time"

	"nakodo/internal/words"
)

// calendars is the data: which days are off, from which rule.
var calendars = []Calendar{
	{
		Key: JP, Edition: "jp-2026-1", From: 2020, Until: 2099, weekend: true, holiday: japan,
		Source: "Act on National Holidays (Act 178 of 1948, as amended to 2018; exceptions for 2020 and 2021); " +
			"Act on Holidays of Administrative Organs (Act 91 of 1988), article 1: 29 December to 3 January",
		Hard: []Period{
			period("New Year", "年末年始", time.December, 29, time.January, 3),
			period("Obon", "お盆", time.August, 13, time.August, 16),
		},
	},
	{
		Key: EU, Edition: "target-2000-1", From: 2002, Until: 2099, weekend: true, holiday: target,
		Source: "TARGET closing days, European Central Bank, long-term calendar of 14 December 2000",
		Hard:   []Period{period("Christmas and New Year", "クリスマス・年末年始", time.December, 24, time.January, 1)},
	},
	{
		Key: US, Edition: "us-federal-2021-1", From: 2021, Until: 2099, weekend: true, holiday: federal,
		Source: "5 U.S.C. 6103 (as amended by Public Law 117-17), with Executive Order 11582 for days that fall on a weekend",
		Hard:   []Period{period("Christmas and New Year", "クリスマス・年末年始", time.December, 24, time.January, 1)},
	},
	{Key: None, Edition: "none-1", From: 0, Until: 9999, Source: "every day counts"},
}

func period(en, ja string, fromMonth time.Month, fromDay int, toMonth time.Month, toDay int) Period {
	p := Period{Name: words.Text{EN: en, JA: ja}}
	p.From.Month, p.From.Day = fromMonth, fromDay
	p.To.Month, p.To.Day = toMonth, toDay
	return p
}

// nth is the nth of a weekday in a month; n 0: the last.
func nth(year int, month time.Month, w time.Weekday, n int) Day {
	if n == 0 {
		last := Day{year, month + 1, 1}.add(-1)
		return last.add(-((int(last.weekday()-w) + 7) % 7))
	}
	first := Day{year, month, 1}
	return first.add((int(w-first.weekday())+7)%7 + (n-1)*7)
}

// japan is a day off of Japan: a national holiday, the day off in lieu of one on a
// Sunday, the day between two of them, or the turn of the year.
func japan(d Day) (words.Text, bool) {
	off := national(d.Year)
	if name, is := off[d]; is {
		return name, true
	}
	if d.Month == time.January && d.Day <= 3 || d.Month == time.December && d.Day >= 29 {
		return words.Text{EN: "New Year closing", JA: "年末年始の休み"}, true
	}
	for p := d.add(-1); off[p] != (words.Text{}); p = p.add(-1) { // article 3 (2): the first day that is none after one on a Sunday
		if p.weekday() == time.Sunday {
			return words.Text{EN: "Substitute holiday", JA: "振替休日"}, true
		}
	}
	_, before := off[d.add(-1)]
	_, after := off[d.add(1)]
	if before && after { // article 3 (3): a day between two national holidays
		return words.Text{EN: "Citizens' holiday", JA: "国民の休日"}, true
	}
	return words.Text{}, false
}

// national is the holidays of article 2, with the moves of the two Olympic years.
func national(year int) map[Day]words.Text {
	marine, sports, mountain := nth(year, time.July, time.Monday, 3), nth(year, time.October, time.Monday, 2), Day{year, time.August, 11}
	switch year {
	case 2020:
		marine, sports, mountain = Day{year, time.July, 23}, Day{year, time.July, 24}, Day{year, time.August, 10}
	case 2021:
		marine, sports, mountain = Day{year, time.July, 22}, Day{year, time.July, 23}, Day{year, time.August, 8}
	}
	return map[Day]words.Text{
		{year, time.January, 1}:                       {EN: "New Year's Day", JA: "元日"},
		nth(year, time.January, time.Monday, 2):       {EN: "Coming of Age Day", JA: "成人の日"},
		{year, time.February, 11}:                     {EN: "National Foundation Day", JA: "建国記念の日"},
		{year, time.February, 23}:                     {EN: "Emperor's Birthday", JA: "天皇誕生日"},
		{year, time.March, equinox(year, 208431)}:     {EN: "Vernal Equinox Day", JA: "春分の日"},
		{year, time.April, 29}:                        {EN: "Shōwa Day", JA: "昭和の日"},
		{year, time.May, 3}:                           {EN: "Constitution Memorial Day", JA: "憲法記念日"},
		{year, time.May, 4}:                           {EN: "Greenery Day", JA: "みどりの日"},
		{year, time.May, 5}:                           {EN: "Children's Day", JA: "こどもの日"},
		marine:                                        {EN: "Marine Day", JA: "海の日"},
		mountain:                                      {EN: "Mountain Day", JA: "山の日"},
		nth(year, time.September, time.Monday, 3):     {EN: "Respect for the Aged Day", JA: "敬老の日"},
		{year, time.September, equinox(year, 232488)}: {EN: "Autumnal Equinox Day", JA: "秋分の日"},
		sports:                    {EN: "Sports Day", JA: "スポーツの日"},
		{year, time.November, 3}:  {EN: "Culture Day", JA: "文化の日"},
		{year, time.November, 23}: {EN: "Labor Thanksgiving Day", JA: "勤労感謝の日"},
	}
}

// equinox is the day of the month on which an equinox falls in Japan, from 1980 to
// 2099. base is its day in 1980, in ten-thousandths; the sun takes 0.242194 days
// more than a year of 365, and each leap year gives one back. The official date
// is announced in February of the year before, and has always been this one.
func equinox(year, base int) int {
	n := year - 1980
	return (base*100+242194*n)/1_000_000 - n/4
}

// target is the closing days of the European payment system: days off that its
// member states share.
func target(d Day) (words.Text, bool) {
	year, sunday := d.Year, easter(d.Year)
	name, off := map[Day]words.Text{
		{year, time.January, 1}:   {EN: "New Year's Day", JA: "元日"},
		sunday.add(-2):            {EN: "Good Friday", JA: "聖金曜日"},
		sunday.add(1):             {EN: "Easter Monday", JA: "復活祭の月曜日"},
		{year, time.May, 1}:       {EN: "Labour Day", JA: "メーデー"},
		{year, time.December, 25}: {EN: "Christmas Day", JA: "クリスマス"},
		{year, time.December, 26}: {EN: "26 December", JA: "12月26日"},
	}[d]
	return name, off
}

// easter is Easter Sunday of the Gregorian calendar (the anonymous algorithm of
// 1876 as printed by Meeus).
func easter(year int) Day {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return Day{year, time.Month(month), (h + l - 7*m + 33*month + 19) % 32}
}

// federal is the days on which the federal government of the United States is
// closed. One that falls on a Saturday is kept on the Friday before, one on a
// Sunday on the Monday after; New Year's Day may so fall into the year before.
func federal(day Day) (words.Text, bool) {
	for year := day.Year; year <= day.Year+1; year++ {
		for d, name := range statutory(year) {
			switch d.weekday() {
			case time.Saturday:
				d = d.add(-1)
			case time.Sunday:
				d = d.add(1)
			}
			if d == day {
				return name, true
			}
		}
	}
	return words.Text{}, false
}

func statutory(year int) map[Day]words.Text {
	return map[Day]words.Text{
		{year, time.January, 1}:                    {EN: "New Year's Day", JA: "元日"},
		nth(year, time.January, time.Monday, 3):    {EN: "Birthday of Martin Luther King, Jr.", JA: "キング牧師記念日"},
		nth(year, time.February, time.Monday, 3):   {EN: "Washington's Birthday", JA: "ワシントン誕生日"},
		nth(year, time.May, time.Monday, 0):        {EN: "Memorial Day", JA: "戦没者追悼記念日"},
		{year, time.June, 19}:                      {EN: "Juneteenth National Independence Day", JA: "奴隷解放記念日"},
		{year, time.July, 4}:                       {EN: "Independence Day", JA: "独立記念日"},
		nth(year, time.September, time.Monday, 1):  {EN: "Labor Day", JA: "労働者の日"},
		nth(year, time.October, time.Monday, 2):    {EN: "Columbus Day", JA: "コロンブス記念日"},
		{year, time.November, 11}:                  {EN: "Veterans Day", JA: "退役軍人の日"},
		nth(year, time.November, time.Thursday, 4): {EN: "Thanksgiving Day", JA: "感謝祭"},
		{year, time.December, 25}:                  {EN: "Christmas Day", JA: "クリスマス"},
	}
}
