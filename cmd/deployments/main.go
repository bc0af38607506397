// Command deployments applies a stack's reviewed settings of Pulumi Deployments.
// It exits 0 when they are applied, 1 when the service refuses them, 2 when they
// cannot be sent.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
)

const usage = `Applies deployments/<stack>.yaml to the stack's settings in Pulumi Cloud.
It merges as ` + "`pulumi deployment settings edit`" + ` does: what the file does not name stays.
The service is that of the stack, as for ` + "`pulumi up`" + `: PULUMI_BACKEND_URL, backend.url in
Pulumi.yaml, or the current login. The token is PULUMI_ACCESS_TOKEN, or that of
` + "`pulumi login`" + ` for this service.

  deployments --org contoso --stack prod [--dry-run]

`

var deployments = command.Command{Name: "deployments", Usage: usage, Timeout: time.Minute, Define: define}

func main() { deployments.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	org := flags.String("org", "", "organization in Pulumi Cloud (required)")
	stack := flags.String("stack", "", "stack (required)")
	folder := flags.String("folder", ".", "folder of Pulumi.yaml and deployments/")
	dryRun := flags.Bool("dry-run", false, "print what would be sent")
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
		_, err = fmt.Fprintf(stdout, "Applied the deployment settings of %[1]s/%[2]s. To display them: pulumi deployment settings get --stack %[1]s/%[2]s\n", *org, *stack)
		return err
	}
}
