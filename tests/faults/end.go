package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// end checks that the next command repairs the stack with its current configuration.
func (l *sequenceRun) end(ctx context.Context) error {
	if err := l.configure(map[string]any{"protect": nil}); err != nil {
		return err
	}
	_, gone, err := l.diverged()
	if err != nil {
		return err
	}
	args := []string{"up"}
	if len(gone) > 0 {
		args = append(args, "--refresh")
	}
	failed := l.pulumi(ctx, args...)
	if err := l.allow(ctx, failed); err != nil {
		return err
	}
	recovered, err := l.recoverIfNeeded(ctx)
	if err == nil && (recovered || failed != nil) {
		err = l.pulumi(ctx, "up")
	}
	if err == nil && recovered && l.again {
		err = l.runRecover(ctx)
	}
	if err != nil {
		return err
	}
	if err := l.checkResult(ctx); err != nil {
		return err
	}
	if err := l.pulumi(ctx, "destroy"); err != nil {
		return err
	}
	if unknown, _, err := l.diverged(); err != nil || len(unknown) > 0 {
		return errors.Join(err, fmt.Errorf("destroy left %v", unknown))
	}
	return nil
}

// allow returns unexpected errors. It removes the protection after an error about protected
// resources.
func (l *sequenceRun) allow(ctx context.Context, err error) error {
	if matches(err, protection...) {
		l.needs[refused]++
		return l.pulumi(ctx, "state", "unprotect", "--all", "--yes")
	}
	return l.unexpected(err)
}

// recoverIfNeeded runs recover if the next command alone cannot repair the stack.
func (l *sequenceRun) recoverIfNeeded(ctx context.Context) (bool, error) {
	unknown, _, err := l.diverged()
	if err != nil {
		return false, err
	}
	left, err := l.pending()
	switch {
	case err != nil:
		return false, err
	case len(unknown) > 0:
		l.needs[exists]++
	case len(left) > 0:
		l.needs[pending]++
	default:
		return false, nil
	}
	return true, l.runRecover(ctx)
}

// errForeign is returned for an object that recover does not adopt because it may belong to
// another stack.
var errForeign = errors.New("it may be another's")

// runRecover runs recover.
func (l *sequenceRun) runRecover(ctx context.Context) error {
	deleted, again, err := l.stack.recover(ctx, l.empty.recover)
	l.again = again
	if deleted {
		l.needs[byHand]++
	}
	if matches(err, "exists and may be another's") {
		l.needs[foreign]++
		return errForeign
	}
	return err
}

// checkResult checks that another up changes nothing, and that Azure is the same as for a new
// stack with this configuration.
func (l *sequenceRun) checkResult(ctx context.Context) error {
	if err := l.pulumi(ctx, "up", "--expect-no-changes"); err != nil {
		return err
	}
	fresh, err := l.empty.copy(l.name, l.home+"-fresh")
	if err != nil {
		return err
	}
	config, err := os.ReadFile(l.file())
	if err == nil {
		err = os.WriteFile(fresh.file(), config, 0o600)
	}
	if err != nil {
		return err
	}
	if err := fresh.serve(func() error { return fresh.pulumi(ctx, "up") }); err != nil {
		return err
	}
	want, got := withoutIdle(normalized(fresh.azure)), withoutIdle(normalized(l.azure))
	if !slices.Equal(got, want) {
		return errors.New("Azure differs from a new stack:\n" + difference(want, got))
	}
	return nil
}

// idle matches cluster properties that can remain without effect: the interval of a
// disabled image cleaner, and the simulation's profile of nonexistent Windows nodes.
var idle = regexp.MustCompile(`^cluster .*\.(securityProfile\.imageCleaner\.intervalHours|windowsProfile\.\w+) = `)

func withoutIdle(lines []string) []string {
	off := map[string]bool{}
	for _, line := range lines {
		if name, found := strings.CutSuffix(line, ".securityProfile.imageCleaner.enabled = false"); found {
			off[name] = true
		}
	}
	return slices.DeleteFunc(lines, func(line string) bool {
		name, _, _ := strings.Cut(line, ".")
		return idle.MatchString(line) && (off[name] || strings.Contains(line, ".windowsProfile."))
	})
}
