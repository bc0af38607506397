package faults

import (
	"slices"
	"syscall"
)

// expected says which cells need recovery today, and why. All others converge.
func (c cell) expected() outcome {
	creates := c.moment.verb == "create"
	killed := c.fault.signal == syscall.SIGKILL
	// azuread goes on in spite of a cancel; azure-native does not, but has the ID of what
	// Azure had accepted.
	interrupted := c.fault.signal == syscall.SIGINT && (c.kind.name == "group" || c.kind.name == "window")
	switch {
	case creates && c.fault.azure.After && (killed || interrupted || c.fault.azure.Err == errReset):
		// Azure has it, and nobody has told the state. Only an application can exist twice.
		return c.unknown()
	case creates && killed:
		// Azure has nothing, but a pending creation is what only a refresh with a person or
		// --clear-pending-creates takes out of a state (journal.go in
		// https://github.com/pulumi/pulumi, pkg/backend).
		return pending
	case c.moment.name == "delete" && slices.Contains(entra, c.kind.name) && c.fault.azure.After && (killed || c.fault.azure.Err == errReset):
		return unseen
	case c.moment.name == "refresh":
		// The state forgets what a replica does not find.
		return c.unknown()
	}
	return converges
}

// unknown is what comes of an object that the state does not know.
func (c cell) unknown() outcome {
	if c.kind.name == "application" {
		return twice
	}
	return exists
}
