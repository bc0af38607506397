package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// cli returns the pulumi command on PATH. It asks for its version once.
var cli = sync.OnceValues(func() (auto.PulumiCommand, error) { return auto.NewPulumiCommand(nil) })

// Command runs a command of the CLI on this stack and returns its standard output. The
// error contains its standard error.
func (s *Stack) Command(ctx context.Context, args ...string) (string, error) {
	stdout, stderr, err := s.run(ctx, nil, nil, append(args, "--stack", s.Name)...)
	if err != nil {
		return "", fmt.Errorf("pulumi %s: %w: %s", strings.Join(args, " "), err, stderr)
	}
	return stdout, nil
}

// Print runs a command of the CLI on this stack and writes all of its output to log.
func (s *Stack) Print(ctx context.Context, log io.Writer, args ...string) error {
	if _, stderr, err := s.run(ctx, []io.Writer{log}, nil, append(args, "--stack", s.Name)...); err != nil {
		return fmt.Errorf("pulumi %s: %w: %s", strings.Join(args, " "), err, stderr)
	}
	return nil
}

// run runs a command of the CLI with further environment variables, and copies its output to
// log.
func (s *Stack) run(ctx context.Context, log []io.Writer, more []string, args ...string) (stdout, stderr string, err error) {
	pulumi, err := cli()
	if err != nil {
		return "", "", err
	}
	environment := more
	if s.languages != "" {
		environment = append(environment, "PULUMI_DEBUG_LANGUAGES="+s.languages)
	}
	stdout, stderr, _, err = pulumi.Run(ctx, s.Dir, nil, log, log, append(environment, Environ(s.Env)...), args...)
	return stdout, stderr, err
}

// commandOn runs a command of the CLI with a JSON file.
func (s *Stack) commandOn(ctx context.Context, content any, args ...string) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	file := filepath.Join(s.Dir, "input.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	_, err = s.Command(ctx, append(args, "--file", file)...)
	return err
}

// Environ returns the environment of a shell in which the stack is selected.
func (s *Stack) Environ() []string { return append(Environ(s.Env), "PULUMI_STACK="+s.Name) }

// Environ returns variables in the form of os.Environ.
func Environ(variables map[string]string) (environ []string) {
	for name, value := range variables {
		environ = append(environ, name+"="+value)
	}
	return environ
}

// command runs an operation with the CLI and counts the resources by operation.
func (s *Stack) command(ctx context.Context, verb string) (report Report, err error) {
	events, err := os.CreateTemp("", "argocd-on-aks-events-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, events.Close(), os.Remove(events.Name())) }()
	args := []string{verb, "--event-log", events.Name(), "--stack", s.Name}
	if verb != "preview" {
		args = append(args, "--yes", "--skip-preview")
	}
	// --event-log requires PULUMI_DEBUG_COMMANDS.
	stdout, stderr, err := s.run(ctx, []io.Writer{s.log}, []string{"PULUMI_DEBUG_COMMANDS=true"}, args...)
	if err != nil {
		return report, fmt.Errorf("pulumi %s: %w\n%s\n%s", verb, err, stdout, stderr)
	}
	report.Counts, err = summary(events)
	return report, err
}

// summary reads the number of resources by operation from the engine's events.
func summary(events io.Reader) (map[string]int, error) {
	counts := map[string]int{}
	for all := json.NewDecoder(events); ; {
		var event apitype.EngineEvent
		switch err := all.Decode(&event); {
		case errors.Is(err, io.EOF):
			return counts, nil
		case err != nil:
			return nil, fmt.Errorf("the engine's events: %w", err)
		case event.SummaryEvent == nil:
			continue
		}
		for op, n := range event.SummaryEvent.ResourceChanges {
			counts[string(op)] = n
		}
	}
}
