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

// end wants the next command to put all right, with the configuration as it is.
func (l *life) end(ctx context.Context) error {
	if err := l.configure(map[string]any{"protect": nil}); err != nil {
		return err
	}
	_, gone, err := l.apart()
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
	rescued, err := l.rescued(ctx)
	if err == nil && (rescued || failed != nil) {
		err = l.pulumi(ctx, "up")
	}
	if err == nil && rescued && l.again {
		err = l.rescue(ctx)
	}
	if err != nil {
		return err
	}
	if err := l.holds(ctx); err != nil {
		return err
	}
	if err := l.pulumi(ctx, "destroy"); err != nil {
		return err
	}
	if unknown, _, err := l.apart(); err != nil || len(unknown) > 0 {
		return errors.Join(err, fmt.Errorf("destroy left %v", unknown))
	}
	return nil
}

// allow is an error, unless it is of those that are excused. What is protected is no
// longer.
func (l *life) allow(ctx context.Context, err error) error {
	if says(err, protection...) {
		l.needs[refused]++
		return l.pulumi(ctx, "state", "unprotect", "--all", "--yes")
	}
	return l.excused(err)
}

// rescued has make recover do what a plain command cannot, if there is something.
func (l *life) rescued(ctx context.Context) (bool, error) {
	unknown, _, err := l.apart()
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
	return true, l.rescue(ctx)
}

// errOthers: what recover will not adopt, as it may be another's, somebody looks into.
var errOthers = errors.New("it may be another's")

// rescue makes recover.
func (l *life) rescue(ctx context.Context) error {
	deleted, again, err := l.stack.recover(ctx, l.blanks.recover)
	l.again = again
	if deleted {
		l.needs[byHand]++
	}
	if says(err, "exists and may be another's") {
		l.needs[others]++
		return errOthers
	}
	return err
}

// holds wants another up to change nothing, and Azure to be as a new stack makes it that
// has the configuration from the beginning.
func (l *life) holds(ctx context.Context) error {
	if err := l.pulumi(ctx, "up", "--expect-no-changes"); err != nil {
		return err
	}
	fresh, err := l.blanks.copy(l.name, l.home+"-fresh")
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
	if err := fresh.served(func() error { return fresh.pulumi(ctx, "up") }); err != nil {
		return err
	}
	want, got := withoutIdle(byMeaning(fresh.azure)), withoutIdle(byMeaning(l.azure))
	if !slices.Equal(got, want) {
		return errors.New("Azure is not as a new stack makes it:\n" + difference(want, got))
	}
	return nil
}

// idle is what a cluster's history may leave in it, to no effect: how often a cleaner
// that is off would run, and, of the simulation alone, the profile of Windows nodes that
// there are none of.
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
