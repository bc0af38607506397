package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"

	"github.com/OWNER/argocd-on-aks/tests/process"
)

// build is a command that builds Argo CD while the stack is deployed, which on a fresh
// machine is there minutes before.
type build struct {
	output process.Buffer
	ended  chan struct{}
	err    error
}

// start runs a command with its arguments in a folder until ctx ends; none has ended.
func start(ctx context.Context, command []string, folder string, log io.Writer) *build {
	b := &build{ended: make(chan struct{})}
	if len(command) == 0 {
		close(b.ended)
		return b
	}
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Dir = folder
	// make ends what it has started.
	run.Cancel = func() error { return run.Process.Signal(syscall.SIGTERM) }
	run.Stdout = io.MultiWriter(&b.output, log)
	run.Stderr = run.Stdout
	go func() {
		defer close(b.ended)
		if err := run.Run(); err != nil {
			b.err = fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, b.output.String())
		}
	}()
	return b
}

// wait returns when the command has ended, and shows what it said if that was not shown
// already.
func (b *build) wait(s *screen) error {
	select {
	case <-b.ended:
	default:
		s.printf("\n  Argo CD is still built from source, for the first time.\n")
	}
	if err := s.wait("Argo CD is built", func() error { <-b.ended; return b.err }); err != nil || s.log != io.Discard {
		return err
	}
	for line := range strings.Lines(b.output.String()) {
		if !strings.HasPrefix(line, "Building ") { // by tools/quietly, of what is built by now
			s.printf("\n  %s\n", strings.TrimSpace(line))
		}
	}
	return nil
}
