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
	// goal is the maximum, 0 for none.
	goal    float64
	measure measure
}

// measure returns a figure's value.
type measure func(ctx context.Context, l *lab) (float64, error)

// from is a value of what the lab measures once for several figures.
func from[T any](once func(context.Context, *lab) (T, error), value func(T) float64) measure {
	return func(ctx context.Context, l *lab) (float64, error) {
		all, err := once(ctx, l)
		if err != nil {
			return 0, err
		}
		return value(all), nil
	}
}

// measured is a figure and its value.
type measured struct {
	figure
	value float64
}

// figures are all of them, in the order in which they are measured. What several
// need, such as the life of a stack, the lab does once.
var figures = []figure{
	{"up_dev", "s", 0, of("dev", (*life).deployment)},
	{"up_prod", "s", 0, of("prod", (*life).deployment)},
	{"makespan_dev", "x", 1.02, of("dev", (*life).makespan)},
	{"makespan_prod", "x", 1.02, of("prod", (*life).makespan)},
	{"makespan_vs_guide", "x", 1, of("dev", (*life).makespanOverGuide)},
	{"destroy_dev", "x", 1.02, of("dev", (*life).destruction)},
	{"destroy_prod", "x", 1.02, of("prod", (*life).destruction)},
	{"destroy_vs_guide", "x", 1, of("dev", (*life).destructionOverGuide)},
	{"noop_registrations", "registrations", 12, noop(func(a asked) float64 { return a.registrations })},
	{"noop_lookups", "lookups", 4, noop(func(a asked) float64 { return a.lookups })},
	{"role_registrations", "registrations", 1, perRole(func(m *mapped) float64 { return m.preview.registrations })},
	{"role_lookups", "lookups", 1, perRole(func(m *mapped) float64 { return m.preview.lookups })},
	{"role_settings", "B", 60, perRole(func(m *mapped) float64 { return m.settings })},
	{"roles_growth", "power", 1.3, growth},
	{"signin_browser", "requests", 7, visiting(func(v *visit) int64 { return v.browser })},
	{"signin_cli", "requests", 7, visiting(func(v *visit) int64 { return v.cli })},
	{"verify", "requests", 9, visiting(func(v *visit) int64 { return v.verify })},
	{"first_build", "MB", 4.5, beyond(emptyBuild, programBuild)},
	{"fresh_machine_preview", "MB", 80, compiling(demoBuild)},
	{"fresh_machine", "MB", 142, compiling(demoBuild, argocdBuild)},
}

// chosen are the figures whose names begin so, all without a prefix.
func chosen(prefix string) ([]figure, error) {
	all := slices.DeleteFunc(slices.Clone(figures), func(f figure) bool { return !strings.HasPrefix(f.name, prefix) })
	if len(all) == 0 {
		return nil, fmt.Errorf("no figure begins with %q", prefix)
	}
	return all, nil
}

// missed reports whether a figure exceeds its maximum.
func (m measured) missed() bool { return m.goal > 0 && m.value > m.goal }

// String returns the line that other programs parse.
func (m measured) String() string {
	return fmt.Sprintf("BENCH %s %s %s %s", m.name, number(m.value), m.unit, m.goalText())
}

func (m measured) goalText() string {
	if m.goal == 0 {
		return "-"
	}
	return number(m.goal)
}

// number formats a value with at most three decimals.
func number(value float64) string {
	return strconv.FormatFloat(math.Round(value*1000)/1000, 'f', -1, 64)
}
