package faults

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// sequence is a series of steps on a stack. It is stored and printed as YAML.
type sequence struct {
	// Found describes the bug that the sequence found, if any.
	Found string `yaml:",omitempty"`
	Stack string
	Steps []step
}

// step is a change of the configuration and a command, possibly with a fault.
type step struct {
	// Set are configuration values by path. Null removes one.
	Set map[string]any `yaml:",omitempty,flow"`
	// Run is a pulumi command, recover, or delete: the deletion of the resource At
	// outside Pulumi.
	Run string
	// Fault is the name of a fault during the operation At, such as "create aks-cluster".
	Fault, At string `yaml:",omitempty"`
}

func (q sequence) String() string {
	text, err := yaml.Marshal(q)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// emptyStacks are stacks without resources by name, each created once, and a built recover.
type emptyStacks struct {
	stacks  map[string]func() (*stack, error)
	recover string
}

func newEmptyStacks(ctx context.Context, home string) (*emptyStacks, error) {
	command, err := buildRecover(ctx, home)
	b := &emptyStacks{map[string]func() (*stack, error){}, command}
	for name := range resourcesOf {
		b.stacks[name] = sync.OnceValues(func() (*stack, error) {
			return initialize(ctx, name, filepath.Join(home, name))
		})
	}
	return b, err
}

// copy copies a stack to another folder, with the objects that configurations can refer to.
func (b *emptyStacks) copy(name, home string) (*stack, error) {
	from, err := b.stacks[name]()
	if err != nil {
		return nil, err
	}
	s, err := from.copy(home)
	if err == nil {
		addReferenced(s.azure)
	}
	return s, err
}

// sequenceRun is a stack during a sequence.
type sequenceRun struct {
	*stack
	empty *emptyStacks
	// base is the shipped configuration.
	base map[string]any
	// untriggered are the faults that no operation triggered.
	untriggered []string
	// commands counts the commands.
	commands int
	// again reports whether the last recover asked for another run after an up.
	again bool
	// needs counts the symptoms that required more than the next command.
	needs map[symptom]int
}

// refused: the engine rejects the deletion or replacement of protected resources.
const (
	refused symptom = "protected"
	byHand  symptom = "deleted by hand"
	foreign symptom = "may be another's"
)

// steps returns the next step, or nil at the end.
type steps = func(context.Context, *sequenceRun) (*step, error)

// run runs a sequence on a new stack and checks that the stack can be repaired.
func (b *emptyStacks) run(ctx context.Context, name, home string, next steps) (*sequenceRun, error) {
	s, err := b.copy(name, filepath.Join(home, "stack"))
	if err != nil {
		return nil, err
	}
	l := &sequenceRun{stack: s, empty: b, needs: map[symptom]int{}}
	if l.base, err = l.configuration(); err != nil {
		return nil, err
	}
	err = s.serve(func() error {
		for {
			step, err := next(ctx, l)
			if err != nil {
				return err
			}
			if step == nil {
				return l.end(ctx)
			}
			if err := l.runStep(ctx, *step); err != nil {
				return err
			}
		}
	})
	if errors.Is(err, errForeign) {
		err = nil
	}
	return l, err
}

// runStep runs a step.
func (l *sequenceRun) runStep(ctx context.Context, s step) error {
	if err := l.configure(s.Set); err != nil {
		return err
	}
	switch s.Run {
	case "recover":
		return l.runRecover(ctx)
	case "delete":
		id, err := l.id(s.At)
		if err != nil { // earlier steps ended differently in this run
			l.untriggered = append(l.untriggered, err.Error())
			return nil
		}
		l.azure.Delete(id)
		return nil
	}
	l.commands++
	kept, err := l.kept(s.Run)
	if err != nil {
		return err
	}
	before := l.azure.IDs()
	err = l.runCommand(ctx, s)
	after := l.azure.IDs()
	for _, id := range kept {
		if slices.Contains(before, id) && !slices.Contains(after, id) {
			return fmt.Errorf("%s deleted %s: %v", s.Run, id, err) //nolint:errorlint // err can be nil
		}
	}
	if s.Run == "preview" && len(after) > len(before) {
		return fmt.Errorf("a preview created %s", difference(before, after))
	}
	return err
}

// kept returns the IDs of objects that a command must not delete: protected ones, the
// application during an up, and all of them during a preview.
func (l *sequenceRun) kept(run string) (ids []string, err error) {
	state, err := l.state()
	for _, r := range state.Resources {
		signIn := strings.HasPrefix(run, "up") && r.URN.Name() == "entra-application"
		if r.Custom && (r.Protect || run == "preview" || signIn) {
			ids = append(ids, string(r.ID))
		}
	}
	return ids, err
}

// runCommand runs a step's command with its fault. Without a fault, the command must succeed or
// fail for an expected reason.
func (l *sequenceRun) runCommand(ctx context.Context, s step) error {
	args := strings.Fields(s.Run)
	if s.Fault == "" {
		return l.unexpected(l.pulumi(ctx, args...))
	}
	i := slices.IndexFunc(faults, func(f fault) bool { return f.name == s.Fault })
	if i < 0 {
		return fmt.Errorf("unknown fault %q", s.Fault)
	}
	verb, name, _ := strings.Cut(s.At, " ")
	triggered, signals := faults[i].inject(l.azure, azuresim.Fault{Verb: verb, Name: name})
	early, err := l.signaled(ctx, faults[i].signal, signals, args...)
	untriggered := len(l.azure.PendingFaults()) > 0
	l.azure.ClearFaults()
	if untriggered {
		l.untriggered = append(l.untriggered, s.Fault+" at "+s.At)
	}
	select {
	case <-triggered:
	default:
		return l.unexpected(err)
	}
	if faults[i].signal == syscall.SIGKILL && !early {
		return l.pulumi(ctx, "cancel", "--yes") // removes the lock
	}
	return nil
}

// protection are the engine's errors about protected resources.
var protection = []string{"marked for protection", "because it is protected"}

// absent are Azure's errors about missing objects.
var absent = []string{"not found", "status 404", "does not exist", "could not be found", "NoBackingApplicationObject"}

// unexpected returns err unless it is expected: protected resources stay, and the next command
// alone cannot repair a difference between Azure and the state.
func (l *sequenceRun) unexpected(err error) error {
	unknown, gone, stateErr := l.diverged()
	switch {
	case err == nil || stateErr != nil:
		return errors.Join(err, stateErr)
	case matches(err, protection...):
		l.needs[refused]++
		return nil
	case matches(err, "already exist", "already in use") && len(unknown) > 0:
		return nil
	case matches(err, absent...) && len(gone) > 0:
		return nil
	}
	return err
}

// diverged returns the IDs that only Azure has, and those that only the state has. It ignores
// resources that are deleted before their replacement.
func (l *sequenceRun) diverged() (unknown, gone []string, err error) {
	state, err := l.state()
	if err != nil {
		return nil, nil, err
	}
	unknown = l.azure.IDs()
	for _, r := range state.Resources {
		if !r.Custom || r.PendingReplacement || strings.HasPrefix(string(r.Type), "pulumi:") {
			continue
		}
		is := func(id string) bool { return strings.EqualFold(id, string(r.ID)) }
		if !slices.ContainsFunc(l.azure.IDs(), is) {
			gone = append(gone, string(r.ID))
		}
		unknown = slices.DeleteFunc(unknown, is)
	}
	return unknown, gone, nil
}

// pulumi also counts the command.
func (l *sequenceRun) pulumi(ctx context.Context, args ...string) error {
	l.commands++
	return l.stack.pulumi(ctx, args...)
}
