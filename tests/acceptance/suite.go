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

// RunTests runs each step as a subtest, up to the first failure, which the report names.
func RunTests(ctx context.Context, t *testing.T, target Target) *Report {
	report := &Report{Date: time.Now(), Region: target.Config.Region}
	t.Cleanup(func() { t.Logf("for docs/internals/acceptance-log.md:\n%s", report) })
	target.report = report
	r := &run{Target: target}
	for i, step := range Steps(target.Config) {
		name := fmt.Sprintf("%02d %s", i+1, step.Name)
		report.Result = "failed: " + name
		passed := t.Run(name, func(t *testing.T) {
			if step.Slow && !target.Slow {
				t.Skip("slow step; set ACCEPTANCE_SLOW=1")
			}
			err := r.do(ctx, step)
			var skipped Skipped
			if errors.As(err, &skipped) {
				t.Skip(skipped)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		if !passed {
			t.Fatalf("stopped: later steps depend on %q", step.Name)
		}
	}
	report.Result = "passed"
	return report
}

// run is the progress of a run.
type run struct {
	Target
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
	if step.Check == nil {
		return nil
	}
	return Eventually(ctx, r.Patience, func() error { return step.Check(ctx, r.Target) })
}

func (s Step) checkResult(done map[string]int, err error) error {
	switch {
	case s.WantError == "" && err != nil:
		return err
	case s.WantError == "":
		return s.Want.check(done)
	case err == nil:
		return fmt.Errorf("succeeded, want an error with %q", s.WantError)
	case !strings.Contains(err.Error(), s.WantError):
		return fmt.Errorf("want an error with %q, got: %w", s.WantError, err)
	}
	return nil
}

// compare checks that Azure is as expected after the steps so far, and that no object is
// missing that no step deleted.
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
		if want.ClientID == "" { // new application
			want.ClientID = got.ClientID
		}
		if want.Issuer == "" { // new cluster
			want.Issuer = got.Issuer
		}
		want.TrustedIssuers = []string{want.Issuer}
	}
	if err := got.differ(want); err != nil {
		return err
	}
	for _, id := range r.ids {
		if !removes && !slices.Contains(ids, id) {
			return fmt.Errorf("%s is missing", id)
		}
	}
	r.want, r.ids = want, ids
	return nil
}

// Eventually repeats a check until it passes, for at most patience. It does not repeat
// skipped checks.
func Eventually(ctx context.Context, patience time.Duration, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(15 * time.Second)
	defer tick.Stop()
	for {
		err := check()
		var skipped Skipped
		if err == nil || errors.As(err, &skipped) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}
