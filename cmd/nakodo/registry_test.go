package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tell runs the command line and gives exit code, output and complaints.
func tell(t *testing.T, in string, args ...string) (int, string, string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code := run(t.Context(), env{in: strings.NewReader(in), out: &out, err: &complaints, getenv: func(string) string { return "" }}, args)
	return code, out.String(), complaints.String()
}

func TestRegistryCommand(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "vendors.csv")
	text := "name,tier,contact,contact_mail\n青空電機株式会社,general,PSIRT,psirt@aozora.example\nBad,gold,,\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := tell(t, "", "registry", "import", "--data", dir, "--dry-run", "--tiers", file)
	for _, want := range []string{"line 2: added: 青空電機株式会社", "    tier: + general", "mail: + psirt@aozora.example", "line 3: not taken: Bad: tier: “gold” is not known", "Nothing was stored. It would be: 1 added, 0 changed, 0 unchanged, 1 not taken."} {
		if !strings.Contains(out, want) {
			t.Errorf("a dry run does not say %q:\n%s", want, out)
		}
	}
	if code != 1 {
		t.Errorf("exit code %d with a wrong row", code)
	}
	if _, out, _ := tell(t, "", "registry", "export", "--data", dir); out != "[\n]\n" {
		t.Errorf("after a dry run the registry has %s", out)
	}
	if _, out, _ := tell(t, "", "registry", "import", "--data", dir, "--dry-run", file); !strings.Contains(out, "    tier: + unverified\n") ||
		!strings.Contains(out, "tier: not taken over: unverified, the file says general: registration decides\n") || !strings.Contains(out, "Tiers not taken over: 1.") {
		t.Errorf("a dry run does not say that tiers are left out:\n%s", out)
	}
	tell(t, "", "registry", "import", "--data", dir, "--tiers", file)
	if _, out, _ := tell(t, text, "registry", "import", "--data", dir, "--format", "csv", "-"); !strings.Contains(out, "Taken: 0 added, 0 changed, 1 unchanged, 1 not taken.") {
		t.Errorf("a second time: %s", out)
	}
	_, exported, _ := tell(t, "", "registry", "export", "--data", dir)
	other := t.TempDir()
	if code, out, complaints := tell(t, exported, "registry", "import", "--data", other, "--tiers", "--format", "json", "-"); code != 0 {
		t.Errorf("%d %s %s", code, out, complaints)
	}
	if _, again, _ := tell(t, "", "registry", "export", "--data", other); again != exported {
		t.Errorf("the other centre has %s\nwant %s", again, exported)
	}
	for _, wrong := range [][]string{
		{"registry"}, {"registry", "merge"}, {"registry", "import", "--data", dir}, {"registry", "import", "--data", dir, "vendors.xlsx"}, {"registry", "export"},
	} {
		if code, _, complaints := tell(t, "", wrong...); code != 2 || complaints == "" {
			t.Errorf("%v: exit code %d: %s", wrong, code, complaints)
		}
	}
}
