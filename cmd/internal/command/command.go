// Package command provides the parts that all commands share: flags, help, a time limit,
// Ctrl-C and exit codes.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// longest is the number of characters of an error that are printed.
const longest = 20_000

// Command is one command.
type Command struct {
	Name, Usage string
	// Timeout is the default time for all of it.
	Timeout time.Duration
	// Define declares the flags and returns what is done with them.
	Define func(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error
}

var (
	// ErrNo is an answer, and the answer is no: the command exits with 1.
	ErrNo = errors.New("no")
	// ErrUnknown reports that there is no answer, for example because a service did not
	// respond: the command exits with 3.
	ErrUnknown = errors.New("inconclusive")
)

// Main runs the command as the process and exits.
func (c Command) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(c.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Run returns the exit code: 0, 1 for ErrNo, 3 for ErrUnknown and at the end of ctx or of the
// timeout, 2 for any other error. It prints the error, but not ErrNo and ErrUnknown without a
// message.
func (c Command) Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, c.Usage); flags.PrintDefaults() }
	timeout := flags.Duration("timeout", c.Timeout, "time for all of it")
	do := c.Define(flags)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	err := do(ctx, stdin, stdout)
	if err == nil {
		return 0
	}
	if err != ErrNo && err != ErrUnknown { //nolint:errorlint // if wrapped, they have a message to print
		fmt.Fprintf(stderr, "%s: %s\n", c.Name, printable.Text(err.Error(), longest))
	}
	switch {
	case errors.Is(err, ErrNo):
		return 1
	case errors.Is(err, ErrUnknown), ctx.Err() != nil:
		return 3
	}
	return 2
}
