package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
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
	_, err := s.Command(ctx, "state", "unprotect", "--all", "--yes")
	return err
}

// Command runs a command of the CLI that the automation API lacks, or runs with
// other flags, on this stack, and returns what it prints.
func (s *Stack) Command(ctx context.Context, args ...string) (string, error) {
	stdout, stderr, err := s.run(ctx, nil, nil, args...)
	if err != nil {
		return "", fmt.Errorf("pulumi %s: %w: %s", strings.Join(args, " "), err, stderr)
	}
	return stdout, nil
}

// run runs a command of the CLI on this stack, with more in its environment, and has
// what it prints go to log as well.
func (s *Stack) run(ctx context.Context, log []io.Writer, more []string, args ...string) (stdout, stderr string, err error) {
	var environment []string
	for key, value := range s.Workspace().GetEnvVars() {
		environment = append(environment, key+"="+value)
	}
	environment = append(environment, more...)
	stdout, stderr, _, err = s.Workspace().PulumiCommand().Run(ctx, s.Dir, nil, log, log, environment, append(args, "--stack", s.Name())...)
	return stdout, stderr, err
}
