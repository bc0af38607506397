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

// demo is a running `make demo KEEP=1` with the commands that it prints for a second terminal.
type demo struct {
	command *exec.Cmd
	printed *bufio.Scanner
	block   []string
	used    used
}

// startDemo starts a demo and waits until its stack is deployed.
func startDemo(ctx context.Context, s shell, line string) (*demo, error) {
	d := &demo{command: s.command(ctx, line)}
	output, err := d.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.command.Stderr = d.command.Stdout
	started := time.Now()
	if err := d.command.Start(); err != nil {
		return nil, err
	}
	var all strings.Builder
	d.printed = bufio.NewScanner(io.TeeReader(output, &all))
	for d.printed.Scan() {
		switch text := d.printed.Text(); {
		case strings.HasPrefix(text, "  . '") || len(d.block) > 0 && strings.HasPrefix(text, "  "):
			d.block = appendLine(d.block, strings.TrimSpace(text))
		case strings.Contains(text, "keeps running until Ctrl-C") && len(d.block) > 0:
			d.used.wall = time.Since(started)
			return d, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s ended early:\n%s", line, tail(all.String(), 40)), d.command.Wait())
}

// appendLine appends a line to a block of commands, or to the last command if a backslash ends it.
func appendLine(block []string, line string) []string {
	if last := len(block) - 1; last >= 0 && strings.HasSuffix(block[last], "\\") {
		block[last] = strings.TrimSuffix(block[last], "\\") + line
		return block
	}
	return append(block, line)
}

// stop sends Ctrl-C and returns an error if the demo does not report that it deleted everything.
func (d *demo) stop() (used, error) {
	if err := interrupt(d.command); err != nil {
		return used{}, err
	}
	var last strings.Builder
	for d.printed.Scan() {
		fmt.Fprintln(&last, d.printed.Text())
	}
	_ = d.command.Wait() // make reports the signal as an error; the output shows the result
	u := use(d.command.ProcessState)
	u.wall = d.used.wall
	if !strings.Contains(last.String(), "all processes and files removed") {
		return u, fmt.Errorf("Ctrl-C in the demo: %s", &last)
	}
	return u, nil
}

// secondTerminal returns a terminal with the demo's environment, in which pulumi does not ask for
// confirmation.
func (d *demo) secondTerminal(s shell) shell {
	s.opening += "\n" + d.block[0] + "\nexport PULUMI_SKIP_CONFIRMATIONS=true"
	return s
}
