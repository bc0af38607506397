package stack

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"argocd-on-aks/infra/internal/problem"
)

// report collects what is wrong with the configuration, by key.
type report struct {
	stack  string
	errs   []error
	failed map[string]bool
}

func newReport(stack string) *report { return &report{stack: stack, failed: map[string]bool{}} }

func (r *report) fail(key, format string, args ...any) {
	r.failed[key] = true
	r.errs = append(r.errs, fmt.Errorf("  argocd-on-aks:%s "+format, append([]any{key}, args...)...))
}

// add reports the problems of a component's arguments under the keys that they
// come from, but for those of keys that are wrong already.
func (r *report) add(problems problem.List, keyOf func(field string) string) {
	known := maps.Clone(r.failed)
	for _, p := range problems {
		key := keyOf(p.Path)
		parent, _, _ := strings.Cut(key, ".")
		if !known[key] && !known[parent] {
			r.fail(key, "%w", p.Err)
		}
	}
}

// err is nil when nothing is wrong.
func (r *report) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return fmt.Errorf("configuration of stack %s:\n%w", r.stack, errors.Join(r.errs...))
}
