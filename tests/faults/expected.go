package faults

import (
	"errors"
	"slices"
	"syscall"
)

// expected says which cells need recovery, and why. All others converge.
func (c cell) expected() outcome {
	creates := c.moment.verb == "create"
	killed := c.fault.signal == syscall.SIGKILL || c.fault.again
	// azuread goes on in spite of a cancel; azure-native does not, but has the ID of what
	// Azure had accepted.
	interrupted := c.fault.signal == syscall.SIGINT && (c.kind.name == "group" || c.kind.name == "window")
	switch {
	case creates && c.fault.azure.After && (killed || interrupted || errors.Is(c.fault.azure.Err, errReset)):
		// Azure has it, and nobody has told the state.
		return c.unknown()
	case creates && killed:
		// Azure has nothing, but a pending creation is what only a refresh with a person or
		// --clear-pending-creates takes out of a state (journal.go in
		// https://github.com/pulumi/pulumi, pkg/backend).
		return outcome{symptom: pending}
	case c.moment.name == "delete" && slices.Contains(entra, c.kind.name) && c.fault.azure.After && (killed || errors.Is(c.fault.azure.Err, errReset)):
		return outcome{symptom: unseen}
	case c.moment.name == "refresh":
		// The state forgets what a replica does not find.
		return c.unknown()
	}
	return outcome{}
}

// unknown is what comes of an object that the state does not know. Of two applications
// recover deletes none, and of an object that is replaced the state has the old one, in
// whose place none can be imported.
func (c cell) unknown() outcome {
	switch {
	case c.kind.name == "application":
		return outcome{twice, true}
	case c.moment.name == "replacement create":
		return outcome{exists, true}
	}
	return outcome{symptom: exists}
}
