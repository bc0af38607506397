package azure

import (
	"strings"
	"testing"
)

// TestHistory: only after a complete up does the state have the program's inputs.
func TestHistory(t *testing.T) {
	t.Parallel()
	const up, failed = `{"kind": "update", "result": "succeeded", "startTime": "now"}`, `{"kind": "update", "result": "failed"}`
	for _, c := range []struct{ history, says string }{
		{up, "written by pulumi up at now"},
		{`{"kind": "preview"}, {"kind": "rename"}, ` + up, "written by pulumi up"},
		{`{"kind": "update", "result": "succeeded", "environment": {"pulumi.flag.refresh": "true"}}`, "written by pulumi up"},
		{failed + "," + up, `was "update" with the result "failed"`},
		{`{"kind": "update", "result": "in-progress"}`, `with the result "in-progress"`},
		{`{"kind": "update", "result": "succeeded", "environment": {"pulumi.flag.exclude": "set"}}`, "some resources only"},
		{`{"kind": "refresh", "result": "succeeded"}, ` + up, `was "refresh"`},
		{`{"kind": "refresh", "result": "failed"}, ` + up, `was "refresh" with the result "failed"`},
		{`{"kind": "resource-import", "result": "succeeded"}, ` + up, `was "resource-import"`},
		{`{"kind": "import", "result": "succeeded"}, ` + up, `was "import"`},
		{`{"kind": "preview"}`, "has no update"}, {``, "has no update"},
	} {
		s := &Stack{}
		if err := s.ReadHistory(strings.NewReader("[" + c.history + "]")); err != nil {
			t.Fatal(err)
		}
		check, trusted := s.origin(), strings.HasPrefix(c.says, "written")
		if check.OK != trusted || check.Unseen == trusted || check.Warning || !strings.Contains(check.Detail, c.says) {
			t.Errorf("%s: %+v", c.history, check)
		}
	}
	if check := new(Stack).origin(); !check.OK || !check.Warning || !strings.Contains(check.Detail, "read from a file") {
		t.Errorf("without a history: %+v", check)
	}
	if err := new(Stack).ReadHistory(strings.NewReader("Stack has never been updated")); err == nil {
		t.Error("it has read a text as JSON")
	}
}
