package azure

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/OWNER/argocd-on-aks/verify"
)

// operation is an entry of `pulumi stack history --json`: updateInfoJSON in
// https://github.com/pulumi/pulumi, pkg/cmd/pulumi/stack/stack_history.go. The kinds and the
// results are UpdateKind and UpdateResult in sdk/go/common/apitype/history.go.
type operation struct {
	Kind   string `json:"kind"`
	Result string `json:"result"`
	Start  string `json:"startTime"`
	// Environment has the flags of the command line, by the names that
	// pkg/cmd/pulumi/metadata gives them.
	Environment map[string]string `json:"environment"`
}

// ReadHistory reads what `pulumi stack history --json` prints, the last operation first.
func (s *Stack) ReadHistory(r io.Reader) error {
	s.history = []operation{}
	if err := json.NewDecoder(r).Decode(&s.history); err != nil {
		return fmt.Errorf("stack history: not the output of `pulumi stack history --json`: %w", err)
	}
	return nil
}

// partial are the flags with which an up leaves some resources as the state has them.
var partial = []string{"target", "target-dependents", "target-replace", "exclude", "exclude-dependents"}

// isFullUp reports whether an operation has written the program's inputs into the state. An
// up --refresh writes them after its refresh.
func (o operation) isFullUp() bool {
	limited := slices.ContainsFunc(partial, func(flag string) bool { return o.Environment["pulumi.flag."+flag] != "" })
	return o.Kind == "update" && o.Result == "succeeded" && !limited
}

// origin reports whether the state has the program's inputs. Any operation but a complete
// up can have written manual changes into it, with which the other checks would then compare
// Azure. A run that was killed may be missing from the history.
func (s *Stack) origin() verify.Check {
	check := verify.Check{Name: "stack state",
		Fix: "run pulumi preview --expect-no-changes, which compares the state with the program; see who made the changes that it shows, then run pulumi up"}
	const reason = "manual changes of the extension's settings, requireAssignment and app roles may be in the state and compare equal"
	last := slices.IndexFunc(s.history, func(o operation) bool { return o.Kind != "preview" && o.Kind != "rename" })
	switch {
	case s.history == nil:
		check.OK, check.Warning = true, true
		check.Detail = "from a file, without the stack's history; if the last operation was a refresh or an import, " + reason
	case last < 0:
		check.Unseen, check.Detail = true, "the stack's history has no update; "+reason
	case !s.history[last].isFullUp():
		check.Unseen, check.Detail = true, fmt.Sprintf("the last operation, at %s, was %s; %s", s.history[last].Start, s.history[last], reason)
	default:
		check.OK, check.Fix, check.Detail = true, "", "written by pulumi up at "+s.history[last].Start
	}
	return check
}

// String names an operation that is not a complete up.
func (o operation) String() string {
	switch {
	case o.Result != "succeeded":
		return fmt.Sprintf("%q with the result %q", o.Kind, o.Result)
	case o.Kind == "update":
		return "an update of some resources only"
	}
	return fmt.Sprintf("%q", o.Kind)
}
