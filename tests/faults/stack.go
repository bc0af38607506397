// Package faults injects failures of Azure, the network and the engine at each step of a
// stack's lifecycle. It runs the real pulumi command on the simulated Azure and checks that
// the next command repairs the stack.
package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// stack is a stack of the shipped program: a folder with project, state and Pulumi home,
// and a simulated Azure. It can be copied at any time.
type stack struct {
	name, home string
	azure      *azuresim.Azure
	// env is the environment of pulumi commands while the stack is served.
	env []string
}

// initialize creates a shipped stack without resources.
func initialize(ctx context.Context, name, home string) (*stack, error) {
	s := &stack{name: name, home: home, azure: azuresim.New()}
	for _, folder := range []string{s.project(), filepath.Join(home, "state")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	for _, file := range []string{"Pulumi.yaml", "Pulumi." + name + ".yaml"} {
		content, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(s.project(), file), content, 0o600); err != nil {
			return nil, err
		}
	}
	return s, s.serve(func() error {
		if err := s.pulumi(ctx, "stack", "init", name); err != nil {
			return err
		}
		return s.set(ctx, "protect", "false")
	})
}

// copy copies the stack to another folder and another Azure.
func (s *stack) copy(home string) (*stack, error) {
	if err := os.CopyFS(home, os.DirFS(s.home)); err != nil {
		return nil, err
	}
	return &stack{name: s.name, home: home, azure: s.azure.Copy()}, nil
}

func (s *stack) project() string { return filepath.Join(s.home, "project") }

// serve serves the stack's Azure and its program during work.
func (s *stack) serve(work func() error) (err error) {
	providers, stopProviders, err := s.azure.Serve()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopProviders()) }()
	languages, stopLanguages, err := engine.ServeProgram(program.Deploy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopLanguages()) }()
	s.env = append(os.Environ(), "PULUMI_DEBUG_LANGUAGES="+languages)
	s.env = append(s.env, engine.Environ(engine.Environment(s.home, providers))...)
	// gocloud.dev/blob/fileblob also writes a metadata file, but not atomically: a kill in
	// between leaves an empty file and the error "failed to load checkpoint: EOF".
	s.env = append(s.env, "PULUMI_BACKEND_URL=file://"+filepath.Join(s.home, "state")+"?metadata=skip")
	return work()
}

// command returns a pulumi command on the stack and the buffer for its output.
func (s *stack) command(ctx context.Context, args ...string) (*exec.Cmd, *bytes.Buffer) {
	if args[0] == "up" || args[0] == "destroy" || args[0] == "refresh" {
		args = append(args, "--yes", "--skip-preview")
	}
	if args[0] != "stack" {
		args = append(args, "--stack", s.name)
	}
	command := exec.CommandContext(ctx, "pulumi", append(args, "--non-interactive", "--color", "never")...)
	var printed bytes.Buffer
	command.Dir, command.Env, command.Stdout, command.Stderr = s.project(), s.env, &printed, &printed
	return command, &printed
}

// pulumi runs a command. The error contains the output.
func (s *stack) pulumi(ctx context.Context, args ...string) error {
	command, printed := s.command(ctx, args...)
	if err := command.Run(); err != nil {
		return fmt.Errorf("pulumi %s: %w\n%s", strings.Join(args, " "), err, printed)
	}
	return nil
}

// signaled runs a command and sends it a signal at each moment. early reports whether the
// command ended before the last one.
func (s *stack) signaled(
	ctx context.Context, signal syscall.Signal, moments []<-chan struct{}, args ...string,
) (early bool, err error) {
	if len(moments) > 0 {
		args = append(args, "--parallel", "1") // no other operation runs
	}
	command, printed := s.command(ctx, args...)
	if err := command.Start(); err != nil {
		return false, err
	}
	wrap := func(err error) error {
		if err != nil {
			err = fmt.Errorf("pulumi %s: %w\n%s", strings.Join(args, " "), err, printed)
		}
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for _, moment := range moments {
		select {
		case <-moment:
			if err := command.Process.Signal(signal); err != nil {
				return false, wrap(errors.Join(err, <-ended))
			}
		case err := <-ended:
			return true, wrap(err)
		}
	}
	return false, wrap(<-ended)
}

// set sets a path of the configuration.
func (s *stack) set(ctx context.Context, path, value string) error {
	return s.pulumi(ctx, "config", "set", "--path", "argocd-on-aks:"+path, value)
}

// pending returns the pending operations in the state.
func (s *stack) pending() ([]apitype.OperationV2, error) {
	state, err := s.state()
	return state.PendingOperations, err
}

// id returns a resource's ID in the state.
func (s *stack) id(name string) (string, error) {
	state, err := s.state()
	if err != nil {
		return "", err
	}
	for _, r := range state.Resources {
		if r.Custom && r.URN.Name() == name {
			return string(r.ID), nil
		}
	}
	return "", fmt.Errorf("resource %s is not in the state", name)
}

// state returns the state.
func (s *stack) state() (apitype.DeploymentV3, error) {
	var state struct {
		Checkpoint struct{ Latest apitype.DeploymentV3 }
	}
	content, err := os.ReadFile(filepath.Join(s.home, "state", ".pulumi", "stacks", "argocd-on-aks", s.name+".json"))
	if err != nil {
		return state.Checkpoint.Latest, err
	}
	if err := json.Unmarshal(content, &state); err != nil {
		return state.Checkpoint.Latest, fmt.Errorf("state: %w", err)
	}
	return state.Checkpoint.Latest, nil
}
