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

// ErrNo is an answer, and the answer is no: the command exits with 1.
var ErrNo = errors.New("no")

// Main runs the command as the process and exits.
func (c Command) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(c.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Run returns the exit code: 0, 1 for ErrNo, 2 for any other error, which it
// prints. ErrNo alone is not printed; wrapped, its message is.
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
	if err != ErrNo { //nolint:errorlint // a wrapped ErrNo has a message to print
		fmt.Fprintf(stderr, "%s: %s\n", c.Name, printable.Text(err.Error(), longest))
	}
	if errors.Is(err, ErrNo) {
		return 1
	}
	return 2
}
