package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// onAzure is the section of the README that needs a subscription. The tutorial has the same
// commands.
const onAzure = "Deploy on Azure"

// user is a new user with a home directory and a terminal.
type user struct {
	home       string
	shell      shell
	used       used
	out        io.Writer
	milestones []milestone
}

// milestone is a result that the user reached, and the time and resources used up to it.
type milestone struct {
	what string
	used used
}

// newUser returns a user with an empty home directory, in which git clones the local repository
// instead of the address in the README.
func newUser(ctx context.Context, repository, home string, out io.Writer) (*user, error) {
	environment, err := cleanEnvironment(ctx, home)
	if err != nil {
		return nil, err
	}
	if repository, err = filepath.Abs(repository); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(home, "tmp"), 0o700); err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("[url %q]\n\tinsteadOf = https://github.com/OWNER/argocd-on-aks\n[safe]\n\tdirectory = *\n", "file://"+repository)
	u := &user{home: home, shell: shell{dir: home, env: environment}, out: out}
	return u, os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(settings), 0o600)
}

// followReadme runs the commands of the README, except those for Azure.
func (u *user) followReadme(ctx context.Context, sections []section) error {
	for _, s := range sections {
		fmt.Fprintf(u.out, "\n%s\n", s.title)
		for _, line := range s.commands {
			if s.title == onAzure {
				u.print(line, "skipped: needs Azure")
				continue
			}
			if err := u.follow(ctx, u.shell, line); err != nil {
				return fmt.Errorf("%s: %w", s.title, err)
			}
		}
	}
	return nil
}

// followTutorial runs the commands of the tutorial against the simulated Azure of a running demo.
// The demo deploys prod, because the tutorial deploys dev.
func (u *user) followTutorial(ctx context.Context, sections []section) (err error) {
	d, err := u.startDemo(ctx, "make demo STACK=prod KEEP=1")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.stopDemo(d)) }()
	terminal := d.secondTerminal(u.shell)
	for _, s := range sections {
		fmt.Fprintf(u.out, "\n%s\n", s.title)
		for _, line := range s.commands {
			if err := u.follow(ctx, terminal, line); err != nil {
				return fmt.Errorf("%s: %w", s.title, err)
			}
		}
	}
	return nil
}

// follow runs a command of a page, or prints why it is skipped.
func (u *user) follow(ctx context.Context, terminal shell, line string) error {
	switch {
	case needsAzure(line):
		u.print(line, "skipped: needs Azure")
		return nil
	case needsVersion(line):
		return u.withoutVersion(ctx, terminal, line)
	case strings.HasPrefix(line, "argocd "), strings.HasPrefix(line, "chromium "):
		u.print(line, "skipped: needs a person")
		return nil
	case strings.HasPrefix(line, `eval "$(pulumi stack output `):
		shown, err := u.run(ctx, terminal, "echo "+strings.TrimPrefix(line, "eval "))
		u.print(strings.TrimSpace(shown), "skipped: needs Azure")
		return err
	case strings.HasPrefix(line, "make demo KEEP=1"):
		return u.runSecondTerminal(ctx, line)
	case line == invalidValue.correction:
		return u.correctValue(ctx, terminal)
	}
	if _, err := u.run(ctx, terminal, line); err != nil {
		return err
	}
	if _, folder, clones := strings.Cut(line, " && cd "); clones && strings.HasPrefix(line, "git clone ") {
		u.shell.dir = filepath.Join(u.home, folder)
	}
	if what, reached := milestones[line]; reached {
		u.record(what)
	}
	return nil
}

// needsAzure reports whether a command calls the Azure CLI.
func needsAzure(line string) bool {
	return strings.HasPrefix(line, "az ") || strings.Contains(line, "do az ") || strings.Contains(line, "$(az ")
}

// needsVersion reports whether a command needs a published version of the module. TestPublished
// runs such commands with a local module proxy.
func needsVersion(line string) bool {
	return strings.HasPrefix(line, "mkdir ") || strings.HasPrefix(line, "pulumi new ") || strings.HasPrefix(line, "go run ")
}

// withoutVersion creates the stack of `pulumi new` in the clone, whose program and configuration
// are the same as the template's (TestTemplateFiles). It skips the other commands.
func (u *user) withoutVersion(ctx context.Context, terminal shell, line string) error {
	u.print(line, "skipped: needs a published version")
	if !strings.HasPrefix(line, "pulumi new ") {
		return nil
	}
	_, err := u.run(ctx, terminal, "pulumi stack init dev")
	return err
}

// milestones names the results of commands.
var milestones = map[string]string{
	"make demo": "first deployed demo",
	"make test": "`make test`",
}

// invalidValue is an invalid value, the key in the preview's error message, and the command that corrects
// the value.
var invalidValue = struct{ command, key, correction string }{
	"pulumi config set domain https://localhost:9000",
	"argocd-on-aks:domain",
	"pulumi config set domain localhost:9000",
}

// correctValue sets an invalid value, checks that the preview rejects it, and corrects it.
func (u *user) correctValue(ctx context.Context, terminal shell) error {
	if _, err := u.run(ctx, terminal, invalidValue.command); err != nil {
		return err
	}
	_, err := u.run(ctx, terminal, "pulumi preview")
	if err == nil || !strings.Contains(err.Error(), invalidValue.key) {
		return fmt.Errorf("pulumi preview after %q: %w", invalidValue.command, err)
	}
	u.record("rejected configuration")
	for _, line := range []string{invalidValue.correction, "pulumi preview"} {
		if _, err := u.run(ctx, terminal, line); err != nil {
			return err
		}
	}
	u.record("corrected configuration")
	return nil
}

// runSecondTerminal runs the commands that a running demo prints for a second terminal.
func (u *user) runSecondTerminal(ctx context.Context, line string) (err error) {
	d, err := u.startDemo(ctx, line)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.stopDemo(d)) }()
	for _, line := range d.block[1:] {
		if err := u.follow(ctx, d.secondTerminal(u.shell), line); err != nil {
			return err
		}
	}
	return nil
}

func (u *user) startDemo(ctx context.Context, line string) (*demo, error) {
	d, err := startDemo(ctx, u.shell, line)
	if err == nil {
		u.print(line, "running")
	}
	return d, err
}

func (u *user) stopDemo(d *demo) error {
	used, err := d.stop()
	u.used.add(used)
	return err
}

func (u *user) run(ctx context.Context, terminal shell, line string) (string, error) {
	output, used, err := terminal.run(ctx, line)
	u.used.add(used)
	u.print(line, fmt.Sprintf("%.0f s, %.0f s of processor time", used.wall.Seconds(), used.cpu.Seconds()))
	return output, err
}

func (u *user) print(line, what string) { fmt.Fprintf(u.out, "  %-60s %s\n", line, what) }

func (u *user) record(what string) { u.milestones = append(u.milestones, milestone{what, u.used}) }

// report prints the milestones and the disk space used.
func (u *user) report() error {
	u.record("both pages")
	fmt.Fprint(u.out, "\n| milestone | commands | minutes | minutes of processor time |\n|---|---|---|---|\n")
	for _, m := range u.milestones {
		fmt.Fprintf(u.out, "| %s | %d | %.1f | %.1f |\n", m.what, m.used.commands, m.used.wall.Minutes(), m.used.cpu.Minutes())
	}
	var disk int64
	err := filepath.WalkDir(u.home, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			disk += info.Size()
		}
		return err
	})
	fmt.Fprintf(u.out, "\n%.1f GB of disk, %.1f GB of memory for the largest process\n", float64(disk)/1e9, float64(u.used.memory)/1e9)
	return err
}
