package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// empty is a program of Pulumi's that has nothing, on the SDK of this one.
const empty = `package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

func main() { pulumi.Run(func(*pulumi.Context) error { return nil }) }
`

// editing is a figure of the edit loop of dev.
func editing(value func(*edit) float64) measure {
	return from(func(ctx context.Context, l *lab) (*edit, error) { return l.edit(ctx, "dev") }, value)
}

// laps is how often each command runs.
const laps = 15

// edit is what the edit loop takes: preview and up of a stack where nothing has changed,
// and of the empty program, by turns.
type edit struct{ preview, up ratio }

// ratio is what commands took, and the same commands of the empty program.
type ratio struct{ ours, empty []lap }

// lap is one command. It starts until it asks for the program, which Go looks whether to
// build; then that runs, and the command ends.
type lap struct {
	usage
	start, build, program, end time.Duration
}

func (r ratio) over(part func(usage) time.Duration) float64 {
	of := func(l lap) time.Duration { return part(l.usage) }
	return float64(median(r.ours, of)) / float64(median(r.empty, of))
}

func (r ratio) seconds() float64 {
	return median(r.ours, func(l lap) time.Duration { return l.wall }).Seconds()
}

// longer is by how many milliseconds part of a command takes longer than of the empty
// program.
func (r ratio) longer(part func(lap) time.Duration) float64 {
	return (median(r.ours, part) - median(r.empty, part)).Seconds() * 1000
}

// parts are where an up takes longer.
func parts() (all []figure) {
	for _, part := range []struct {
		name string
		of   func(lap) time.Duration
	}{
		{"start", func(l lap) time.Duration { return l.start }},
		{"build", func(l lap) time.Duration { return l.build }},
		{"program", func(l lap) time.Duration { return l.program }},
		{"end", func(l lap) time.Duration { return l.end }},
	} {
		all = append(all, figure{"up_noop_" + part.name, "ms", 0, editing(func(e *edit) float64 { return e.up.longer(part.of) })})
	}
	return all
}

func median[T any](all []T, part func(T) time.Duration) time.Duration {
	var parts []time.Duration
	for _, one := range all {
		parts = append(parts, part(one))
	}
	slices.Sort(parts)
	return parts[len(parts)/2]
}

// loop deploys a stack and the empty program, and runs both again. Both are built and
// started as Pulumi's host for Go does; providers are in this process, which is not counted.
func loop(ctx context.Context, repository, name string) (e *edit, err error) {
	stack, err := open(ctx, azuresim.New(), repository, name)
	if err != nil {
		return nil, err
	}
	defer stack.leave(&err)
	runs := make(chan engine.Run, 1)
	languages, stop, err := engine.TimeGo(func(ended engine.Run) { runs <- ended })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	stack.Env["PULUMI_DEBUG_LANGUAGES"] = languages
	nothing := filepath.Join(stack.home, "empty")
	if err := writeEmpty(repository, nothing); err != nil {
		return nil, err
	}
	ours := []string{"--cwd", repository, "--config-file", filepath.Join(stack.Dir, "Pulumi."+name+".yaml"), "--stack", name}
	theirs := []string{"--cwd", nothing, "--stack", "empty"}
	up := []string{"up", "--yes", "--skip-preview"}
	if _, err := pulumi(ctx, stack.Env, "stack", "init", "empty", "--cwd", nothing); err != nil {
		return nil, err
	}
	lapOf := func(args []string) (lap, error) {
		began := time.Now()
		took, err := pulumi(ctx, stack.Env, args...)
		if err != nil {
			return lap{}, err
		}
		ended, run := time.Now(), <-runs
		return lap{took, run.Asked.Sub(began), run.Built.Sub(run.Asked), run.Ended.Sub(run.Built), ended.Sub(run.Ended)}, nil
	}
	for _, args := range [][]string{slices.Concat(up, theirs), slices.Concat(up, ours)} {
		if _, err := lapOf(args); err != nil {
			return nil, err
		}
	}
	e = &edit{}
	for range laps {
		for _, one := range []struct {
			into *[]lap
			args []string
		}{
			{&e.preview.empty, append([]string{"preview"}, theirs...)}, {&e.preview.ours, append([]string{"preview"}, ours...)},
			{&e.up.empty, slices.Concat(up, theirs)}, {&e.up.ours, slices.Concat(up, ours)},
		} {
			took, err := lapOf(one.args)
			if err != nil {
				return nil, err
			}
			*one.into = append(*one.into, took)
		}
	}
	return e, nil
}

// writeEmpty writes the empty program into a folder, with this one's modules.
func writeEmpty(repository, folder string) error {
	files := map[string]string{
		"main.go":     empty,
		"Pulumi.yaml": "name: empty\nruntime:\n  name: go\n  options:\n    buildTarget: bin/empty.exe\n",
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil {
			return err
		}
		files[name] = string(content)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// pulumi runs a command, and says what it took, with the program that it started.
func pulumi(ctx context.Context, env map[string]string, args ...string) (usage, error) {
	return measuring(func() error {
		command := exec.CommandContext(ctx, "pulumi", append(args, "--non-interactive")...)
		command.Env = os.Environ()
		for key, value := range env {
			command.Env = append(command.Env, key+"="+value)
		}
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("pulumi %s: %w\n%s", args[0], err, output)
		}
		return nil
	})
}
