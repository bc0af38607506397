// Package process runs servers as processes that end with this one.
package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Process is a server that runs until it is stopped.
type Process struct {
	// Ended is closed when the process has ended.
	Ended chan struct{}

	command *exec.Cmd
	by      syscall.Signal
	log     *Buffer
}

// Start starts a command that ends on a signal; SIGKILL is for commands that need no
// clean-up. The output becomes the log, unless the command redirects it.
func Start(command *exec.Cmd, by syscall.Signal) (*Process, error) {
	p := &Process{Ended: make(chan struct{}), command: command, by: by, log: &Buffer{}}
	if command.Stdout == nil {
		command.Stdout = p.log
	}
	command.Stderr = p.log
	command.SysProcAttr = endWithParent(by)
	if err := command.Start(); err != nil {
		return nil, err
	}
	go func() { _ = command.Wait(); close(p.Ended) }()
	return p, nil
}

// Stop stops the process. It can be called twice.
func (p *Process) Stop() error {
	if err := p.command.Process.Signal(p.by); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s: %w", filepath.Base(p.command.Path), err)
	}
	<-p.Ended
	return nil
}

// Log returns the output.
func (p *Process) Log() string { return p.log.String() }

// Buffer is a bytes.Buffer for concurrent use.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns the content without surrounding space.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.TrimSpace(b.b.String())
}
