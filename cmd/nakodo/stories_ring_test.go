package main

import (
	"context"

	"github.com/rogpeppe/go-internal/testscript"

	"nakodo/internal/party"
)

// operator VAR NAME MAIL SECTOR [unsigned]: puts an operator of critical
// infrastructure with a contact into the registry, and an agreement on early
// provision; ${VAR} is its id.
func (s *stage) operator(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	id, err := s.centre.desk.SaveOrganisation(ctx, console, party.Organisation{
		Kinds: []party.OrgKind{party.KindOperator}, Names: []party.Name{{Text: args[1], Kind: party.Official}}, Tier: party.General, Sectors: []string{args[3]},
	})
	ts.Check(err)
	_, err = s.centre.desk.SaveContact(ctx, console, party.Contact{Org: id, Name: "desk of " + args[1], Mail: args[2], Lang: "en", Duty: party.OnDuty})
	ts.Check(err)
	if len(args) < 5 {
		ts.Check(s.centre.desk.SaveAgreement(ctx, console, party.Agreement{Org: id, Scope: party.ScopeProvision, Edition: "2026-1", Signed: s.clock.Now()}))
	}
	s.vars[args[0]] = string(id)
	ts.Setenv(args[0], string(id))
}
