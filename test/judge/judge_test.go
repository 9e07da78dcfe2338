package judge

import (
	"bytes"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/format/csaf"
	"nakodo/internal/words"
)

// specimens are all revisions of the specimen in both languages.
func specimens(t *testing.T) map[string][]byte {
	t.Helper()
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for name, rev := range map[string]advisory.Revision{"first": specimen.First(), "second": specimen.Second(), "withdrawn": specimen.Withdrawn()} {
		for _, lang := range rev.Content.Languages {
			b, err := csaf.Bytes(say, rev, specimen.Publisher(), lang)
			if err != nil {
				t.Fatal(err)
			}
			all[name+"."+string(lang)] = b
		}
	}
	return all
}

func TestCSAF20_SpecimenPassesBothJudges(t *testing.T) {
	CSAF(t, specimens(t))
}

// A judge that says yes to everything is none: each of these documents has one
// fault, and both judges must find it.
func TestCSAF20_BothJudgesFindAFault(t *testing.T) {
	good := specimens(t)["first.en"]
	broken := map[string][]byte{}
	for name, change := range map[string][2]string{
		"schema: csaf_version":            {`"csaf_version": "2.0"`, `"csaf_version": "1.0"`},
		"6.1.11: unknown CWE":             {`"id": "CWE-321"`, `"id": "CWE-99999"`},
		"6.1.16: version of the tracking": {`"number": "1"`, `"number": "7"`},
		"6.1.1: product that is not there": {`"known_affected": [`, `"known_affected": [
          "CSAFPID-that-is-nowhere",`},
	} {
		b := bytes.Replace(good, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(b, good) {
			t.Fatalf("%s: the specimen has no %s to change", name, change[0])
		}
		broken[name] = b
	}
	for name, v := range Official(t, broken) {
		if v.Valid || len(v.Errors) == 0 {
			t.Errorf("%s: csaf-validator-lib found nothing", name)
		}
		if v.Tests < 40 {
			t.Errorf("%s: only %d tests were run", name, v.Tests)
		}
		if len(Ours(t, broken[name])) == 0 {
			t.Errorf("%s: nakodo/csaf found nothing", name)
		}
	}
}
