package store

import "fmt"

// Error is a refusal with Azure's error code.
type Error struct {
	Status        int
	Code, Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("Status=%d Code=%q Message=%q", e.Status, e.Code, e.Message)
}

// Failed is why an operation has failed that Azure had accepted: what it was about
// exists, or is about to.
type Failed struct{ Reason error }

func (f *Failed) Error() string { return "accepted, and failed: " + f.Reason.Error() }

func (f *Failed) Unwrap() error { return f.Reason }

// Refuse is an Error.
func Refuse(status int, code, format string, args ...any) error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// RefuseIf is an Error if refused is true: a row in a table of rules.
func RefuseIf(refused bool, status int, code, format string, args ...any) error {
	if !refused {
		return nil
	}
	return Refuse(status, code, format, args...)
}

// First is the first refusal in a table of rules, if there is one.
func First(rules ...error) error {
	for _, err := range rules {
		if err != nil {
			return err
		}
	}
	return nil
}
