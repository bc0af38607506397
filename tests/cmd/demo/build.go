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

// build runs a command that builds Argo CD while the stack is deployed. The first build
// takes minutes longer than the deployment.
type build struct {
	output process.Buffer
	ended  chan struct{}
	err    error
}

// start runs a command in a folder until ctx ends. An empty command ends at once.
func start(ctx context.Context, command []string, folder string, log io.Writer) *build {
	b := &build{ended: make(chan struct{})}
	if len(command) == 0 {
		close(b.ended)
		return b
	}
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Dir = folder
	// On SIGTERM, make ends its child processes.
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

// wait returns when the command has ended, and prints its output unless the log shows it.
func (b *build) wait(s *screen) error {
	select {
	case <-b.ended:
	default:
		s.printf("\n  Waiting for Argo CD: the first build from source takes minutes ...\n")
	}
	if err := s.wait("building Argo CD", func() error { <-b.ended; return b.err }); err != nil || s.log != io.Discard {
		return err
	}
	before := "\n"
	for line := range strings.Lines(b.output.String()) {
		if strings.HasPrefix(line, "Building ") { // progress of tools/quietly
			continue
		}
		s.printf("%s  %s\n", before, strings.TrimRight(line, "\r\n"))
		before = ""
	}
	return nil
}
