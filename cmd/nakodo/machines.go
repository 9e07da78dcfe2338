package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"

	"nakodo/internal/advisory"
	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/machine"
	"nakodo/internal/machine/draw"
	"nakodo/internal/party"
)

// table is one machine in every form in which it is shown. As JSON it is its rows.
type table struct {
	rows interface{ Dot() string }
	svg  func() []byte
}

// MarshalJSON implements json.Marshaler.
func (t table) MarshalJSON() ([]byte, error) { return json.Marshal(t.rows) }

// tables lists every machine of the product.
func tables() []table {
	return []table{
		layered(cvd.ReportManagement), layered(cvd.EmbargoManagement), layered(cvd.EmbargoConsent),
		{cvd.CaseState, func() []byte { return draw.Grid(draw.Of(cvd.CaseState), len("vfd"), caseNotes...) }},
		layered(advisory.Publication), layered(cvd.EarlyProvision), layered(cvd.OperatorDuties), layered(party.Registering),
		layered(inquiry.Listing), layered(committee.Committee),
	}
}

// layered is a machine that is drawn from top to bottom.
func layered[S, V, R ~string](t machine.Table[S, V, R]) table {
	return table{t, func() []byte { return draw.Layered(draw.Of(t)) }}
}

// caseNotes stand below the picture of the case's 32 states.
var caseNotes = []string{
	"rows: what one vendor has done. V the vendor knows, F its fix is ready, D its fix is deployed; the vendor or an officer says so",
	"columns: what the whole case shares. P the vulnerability is public, X an exploit is public, A attacks have been seen; an officer or the clock",
	"a small letter means not yet; each letter rises once and never falls. Thick frame: the first state. Double frame: the last",
}

// tableNames are the names, in the order of tables.
func tableNames() []string {
	return []string{cvd.ReportManagement.Name, cvd.EmbargoManagement.Name, cvd.EmbargoConsent.Name, cvd.CaseState.Name, advisory.Publication.Name, cvd.EarlyProvision.Name, cvd.OperatorDuties.Name, party.Registering.Name,
		inquiry.Listing.Name, committee.Committee.Name}
}

// machines prints the state machines: all as JSON, or one as a picture.
func machines(_ context.Context, e env, args []string) int {
	f := flag.NewFlagSet("machines", flag.ContinueOnError)
	f.SetOutput(e.err)
	asJSON := f.Bool("json", false, "print every table as JSON")
	dot := f.String("dot", "", "draw the machine of this `NAME` for Graphviz")
	svg := f.String("svg", "", "draw the machine of this `NAME` for a browser")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if *asJSON {
		enc := json.NewEncoder(e.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(tables()); err != nil {
			return fail(e, "machines", err)
		}
		return 0
	}
	name := cmp.Or(*dot, *svg)
	if name == "" {
		return fail(e, "machines", fmt.Errorf("%w: say --json, or --dot or --svg and one of %v", errUsage, tableNames()))
	}
	i := slices.Index(tableNames(), name)
	switch {
	case i < 0:
		return fail(e, "machines", fmt.Errorf("%w: there is no machine %q; there are %v", errUsage, name, tableNames()))
	case *dot != "":
		fmt.Fprint(e.out, tables()[i].rows.Dot())
	default:
		e.out.Write(tables()[i].svg())
	}
	return 0
}
