package cvd

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"nakodo/internal/party"
)

// The case state's table as Vultron prints it (CS, transitions), one state a
// line: state, then "event next" pairs. VFdPxA's X is read as VFdPXA (see joint.go, 2).
const vultronCS = `
vfdpxa V Vfdpxa P vfdPxa X vfdpXa A vfdpxA
vfdpxA V VfdpxA P vfdPxA X vfdpXA
vfdpXa P vfdPXa
vfdpXA P vfdPXA
vfdPxa V VfdPxa
vfdPxA V VfdPxA
vfdPXa V VfdPXa
vfdPXA V VfdPXA
Vfdpxa F VFdpxa P VfdPxa X VfdpXa A VfdpxA
VfdpxA F VFdpxA P VfdPxA X VfdpXA
VfdpXa P VfdPXa
VfdpXA P VfdPXA
VfdPxa F VFdPxa X VfdPXa A VfdPxA
VfdPxA F VFdPxA X VfdPXA
VfdPXa F VFdPXa A VfdPXA
VfdPXA F VFdPXA
VFdpxa D VFDpxa P VFdPxa X VFdpXa A VFdpxA
VFdpxA D VFDpxA P VFdPxA X VFdpXA
VFdpXa P VFdPXa
VFdpXA P VFdPXA
VFdPxa D VFDPxa X VFdPXa A VFdPxA
VFdPxA D VFDPxA X VFdPXA
VFdPXa D VFDPXa A VFdPXA
VFdPXA D VFDPXA
VFDpxa P VFDPxa X VFDpXa A VFDpxA
VFDpxA P VFDPxA X VFDpXA
VFDpXa P VFDPXa
VFDpXA P VFDPXA
VFDPxa X VFDPXa A VFDPxA
VFDPxA X VFDPXA
VFDPXa A VFDPXA
VFDPXA`

func TestVultronCS_TableIsTheSources(t *testing.T) {
	var want, got []string
	states := 0
	for _, line := range strings.Split(strings.TrimSpace(vultronCS), "\n") {
		f := strings.Fields(line)
		states++
		for i := 1; i < len(f); i += 2 {
			want = append(want, fmt.Sprintf("%s %s %s", f[0], f[i], f[i+1]))
		}
	}
	for _, r := range CaseState.Rows {
		got = append(got, fmt.Sprintf("%s %s %s", r.From, r.Do, r.To))
	}
	sort.Strings(want)
	sort.Strings(got)
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("rows differ:\ngot\n%s\nwant\n%s", g, w)
	}
	if n := len(CaseState.States()); n != states || states != 32 {
		t.Errorf("%d states, want 32", n)
	}
}

func TestVultronCS_SeventyHistories(t *testing.T) {
	var count func(s CS) int
	count = func(s CS) int {
		n := 0
		for _, r := range CaseState.Rows {
			if r.From == s {
				n += count(r.To)
			}
		}
		if s == "VFDPXA" {
			return 1
		}
		return n
	}
	if n := count(CSStart); n != 70 {
		t.Errorf("%d histories, the source counts 70", n)
	}
}

func TestTables_EveryRowHasClauseAndRole(t *testing.T) {
	check := func(name string, n int, row func(int) (string, int)) {
		for i := range n {
			if clause, roles := row(i); clause == "" || roles == 0 {
				t.Errorf("%s, row %d: clause %q, %d roles", name, i, clause, roles)
			}
		}
	}
	check("RM", len(ReportManagement.Rows), func(i int) (string, int) { r := ReportManagement.Rows[i]; return r.Clause, len(r.By) })
	check("EM", len(EmbargoManagement.Rows), func(i int) (string, int) { r := EmbargoManagement.Rows[i]; return r.Clause, len(r.By) })
	check("PEC", len(EmbargoConsent.Rows), func(i int) (string, int) { r := EmbargoConsent.Rows[i]; return r.Clause, len(r.By) })
	check("CS", len(CaseState.Rows), func(i int) (string, int) { r := CaseState.Rows[i]; return r.Clause, len(r.By) })
}

func TestTables_ClosedAndExitedAreDeadEnds(t *testing.T) {
	for _, role := range []party.Role{party.Officer, party.Vendor, party.Finder, party.Operator, party.Observer, party.Clock, party.Public} {
		if vs := ReportManagement.Verbs(RMClosed, role); len(vs) > 0 {
			t.Errorf("%s leaves Closed by %v", role, vs)
		}
		if vs := EmbargoManagement.Verbs(EMExited, role); len(vs) > 0 {
			t.Errorf("%s leaves Exited by %v", role, vs)
		}
	}
}
