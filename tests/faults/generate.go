package faults

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
)

// generator generates random steps.
type generator struct {
	*rand.Rand
	left      int
	generated sequence
	// fixed are the options that cannot change back.
	fixed map[string]bool
}

// generate returns the generator of a seed.
func generate(seed uint64) *generator {
	r := rand.New(rand.NewPCG(seed, 0))
	g := &generator{Rand: r, left: 3 + r.IntN(6), fixed: map[string]bool{}}
	g.generated.Stack = []string{"dev", "prod"}[g.IntN(2)]
	return g
}

// next returns a step for the current stack, or nil at the end.
func (g *generator) next(ctx context.Context, l *sequenceRun) (*step, error) {
	if g.left--; g.left < 0 {
		return nil, nil
	}
	generated, err := step{Run: "up"}, error(nil)
	if len(g.generated.Steps) > 0 || g.IntN(3) == 0 {
		generated, err = g.step(ctx, l)
	}
	g.generated.Steps = append(g.generated.Steps, generated)
	return &generated, err
}

func (g *generator) step(ctx context.Context, l *sequenceRun) (step, error) {
	unknown, gone, err := l.diverged()
	if err != nil {
		return step{}, err
	}
	left, err := l.pending()
	switch {
	case err != nil:
		return step{}, err
	case len(unknown)+len(left) > 0 && g.IntN(2) == 0:
		return step{Run: "recover"}, nil
	case len(gone) > 0 && g.IntN(3) == 0:
		return step{Run: []string{"up --refresh", "destroy --refresh"}[g.IntN(2)]}, nil
	case len(unknown) > 0 || g.IntN(10) < 6: // nothing but a recovery may change objects that the state lacks
		return g.up(ctx, l, len(unknown) == 0)
	}
	return g.other(l)
}

// up returns an up, with a change of the configuration if change is true.
func (g *generator) up(ctx context.Context, l *sequenceRun, change bool) (step, error) {
	generated := step{Run: "up"}
	if change && g.IntN(5) > 0 {
		generated.Set = g.change(l)
	}
	if g.IntN(4) == 0 {
		return generated, nil
	}
	if err := l.configure(generated.Set); err != nil {
		return generated, err
	}
	plan, err := l.plan(ctx)
	g.addFault(&generated, plan)
	return generated, err
}

// other returns a step that is not an up.
func (g *generator) other(l *sequenceRun) (step, error) {
	there, err := l.each("delete")
	reads, readErr := l.each("read")
	if err := errors.Join(err, readErr); err != nil {
		return step{}, err
	}
	generated := step{Run: []string{"preview", "refresh", "destroy"}[g.IntN(3)]}
	switch {
	case len(there) == 0:
	case g.IntN(4) == 0:
		generated = step{Run: "delete", At: there[g.IntN(len(there))].name}
	case generated.Run == "refresh" && g.IntN(2) == 0:
		g.addFault(&generated, reads)
	case generated.Run == "destroy" && g.IntN(3) > 0:
		g.addFault(&generated, there)
	}
	return generated, nil
}

// change returns other choices of some options.
func (g *generator) change(l *sequenceRun) map[string]any {
	set := map[string]any{}
	for range 1 + g.IntN(3) {
		o := options[g.IntN(len(options))]
		if o.stack != "" && o.stack != g.generated.Stack || g.fixed[o.name] {
			continue
		}
		n := g.IntN(len(o.choices) + 1)
		if n == len(o.choices) && o.irreversible {
			continue
		}
		for _, path := range o.paths() {
			set[path] = l.base[path]
		}
		if n < len(o.choices) {
			maps.Copy(set, o.choices[n])
			g.fixed[o.name] = o.irreversible
		}
	}
	return set
}

// addFault adds a fault during one of the operations to a step.
func (g *generator) addFault(generated *step, operations []operation) {
	if len(operations) == 0 {
		return
	}
	at := operations[g.IntN(len(operations))]
	var fit []fault
	for _, f := range faults {
		is := func(k kind) bool { return k.token == at.token && slices.Contains(f.to, k.name) }
		if slices.Contains(f.of, at.verb) && (f.to == nil || slices.ContainsFunc(kinds, is)) {
			fit = append(fit, f)
		}
	}
	if len(fit) > 0 {
		generated.Fault, generated.At = fit[g.IntN(len(fit))].name, at.verb+" "+at.name
	}
}

// paths returns all paths that an option sets.
func (o option) paths() []string {
	all := map[string]any{}
	for _, choice := range o.choices {
		maps.Copy(all, choice)
	}
	return slices.Sorted(maps.Keys(all))
}
