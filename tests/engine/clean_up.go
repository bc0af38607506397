package engine

import (
	"context"
	"errors"
)

// CleanUp destroys the stack, even if it is protected, its last update was interrupted, or
// it no longer exists.
func (s *Stack) CleanUp(ctx context.Context) error {
	_ = s.Cancel(ctx) // fails if there is no lock
	err := s.Unprotect(ctx)
	if _, destroyErr := s.Destroy(ctx); destroyErr != nil {
		return errors.Join(err, destroyErr)
	}
	_, err = s.Command(ctx, "stack", "rm", "--yes")
	return err
}

// Cancel removes the lock of a killed command.
func (s *Stack) Cancel(ctx context.Context) error {
	_, err := s.Command(ctx, "cancel", "--yes")
	return err
}

// Unprotect removes the protection of all resources in the state, including those that the
// program no longer has.
func (s *Stack) Unprotect(ctx context.Context) error {
	_, err := s.Command(ctx, "state", "unprotect", "--all", "--yes")
	return err
}
