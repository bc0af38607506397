package faults

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// start is a stack before a fault, and Azure's objects after a run without one.
type start struct {
	stack *stack
	want  []string
	// application is the ID of the stack's application, if it exists.
	application string
}

// starts returns each stack in each initial state, created on first use.
type starts map[string]func() (*start, error)

func newStarts(ctx context.Context, home string) starts {
	all := starts{}
	for name := range resourcesOf {
		fresh := sync.OnceValues(func() (*stack, error) { return initialize(ctx, name, filepath.Join(home, name)) })
		deployed := sync.OnceValues(func() (*stack, error) {
			s, err := fresh()
			if err != nil {
				return nil, err
			}
			return s.copyAfter(filepath.Join(home, name+"-first"), func(s *stack) error {
				return errors.Join(s.pulumi(ctx, "up"), s.checkComplete())
			})
		})
		for key, b := range initialStates {
			all[name+" "+key] = sync.OnceValues(func() (*start, error) {
				from := fresh
				if b.deployed {
					from = deployed
				}
				s, err := from()
				if err != nil {
					return nil, err
				}
				return s.begin(ctx, b, filepath.Join(home, name+"-"+key))
			})
		}
	}
	return all
}

// of returns the start of a cell.
func (s starts) of(c cell) (*start, error) { return s[c.stack+" "+c.moment.from]() }

// checkComplete checks that the matrix has all deployed resources.
func (s *stack) checkComplete() error {
	deployed, err := s.each("create")
	if err != nil {
		return err
	}
	missing := []string{}
	for _, o := range deployed {
		missing = append(missing, o.name)
	}
	for _, names := range resourcesOf[s.name] {
		missing = slices.DeleteFunc(missing, func(name string) bool { return slices.Contains(names, name) })
	}
	if len(missing) > 0 {
		return fmt.Errorf("the matrix lacks %s", strings.Join(missing, ", "))
	}
	return nil
}

// copyAfter returns a copy of a stack after work.
func (s *stack) copyAfter(home string, work func(*stack) error) (*stack, error) {
	copied, err := s.copy(home)
	if err != nil {
		return nil, err
	}
	return copied, copied.serve(func() error { return work(copied) })
}

// begin changes the configuration of a copy. It deploys another copy without a fault to get
// Azure's expected objects.
func (s *stack) begin(ctx context.Context, b initialState, home string) (*start, error) {
	changed, err := s.copyAfter(home, func(s *stack) error {
		for path, value := range b.changes[s.name] {
			if err := s.set(ctx, path, value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	without, err := changed.copyAfter(home+"-done", func(s *stack) error { return s.pulumi(ctx, "up") })
	if err != nil {
		return nil, err
	}
	return &start{changed, normalized(without.azure), applications(changed)}, nil
}

// applications returns the IDs of the applications in Azure.
func applications(s *stack) string {
	var found []string
	for _, id := range s.azure.IDs() {
		if strings.HasPrefix(id, "/applications/") {
			found = append(found, id)
		}
	}
	return strings.Join(found, " ")
}
