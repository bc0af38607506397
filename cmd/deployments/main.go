// Command deployments applies a stack's settings file for Pulumi Deployments. Its help lists
// the exit codes.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
)

const usage = `Applies deployments/<stack>.yaml to the stack's deployment settings in Pulumi Cloud. Like
` + "`pulumi deployment settings edit`" + `, it keeps settings that the file does not contain.

The request goes to the service that ` + "`pulumi up`" + ` uses: PULUMI_BACKEND_URL, backend.url in
Pulumi.yaml, or the current login. The access token is PULUMI_ACCESS_TOKEN, or the token that
` + "`pulumi login`" + ` stored for this service.

Exit codes: 0 if the service accepted the settings, 1 if it rejected them, 2 for a usage or
configuration error, 3 if the service did not answer or was unavailable.

  deployments --org contoso --stack prod [--dry-run]

`

var deployments = command.Command{Name: "deployments", Usage: usage, Timeout: time.Minute, Define: define}

func main() { deployments.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	org := flags.String("org", "", "organization in Pulumi Cloud (required)")
	stack := flags.String("stack", "", "stack (required)")
	folder := flags.String("folder", ".", "folder that contains Pulumi.yaml and deployments/")
	dryRun := flags.Bool("dry-run", false, "print the request without sending it")
	return func(ctx context.Context, _ io.Reader, stdout io.Writer) error {
		request, err := prepare(*folder, *org, *stack)
		if err != nil {
			return err
		}
		if *dryRun {
			_, err := fmt.Fprintf(stdout, "POST %s\n%s\n", request.url, request.body)
			return err
		}
		if err := request.send(ctx); err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdout, "Applied the deployment settings of %[1]s/%[2]s.\nTo display them: pulumi deployment settings get --stack %[1]s/%[2]s\n", *org, *stack)
		return err
	}
}
