package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"nakodo/internal/advisory"
	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/store"
)

// Fsck replays the journal, checks its chain, the published bytes and all
// references, and reports whatever is wrong. step is told what is looked at.
func (d *Desk) Fsck(ctx context.Context, report func(store.Finding), step func(string)) error {
	return d.Store.Fsck(ctx, store.Check{
		Report: report, Step: step,
		Replays: map[journal.Kind]store.Replay{
			journal.AboutReport:       replayReport,
			journal.AboutCase:         func(es []journal.Event, _ json.RawMessage) (any, error) { return cvd.Replay(es) },
			journal.AboutRound:        func(es []journal.Event, _ json.RawMessage) (any, error) { return cvd.ReplayRound(es) },
			journal.AboutAnswers:      replayAnswers,
			journal.AboutAdvisory:     func(es []journal.Event, _ json.RawMessage) (any, error) { return advisory.Replay(es) },
			journal.AboutRegistration: replayRegistration,
			journal.AboutDismissals:   replayDismissals,
			journal.AboutInquiry:      func(es []journal.Event, _ json.RawMessage) (any, error) { return inquiry.Replay(es) },
			journal.AboutReferral:     func(es []journal.Event, _ json.RawMessage) (any, error) { return committee.Replay(es) },
		},
	})
}

// replayReport applies a report's events to its submission, whose text only the
// record holds: the journal proves it by its digest.
func replayReport(events []journal.Event, stored json.RawMessage) (any, error) {
	var kept cvd.Report
	if err := json.Unmarshal(stored, &kept); err != nil {
		return nil, err
	}
	r := cvd.Report{ID: kept.ID, Submission: kept.Submission}
	for _, e := range events {
		v, err := cvd.DecodeReportVerb(e.Verb, e.Data)
		if err != nil {
			return nil, err
		}
		if first, ok := v.(cvd.ReceiveReport); ok && first.Digest != kept.Submission.Digest() {
			return nil, fmt.Errorf("the submission is not the one that was received")
		}
		if r, _, err = r.Do(v, e.By, e.At); err != nil {
			return nil, fmt.Errorf("event %d, %s: %w", e.Seq, e.Verb, err)
		}
	}
	return r, nil
}
