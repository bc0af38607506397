package acceptance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Step is one thing that is done to the stack, and what must come of it. Each
// builds on those before it.
type Step struct {
	Name, About string
	// Minutes is about how long it takes on Azure.
	Minutes int
	// Slow leaves the step out unless it is asked for.
	Slow bool
	// Set changes the configuration first; an empty value takes a key away.
	Set map[string]string
	// Do is what is done then; nil is nothing.
	Do Command
	// Want is what Do does to resources.
	Want Operations
	// Refused is in the error that Do must end with.
	Refused string
	// Azure says what is then different on Azure. All else must stay.
	Azure func(*Facts)
	// Look checks more.
	Look func(context.Context, Judge) error
}

// Command is a command of Pulumi's, such as Stack.Preview.
type Command func(Stack, context.Context) (map[string]int, error)

// Operations are the numbers of resources by operation, without those that stay
// the same.
type Operations map[string]int

// some is any number of resources, also none.
const some = -1

// updatesOnly is for what Azure may have put into the state on its own: nothing
// is created, replaced or deleted for it.
var updatesOnly = Operations{"update": some}

func (o Operations) String() string {
	var parts []string
	for _, operation := range slices.Sorted(maps.Keys(o)) {
		if o[operation] == some {
			parts = append(parts, operation+"s only")
		} else {
			parts = append(parts, fmt.Sprintf("%s %d", operation, o[operation]))
		}
	}
	if len(parts) == 0 {
		return "all the same"
	}
	return strings.Join(parts, ", ")
}

// check compares what was done.
func (o Operations) check(done map[string]int) error {
	for _, operation := range slices.Sorted(maps.Keys(done)) {
		if n := done[operation]; operation != "same" && n != o[operation] && o[operation] != some {
			return fmt.Errorf("%s of %d resources, want %s: %v", operation, n, o, done)
		}
	}
	for operation, n := range o {
		if n != some && done[operation] != n {
			return fmt.Errorf("%s of %d resources, want %s: %v", operation, done[operation], o, done)
		}
	}
	return nil
}

// removes says whether something that existed may be gone.
func (o Operations) removes() bool { return o["delete"] != 0 || o["replace"] != 0 }

// up deploys; a preview has nothing left to do then.
func up(s Stack, ctx context.Context) (map[string]int, error) {
	done, err := s.Up(ctx)
	if err != nil {
		return nil, err
	}
	left, err := s.Preview(ctx)
	if err != nil {
		return nil, fmt.Errorf("preview after up: %w", err)
	}
	if err := (Operations{}).check(left); err != nil {
		return nil, fmt.Errorf("up has left something to do: %w", err)
	}
	return done, nil
}

// takeOver has Pulumi forget everything, imports it and previews.
func takeOver(s Stack, ctx context.Context) (map[string]int, error) {
	if err := s.Reimport(ctx); err != nil {
		return nil, err
	}
	return s.Preview(ctx)
}
