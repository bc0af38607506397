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
	// Environment contains the command-line flags, by their names in
	// pkg/cmd/pulumi/metadata.
	Environment map[string]string `json:"environment"`
}

// ReadHistory reads the output of pulumi stack history --json, the last operation first.
func (s *Stack) ReadHistory(r io.Reader) error {
	s.history = []operation{}
	if err := json.NewDecoder(r).Decode(&s.history); err != nil {
		return fmt.Errorf("stack history: must be the output of `pulumi stack history --json`: %w", err)
	}
	return nil
}

// partial are the flags with which an up skips some resources.
var partial = []string{"target", "target-dependents", "target-replace", "exclude", "exclude-dependents"}

// isFullUp reports whether an operation wrote the program's inputs to the state. An up
// --refresh writes them after its refresh.
func (o operation) isFullUp() bool {
	limited := slices.ContainsFunc(partial, func(flag string) bool { return o.Environment["pulumi.flag."+flag] != "" })
	return o.Kind == "update" && o.Result == "succeeded" && !limited
}

// origin checks that the state has the program's inputs. Any operation other than a complete
// up may have written manual changes to the state, and the other checks would compare Azure
// with them. The history may lack a killed run.
func (s *Stack) origin() verify.Check {
	check := verify.Check{Name: "stack state",
		Fix: "run `pulumi preview --expect-no-changes` to compare the state with the program; find out who made the changes, then run `pulumi up`"}
	const reason = "the state may contain manual changes of extension settings, requireAssignment and app roles, which then compare equal"
	last := slices.IndexFunc(s.history, func(o operation) bool { return o.Kind != "preview" && o.Kind != "rename" })
	switch {
	case s.history == nil:
		check.OK, check.Warning = true, true
		check.Detail = "read from a file, without the stack's history; after a refresh or an import, " + reason
	case last < 0:
		check.Unseen, check.Detail = true, "the stack's history has no update; "+reason
	case !s.history[last].isFullUp():
		check.Unseen, check.Detail = true, fmt.Sprintf("the last operation, at %s, was %s; %s", s.history[last].Start, s.history[last], reason)
	default:
		check.OK, check.Fix, check.Detail = true, "", "written by pulumi up at "+s.history[last].Start
	}
	return check
}

// String describes an operation that is not a complete up.
func (o operation) String() string {
	switch {
	case o.Result != "succeeded":
		return fmt.Sprintf("%q with the result %q", o.Kind, o.Result)
	case o.Kind == "update":
		return "an update of some resources only"
	}
	return fmt.Sprintf("%q", o.Kind)
}
