package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"nakodo/internal/fault"
)

func TestKindOfSeesThroughWrapping(t *testing.T) {
	cause := errors.New("disk full")
	err := fmt.Errorf("invite vendor x: %w", fault.Because(cause, fault.Busy, "fault.busy"))
	if fault.KindOf(err) != fault.Busy || !errors.Is(err, cause) {
		t.Errorf("%v: %s", err, fault.KindOf(err))
	}
	if fault.KindOf(cause) != fault.Internal || fault.KindOf(nil) != "" || fault.Of(cause) != nil {
		t.Error("an ordinary error is taken for a refusal")
	}
}

func TestCheckNamesAllProblemsAtOnce(t *testing.T) {
	var c fault.Check
	c.Need(true, "a", "k")
	if err := c.Err(); err != nil {
		t.Fatalf("nothing is wrong: %v", err)
	}
	c.Need(false, "title", "fault.need_title")
	c.Add("url", "fault.need_url", "most", 3)
	f := fault.Of(c.Err())
	if f == nil || f.Kind != fault.Invalid || len(f.Problems) != 2 || f.Problems[1].Args["most"] != 3 {
		t.Fatalf("%+v", f)
	}
}
