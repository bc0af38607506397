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

// symptom is what the next command comes to.
type symptom string

const (
	// converges: it puts all right.
	converges symptom = ""
	// exists: each command fails, as Azure has what the state does not know.
	exists symptom = "already exists"
	// twice: there is a second application of the name, and the state has one.
	twice symptom = "duplicate"
	// unseen: the state has what is gone, which azuread fails to delete before a refresh.
	unseen symptom = "status 404"
	// pending: all is right, but the state has an operation pending, which each command
	// warns of.
	pending symptom = "pending operation"
)

// outcome is what a cell comes to. With any symptom but unseen, recover puts all right: by
// itself, or when one thing was done by hand that it names.
type outcome struct {
	symptom symptom
	byHand  bool
}

// run has the fault happen to a copy of a stack, and the next command put it right, or
// recover and the next command.
func (c cell) run(ctx context.Context, from *start, recover, home string) (result outcome, err error) {
	s, err := from.stack.copy(filepath.Join(home, "stack"))
	if err != nil {
		return outcome{}, err
	}
	err = s.served(func() error {
		if err := c.strike(ctx, s); err != nil {
			return err
		}
		result, err = c.repair(ctx, s, from, recover)
		return err
	})
	return result, err
}

// strike has the fault happen.
func (c cell) strike(ctx context.Context, s *stack) error {
	if c.moment.command == "" {
		return c.deleteByHand(s)
	}
	_, signals := c.fault.inject(s.azure, azuresim.Fault{Verb: c.moment.verb, Type: c.kind.token, Name: c.resource})
	for range max(c.fault.azure.Times, 1) {
		// One thing at a time, so that a signal meets this operation and no other.
		if err := c.command(ctx, s, signals); err != nil {
			return err
		}
	}
	if unmet := s.azure.PendingFaults(); len(unmet) > 0 {
		return fmt.Errorf("no operation met %+v", unmet)
	}
	if c.fault.signal == syscall.SIGKILL {
		return s.pulumi(ctx, "cancel", "--yes") // the lock
	}
	return nil
}

// inject has the fault wait for an operation. It returns when that has met it, and when
// pulumi gets a signal.
func (f fault) inject(azure *azuresim.Azure, at azuresim.Fault) (met <-chan struct{}, signals []<-chan struct{}) {
	fault := f.azure
	fault.Verb, fault.Type, fault.Name = at.Verb, at.Type, at.Name
	if f.again {
		fault.Cancelled = make(chan struct{})
	}
	met = azure.Inject(fault)
	switch {
	case f.again:
		signals = []<-chan struct{}{met, fault.Cancelled}
	case f.signal != 0:
		signals = []<-chan struct{}{met}
	}
	return met, signals
}

// command types the moment's command and sends the signal at each of some moments. It
// wants it to fail, unless it only reads, or is interrupted: a destroy then ends well
// where its provider does.
func (c cell) command(ctx context.Context, s *stack, moments []<-chan struct{}) error {
	early, err := s.struck(ctx, c.fault.signal, moments, c.moment.command)
	switch {
	case early:
		return fmt.Errorf("pulumi %s ended before its signal: %w", c.moment.command, err)
	case c.fault.signal != syscall.SIGINT && (err == nil) != (c.moment.verb == "read"):
		return fmt.Errorf("pulumi %s: %w", c.moment.command, err)
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

// repair types the next command, and if that is not enough, with --refresh, or recover
// before it. Then it wants destroy to leave nothing.
func (c cell) repair(ctx context.Context, s *stack, from *start, recover string) (result outcome, err error) {
	if result.symptom, err = c.goOn(ctx, s, from); err != nil {
		return outcome{}, err
	}
	switch result.symptom {
	case converges:
	case unseen:
		if err := s.pulumi(ctx, c.moment.command, "--refresh"); err != nil {
			return outcome{}, err
		}
	default:
		if result.byHand, _, err = s.recover(ctx, recover); err != nil {
			return outcome{}, err
		}
		again, err := c.goOn(ctx, s, from)
		if err == nil && again != converges {
			err = errors.New(string(again))
		}
		if err != nil {
			return outcome{}, fmt.Errorf("%s, and after recover: %w", result.symptom, err)
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

// goOn types the next command and looks at what came of it.
func (c cell) goOn(ctx context.Context, s *stack, from *start) (symptom, error) {
	switch err := s.pulumi(ctx, c.next()...); {
	case says(err, "already exist", "already in use"):
		return exists, nil
	case says(err, "not found", "status 404"):
		return unseen, nil
	case err != nil:
		return "", err
	case c.next()[0] == "up":
		if result, err := c.holds(ctx, s, from); err != nil || result != converges {
			return result, err
		}
	}
	left, err := s.pending()
	if err != nil || len(left) == 0 {
		return converges, err
	}
	return pending, nil
}

func says(err error, words ...string) bool {
	return err != nil && slices.ContainsFunc(words, func(word string) bool { return strings.Contains(err.Error(), word) })
}

// accessEndsFirst wants of destroys that nobody could sign in to a cluster any more when it
// was deleted, and that the extension goes with it, which Azure does in minutes less.
func accessEndsFirst(destroys []azuresim.Operation) error {
	gone := false
	for _, done := range destroys {
		switch {
		case done.Verb != "delete" || done.Err != nil:
		case done.Type == azuresim.Cluster:
			gone = true
		case gone && done.Type == azuresim.FederatedCredential:
			return errors.New("a cluster was gone that Entra trusted still")
		case done.Type == azuresim.ArgoExtension:
			return errors.New("the extension was deleted, and not with the cluster")
		}
	}
	return nil
}

// holds wants another up to change nothing, Azure to be as without the fault, and users
// to sign in through the application that they had.
func (c cell) holds(ctx context.Context, s *stack, from *start) (symptom, error) {
	if err := s.pulumi(ctx, "up", "--expect-no-changes"); err != nil {
		return "", err
	}
	if len(s.azure.Inputs(azuresim.Application)) > 1 {
		return twice, nil
	}
	// For one that is gone, or that a refresh has forgotten, another one comes.
	lost := c.kind.name == "application" && (c.moment.name == "refresh" || c.moment.name == "up")
	if now := applications(s); !lost && from.application != "" && now != from.application {
		return "", fmt.Errorf("the application %s became %s", from.application, now)
	}
	if got := byMeaning(s.azure); !slices.Equal(got, from.want) {
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
