// Command verify checks from outside that users can sign in to a deployed stack's
// Argo CD. It exits 0 if they can, 1 if a check fails, 2 if it cannot check.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"argocd-on-aks/verify"
)

const usage = `Checks that users can sign in to the Argo CD of a deployed stack.
It needs the stack's outputs and the network, no Azure credentials and no kubectl.
On localhost, keep the port-forward running (stack output portForwardCommand).

  verify [--stack dev] [--json]
  pulumi stack output --json | verify --outputs -

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, usage); flags.PrintDefaults() }
	stack := flags.String("stack", "", "stack to ask for its outputs (default: the selected one)")
	file := flags.String("outputs", "", "file with the output of `pulumi stack output --json`, - for standard input")
	asJSON := flags.Bool("json", false, "print the checks as JSON")
	timeout := flags.Duration("timeout", time.Minute, "time for all checks")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	outputs, err := readOutputs(ctx, *stack, *file, stdin)
	if err != nil {
		fmt.Fprintln(stderr, "verify:", err)
		return 2
	}
	checks := verify.Run(ctx, http.DefaultTransport.(*http.Transport), outputs)
	if *asJSON {
		err = json.NewEncoder(stdout).Encode(checks)
	} else {
		err = verify.Print(stdout, checks)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "verify:", err)
		return 2
	case verify.Failed(checks):
		return 1
	}
	return 0
}

func readOutputs(ctx context.Context, stack, file string, stdin io.Reader) (verify.Outputs, error) {
	if file == "-" {
		return verify.ParseOutputs(stdin)
	}
	if file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return verify.Outputs{}, err
		}
		return verify.ParseOutputs(bytes.NewReader(content))
	}
	args := []string{"stack", "output", "--json"}
	if stack != "" {
		args = append(args, "--stack", stack)
	}
	command := exec.CommandContext(ctx, "pulumi", args...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return verify.Outputs{}, fmt.Errorf("pulumi stack output: %w", err)
	}
	return verify.ParseOutputs(bytes.NewReader(output))
}
