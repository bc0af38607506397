// Package engine runs the program on the real Pulumi engine: with a simulated
// Azure in place of the provider plugins, away from the user's own Pulumi home,
// login and stacks, or with the real plugins.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Stack is a stack of the program.
type Stack struct {
	auto.Stack
	// Env leads the pulumi command to this stack.
	Env map[string]string
	// Dir holds copies of Pulumi.yaml and the stack's file.
	Dir string

	// Deployed says whether the last operation was an Up that succeeded.
	Deployed bool
	// Replaced is how many resources were replaced since it was last set to 0.
	Replaced int

	azure *azuresim.Azure // nil for the real one
	log   io.Writer
	stop  func() error
	// languages leads the CLI to the program in this process, if it is there.
	languages string
}

// Open creates a stack of the project in folder on a simulated Azure: its
// Pulumi.yaml and Pulumi.<name>.yaml, with program; none: the one that Pulumi.yaml
// itself is, in YAML. Its state goes to home, the engine's progress to log. It
// needs a pulumi command on PATH.
func Open(ctx context.Context, azure *azuresim.Azure, program pulumi.RunFunc, folder, home, name string, log io.Writer) (*Stack, error) {
	providers, stop, err := azure.Serve()
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", name, err)
	}
	s := &Stack{azure: azure, log: log, stop: stop, Env: Environment(home, providers)}
	if err := s.open(ctx, program, folder, home, name, "Pulumi.yaml", "Pulumi."+name+".yaml"); err != nil {
		return nil, errors.Join(fmt.Errorf("stack %s: %w", name, err), s.stop())
	}
	return s, nil
}

// Environment leads a pulumi command to the state below home, away from the user's own
// home and login, and to the providers that an Azure serves.
func Environment(home, providers string) map[string]string {
	return map[string]string{
		"PULUMI_HOME":                                 filepath.Join(home, "pulumi"),
		"PULUMI_BACKEND_URL":                          "file://" + filepath.Join(home, "state"),
		"PULUMI_CONFIG_PASSPHRASE":                    "local",
		"PULUMI_DEBUG_PROVIDERS":                      providers,
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_ACCESS_TOKEN":                         "",
	}
}

// OpenReal creates a stack of the project that is configured by Set alone and
// uses the real provider plugins, with the Pulumi home, login and Azure
// credentials of who runs it, as far as env does not say otherwise.
func OpenReal(ctx context.Context, program pulumi.RunFunc, folder, home, name string, env map[string]string, log io.Writer) (*Stack, error) {
	s := &Stack{log: log, stop: func() error { return nil }, Env: env}
	if err := s.open(ctx, program, folder, home, name, "Pulumi.yaml"); err != nil {
		return nil, errors.Join(fmt.Errorf("stack %s: %w", name, err), s.stop())
	}
	return s, nil
}

// cli is the pulumi command on PATH. That asks it for its version, once for all stacks.
var cli = sync.OnceValues(func() (auto.PulumiCommand, error) { return auto.NewPulumiCommand(nil) })

func (s *Stack) open(ctx context.Context, program pulumi.RunFunc, folder, home, name string, files ...string) error {
	s.Dir = filepath.Join(home, "project")
	for _, dir := range []string{s.Dir, filepath.Join(home, "state")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for _, file := range files {
		if err := copyFile(filepath.Join(folder, file), filepath.Join(s.Dir, file)); err != nil {
			return err
		}
	}
	project, err := workspace.LoadProject(filepath.Join(s.Dir, "Pulumi.yaml"))
	if err != nil {
		return err
	}
	command, err := cli()
	if err != nil {
		return err
	}
	options := []auto.LocalWorkspaceOption{auto.WorkDir(s.Dir), auto.EnvVars(s.Env), auto.Pulumi(command)}
	if own := s.Env["PULUMI_HOME"]; own != "" {
		options = append(options, auto.PulumiHome(own))
	}
	local, inline := auto.NewStackLocalSource, auto.NewStackInlineSource
	if s.azure == nil { // one that was left may be there
		local, inline = auto.UpsertStackLocalSource, auto.UpsertStackInlineSource
	}
	if program == nil {
		s.Stack, err = local(ctx, name, s.Dir, options...)
		return err
	}
	languages, stopProgram, err := ServeProgram(program)
	if err != nil {
		return err
	}
	stopAzure := s.stop
	s.languages, s.stop = languages, func() error { return errors.Join(stopProgram(), stopAzure()) }
	s.Stack, err = inline(ctx, name, project.Name.String(), program, options...)
	return err
}

// Close stops the program's and the simulated Azure's servers.
func (s *Stack) Close() error { return s.stop() }

// Values are the stack's outputs, as `pulumi stack output --json` prints them, secrets too.
func (s *Stack) Values(ctx context.Context) (map[string]any, error) {
	printed, err := s.Command(ctx, "stack", "output", "--json", "--show-secrets")
	if err != nil {
		return nil, err
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(printed), &values); err != nil {
		return nil, fmt.Errorf("outputs: %w", err)
	}
	return values, nil
}

// Preview says what Up would do. Like its siblings it returns the count of
// resources by operation ("create", "same", ...).
func (s *Stack) Preview(ctx context.Context) (map[string]int, error) {
	return s.operate(ctx, "preview")
}

// Up deploys.
func (s *Stack) Up(ctx context.Context) (map[string]int, error) {
	counts, err := s.operate(ctx, "up", "--yes", "--skip-preview")
	s.Deployed = err == nil
	s.Replaced += counts["replace"]
	return counts, err
}

// Refresh reads what is there into the state.
func (s *Stack) Refresh(ctx context.Context) (map[string]int, error) {
	return s.operate(ctx, "refresh", "--yes", "--skip-preview")
}

// Destroy deletes everything.
func (s *Stack) Destroy(ctx context.Context) (map[string]int, error) {
	counts, err := s.operate(ctx, "destroy", "--yes", "--skip-preview")
	s.Deployed = s.Deployed && err != nil
	return counts, err
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}
