// Command verify checks from outside that users can sign in to a deployed stack's
// Argo CD. It exits 0 if they can, 1 if a check fails, 2 if it cannot check.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"

	"argocd-on-aks/cmd/internal/command"
	"argocd-on-aks/verify"
)

const usage = `Checks that users can sign in to the Argo CD of a deployed stack.
It needs the stack's outputs and the network, no Azure credentials and no kubectl.
On localhost, keep the port-forward running (stack output portForwardCommand).

  verify [--stack dev] [--json]
  pulumi stack output --json | verify --outputs -

`

var verifyCommand = command.Command{Name: "verify", Usage: usage, Timeout: 2 * time.Minute, Define: define}

func main() { verifyCommand.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	stack := flags.String("stack", "", "stack to ask for its outputs (default: the selected one)")
	file := flags.String("outputs", "", "file with the output of `pulumi stack output --json`, - for standard input")
	asJSON := flags.Bool("json", false, "print the checks as JSON")
	wait := flags.Duration("wait", time.Minute, "time for what was just deployed to reach all of Entra's servers")
	return func(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
		outputs, err := readOutputs(ctx, *stack, *file, stdin)
		if err != nil {
			return err
		}
		replicated, cancel := context.WithTimeout(ctx, *wait)
		defer cancel()
		ticker := time.NewTicker(5 * time.Second)
		defer ticker.Stop()
		checks := verify.Wait(replicated, ticker.C, func() []verify.Check {
			return verify.Run(ctx, http.DefaultTransport.(*http.Transport), outputs)
		})
		if *asJSON {
			err = json.NewEncoder(stdout).Encode(checks)
		} else {
			err = verify.Print(stdout, checks)
		}
		if err == nil && verify.Failed(checks) {
			return command.ErrNo
		}
		return err
	}
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
