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
	// Ended is closed when it has, for whatever reason.
	Ended chan struct{}

	command *exec.Cmd
	by      syscall.Signal
	log     *Buffer
}

// Start runs a command, which a signal ends: SIGKILL for one that leaves nothing
// anyway. What the command prints is its log, if it has no other place for it.
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

// Stop ends it. It is safe to call twice.
func (p *Process) Stop() error {
	if err := p.command.Process.Signal(p.by); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s: %w", filepath.Base(p.command.Path), err)
	}
	<-p.Ended
	return nil
}

// Log is what it printed.
func (p *Process) Log() string { return p.log.String() }

// Buffer is a bytes.Buffer for two goroutines.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String is what was written, without space around it.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.TrimSpace(b.b.String())
}
