package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// figure is a named measurement. docs/internals/performance.md defines each.
type figure struct {
	name, unit string
	// maximum is 0 for figures without a limit.
	maximum float64
	measure measure
}

// measure returns a figure's value.
type measure func(ctx context.Context, l *runner) (float64, error)

// derived returns a figure derived from a measurement that several figures share.
func derived[T any](once func(context.Context, *runner) (T, error), value func(T) float64) measure {
	return func(ctx context.Context, l *runner) (float64, error) {
		all, err := once(ctx, l)
		if err != nil {
			return 0, err
		}
		return value(all), nil
	}
}

// measured is a figure with its value.
type measured struct {
	figure
	value float64
}

// figures are listed in the order in which they are measured.
var figures = []figure{
	{"up_dev", "s", 0, stackFigure("dev", (*lifecycle).deployment)},
	{"up_prod", "s", 0, stackFigure("prod", (*lifecycle).deployment)},
	{"makespan_dev", "x", 1.02, stackFigure("dev", (*lifecycle).makespan)},
	{"makespan_prod", "x", 1.02, stackFigure("prod", (*lifecycle).makespan)},
	{"makespan_vs_guide", "x", 1, stackFigure("dev", (*lifecycle).makespanOverGuide)},
	// The cluster is deleted after its federated credential, which azuread deletes for 21 seconds,
	// and the engine deletes assignments and consent one after another.
	{"destroy_dev", "x", 1.1, stackFigure("dev", (*lifecycle).destruction)},
	{"destroy_prod", "x", 1.1, stackFigure("prod", (*lifecycle).destruction)},
	{"destroy_vs_guide", "x", 1, stackFigure("dev", (*lifecycle).destructionOverGuide)},
	{"noop_registrations", "registrations", 12, noop(func(a requests) float64 { return a.registrations })},
	{"noop_lookups", "lookups", 4, noop(func(a requests) float64 { return a.lookups })},
	{"role_registrations", "registrations", 1, perRole(func(m *roleUsage) float64 { return m.preview.registrations })},
	{"role_lookups", "lookups", 1, perRole(func(m *roleUsage) float64 { return m.preview.lookups })},
	{"role_settings", "B", 60, perRole(func(m *roleUsage) float64 { return m.settings })},
	{"roles_growth", "power", 1.3, growth},
	{"signin_browser", "requests", 7, signIn(func(v *signInRequests) int64 { return v.browser })},
	{"signin_cli", "requests", 7, signIn(func(v *signInRequests) int64 { return v.cli })},
	{"verify", "requests", 9, signIn(func(v *signInRequests) int64 { return v.verify })},
	{"first_build", "MB", 4.5, additional(emptyBuild, programBuild)},
	{"fresh_machine_preview", "MB", 80, sourceSize(demoBuild)},
	{"fresh_machine", "MB", 142, sourceSize(demoBuild, argocdBuild)},
}

// selected returns the figures whose names begin with a prefix.
func selected(prefix string) ([]figure, error) {
	all := slices.DeleteFunc(slices.Clone(figures), func(f figure) bool { return !strings.HasPrefix(f.name, prefix) })
	if len(all) == 0 {
		return nil, fmt.Errorf("no figure has the prefix %q", prefix)
	}
	return all, nil
}

// exceeded reports whether a figure exceeds its maximum.
func (m measured) exceeded() bool { return m.maximum > 0 && m.value > m.maximum }

// String returns the line that other programs parse.
func (m measured) String() string {
	return fmt.Sprintf("BENCH %s %s %s %s", m.name, number(m.value), m.unit, m.maximumText())
}

func (m measured) maximumText() string {
	if m.maximum == 0 {
		return "-"
	}
	return number(m.maximum)
}

// number formats a value with at most three decimals.
func number(value float64) string {
	return strconv.FormatFloat(math.Round(value*1000)/1000, 'f', -1, 64)
}
