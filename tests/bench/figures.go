package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// figure is a number, and how it is measured. docs/performance.md explains each.
type figure struct {
	name, unit string
	// goal is what it may come to at most, 0 for none.
	goal    float64
	measure measure
}

// measure takes what it needs from the lab, and returns a figure's value.
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

// measured is a figure with its value.
type measured struct {
	figure
	value float64
}

// figures are all of them, in the order in which they are measured. What several
// need, such as the life of a stack, the lab does once.
var figures = slices.Concat([]figure{
	{"up_dev", "s", 0, of("dev", (*life).deployment)},
	{"up_prod", "s", 0, of("prod", (*life).deployment)},
	{"makespan_dev", "x", 1.02, of("dev", (*life).makespan)},
	{"makespan_prod", "x", 1.02, of("prod", (*life).makespan)},
	{"makespan_vs_guide", "x", 1, of("dev", (*life).makespanOverGuide)},
	{"destroy_dev", "x", 1.02, of("dev", (*life).destruction)},
	{"destroy_prod", "x", 1.02, of("prod", (*life).destruction)},
	{"destroy_dev_saved", "s", 0, of("dev", (*life).saved)},
	{"destroy_prod_saved", "s", 0, of("prod", (*life).saved)},
	{"destroy_vs_guide", "x", 1, of("dev", (*life).destructionOverGuide)},
	{"preview_noop", "x", 1.15, editing(func(e *edit) float64 { return e.preview.over(wall) })},
	{"preview_noop_cpu", "x", 1.2, editing(func(e *edit) float64 { return e.preview.over(cpu) })},
	{"preview_noop_time", "s", 0, editing(func(e *edit) float64 { return e.preview.seconds() })},
	{"up_noop", "x", 1.15, editing(func(e *edit) float64 { return e.up.over(wall) })},
	{"up_noop_cpu", "x", 1.2, editing(func(e *edit) float64 { return e.up.over(cpu) })},
	{"up_noop_time", "s", 0, editing(func(e *edit) float64 { return e.up.seconds() })},
}, parts(), []figure{
	{"signin_browser", "ms", 0, visiting(func(v *visit) float64 { return v.browser.milliseconds() })},
	{"signin_browser_requests", "requests", 0, visiting(func(v *visit) float64 { return v.browser.asked() })},
	{"signin_cli", "ms", 0, visiting(func(v *visit) float64 { return v.cli.milliseconds() })},
	{"signin_cli_requests", "requests", 0, visiting(func(v *visit) float64 { return v.cli.asked() })},
	{"verify", "ms", 0, visiting(func(v *visit) float64 { return v.verify.milliseconds() })},
}, crowds(), []figure{
	{"roles_growth_preview", "power", 1.1, growth(false, func(m *crowded) usage { return m.preview })},
	{"roles_growth_up", "power", 0, growth(false, func(m *crowded) usage { return m.up })},
	{"roles_growth_up_at_once", "power", 1.1, growth(true, func(m *crowded) usage { return m.up })},
}, fleets(), firstBuilds())

// chosen are the figures whose names begin so; without a prefix those that do not take
// too long.
func chosen(prefix string) ([]figure, error) {
	if prefix == "" {
		return figures, nil
	}
	var all []figure
	for _, f := range slices.Concat(figures, freshMachine) {
		if strings.HasPrefix(f.name, prefix) {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no figure begins with %q", prefix)
	}
	return all, nil
}

// missed says whether a figure is beyond its goal.
func (m measured) missed() bool { return m.goal > 0 && m.value > m.goal }

// String is the line that other programs read.
func (m measured) String() string {
	return fmt.Sprintf("BENCH %s %s %s %s", m.name, number(m.value), m.unit, m.goalText())
}

func (m measured) goalText() string {
	if m.goal == 0 {
		return "-"
	}
	return number(m.goal)
}

// number has three decimals at most.
func number(value float64) string {
	return strconv.FormatFloat(math.Round(value*1000)/1000, 'f', -1, 64)
}
