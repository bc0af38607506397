package faults

import (
	"errors"
	"slices"
	"syscall"
)

// expected returns the outcome of a cell. Cells not listed here converge.
func (c cell) expected() outcome {
	creates := c.moment.verb == "create"
	killed := c.fault.signal == syscall.SIGKILL || c.fault.again
	// azuread ignores a cancel. azure-native ends at a cancel, but has the ID of objects
	// that Azure accepted.
	interrupted := c.fault.signal == syscall.SIGINT && (c.kind.name == "group" || c.kind.name == "window")
	switch {
	case creates && c.fault.azure.After && (killed || interrupted || errors.Is(c.fault.azure.Err, errReset)):
		// Azure has the object, but the state does not.
		return c.unknown()
	case creates && killed:
		// Azure has no object. Only an interactive refresh or --clear-pending-creates
		// removes a pending creation from the state (journal.go in
		// https://github.com/pulumi/pulumi, pkg/backend).
		return outcome{symptom: pending}
	case c.moment.name == "delete" && slices.Contains(entra, c.kind.name) && c.fault.azure.After && (killed || errors.Is(c.fault.azure.Err, errReset)):
		return outcome{symptom: missing404}
	case c.moment.name == "refresh":
		// A refresh removes objects from the state that a replica does not find.
		return c.unknown()
	}
	return outcome{}
}

// unknown returns the outcome for an object that the state lacks. recover deletes neither
// of two applications, and cannot import a replacement while the state has the old object.
func (c cell) unknown() outcome {
	switch {
	case c.kind.name == "application":
		return outcome{duplicate, true}
	case c.moment.name == "replacement create":
		return outcome{exists, true}
	}
	return outcome{symptom: exists}
}
