// Command deployments applies a stack's reviewed settings of Pulumi Deployments.
// It exits 0 when they are applied, 1 when the service refuses them, 2 when they
// cannot be sent.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

const usage = `Applies deployments/<stack>.yaml to the stack's settings in Pulumi Cloud.
It merges as ` + "`pulumi deployment settings edit`" + ` does: what the file does not name stays.
Signed in by PULUMI_ACCESS_TOKEN or ` + "`pulumi login`" + `.

  deployments --org contoso --stack prod [--dry-run]

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("deployments", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, usage); flags.PrintDefaults() }
	org := flags.String("org", "", "organization in Pulumi Cloud (required)")
	stack := flags.String("stack", "", "stack (required)")
	folder := flags.String("folder", ".", "folder of Pulumi.yaml and deployments/")
	dryRun := flags.Bool("dry-run", false, "print what would be sent")
	timeout := flags.Duration("timeout", time.Minute, "time for the request")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	request, err := prepare(*folder, *org, *stack)
	if err != nil {
		fmt.Fprintln(stderr, "deployments:", err)
		return 2
	}
	if *dryRun {
		fmt.Fprintf(stdout, "POST %s\n%s\n", request.url, request.body)
		return 0
	}
	if err := request.send(ctx); err != nil {
		fmt.Fprintln(stderr, "deployments:", err)
		if errors.As(err, new(*refusal)) {
			return 1
		}
		return 2
	}
	fmt.Fprintf(stdout, "Applied the deployment settings of %s/%s. Look at them: pulumi deployment settings get --stack %s/%s\n", *org, *stack, *org, *stack)
	return 0
}
