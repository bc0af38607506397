// Command recover imports objects into a stack whose creation was interrupted before the engine
// saved them. Its help lists the exit codes.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
	"github.com/OWNER/argocd-on-aks/cmd/verify/internal/transport"
	"github.com/OWNER/argocd-on-aks/verify"
)

const usage = `Recovers a stack after an interrupted pulumi up. recover searches Entra and Azure for
objects that the stack has created but that are missing in its state. It imports them,
clears pending operations, and removes objects from the state that no longer exist in
Entra. It deletes no object in Azure or Entra, and prints the commands for objects that
must be deleted manually.
It needs the permissions of pulumi up and reads Azure as the identity of az login.

Any user may have created an object with the same name. recover does not adopt objects
that another identity owns or that have properties that are not in the stack. To adopt
such an object, check its foreign properties, then use --adopt.

Exit codes: 0 if the next pulumi up can continue, 1 if manual work remains, 2 for a usage or
configuration error, 3 if it could not finish; run it again.

  recover [--stack dev] [--plan] [--adopt <object ID>]...

`

var recoverCommand = command.Command{Name: "recover", Usage: usage, Timeout: time.Hour, Define: define}

func main() { recoverCommand.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	stack := flags.String("stack", "", "stack to recover (default: the selected stack)")
	plan := flags.Bool("plan", false, "show the actions without performing them")
	adopt := map[string]bool{}
	flags.Func("adopt", "adopt the foreign object with this `ID` (repeatable)", func(id string) error {
		if id = strings.TrimSpace(id); id == "" {
			return errors.New("must be an object ID or a resource ID")
		}
		adopt[id] = false
		return nil
	})
	return func(ctx context.Context, _ io.Reader, stdout io.Writer) error {
		web, err := newClient()
		if err != nil {
			return err
		}
		r := &recovery{stack: *stack, plan: *plan, adopt: adopt, out: stdout, web: web, printed: map[string]bool{}, doubts: map[string][]string{}}
		return r.run(ctx)
	}
}

// newClient returns a client with a timeout of one minute for each request.
func newClient() (*http.Client, error) {
	web, err := transport.New()
	return &http.Client{Transport: web, CheckRedirect: verify.SameHost, Timeout: time.Minute}, err
}
