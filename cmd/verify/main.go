// Command verify checks from outside that users can sign in to a deployed stack's
// Argo CD. It exits 0 if they can, 1 if a check fails, 2 if it cannot check.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"argocd-on-aks/cmd/internal/command"
	"argocd-on-aks/cmd/verify/azure"
	"argocd-on-aks/verify"
)

const usage = `Checks that users can sign in to the Argo CD of a deployed stack.
It needs the stack's outputs and the network, no Azure credentials and no kubectl.
On localhost, keep the port-forward running (stack output portForwardCommand).
With --azure it also looks into Entra and Azure for what was changed or added by
hand, as whom az login has signed in, and compares with the stack's state.
It goes through the proxy in HTTPS_PROXY, but for localhost, and trusts the
certificates in the file SSL_CERT_FILE beside the system's.

  verify [--stack dev] [--azure] [--json]
  pulumi stack output --json | verify --outputs -

`

var verifyCommand = command.Command{Name: "verify", Usage: usage, Timeout: 2 * time.Minute, Define: define}

func main() { verifyCommand.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	stack := flags.String("stack", "", "stack to ask for its outputs (default: the selected one)")
	file := flags.String("outputs", "", "file with the output of `pulumi stack output --json`, - for standard input")
	inAzure := flags.Bool("azure", false, "look into Entra and Azure as well, signed in with az login or workload identity")
	state := flags.String("state", "", "with --azure: file with the output of `pulumi stack export`")
	asJSON := flags.Bool("json", false, "print the checks as JSON")
	wait := flags.Duration("wait", time.Minute, "time for what was just deployed to reach all of Entra's servers")
	return func(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
		outputs, err := readOutputs(ctx, *stack, *file, stdin)
		if err != nil {
			return err
		}
		transport, err := newTransport()
		if err != nil {
			return err
		}
		lookInside := func() []verify.Check { return nil }
		if *inAzure {
			if lookInside, err = openAzure(ctx, *stack, *state, &http.Client{Transport: transport}); err != nil {
				return err
			}
		}
		replicated, cancel := context.WithTimeout(ctx, *wait)
		defer cancel()
		ticker := time.NewTicker(5 * time.Second)
		defer ticker.Stop()
		checks := verify.Wait(replicated, ticker.C, func() []verify.Check {
			return verify.Run(ctx, transport, outputs)
		})
		checks = append(checks, lookInside()...)
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
	output, err := pulumi(ctx, stack, "stack", "output", "--json")
	if err != nil {
		return verify.Outputs{}, err
	}
	return verify.ParseOutputs(bytes.NewReader(output))
}

// newTransport also trusts the certificates in SSL_CERT_FILE, such as that of a
// proxy that inspects TLS: Go by itself heeds the variable on Linux alone.
func newTransport() (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	file := os.Getenv("SSL_CERT_FILE")
	if file == "" {
		return transport, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificates to trust, SSL_CERT_FILE: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("certificates of the system: %w", err)
	}
	if !roots.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("certificates to trust, SSL_CERT_FILE: %s has none in PEM (-----BEGIN CERTIFICATE-----)", file)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return transport, nil
}

// openAzure reads the state, in which secrets stay encrypted, and signs in. What
// it returns makes the checks.
func openAzure(ctx context.Context, stack, file string, web *http.Client) (func() []verify.Check, error) {
	read := func() ([]byte, error) { return pulumi(ctx, stack, "stack", "export") }
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

// pulumi asks the CLI about a stack, or about the selected one.
func pulumi(ctx context.Context, stack string, args ...string) ([]byte, error) {
	if stack != "" {
		args = append(args, "--stack", stack)
	}
	command := exec.CommandContext(ctx, "pulumi", args...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("pulumi %s: %w", strings.Join(args, " "), err)
	}
	return output, nil
}
