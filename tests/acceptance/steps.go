package acceptance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Step is an operation on the stack and its expected result. Each step depends on the
// earlier ones.
type Step struct {
	Name, About string
	// Minutes is the estimated duration on Azure.
	Minutes int
	// Slow steps run only on request.
	Slow bool
	// Set changes the configuration first. An empty value removes a key.
	Set map[string]string
	// Do is the operation, if any.
	Do Command
	// Want are the expected operations on resources.
	Want Operations
	// WantError is a part of the expected error.
	WantError string
	// Azure changes the expected facts. All others must stay.
	Azure func(*Facts)
	// Check is an additional check.
	Check func(context.Context, Target) error
}

// Command is an operation of Pulumi, such as Stack.Preview.
type Command func(Stack, context.Context) (map[string]int, error)

// Operations are the numbers of resources by operation, without unchanged ones.
type Operations map[string]int

// some is any number of resources, including none.
const some = -1

// updatesOnly allows updates for properties that Azure added to the state, but no creation,
// replacement or deletion.
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
		return "no changes"
	}
	return strings.Join(parts, ", ")
}

// check compares the operations with the actual ones.
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

// removes reports whether the operations delete resources.
func (o Operations) removes() bool { return o["delete"] != 0 || o["replace"] != 0 }

// up deploys the stack and checks that a preview has no changes.
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
		return nil, fmt.Errorf("preview after up: %w", err)
	}
	return done, nil
}

// reimport clears the state, imports all resources and previews.
func reimport(s Stack, ctx context.Context) (map[string]int, error) {
	if err := s.Reimport(ctx); err != nil {
		return nil, err
	}
	return s.Preview(ctx)
}
