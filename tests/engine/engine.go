// Package engine runs the program on Pulumi's engine with a simulated Azure in place of the
// provider plugins. The engine runs in this process or as the pulumi command; both share
// configuration and state. It also runs the pulumi command with the real plugins. It does
// not touch the user's own Pulumi home, login or stacks.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Stack is a stack of the program.
type Stack struct {
	// Name is the stack's name, such as dev.
	Name string
	// Env is the environment for pulumi commands on this stack.
	Env map[string]string
	// Dir holds copies of Pulumi.yaml and the stack's file.
	Dir string

	// CLI runs operations with the pulumi command instead of the engine in this process.
	CLI bool
	// Deployed reports whether the last operation was a successful Up.
	Deployed bool
	// Replaced counts the replaced resources since it was last set to 0.
	Replaced int
	// Last is the report on the last operation. With the CLI it has only counts.
	Last Report

	project *workspace.Project
	azure   *azuresim.Azure // nil for the real Azure
	home    string
	log     io.Writer
	stop    func() error
	// providers and languages are the addresses of the plugins, as name:port.
	providers, languages string
}

// Open creates a stack of the project in folder on a simulated Azure, with its Pulumi.yaml
// and Pulumi.<name>.yaml. Without program, the pulumi command on PATH runs the project's
// own program. State is stored in home, progress is written to log.
func Open(ctx context.Context, azure *azuresim.Azure, program pulumi.RunFunc, folder, home, name string, log io.Writer) (*Stack, error) {
	providers, stop, err := azure.Serve()
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", name, err)
	}
	s := &Stack{Name: name, CLI: program == nil, Env: Environment(home, providers), azure: azure, home: home, log: log, stop: stop, providers: providers}
	if err := errors.Join(s.open(program, folder, "Pulumi.yaml", "Pulumi."+name+".yaml"), s.initialize()); err != nil {
		return nil, errors.Join(fmt.Errorf("stack %s: %w", name, err), s.Close())
	}
	return s, nil
}

// Environment returns the environment of a pulumi command with state and login below home
// and an Azure's providers.
func Environment(home, providers string) map[string]string {
	return map[string]string{
		"PULUMI_HOME":                                 filepath.Join(home, "pulumi"),
		"PULUMI_BACKEND_URL":                          "file://" + filepath.Join(home, "state"),
		"PULUMI_CONFIG_PASSPHRASE":                    testPassphrase,
		"PULUMI_DEBUG_PROVIDERS":                      providers,
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_ACCESS_TOKEN":                         "",
	}
}

// OpenReal creates or selects a stack of the project without a stack file, on the pulumi
// command on PATH and the real provider plugins. It uses the Pulumi home, login and Azure
// credentials of the user, unless env overrides them.
func OpenReal(ctx context.Context, program pulumi.RunFunc, folder, home, name string, env map[string]string, log io.Writer) (*Stack, error) {
	s := &Stack{Name: name, CLI: true, Env: env, home: home, log: log, stop: func() error { return nil }}
	err := s.open(program, folder, "Pulumi.yaml")
	if err == nil {
		_, err = s.Command(ctx, "stack", "select", "--create")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("stack %s: %w", name, err), s.Close())
	}
	return s, nil
}

func (s *Stack) open(program pulumi.RunFunc, folder string, files ...string) (err error) {
	s.Dir = filepath.Join(s.home, "project")
	for _, dir := range []string{s.Dir, filepath.Join(s.home, "state")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for _, file := range files {
		if err := copyFile(filepath.Join(folder, file), filepath.Join(s.Dir, file)); err != nil {
			return err
		}
	}
	if s.project, err = workspace.LoadProject(filepath.Join(s.Dir, "Pulumi.yaml")); err != nil || program == nil {
		return err
	}
	languages, stopProgram, err := ServeProgram(program)
	if err != nil {
		return err
	}
	stopAzure := s.stop
	s.languages, s.stop = languages, func() error { return errors.Join(stopProgram(), stopAzure()) }
	return nil
}

// Close stops the servers of the program and the simulated Azure.
func (s *Stack) Close() error { return s.stop() }

// Preview previews an Up. Preview, Up, Refresh and Destroy return the number of resources
// by operation ("create", "same", ...).
func (s *Stack) Preview(ctx context.Context) (map[string]int, error) {
	return s.operate(ctx, "preview")
}

// Up deploys the stack.
func (s *Stack) Up(ctx context.Context) (map[string]int, error) {
	counts, err := s.operate(ctx, "up")
	s.Deployed = err == nil
	s.Replaced += counts["replace"]
	return counts, err
}

// Refresh updates the state from Azure.
func (s *Stack) Refresh(ctx context.Context) (map[string]int, error) {
	return s.operate(ctx, "refresh")
}

// Destroy deletes the stack's resources.
func (s *Stack) Destroy(ctx context.Context) (map[string]int, error) {
	counts, err := s.operate(ctx, "destroy")
	s.Deployed = s.Deployed && err != nil
	return counts, err
}

func (s *Stack) operate(ctx context.Context, verb string) (counts map[string]int, err error) {
	run := s.update
	if s.CLI {
		run = s.command
	}
	s.Last, err = run(ctx, verb)
	if err == nil && s.azure != nil && verb != "preview" {
		err = s.overlaps(ctx)
	}
	return s.Last.Counts, err
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}
