package store_test

import (
	"context"
	"testing"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func TestInquiryComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		i := filled[inquiry.Inquiry](t)
		i.ID, i.Org, i.Version, i.Number = "q1", "o1", 1, 7
		set := func(i inquiry.Inquiry) error {
			return s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetInquiry(t.Context(), i) })
		}
		if err := set(i); err != nil {
			t.Fatal(err)
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (inquiry.Inquiry, error) { return tx.Inquiry(ctx, "q1") }), i)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (inquiry.Inquiry, error) { return tx.InquiryNumbered(ctx, 7) }), i)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]inquiry.Inquiry, error) {
			return tx.InquiriesAbout(ctx, "o1")
		}), []inquiry.Inquiry{i})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.NextInquiryNumber(ctx) }), 8)
		wantKind(t, set(i), fault.Stale)
		other := i
		other.ID = "q2" // the same number, given twice at the same moment
		wantKind(t, set(other), fault.Stale)
		draft := inquiry.Inquiry{ID: "q3", Version: 1, State: inquiry.Draft}
		two := inquiry.Inquiry{ID: "q4", Version: 1, State: inquiry.Draft}
		for _, x := range []inquiry.Inquiry{draft, two} { // many may have none
			if err := set(x); err != nil {
				t.Fatal(err)
			}
		}
		err := s.View(t.Context(), func(tx *store.Tx) error { _, err := tx.InquiryNumbered(t.Context(), 0); return err })
		wantKind(t, err, fault.NotFound)
	})
}

// What is being prepared must not make the public caches anew: whoever watches
// them would learn of it.
func TestInquiryTouchesThePublicOnlyOnceNamed(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		generation := func() int64 {
			n, err := s.Generation(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := generation()
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SetInquiry(ctx, inquiry.Inquiry{ID: "q", Version: 1, State: inquiry.Proposed})
		})
		if generation() != before {
			t.Error("a proposal changed the public")
		}
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SetInquiry(ctx, inquiry.Inquiry{ID: "q", Version: 2, State: inquiry.Named, Number: 1, Named: time.Now()})
		})
		if generation() == before {
			t.Error("a name did not change the public")
		}
	})
}

func TestReferralComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		r := filled[committee.Referral](t)
		r.ID, r.Case, r.Org, r.Version = "r1", "64806328", "o1", 1
		set := func(r committee.Referral) error {
			return s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetReferral(t.Context(), r) })
		}
		if err := set(r); err != nil {
			t.Fatal(err)
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (committee.Referral, error) { return tx.Referral(ctx, "r1") }), r)
		for _, list := range []func(context.Context, *store.Tx) ([]committee.Referral, error){
			func(ctx context.Context, tx *store.Tx) ([]committee.Referral, error) {
				return tx.ReferralsOf(ctx, "64806328")
			},
			func(ctx context.Context, tx *store.Tx) ([]committee.Referral, error) {
				return tx.ReferralsAbout(ctx, "o1")
			},
			func(ctx context.Context, tx *store.Tx) ([]committee.Referral, error) { return tx.Referrals(ctx) },
		} {
			same(t, view(t, s, list), []committee.Referral{r})
		}
		wantKind(t, set(r), fault.Stale)
	})
}
