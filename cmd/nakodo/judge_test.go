package main

import (
	"context"
	"strings"
	"testing"

	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/test/judge"
)

// TestCSAF20_DemonstrationPassesBothJudges plays the demonstration and judges
// every CSAF document that stands before the public at its end.
func TestCSAF20_DemonstrationPassesBothJudges(t *testing.T) {
	d := played(t)
	published := documents(t, d.centre, "application/json")
	if len(published) < 2 {
		t.Fatalf("the demonstration published %d CSAF documents, want one in each language", len(published))
	}
	judge.CSAF(t, published)
}

// documents reads what stands before the public in one media type, by path.
func documents(t *testing.T, c *centre, media string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := c.store.View(context.Background(), func(tx *store.Tx) error {
		list, err := tx.Search(t.Context(), shelf.Question{})
		if err != nil {
			return err
		}
		for _, e := range list.Entries {
			docs, err := tx.DocumentsOf(t.Context(), e.ID)
			if err != nil {
				return err
			}
			for _, doc := range docs {
				if strings.HasPrefix(doc.Media, media) {
					all[doc.Path] = doc.Body
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
