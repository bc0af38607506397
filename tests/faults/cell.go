package faults

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// symptom is the result of the next command.
type symptom string

const (
	// converges: the command succeeds.
	converges symptom = ""
	// exists: each command fails because Azure has an object that the state lacks.
	exists symptom = "already exists"
	// duplicate: there are two applications with the same name, one of them in the state.
	duplicate symptom = "duplicate"
	// missing404: the state has a missing object, which azuread fails to delete before a
	// refresh.
	missing404 symptom = "status 404"
	// pending: the command succeeds, but each command warns of a pending operation in the
	// state.
	pending symptom = "pending operation"
)

// outcome is the result of a cell. recover repairs each symptom except missing404, some of them
// only after one manual deletion.
type outcome struct {
	symptom symptom
	byHand  bool
}

// run triggers the fault on a copy of a stack, and checks that the next command, or recover
// and the next command, repair it.
func (c cell) run(ctx context.Context, from *start, recover, home string) (result outcome, err error) {
	s, err := from.stack.copy(filepath.Join(home, "stack"))
	if err != nil {
		return outcome{}, err
	}
	err = s.serve(func() error {
		if err := c.trigger(ctx, s); err != nil {
			return err
		}
		result, err = c.repair(ctx, s, from, recover)
		return err
	})
	return result, err
}

// trigger triggers the fault.
func (c cell) trigger(ctx context.Context, s *stack) error {
	if c.moment.command == "" {
		return c.deleteByHand(s)
	}
	_, signals := c.fault.inject(s.azure, azuresim.Fault{Verb: c.moment.verb, Type: c.kind.token, Name: c.resource})
	for range max(c.fault.azure.Times, 1) {
		// One operation at a time, so the signal affects only this one.
		if err := c.command(ctx, s, signals); err != nil {
			return err
		}
	}
	if untriggered := s.azure.PendingFaults(); len(untriggered) > 0 {
		return fmt.Errorf("no operation triggered %+v", untriggered)
	}
	if c.fault.signal == syscall.SIGKILL {
		return s.pulumi(ctx, "cancel", "--yes") // removes the lock
	}
	return nil
}

// inject adds the fault for an operation. It returns the channels that are closed when the
// operation triggers it and when pulumi gets a signal.
func (f fault) inject(azure *azuresim.Azure, at azuresim.Fault) (triggered <-chan struct{}, signals []<-chan struct{}) {
	fault := f.azure
	fault.Verb, fault.Type, fault.Name = at.Verb, at.Type, at.Name
	if f.again {
		fault.Canceled = make(chan struct{})
	}
	triggered = azure.Inject(fault)
	switch {
	case f.again:
		signals = []<-chan struct{}{triggered, fault.Canceled}
	case f.signal != 0:
		signals = []<-chan struct{}{triggered}
	}
	return triggered, signals
}

// command runs the moment's command and sends the signal at each moment. The command must
// fail, unless it only reads or is interrupted: a destroy then succeeds if its provider
// completes the operation.
func (c cell) command(ctx context.Context, s *stack, moments []<-chan struct{}) error {
	early, err := s.signaled(ctx, c.fault.signal, moments, c.moment.command)
	switch {
	case early:
		return fmt.Errorf("pulumi %s ended before its signal: %w", c.moment.command, err)
	case c.fault.signal != syscall.SIGINT && (err == nil) != (c.moment.verb == "read"):
		return fmt.Errorf("pulumi %s: %w", c.moment.command, err)
	}
	return nil
}

// deleteByHand deletes the cell's resource outside Pulumi.
func (c cell) deleteByHand(s *stack) error {
	id, err := s.id(c.resource)
	if err == nil {
		s.azure.Delete(id)
	}
	return err
}

// repair runs the next command, then with --refresh or after recover if necessary. It
// checks that destroy deletes all objects.
func (c cell) repair(ctx context.Context, s *stack, from *start, recover string) (result outcome, err error) {
	if result.symptom, err = c.runNext(ctx, s, from); err != nil {
		return outcome{}, err
	}
	switch result.symptom {
	case converges:
	case missing404:
		if err := s.pulumi(ctx, c.moment.command, "--refresh"); err != nil {
			return outcome{}, err
		}
	default:
		if result.byHand, _, err = s.recover(ctx, recover); err != nil {
			return outcome{}, err
		}
		again, err := c.runNext(ctx, s, from)
		if err == nil && again != converges {
			err = errors.New(string(again))
		}
		if err != nil {
			return outcome{}, fmt.Errorf("%s, after recover: %w", result.symptom, err)
		}
	}
	begun := len(s.azure.Operations())
	if c.moment.command == "destroy" {
		begun = 0
	}
	if err := s.pulumi(ctx, "destroy"); err != nil {
		return outcome{}, err
	}
	if err := accessEndsFirst(s.azure.Operations()[begun:]); err != nil {
		return outcome{}, err
	}
	if ids := s.azure.IDs(); len(ids) > 0 {
		return outcome{}, fmt.Errorf("destroy left %v", ids)
	}
	return result, nil
}

// runNext runs the next command and returns its symptom.
func (c cell) runNext(ctx context.Context, s *stack, from *start) (symptom, error) {
	switch err := s.pulumi(ctx, c.next()...); {
	case matches(err, "already exist", "already in use"):
		return exists, nil
	case matches(err, "not found", "status 404"):
		return missing404, nil
	case err != nil:
		return "", err
	case c.next()[0] == "up":
		if result, err := c.checkResult(ctx, s, from); err != nil || result != converges {
			return result, err
		}
	}
	left, err := s.pending()
	if err != nil || len(left) == 0 {
		return converges, err
	}
	return pending, nil
}

func matches(err error, words ...string) bool {
	return err != nil && slices.ContainsFunc(words, func(word string) bool { return strings.Contains(err.Error(), word) })
}

// accessEndsFirst checks that federated credentials were deleted before their cluster, and
// that the extension was deleted with the cluster, which takes Azure minutes less.
func accessEndsFirst(destroys []azuresim.Operation) error {
	gone := false
	for _, done := range destroys {
		switch {
		case done.Verb != "delete" || done.Err != nil:
		case done.Type == azuresim.Cluster:
			gone = true
		case gone && done.Type == azuresim.FederatedCredential:
			return errors.New("the cluster was deleted before its federated credential")
		case done.Type == azuresim.ArgoExtension:
			return errors.New("the extension was deleted separately from the cluster")
		}
	}
	return nil
}

// checkResult checks that another up changes nothing, that Azure is the same as without the
// fault, and that the application is still the same.
func (c cell) checkResult(ctx context.Context, s *stack, from *start) (symptom, error) {
	if err := s.pulumi(ctx, "up", "--expect-no-changes"); err != nil {
		return "", err
	}
	if len(s.azure.Inputs(azuresim.Application)) > 1 {
		return duplicate, nil
	}
	// A missing application, or one that a refresh removed from the state, is created
	// again.
	lost := c.kind.name == "application" && (c.moment.name == "refresh" || c.moment.name == "up")
	if now := applications(s); !lost && from.application != "" && now != from.application {
		return "", fmt.Errorf("application %s was replaced by %s", from.application, now)
	}
	if got := normalized(s.azure); !slices.Equal(got, from.want) {
		return "", errors.New("Azure differs from a run without the fault:\n" + difference(from.want, got))
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
