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

// start is a stack before a fault, and what Azure has at last without one.
type start struct {
	stack *stack
	want  []string
	// application is the ID of the one that was there before, if one was.
	application string
}

// starts makes each stack's beginnings when they are asked for, once.
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
			return s.onward(filepath.Join(home, name+"-first"), func(s *stack) error {
				return errors.Join(s.pulumi(ctx, "up"), s.complete())
			})
		})
		for key, b := range beginnings {
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

// of is where a cell starts.
func (s starts) of(c cell) (*start, error) { return s[c.stack+" "+c.moment.from]() }

// complete wants the matrix to have each resource that was deployed.
func (s *stack) complete() error {
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
		return fmt.Errorf("the matrix has no cells for %s", strings.Join(missing, ", "))
	}
	return nil
}

// onward is a copy of a stack after some work on it.
func (s *stack) onward(home string, work func(*stack) error) (*stack, error) {
	copied, err := s.copy(home)
	if err != nil {
		return nil, err
	}
	return copied, copied.served(func() error { return work(copied) })
}

// begin changes the configuration of a copy, and deploys it in another, without a
// fault, to see what Azure has then.
func (s *stack) begin(ctx context.Context, b beginning, home string) (*start, error) {
	changed, err := s.onward(home, func(s *stack) error {
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
	without, err := changed.onward(home+"-done", func(s *stack) error { return s.pulumi(ctx, "up") })
	if err != nil {
		return nil, err
	}
	return &start{changed, byMeaning(without.azure), applications(changed)}, nil
}

// applications are the IDs of those that an Azure has.
func applications(s *stack) string {
	var found []string
	for _, id := range s.azure.IDs() {
		if strings.HasPrefix(id, "/applications/") {
			found = append(found, id)
		}
	}
	return strings.Join(found, " ")
}
