// Command newcomer follows the README word by word, as somebody would who has just
// found it: a clean clone, a home of its own, empty caches, and on PATH only Go, git,
// make and the base system. The commands are the README's own code blocks. Azure's
// part of the walkthrough goes to the simulated Azure of `make demo KEEP=1`; what
// needs a subscription's command line or a person is shown, not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	repository := flag.String("repository", ".", "clone of this repository, whose last commit is followed")
	keep := flag.Bool("keep", false, "leave the home with its caches")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := follow(ctx, *repository, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "newcomer:", err)
		os.Exit(1)
	}
}

// follow takes the whole README from empty caches and says what that took.
func follow(ctx context.Context, repository string, keep bool) (err error) {
	home, err := os.MkdirTemp("", "newcomer-")
	if err != nil {
		return err
	}
	if !keep {
		defer func() { err = errors.Join(err, removeAll(home)) }()
	}
	n, err := arrive(ctx, repository, home, os.Stdout)
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		return err
	}
	for _, section := range sections(string(readme)) {
		if err := n.read(ctx, section); err != nil {
			return fmt.Errorf("%s: %w", section.title, err)
		}
	}
	return n.report()
}

// removeAll also removes Go's module cache, which is read-only.
func removeAll(dir string) error {
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return err
	})
	return errors.Join(err, os.RemoveAll(dir))
}
