package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// kept is a demo that stays in the first terminal, with the lines that it prints for
// a second one.
type kept struct {
	command *exec.Cmd
	printed *bufio.Scanner
	block   []string
	used    used
}

// keepDemo runs a `make demo` with KEEP=1 until it stays.
func keepDemo(ctx context.Context, s shell, line string) (*kept, error) {
	k := &kept{command: s.command(ctx, line)}
	output, err := k.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	k.command.Stderr = k.command.Stdout
	started := time.Now()
	if err := k.command.Start(); err != nil {
		return nil, err
	}
	var told strings.Builder
	k.printed = bufio.NewScanner(io.TeeReader(output, &told))
	for k.printed.Scan() {
		switch text := k.printed.Text(); {
		case strings.HasPrefix(text, "  . '") || len(k.block) > 0 && strings.HasPrefix(text, "  "):
			k.block = append(k.block, strings.TrimSpace(text))
		case strings.Contains(text, "stays until Ctrl-C") && len(k.block) > 0:
			k.used.wall = time.Since(started)
			return k, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s did not stay:\n%s", line, tail(told.String(), 40)), k.command.Wait())
}

// stop is Ctrl-C, after which make ends as whoever gets a signal does.
func (k *kept) stop() (used, error) {
	if err := interrupt(k.command); err != nil {
		return used{}, err
	}
	var last strings.Builder
	for k.printed.Scan() {
		fmt.Fprintln(&last, k.printed.Text())
	}
	_ = k.command.Wait() // what the demo said tells how it ended
	u := use(k.command.ProcessState)
	u.wall = k.used.wall
	if !strings.Contains(last.String(), "nothing of it is left") {
		return u, fmt.Errorf("Ctrl-C in the demo: %s", &last)
	}
	return u, nil
}

// secondTerminal is one into which the block's first line, that sets everything, has
// been pasted. Nobody is there to say yes to pulumi.
func (k *kept) secondTerminal(s shell) shell {
	s.opening += "\n" + k.block[0] + "\nexport PULUMI_SKIP_CONFIRMATIONS=true"
	return s
}
