package desk_test

import (
	"reflect"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/priority"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func TestPriority_KeptAndItsHistoryForOfficersOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		o.sign(id, o.acme)

		list, err := o.Priorities(ctx, o.ann, id)
		o.must(err)
		if len(list) != 0 {
			t.Fatalf("a case nobody has judged has %+v", list)
		}
		first := cvd.PrioritiseCase{Matrix: priority.Sheet{Version: "2019", Answers: priority.Answers{"score": "low", "users": "few"}}, Note: "SECRET-REASON"}
		o.must(o.Act(ctx, o.ann, id, 0, first))
		clock.Move(time.Hour)
		room, err := o.CaseRoom(ctx, o.bob, id)
		o.must(err)
		second := cvd.PrioritiseCase{
			Matrix: priority.Sheet{Version: "2019", Answers: priority.Answers{"score": "high"}},
			Triage: priority.Sheet{Version: "1.0.0", Answers: priority.Answers{"RP": "Y", "SC": "O"}},
		}
		o.refused(fault.Stale, o.Act(ctx, o.bob, id, room.View.Version-1, second))
		o.must(o.Act(ctx, o.bob, id, room.View.Version, second))

		list, err = o.Priorities(ctx, o.ann, id)
		o.must(err)
		if len(list) != 2 || list[0].Name != "Bob" || list[1].Name != "Ann" || list[0].Matrix.Outcome != priority.Priority || list[0].Triage.Outcome != "D" ||
			list[1].Matrix.Outcome != priority.Simple || list[1].Note != "SECRET-REASON" || !list[0].At.Equal(list[1].At.Add(time.Hour)) {
			t.Errorf("the history is %+v", list)
		}
		room, err = o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		if room.View.Priority == nil || !reflect.DeepEqual(*room.View.Priority, list[0].Priority) {
			t.Errorf("the case holds %+v, the journal %+v", room.View.Priority, list[0].Priority)
		}

		_, missing := o.Priorities(ctx, o.acme, "11111111")
		for _, other := range []party.Actor{o.acme, o.zeta, finder, party.Anyone()} {
			if _, err := o.Priorities(ctx, other, id); err == nil || shown(err) != shown(missing) {
				t.Errorf("%s reads how urgent the case is: %v", other.Role, err)
			}
			if err := o.Act(ctx, other, id, 0, first); err == nil {
				t.Errorf("%s sets the priority", other.Role)
			}
			if p, err := o.Case(ctx, other, id); err == nil && p.View.Priority != nil {
				t.Errorf("%s sees the priority", other.Role)
			}
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
