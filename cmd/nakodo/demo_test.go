package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// played is the demonstration as a new user finds it.
func played(t *testing.T) *demonstration {
	t.Helper()
	d, err := newDemonstration(t.Context(), t.TempDir(), "127.0.0.1:8080", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.close() })
	if err := d.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDemonstrationHasFourCasesInFourStages(t *testing.T) {
	d := played(t)
	ctx := t.Context()
	reports, err := d.desk.Reports(ctx, d.ann, false)
	if err != nil {
		t.Fatal(err)
	}
	unjudged := 0
	for _, r := range reports {
		page, err := d.desk.Report(ctx, d.ann, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if page.Report.Judged.IsZero() {
			unjudged++
		}
	}
	if unjudged != 1 {
		t.Errorf("%d reports wait to be judged, want 1", unjudged)
	}
	err = d.store.View(ctx, func(tx *store.Tx) error {
		cases, err := tx.OpenCases(ctx)
		if err != nil {
			return err
		}
		three := 0
		for _, c := range cases {
			vendors, silent := 0, 0
			for _, p := range c.Parties {
				if p.Role != party.Vendor {
					continue
				}
				vendors++
				if !p.Silent.IsZero() {
					silent++
				}
			}
			if c.UnderEmbargo() && vendors == 3 && silent == 1 {
				three++
			}
		}
		if three != 1 {
			t.Errorf("%d cases are under an embargo with three vendors, one silent; want 1", three)
		}
		for state, revisions := range map[advisory.State]int{advisory.Review: 0, advisory.Published: 2} {
			as, err := tx.AdvisoriesIn(ctx, state, 10)
			if err != nil {
				return err
			}
			if len(as) != 1 || len(as[0].Revisions) != revisions {
				t.Errorf("state %s: %d advisories, want one with %d revisions", state, len(as), revisions)
			}
		}
		n, err := tx.CountOrganisations(ctx)
		if n < 250 {
			t.Errorf("the registry has %d organisations", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDemonstrationHoldsEveryLetter(t *testing.T) {
	d := played(t)
	counts, err := d.desk.CountLetters(context.Background(), d.ann)
	if err != nil {
		t.Fatal(err)
	}
	if counts[talk.LetterHeld] < 20 || counts[talk.LetterSent]+counts[talk.LetterQueued]+counts[talk.LetterFailed] != 0 {
		t.Errorf("letters by state: %v; want all held", counts)
	}
}

func TestDemonstrationFillsOnlyAFreshFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "precious"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := said(t, "demo", "--dir", dir); code != 1 || errs == "" {
		t.Errorf("exit %d, %q; want a refusal that says why", code, errs)
	}
}
