// Command verify checks that users can sign in to a deployed stack's Argo CD. Its help lists
// the exit codes.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/cmd/verify/internal/pulumi"
	"github.com/OWNER/argocd-on-aks/cmd/verify/internal/transport"
	"github.com/OWNER/argocd-on-aks/verify"
)

const usage = `Checks that users can sign in to the Argo CD of a deployed stack.
It needs the stack's outputs and network access, but no Azure credentials and no kubectl.
On localhost, keep the port-forward running (stack output portForwardCommand).

With --azure, it also compares Entra and Azure with the stack's outputs and state to find
manual changes, as the identity of az login. Run it before pulumi refresh, which overwrites
the state with manual changes. --deployer sets the identities that may own the application;
the default is the signed-in identity.

It uses the proxy in HTTPS_PROXY, except for localhost, and trusts the certificates in the
file SSL_CERT_FILE in addition to the system's.

Entra replicates new objects to its servers in seconds to minutes. While Entra does not
know an object, the checks are repeated for the duration of --wait. --patience limits each
request, --timeout the total time.

A cause fails one check. The checks that depend on it are skipped or UNKNOWN, and name it.
--format json prints a report with the stack, the time in UTC and a summary. Its schema is
https://github.com/OWNER/argocd-on-aks/blob/main/cmd/verify/report.schema.json.
--json prints only its list of checks.

Exit codes: 0 if all checks passed (with or without warnings), 1 if a check failed, 2 for a
usage or configuration error, 3 if no check failed but some are inconclusive, or if verify was
interrupted. "make verify" exits with 2 instead, and "go run" with 1.

  verify [--stack dev] [--azure] [--deployer <object ID>]... [--format json] [--wait 3m]
  pulumi stack output --json | verify --outputs -

`

const (
	// timeout limits the total time; again is the interval between repetitions.
	timeout = 5 * time.Minute
	again   = 5 * time.Second
)

var verifyCommand = command.Command{Name: "verify", Usage: usage, Timeout: timeout, Define: define}

func main() { verifyCommand.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	stack := flags.String("stack", "", "stack to check (default: the selected stack)")
	file := flags.String("outputs", "", "`file` with the output of pulumi stack output --json, - for standard input")
	inAzure := flags.Bool("azure", false, "also check Entra and Azure, signed in with az login or workload identity")
	state := flags.String("state", "", "with --azure: `file` with the output of pulumi stack export")
	var deployers []string
	flags.Func("deployer", "with --azure: object `ID` of a deploying identity (repeatable; default: the signed-in one)", func(id string) error {
		deployers = append(deployers, id)
		return nil
	})
	format := flags.String("format", "text", "`text` or json (a report)")
	asList := flags.Bool("json", false, "print the list of checks as JSON, without the rest of the report")
	wait := flags.Duration("wait", time.Minute, "time for the replication of new objects in Entra")
	patience := flags.Duration("patience", verify.Patience, "timeout of a request")
	return func(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
		start := time.Now()
		if err := errors.Join(checkTimes(ctx, *wait, *patience), checkFormat(*format, *asList)); err != nil {
			return err
		}
		outputs, err := readOutputs(ctx, *stack, *file, stdin)
		if err != nil {
			return err
		}
		name := *stack
		if *format == "json" {
			if name, err = stackName(ctx, *stack, *file); err != nil {
				return err
			}
		}
		web, err := transport.New()
		if err != nil {
			return err
		}
		inside := func() []verify.Check { return nil }
		if *inAzure {
			if inside, err = openAzure(ctx, *stack, *state, deployers, verify.ThroughProxy(web), *patience); err != nil {
				return err
			}
		}
		replicated, cancel := context.WithTimeout(ctx, *wait)
		defer cancel()
		ticker := time.NewTicker(again)
		defer ticker.Stop()
		runs := 0
		checks := verify.Wait(replicated, ticker.C, func() []verify.Check {
			if runs++; runs == 2 {
				fmt.Fprintf(os.Stderr, "Entra has not replicated all objects yet; checking every %s for up to %s (--wait)\n", again, *wait)
			}
			return verify.Run(ctx, web, *patience, outputs)
		})
		checks = azure.Join(checks, inside())
		switch {
		case *format == "json":
			err = verify.PrintReport(stdout, name, start, checks)
		case *asList:
			err = verify.PrintJSON(stdout, checks)
		default:
			err = verify.Print(stdout, checks)
		}
		if err != nil {
			return err
		}
		return verdicts[verify.Result(checks)]
	}
}

// verdicts are the errors for the exit codes of a run.
var verdicts = map[string]error{verify.Failing: command.ErrNo, verify.Inconclusive: command.ErrUnknown}

// checkFormat returns an error for an unknown format, or two formats.
func checkFormat(format string, asList bool) error {
	switch {
	case format != "text" && format != "json":
		return fmt.Errorf("--format %s must be text or json", format)
	case format == "json" && asList:
		return errors.New("--json cannot be combined with --format json; use one of them")
	}
	return nil
}

// stackName returns the name of the stack for the report. It is empty for outputs in a file,
// unless --stack names the stack.
func stackName(ctx context.Context, stack, file string) (string, error) {
	if stack != "" || file != "" {
		return stack, nil
	}
	name, err := pulumi.Run(ctx, "", "stack", "--show-name")
	return strings.TrimSpace(string(name)), err
}

// checkTimes returns an error if --wait and --timeout do not fit together.
func checkTimes(ctx context.Context, wait, patience time.Duration) error {
	if wait < 0 {
		return fmt.Errorf("--wait %s must not be negative; 0s does not wait", wait)
	}
	if patience <= 0 {
		return fmt.Errorf("--patience %s must be positive; the default is %s", patience, verify.Patience)
	}
	if deadline, limited := ctx.Deadline(); limited && wait >= time.Until(deadline) {
		return fmt.Errorf("--wait %s must be less than --timeout; use a longer timeout, such as --timeout %s", wait, wait+timeout)
	}
	return nil
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
	output, err := pulumi.Run(ctx, stack, "stack", "output", "--json")
	if err != nil {
		return verify.Outputs{}, err
	}
	return verify.ParseOutputs(bytes.NewReader(output))
}

// openAzure reads the state, in which secrets stay encrypted, and signs in. It returns the
// function that runs the checks. Requests contain a token, so the client does not follow
// redirects to another host or to plain HTTP.
func openAzure(ctx context.Context, stack, file string, deployers []string, transport http.RoundTripper, patience time.Duration) (func() []verify.Check, error) {
	web := &http.Client{Transport: transport, Timeout: patience, CheckRedirect: verify.SameHost}
	read := func() ([]byte, error) { return pulumi.Run(ctx, stack, "stack", "export") }
	if file != "" {
		read = func() ([]byte, error) { return os.ReadFile(file) }
	}
	exported, err := read()
	if err != nil {
		return nil, err
	}
	deployed, err := azure.ParseState(bytes.NewReader(exported))
	if err != nil {
		return nil, err
	}
	if file == "" {
		history, err := pulumi.Run(ctx, stack, "stack", "history", "--json")
		if err != nil {
			return nil, err
		}
		if err := deployed.ReadHistory(bytes.NewReader(history)); err != nil {
			return nil, err
		}
	}
	deployed.Deployers = deployers
	credential, err := azure.NewCredential(deployed, web)
	if err != nil {
		return nil, err
	}
	client, err := azure.NewClient(ctx, deployed, credential, web)
	if err != nil {
		return nil, err
	}
	return func() []verify.Check { return azure.Run(ctx, client, deployed) }, nil
}
