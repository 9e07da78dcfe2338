package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
)

// drawable is a machine of whatever states.
type drawable interface{ Dot() string }

// tables lists every machine of the product by name.
func tables() []drawable {
	return []drawable{cvd.ReportManagement, cvd.EmbargoManagement, cvd.EmbargoConsent, cvd.CaseState, advisory.Publication}
}

// tableNames are the names, in the order of tables.
func tableNames() []string {
	return []string{cvd.ReportManagement.Name, cvd.EmbargoManagement.Name, cvd.EmbargoConsent.Name, cvd.CaseState.Name, advisory.Publication.Name}
}

// machines prints the state machines: all as JSON, or one for Graphviz.
func machines(_ context.Context, e env, args []string) int {
	f := flag.NewFlagSet("machines", flag.ContinueOnError)
	f.SetOutput(e.err)
	asJSON := f.Bool("json", false, "print every table as JSON")
	dot := f.String("dot", "", "draw the machine of this `NAME` for Graphviz")
	if err := f.Parse(args); err != nil {
		return 2
	}
	switch {
	case *asJSON:
		enc := json.NewEncoder(e.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(tables()); err != nil {
			return fail(e, "machines", err)
		}
		return 0
	case *dot != "":
		for i, name := range tableNames() {
			if name == *dot {
				fmt.Fprint(e.out, tables()[i].Dot())
				return 0
			}
		}
		return fail(e, "machines", fmt.Errorf("%w: there is no machine %q; there are %v", errUsage, *dot, tableNames()))
	}
	return fail(e, "machines", fmt.Errorf("%w: say --json, or --dot and one of %v", errUsage, tableNames()))
}
