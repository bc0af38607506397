package store

import "fmt"

// Error is an error response of Azure.
type Error struct {
	Status        int
	Code, Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("Status=%d Code=%q Message=%q", e.Status, e.Code, e.Message)
}

// Failed is the failure of an operation that Azure had accepted. Its object exists or is
// being created.
type Failed struct{ Reason error }

func (f *Failed) Error() string { return "accepted, but failed: " + f.Reason.Error() }

func (f *Failed) Unwrap() error { return f.Reason }

// Refuse returns an Error.
func Refuse(status int, code, format string, args ...any) error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// RefuseIf returns an Error if refused is true. It is a row in a table of rules.
func RefuseIf(refused bool, status int, code, format string, args ...any) error {
	if !refused {
		return nil
	}
	return Refuse(status, code, format, args...)
}

// First returns the first error of a table of rules, or nil.
func First(rules ...error) error {
	for _, err := range rules {
		if err != nil {
			return err
		}
	}
	return nil
}
