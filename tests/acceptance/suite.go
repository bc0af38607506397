package acceptance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// RunTests goes through all steps, a subtest each, up to the first that fails. The report
// names that step.
func RunTests(ctx context.Context, t *testing.T, judge Judge) *Report {
	report := &Report{Date: time.Now(), Region: judge.Config.Region}
	t.Cleanup(func() { t.Logf("for docs/internals/acceptance-log.md:\n%s", report) })
	judge.report = report
	r := &run{Judge: judge}
	for i, step := range Steps(judge.Config) {
		name := fmt.Sprintf("%02d %s", i+1, step.Name)
		report.Result = "failed: " + name
		passed := t.Run(name, func(t *testing.T) {
			if step.Slow && !judge.Slow {
				t.Skip("left out: it takes long")
			}
			err := r.do(ctx, step)
			var leftOut LeftOut
			if errors.As(err, &leftOut) {
				t.Skip(leftOut)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		if !passed {
			t.Fatalf("stopped: the steps after %q build on it", step.Name)
		}
	}
	report.Result = "passed"
	return report
}

// run is how far a stack has come.
type run struct {
	Judge
	want Facts
	ids  []string
}

func (r *run) do(ctx context.Context, step Step) error {
	for _, key := range slices.Sorted(maps.Keys(step.Set)) {
		if err := r.Stack.Set(ctx, key, step.Set[key]); err != nil {
			return fmt.Errorf("setting %s: %w", key, err)
		}
	}
	if step.Do != nil {
		done, err := step.Do(r.Stack, ctx)
		if err := step.checkResult(done, err); err != nil {
			return err
		}
	}
	if step.Azure != nil {
		step.Azure(&r.want)
	}
	if err := Eventually(ctx, r.Patience, func() error { return r.compare(ctx, step.Want.removes()) }); err != nil {
		return err
	}
	if step.Look == nil {
		return nil
	}
	return Eventually(ctx, r.Patience, func() error { return step.Look(ctx, r.Judge) })
}

func (s Step) checkResult(done map[string]int, err error) error {
	switch {
	case s.Refused == "" && err != nil:
		return err
	case s.Refused == "":
		return s.Want.check(done)
	case err == nil:
		return fmt.Errorf("went through, want a refusal with %q", s.Refused)
	case !strings.Contains(err.Error(), s.Refused):
		return fmt.Errorf("want a refusal with %q, got: %w", s.Refused, err)
	}
	return nil
}

// compare has Azure itself say that it is as the steps so far have left it, and
// that nothing is gone that no step has removed.
func (r *run) compare(ctx context.Context, removes bool) error {
	got, ids, err := r.facts(ctx)
	if err != nil {
		return err
	}
	want := r.want
	if want.Deployed {
		if got.ClientID == "" || got.Issuer == "" {
			return fmt.Errorf("azure has no client ID or no issuer: %+v", got)
		}
		if want.ClientID == "" { // a new application's
			want.ClientID = got.ClientID
		}
		if want.Issuer == "" { // a new cluster's
			want.Issuer = got.Issuer
		}
		want.TrustedIssuers = []string{want.Issuer}
	}
	if err := got.differ(want); err != nil {
		return err
	}
	for _, id := range r.ids {
		if !removes && !slices.Contains(ids, id) {
			return fmt.Errorf("%s is gone", id)
		}
	}
	r.want, r.ids = want, ids
	return nil
}

// Eventually repeats a check until it passes, for as long as patience lasts. What
// is left out is not tried again.
func Eventually(ctx context.Context, patience time.Duration, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(15 * time.Second)
	defer tick.Stop()
	for {
		err := check()
		var leftOut LeftOut
		if err == nil || errors.As(err, &leftOut) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}
