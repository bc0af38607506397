package faults

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
)

// generator makes up steps.
type generator struct {
	*rand.Rand
	left int
	made sequence
	// settled are the options that cannot change back.
	settled map[string]bool
}

// generate makes a generator of the sequence of a seed.
func generate(seed uint64) *generator {
	r := rand.New(rand.NewPCG(seed, 0))
	g := &generator{Rand: r, left: 3 + r.IntN(6), settled: map[string]bool{}}
	g.made.Stack = []string{"dev", "prod"}[g.IntN(2)]
	return g
}

// next makes up a step for a stack as it stands, nil at the end.
func (g *generator) next(ctx context.Context, l *life) (*step, error) {
	if g.left--; g.left < 0 {
		return nil, nil
	}
	made, err := step{Run: "up"}, error(nil)
	if len(g.made.Steps) > 0 || g.IntN(3) == 0 {
		made, err = g.step(ctx, l)
	}
	g.made.Steps = append(g.made.Steps, made)
	return &made, err
}

func (g *generator) step(ctx context.Context, l *life) (step, error) {
	unknown, gone, err := l.apart()
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
	case len(unknown) > 0 || g.IntN(10) < 6: // before a recovery nothing else is done
		return g.up(ctx, l, len(unknown) == 0)
	}
	return g.other(l)
}

// up is one that may change something.
func (g *generator) up(ctx context.Context, l *life, change bool) (step, error) {
	made := step{Run: "up"}
	if change && g.IntN(5) > 0 {
		made.Set = g.change(l)
	}
	if g.IntN(4) == 0 {
		return made, nil
	}
	if err := l.configure(made.Set); err != nil {
		return made, err
	}
	plan, err := l.plan(ctx)
	g.strike(&made, plan)
	return made, err
}

// other is a step that is no up.
func (g *generator) other(l *life) (step, error) {
	there, err := l.each("delete")
	reads, readErr := l.each("read")
	if err := errors.Join(err, readErr); err != nil {
		return step{}, err
	}
	made := step{Run: []string{"preview", "refresh", "destroy"}[g.IntN(3)]}
	switch {
	case len(there) == 0:
	case g.IntN(4) == 0:
		made = step{Run: "delete", At: there[g.IntN(len(there))].name}
	case made.Run == "refresh" && g.IntN(2) == 0:
		g.strike(&made, reads)
	case made.Run == "destroy" && g.IntN(3) > 0:
		g.strike(&made, there)
	}
	return made, nil
}

// change gives some options other choices.
func (g *generator) change(l *life) map[string]any {
	set := map[string]any{}
	for range 1 + g.IntN(3) {
		o := options[g.IntN(len(options))]
		if o.stack != "" && o.stack != g.made.Stack || g.settled[o.name] {
			continue
		}
		n := g.IntN(len(o.choices) + 1)
		if n == len(o.choices) && o.forGood {
			continue
		}
		for _, path := range o.paths() {
			set[path] = l.base[path]
		}
		if n < len(o.choices) {
			maps.Copy(set, o.choices[n])
			g.settled[o.name] = o.forGood
		}
	}
	return set
}

// strike has a fault happen to one of some operations.
func (g *generator) strike(made *step, operations []operation) {
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
		made.Fault, made.At = fit[g.IntN(len(fit))].name, at.verb+" "+at.name
	}
}

// paths are all that an option sets.
func (o option) paths() []string {
	all := map[string]any{}
	for _, choice := range o.choices {
		maps.Copy(all, choice)
	}
	return slices.Sorted(maps.Keys(all))
}
