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

// sequence is what is done to a stack, one step after the other. It is kept and printed
// as YAML.
type sequence struct {
	// Found says what it has found, if it is kept for that.
	Found string `yaml:",omitempty"`
	Stack string
	Steps []step
}

// step is a change of the configuration, and a command, to which something may happen.
type step struct {
	// Set are paths of the configuration; null takes one away.
	Set map[string]any `yaml:",omitempty,flow"`
	// Run is a pulumi command, or "delete": somebody deletes the resource At by hand.
	Run string
	// Fault is one of faults, which happens At an operation: "create aks-cluster".
	Fault, At string `yaml:",omitempty"`
}

func (q sequence) String() string {
	text, err := yaml.Marshal(q)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// blanks has stacks of which nothing is deployed, by name, each made once, and the command
// of make recover.
type blanks struct {
	stacks  map[string]func() (*stack, error)
	recover string
}

func newBlanks(ctx context.Context, home string) (*blanks, error) {
	command, err := buildRecover(ctx, home)
	b := &blanks{map[string]func() (*stack, error){}, command}
	for name := range resourcesOf {
		b.stacks[name] = sync.OnceValues(func() (*stack, error) {
			return initialize(ctx, name, filepath.Join(home, name))
		})
	}
	return b, err
}

// copy is one of them in another folder, on an Azure that has what a configuration may
// name.
func (b *blanks) copy(name, home string) (*stack, error) {
	from, err := b.stacks[name]()
	if err != nil {
		return nil, err
	}
	s, err := from.copy(home)
	if err == nil {
		furnish(s.azure)
	}
	return s, err
}

// life is a stack on which a sequence works.
type life struct {
	*stack
	blanks *blanks
	// base is the configuration that the stack is shipped with.
	base map[string]any
	// unmet are the faults that no operation has met.
	unmet []string
	// commands is how many were typed.
	commands int
	// again says that the last recover asked to be run again after an up.
	again bool
	// needs are the ways in which the sequence needed more than a plain command.
	needs map[symptom]int
}

// refused: the engine refuses to delete or replace what is protected.
const (
	refused symptom = "protected"
	byHand  symptom = "deleted by hand"
	others  symptom = "may be another's"
)

// steps are taken from a function, nil at the end.
type steps = func(context.Context, *life) (*step, error)

// live has a sequence happen to a new stack, and wants all to be well in the end.
func (b *blanks) live(ctx context.Context, name, home string, next steps) (*life, error) {
	s, err := b.copy(name, filepath.Join(home, "stack"))
	if err != nil {
		return nil, err
	}
	l := &life{stack: s, blanks: b, needs: map[symptom]int{}}
	if l.base, err = l.configuration(); err != nil {
		return nil, err
	}
	err = s.served(func() error {
		for {
			step, err := next(ctx, l)
			if err != nil {
				return err
			}
			if step == nil {
				return l.end(ctx)
			}
			if err := l.take(ctx, *step); err != nil {
				return err
			}
		}
	})
	if errors.Is(err, errOthers) {
		err = nil
	}
	return l, err
}

// take does a step.
func (l *life) take(ctx context.Context, s step) error {
	if err := l.configure(s.Set); err != nil {
		return err
	}
	switch s.Run {
	case "recover":
		return l.rescue(ctx)
	case "delete":
		id, err := l.id(s.At)
		if err != nil { // what came before has gone otherwise this time
			l.unmet = append(l.unmet, err.Error())
			return nil
		}
		l.azure.Delete(id)
		return nil
	}
	l.commands++
	stay, err := l.stay(s.Run)
	if err != nil {
		return err
	}
	before := l.azure.IDs()
	err = l.strike(ctx, s)
	after := l.azure.IDs()
	for _, id := range stay {
		if slices.Contains(before, id) && !slices.Contains(after, id) {
			return fmt.Errorf("%s has deleted %s: %v", s.Run, id, err) //nolint:errorlint // err can be nil
		}
	}
	if s.Run == "preview" && len(after) > len(before) {
		return fmt.Errorf("a preview has created %s", difference(before, after))
	}
	return err
}

// stay are the IDs of what a command is not to delete: what is protected, in an up the
// application that users sign in through, in a preview anything.
func (l *life) stay(run string) (ids []string, err error) {
	state, err := l.state()
	for _, r := range state.Resources {
		signIn := strings.HasPrefix(run, "up") && r.URN.Name() == "entra-application"
		if r.Custom && (r.Protect || run == "preview" || signIn) {
			ids = append(ids, string(r.ID))
		}
	}
	return ids, err
}

// strike types a step's command and has its fault happen. Without one the command
// succeeds, but for reasons that are known.
func (l *life) strike(ctx context.Context, s step) error {
	args := strings.Fields(s.Run)
	if s.Fault == "" {
		return l.excused(l.pulumi(ctx, args...))
	}
	i := slices.IndexFunc(faults, func(f fault) bool { return f.name == s.Fault })
	if i < 0 {
		return fmt.Errorf("no fault %q", s.Fault)
	}
	verb, name, _ := strings.Cut(s.At, " ")
	met, signals := faults[i].inject(l.azure, azuresim.Fault{Verb: verb, Name: name})
	early, err := l.struck(ctx, faults[i].signal, signals, args...)
	unmet := len(l.azure.PendingFaults()) > 0
	l.azure.ClearFaults()
	if unmet {
		l.unmet = append(l.unmet, s.Fault+" at "+s.At)
	}
	select {
	case <-met:
	default:
		return l.excused(err)
	}
	if faults[i].signal == syscall.SIGKILL && !early {
		return l.pulumi(ctx, "cancel", "--yes") // the lock
	}
	return nil
}

// protection is what the engine says of what is protected.
var protection = []string{"marked for protection", "because it is protected"}

// absent is what Azure says of what is not there.
var absent = []string{"not found", "status 404", "does not exist", "could not be found", "NoBackingApplicationObject"}

// excused is an error, unless it is one that the page promises nothing else for: what
// is protected stays, and after what leaves Azure and the state apart something else
// than a plain command is needed.
func (l *life) excused(err error) error {
	unknown, gone, stateErr := l.apart()
	switch {
	case err == nil || stateErr != nil:
		return errors.Join(err, stateErr)
	case says(err, protection...):
		l.needs[refused]++
		return nil
	case says(err, "already exist", "already in use") && len(unknown) > 0:
		return nil
	case says(err, absent...) && len(gone) > 0:
		return nil
	}
	return err
}

// apart are the IDs that Azure has and the state does not, and those that the state has
// and Azure does not. What was deleted to be replaced the state has no longer.
func (l *life) apart() (unknown, gone []string, err error) {
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

// pulumi counts.
func (l *life) pulumi(ctx context.Context, args ...string) error {
	l.commands++
	return l.stack.pulumi(ctx, args...)
}
