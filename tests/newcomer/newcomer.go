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

const (
	onAzure = "Deploy it on Azure"
	// install needs a published version of the module. TestPublished runs its commands.
	install = "Install"
)

// newcomer has a home, a clone in it, and a terminal there.
type newcomer struct {
	home  string
	shell shell
	used  used
	out   io.Writer
	// milestones are what was reached, with what it took up to there.
	milestones []milestone
}

type milestone struct {
	what string
	used used
}

// arrive gives a newcomer a home, in which the README's address leads to a local
// repository.
func arrive(ctx context.Context, repository, home string, out io.Writer) (*newcomer, error) {
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
	n := &newcomer{home: home, shell: shell{dir: home, env: environment}, out: out}
	return n, os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(settings), 0o600)
}

// read follows the commands of a section. Those for Azure go to a kept demo's.
func (n *newcomer) read(ctx context.Context, s section) (result error) {
	fmt.Fprintf(n.out, "\n%s\n", s.title)
	terminal := n.shell
	if s.title == onAzure {
		azure, err := n.keep(ctx, "make demo STACK=prod KEEP=1")
		if err != nil {
			return err
		}
		defer func() { result = errors.Join(result, n.leave(azure)) }()
		terminal = azure.secondTerminal(terminal)
	}
	for _, line := range s.commands {
		if s.title == install {
			n.say(line, "needs a published version")
			continue
		}
		if err := n.follow(ctx, terminal, line); err != nil {
			return err
		}
		if _, folder, clones := strings.Cut(line, " && cd "); clones && strings.HasPrefix(line, "git clone ") {
			n.shell.dir = filepath.Join(n.home, folder)
			terminal = n.shell
		}
	}
	return nil
}

// follow does what a line of the README says.
func (n *newcomer) follow(ctx context.Context, terminal shell, line string) error {
	switch {
	case strings.HasPrefix(line, "az ") || strings.Contains(line, "do az ") || strings.HasPrefix(line, "argocd "), strings.HasPrefix(line, "chromium "):
		n.say(line, "needs Azure, or a person")
		return nil
	case strings.HasPrefix(line, `eval "$(pulumi stack output `):
		shown, err := n.run(ctx, terminal, "echo "+strings.TrimPrefix(line, "eval "))
		n.say(strings.TrimSpace(shown), "needs Azure, or a person")
		return err
	case strings.Contains(line, " KEEP=1"):
		return n.lookAround(ctx, line)
	case line == slip.instead:
		return n.slip(ctx, terminal)
	}
	if _, err := n.run(ctx, terminal, line); err != nil {
		return err
	}
	if what, reached := reachedBy[line]; reached {
		n.reach(what)
	}
	return nil
}

// reachedBy names what a command of the README brings.
var reachedBy = map[string]string{
	"make demo": "the first deployed demo",
	"make test": "`make test`",
}

// slip is a first mistake, which the preview refuses in the words of the
// configuration, and its correction.
var slip = struct{ typed, told, instead string }{
	"pulumi config set domain https://localhost:9000",
	"argocd-on-aks:domain",
	"pulumi config set domain localhost:9000",
}

func (n *newcomer) slip(ctx context.Context, terminal shell) error {
	if _, err := n.run(ctx, terminal, slip.typed); err != nil {
		return err
	}
	_, err := n.run(ctx, terminal, "pulumi preview")
	if err == nil || !strings.Contains(err.Error(), slip.told) {
		return fmt.Errorf("pulumi preview after %q: %w", slip.typed, err)
	}
	n.reach("a first mistake, refused")
	for _, line := range []string{slip.instead, "pulumi preview"} {
		if _, err := n.run(ctx, terminal, line); err != nil {
			return err
		}
	}
	n.reach("its correction")
	return nil
}

// lookAround pastes a kept demo's block into a second terminal, up to where a person
// is needed.
func (n *newcomer) lookAround(ctx context.Context, line string) (err error) {
	k, err := n.keep(ctx, line)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.leave(k)) }()
	for _, line := range k.block[1:] {
		if err := n.follow(ctx, k.secondTerminal(n.shell), line); err != nil {
			return err
		}
	}
	return nil
}

func (n *newcomer) keep(ctx context.Context, line string) (*kept, error) {
	k, err := keepDemo(ctx, n.shell, line)
	if err == nil {
		n.say(line, "stays")
	}
	return k, err
}

func (n *newcomer) leave(k *kept) error {
	u, err := k.stop()
	n.used.add(u)
	return err
}

func (n *newcomer) run(ctx context.Context, terminal shell, line string) (string, error) {
	output, u, err := terminal.run(ctx, line)
	n.used.add(u)
	n.say(line, fmt.Sprintf("%.0f s, %.0f s of processors", u.wall.Seconds(), u.cpu.Seconds()))
	return output, err
}

func (n *newcomer) say(line, what string) { fmt.Fprintf(n.out, "  %-60s %s\n", line, what) }

func (n *newcomer) reach(what string) { n.milestones = append(n.milestones, milestone{what, n.used}) }

// report is a table, and what is left on the disk.
func (n *newcomer) report() error {
	n.reach("the whole README")
	fmt.Fprint(n.out, "\n| reached | commands | minutes | of processors |\n|---|---|---|---|\n")
	for _, m := range n.milestones {
		fmt.Fprintf(n.out, "| %s | %d | %.1f | %.1f |\n", m.what, m.used.commands, m.used.wall.Minutes(), m.used.cpu.Minutes())
	}
	var disk int64
	err := filepath.WalkDir(n.home, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			disk += info.Size()
		}
		return err
	})
	fmt.Fprintf(n.out, "\n%.1f GB of disk, %.1f GB of memory for the largest process\n", float64(disk)/1e9, float64(n.used.memory)/1e9)
	return err
}
