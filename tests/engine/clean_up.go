package engine

import (
	"context"
	"errors"
)

// CleanUp deletes what the stack has deployed, whatever went before: an update
// that was interrupted, a stack that is protected or not there any more.
func (s *Stack) CleanUp(ctx context.Context) error {
	_ = s.Cancel(ctx) // there may be nothing to cancel
	err := s.Unprotect(ctx)
	if _, destroyErr := s.Destroy(ctx); destroyErr != nil {
		return errors.Join(err, destroyErr)
	}
	_, err = s.Command(ctx, "stack", "rm", "--yes")
	return err
}

// Cancel takes away the lock of a command that was killed.
func (s *Stack) Cancel(ctx context.Context) error {
	_, err := s.Command(ctx, "cancel", "--yes")
	return err
}

// Unprotect takes the protection off all that the state says exists, also off what
// the program does not know of.
func (s *Stack) Unprotect(ctx context.Context) error {
	_, err := s.Command(ctx, "state", "unprotect", "--all", "--yes")
	return err
}
