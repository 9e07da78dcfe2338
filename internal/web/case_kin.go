package web

import (
	"net/url"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
)

// PartRow is a participant that does not read a part of a joined case.
type PartRow struct {
	Who    cvd.ParticipantID
	Org    party.OrgID
	Name   string
	Report cvd.ReportID
	Part   string
	Mark   string // of the case that the part was; "" for the case itself
	Asked  time.Time
	Can    bool // it can be asked
}

// partRows lists who reads less than the whole case.
func partRows(room desk.CaseRoom) []PartRow {
	marks := map[string]string{}
	prefix := strings.TrimSuffix(room.Mark, string(room.View.ID))
	for _, x := range room.View.Parts {
		marks[x.ID] = prefix + string(x.Case)
	}
	var rows []PartRow
	for i := range room.View.Parties {
		p := &room.View.Parties[i]
		for _, a := range p.Apart {
			rows = append(rows, PartRow{
				Who: p.ID, Org: p.Org, Name: room.Names[p.Org], Report: p.Report, Part: a.Part, Mark: marks[a.Part], Asked: a.Asked,
				Can: p.Org != "" && !p.Alone && p.Left.IsZero() && room.View.Closed.IsZero(),
			})
		}
	}
	return rows
}

func enterNews(_ *Site, values url.Values) (cvd.Verb, error) {
	return cvd.SettleNews{Note: strings.TrimSpace(values.Get("note"))}, nil
}

func enterPart(_ *Site, values url.Values) (cvd.Verb, error) {
	return cvd.OfferPart{Who: cvd.ParticipantID(values.Get("who")), Part: values.Get("part")}, nil
}

// readPart is a party's answer about a part of a joined case.
func readPart(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	if yes := values.Get("yes"); yes != "yes" && yes != "no" {
		return nil, wrongField("yes", "form.required")
	}
	return cvd.AnswerPart{Who: me, Part: values.Get("part"), Yes: values.Get("yes") == "yes"}, nil
}
