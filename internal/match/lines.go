package match

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"nakodo/internal/fault"
	"nakodo/internal/words"
)

// ServeLines answers questions from r, one JSON object a line, with one JSON
// object a line on w, each as soon as its question is read:
//
//	{"text":"FA-M3 …", "products":["…"], "cpes":["…"], "purls":["…"], "sbom":{…}}
//	{"ranked":[{"organisation":"Yokogawa","id":"…","score":3.1,"reasons":["product FA-M3 named in line 1"]}],"near_misses":[…]}
//
// Every field of a question may be absent; sbom holds a CycloneDX or SPDX
// document as it is. Empty lines are skipped. A line that is no question ends
// the run with Invalid, naming the line; answers written before it stand.
func ServeLines(x *Index, c words.Catalogue, l words.Lang, r io.Reader, w io.Writer) error {
	in := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, readErr := in.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if err := serveLine(x, c, l, line, number, w); err != nil {
				return err
			}
		}
		if readErr == io.EOF {
			return nil
		}
		if readErr != nil {
			return fmt.Errorf("read question %d: %w", number, readErr)
		}
	}
}

func serveLine(x *Index, c words.Catalogue, l words.Lang, line []byte, number int, w io.Writer) error {
	var asked struct {
		Text     string          `json:"text"`
		Products []string        `json:"products"`
		CPEs     []string        `json:"cpes"`
		PURLs    []string        `json:"purls"`
		SBOM     json.RawMessage `json:"sbom"`
	}
	if err := json.Unmarshal(line, &asked); err != nil {
		return fault.Because(err, fault.Invalid, "fault.match.line", "line", number, "example", `{"text":"…"}`)
	}
	q := Question{Text: asked.Text, Products: asked.Products, CPEs: asked.CPEs, PURLs: asked.PURLs}
	if len(asked.SBOM) > 0 {
		components, err := ReadSBOM(asked.SBOM)
		if err != nil {
			return fmt.Errorf("question %d: %w", number, err)
		}
		q.Components = components
	}
	result := x.Rank(q)
	answer, err := json.Marshal(map[string]any{
		"ranked":      spoken(result.Ranked, c, l),
		"near_misses": spoken(result.NearMisses, c, l),
	})
	if err != nil {
		return fmt.Errorf("answer question %d: %w", number, err)
	}
	if _, err := w.Write(append(answer, '\n')); err != nil {
		return fmt.Errorf("write answer %d: %w", number, err)
	}
	return nil
}

type spokenFound struct {
	Organisation string   `json:"organisation"` // its name
	ID           string   `json:"id"`
	Score        float64  `json:"score"`
	Reasons      []string `json:"reasons"`
	Weak         bool     `json:"weak,omitempty"` // nothing of it is clearly named
}

func spoken(all []Found, c words.Catalogue, l words.Lang) []spokenFound {
	said := make([]spokenFound, 0, len(all))
	for _, f := range all {
		s := spokenFound{Organisation: f.Name, ID: f.Organisation, Weak: f.Weak, Score: math.Round(f.Score*1000) / 1000, Reasons: []string{}}
		for _, reason := range f.Reasons {
			s.Reasons = append(s.Reasons, reason.Say(c, l))
		}
		said = append(said, s)
	}
	return said
}
