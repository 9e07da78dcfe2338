package csaf

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpusFile is a document of the test data.
type corpusFile struct {
	name string
	data []byte
}

// readCorpus reads every document of a folder of the test data.
func readCorpus(t testing.TB, folder string) []corpusFile {
	var out []corpusFile
	root := filepath.Join(dataDir(t), folder)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		out = append(out, corpusFile{d.Name(), data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRoundTrip reads every real document and every official case into the
// typed model, writes it, and compares the JSON values.
func TestRoundTrip(t *testing.T) {
	for _, folder := range []string{"csaf-ics", "csaf-2.0-cases", "csaf-2.1-cases"} {
		n, refused := 0, 0
		for _, f := range readCorpus(t, folder) {
			before, err := Parse(f.data)
			if err != nil {
				t.Errorf("%s: %v", f.name, err)
				continue
			}
			doc, err := before.Document()
			if err != nil {
				refused++
				t.Logf("%s: %v", f.name, err)
				continue
			}
			out, err := doc.Encode()
			if err != nil {
				t.Errorf("%s: %v", f.name, err)
				continue
			}
			after, err := Parse(out)
			if err != nil {
				t.Errorf("%s: written document: %v", f.name, err)
			} else if !before.Root().Equal(after.Root()) {
				t.Errorf("%s: not the same after reading and writing", f.name)
			}
			n++
		}
		t.Logf("%s: %d documents the same after a round trip, %d refused", folder, n, refused)
	}
}
