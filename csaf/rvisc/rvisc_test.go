package rvisc

import "testing"

const tc = "https://github.com/oasis-tcs/csaf"

func TestOfficial(t *testing.T) {
	for _, c := range []struct {
		system, text      string
		registered, match bool
	}{
		{tc, "#1217", true, true}, {tc, "Issue 1217", true, false}, {tc, "#0", true, false}, {tc, "#1217\n", true, false},
		{"https://euvd.enisa.europa.eu", "EUVD-2026-4660", true, true}, {"https://euvd.enisa.europa.eu", "EUVD-0026-4660", true, false},
		{"OASIS Open CSAF TC GitHub Issues", "#1217", false, false}, {"https://jvn.jp", "JVN#12345678", false, false},
	} {
		s, ok := Official().Lookup(c.system)
		if ok != c.registered || s.Matches(c.text) != c.match {
			t.Errorf("%s %s: registered %v, matches %v", c.system, c.text, ok, s.Matches(c.text))
		}
	}
}

func TestLocal(t *testing.T) {
	r := Official().With(Local()...)
	for system, text := range map[string]string{
		tc: "#7", "https://jvn.jp": "JVN#12345678", "https://jvndb.jvn.jp": "JVNDB-2022-000001",
		"https://kb.cert.org/vuls": "VU#123456", "https://gcve.eu": "GCVE-1-2025-0001",
	} {
		if s, ok := r.Lookup(system); !ok || !s.Matches(text) || s.Matches("x"+text) || s.CommonName == "" {
			t.Errorf("%s does not take %s", system, text)
		}
	}
	if s, _ := r.Lookup("https://jvn.jp"); !s.Matches("JVNVU#98765432") || !s.Matches("JVNTA-2024-1") {
		t.Error("JVN's notes of other kinds are not taken")
	}
	if _, ok := Official().Lookup("https://jvn.jp"); ok {
		t.Error("With changed the official registry")
	}
}

func TestConvert(t *testing.T) {
	const old = "OASIS Open CSAF TC GitHub Issues"
	for _, c := range []struct {
		system, text, want string
		outcome            Conversion
	}{
		{old, "Issue 1217", "#1217", Converted}, {old, "ISSUES #0012", "#12", Converted}, {old, "42", "#42", Converted},
		{old, "000", "#", StillInvalid}, {old, "Issue", "", NoRule}, {old, "Issue  1", "", NoRule}, {old, "ticket 1", "", NoRule}, {old, "", "", NoRule},
		{"Some tracker", "1", "", NoMapping}, {tc, "Issue 1217", "", NoMapping},
	} {
		system, text, outcome := Official().Convert(c.system, c.text)
		if text != c.want || outcome != c.outcome || (system == tc) != (c.want != "") {
			t.Errorf("Convert(%q, %q) = %q, %q, %v", c.system, c.text, system, text, outcome)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, s := range []string{``, `{"systems":[{"system_name":"a","text_pattern":"("}]}`, `{"systems":[{"text_pattern":"a"}]}`} {
		if _, err := Read([]byte(s)); err == nil {
			t.Errorf("Read(%s) is content", s)
		}
	}
}

func FuzzConvert(f *testing.F) {
	f.Add("OASIS Open CSAF TC GitHub Issues", "Issue #1")
	f.Fuzz(func(t *testing.T, system, text string) {
		name, id, outcome := Official().Convert(system, text)
		if s, _ := Official().Lookup(name); outcome == Converted && !s.Matches(id) {
			t.Errorf("%q %q became %q %q, which its pattern refuses", system, text, name, id)
		}
	})
}
