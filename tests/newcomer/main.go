// Command newcomer runs the commands of the README and of the tutorial as a new user would: in a
// clean clone, with an empty home directory and empty caches, and with only Go, git, make and the
// base system on PATH. The tutorial's commands run against the simulated Azure of
// `make demo KEEP=1`. Commands that need a subscription, a published version or a person are
// printed and skipped.
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
	repository := flag.String("repository", ".", "clone of this repository; its last commit is tested")
	keep := flag.Bool("keep", false, "keep the home directory with its caches")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *repository, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "newcomer:", err)
		os.Exit(1)
	}
}

// run follows both pages with empty caches and prints the time and resources that they took.
func run(ctx context.Context, repository string, keep bool) (err error) {
	home, err := os.MkdirTemp("", "newcomer-")
	if err != nil {
		return err
	}
	if !keep {
		defer func() { err = errors.Join(err, removeAll(home)) }()
	}
	n, err := newUser(ctx, repository, home, os.Stdout)
	if err != nil {
		return err
	}
	for _, page := range []struct {
		name   string
		follow func(context.Context, []section) error
	}{{readme, n.followReadme}, {tutorial, n.followTutorial}} {
		sections, err := readPage(repository, page.name)
		if err == nil {
			err = page.follow(ctx, sections)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", page.name, err)
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
