package engine

import (
	"context"
	"errors"
	"fmt"
)

// CleanUp deletes what the stack has deployed, whatever went before: an update
// that was interrupted, a stack that is protected or not there any more.
func (s *Stack) CleanUp(ctx context.Context) error {
	_ = s.Cancel(ctx) // there may be nothing to cancel
	err := s.Unprotect(ctx)
	if _, destroyErr := s.Destroy(ctx); destroyErr != nil {
		return errors.Join(err, destroyErr)
	}
	return s.Workspace().RemoveStack(ctx, s.Name())
}

// Unprotect takes the protection off all that the state says exists, also off what
// the program does not know of.
func (s *Stack) Unprotect(ctx context.Context) error {
	_, stderr, _, err := s.Workspace().PulumiCommand().Run(ctx, s.Dir, nil, nil, nil, s.environment(),
		"state", "unprotect", "--all", "--yes", "--stack", s.Name())
	if err != nil {
		return fmt.Errorf("pulumi state unprotect: %w: %s", err, stderr)
	}
	return nil
}

func (s *Stack) environment() []string {
	var environment []string
	for key, value := range s.Env {
		environment = append(environment, key+"="+value)
	}
	return environment
}
