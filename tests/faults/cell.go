package faults

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"argocd-on-aks/tests/azuresim"
)

// outcome is what a cell comes to.
type outcome string

const (
	// converges: the next command puts all right.
	converges outcome = ""
	// exists: each command fails, as Azure has what the state does not know.
	exists outcome = "already exists"
	// twice: there is a second application of the name, and the state has one.
	twice outcome = "exists twice"
	// unseen: the state has what is gone, which azuread does not delete before a refresh.
	unseen outcome = "--refresh"
	// pending: all is right, but the state has an operation pending, which each command
	// warns of.
	pending outcome = "pending operation"
)

// run has the fault happen to a copy of a stack, and the next command put it right.
func (c cell) run(ctx context.Context, from *start, home string) (result outcome, err error) {
	s, err := from.stack.copy(filepath.Join(home, "stack"))
	if err != nil {
		return "", err
	}
	return result, s.served(func() error {
		if err := c.strike(ctx, s); err != nil {
			return err
		}
		result, err = c.repair(ctx, s, from)
		return err
	})
}

// strike has the fault happen.
func (c cell) strike(ctx context.Context, s *stack) error {
	if c.moment.command == "" {
		return c.deleteByHand(s)
	}
	fault := c.fault.azure
	fault.Verb, fault.Type, fault.Name = c.moment.verb, c.kind.token, c.resource
	underWay := s.azure.Inject(fault)
	for range max(fault.Times, 1) {
		// One thing at a time, so that a signal meets this operation and no other.
		if err := c.command(ctx, s, underWay); err != nil {
			return err
		}
	}
	if unmet := s.azure.Unmet(); len(unmet) > 0 {
		return fmt.Errorf("no operation met %+v", unmet)
	}
	if c.fault.signal == syscall.SIGKILL {
		return s.pulumi(ctx, "cancel", "--yes") // the lock
	}
	return nil
}

// command types the moment's command and sends the signal when the operation is under
// way. It wants it to fail, unless it only reads, or is interrupted: a destroy then ends
// well where its provider does.
func (c cell) command(ctx context.Context, s *stack, underWay <-chan struct{}) error {
	args := []string{c.moment.command}
	if c.fault.signal != 0 {
		args = append(args, "--parallel", "1") // nothing else is under way
	}
	command, printed := s.command(ctx, args...)
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	if c.fault.signal != 0 {
		select {
		case <-underWay:
			if err := command.Process.Signal(c.fault.signal); err != nil {
				return err
			}
		case err := <-ended:
			return fmt.Errorf("pulumi %s ended before it came to %s: %w\n%s", c.moment.command, c.resource, err, printed)
		}
	}
	if err := <-ended; (err == nil) != (c.moment.verb == "read") && c.fault.signal != syscall.SIGINT {
		return fmt.Errorf("pulumi %s: %v\n%s", c.moment.command, err, printed)
	}
	return nil
}

// deleteByHand deletes what the state calls c.resource.
func (c cell) deleteByHand(s *stack) error {
	id, err := s.id(c.resource)
	if err == nil {
		s.azure.Delete(id)
	}
	return err
}

// repair types the next command and looks at what came of it.
func (c cell) repair(ctx context.Context, s *stack, from *start) (outcome, error) {
	result := converges
	switch err := s.pulumi(ctx, c.next()...); {
	case says(err, "already exist", "already in use"):
		return exists, nil
	case says(err, "not found", "status 404"):
		result = unseen
		if err := s.pulumi(ctx, c.moment.command, "--refresh"); err != nil {
			return "", err
		}
	case err != nil:
		return "", err
	case c.next()[0] == "up":
		if result, err := c.holds(ctx, s, from); err != nil || result == twice {
			return result, err
		}
	}
	left, err := s.pending()
	if err != nil {
		return "", err
	}
	if len(left) > 0 {
		result = pending
	}
	if err := s.pulumi(ctx, "destroy"); err != nil {
		return "", err
	}
	if ids := s.azure.IDs(); len(ids) > 0 {
		return "", fmt.Errorf("destroy left %v", ids)
	}
	return result, nil
}

func says(err error, words ...string) bool {
	return err != nil && slices.ContainsFunc(words, func(word string) bool { return strings.Contains(err.Error(), word) })
}

// holds wants another up to change nothing, and Azure to be as without the fault.
func (c cell) holds(ctx context.Context, s *stack, from *start) (outcome, error) {
	if err := s.pulumi(ctx, "up", "--expect-no-changes"); err != nil {
		return "", err
	}
	if len(s.azure.Inputs(azuresim.Application)) > 1 {
		return twice, nil
	}
	got, err := byMeaning(s.azure)
	if err != nil {
		return "", err
	}
	if !slices.Equal(got, from.want) {
		return "", errors.New("Azure is not as it is without the fault:\n" + difference(from.want, got))
	}
	return converges, nil
}

func difference(want, got []string) string {
	var lines []string
	for _, line := range want {
		if !slices.Contains(got, line) {
			lines = append(lines, "- "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			lines = append(lines, "+ "+line)
		}
	}
	return strings.Join(lines, "\n")
}
