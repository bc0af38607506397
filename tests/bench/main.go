// Command bench measures the figures that docs/internals/performance.md defines, and fails
// if one exceeds its maximum.
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
	repository := flag.String("repository", ".", "this repository's folder")
	only := flag.String("only", "", "measure only the figures whose names begin with this prefix")
	write := flag.Bool("write", false, "write the figures and the timelines to docs/")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *repository, *only, *write); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, repository, only string, write bool) (err error) {
	measure, err := selected(only)
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "argocd-on-aks-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	// Pulumi's engine writes its logs to this folder.
	if err := os.Setenv("PULUMI_HOME", filepath.Join(home, "pulumi")); err != nil {
		return err
	}
	l := newRunner(repository)
	var all []measured
	for _, f := range measure {
		value, err := f.measure(ctx, l)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		m := measured{f, value}
		fmt.Println(m)
		all = append(all, m)
	}
	fmt.Printf("\n%s", table(all))
	if write {
		if err := l.write(ctx, all); err != nil {
			return err
		}
	}
	return checkMaximums(all)
}

// checkMaximums returns an error for each figure that exceeds its maximum.
func checkMaximums(all []measured) error {
	var exceeded error
	for _, m := range all {
		if m.exceeded() {
			exceeded = errors.Join(exceeded, fmt.Errorf("%s is %s, more than the maximum of %s", m.name, number(m.value), m.maximumText()))
		}
	}
	return exceeded
}
