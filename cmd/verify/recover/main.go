// Command recover has a stack know what exists without it: objects whose creation was
// cut off before the engine had written them down. It exits 0 if the next up can go
// on, 1 if something is left to do by hand, 2 if it cannot look.
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

const usage = `Finds what exists in Azure and Entra under a stack's names and is missing in its
state, after an up that was interrupted, killed or cut off, and adopts it: the
resource is imported, and pending operations are cleared. What Entra no longer has,
the state forgets. It deletes nothing, and names what is to be deleted by hand.
It needs what pulumi up needs, and reads Azure as whom az login has signed in.

Anyone may have created an object of that name. One that another identity owns, or that
has what the stack does not ask for, is left alone. --adopt names one to adopt: first
read its foreign properties.

  recover [--stack dev] [--plan] [--adopt <object ID>]...

`

var recoverCommand = command.Command{Name: "recover", Usage: usage, Timeout: time.Hour, Define: define}

func main() { recoverCommand.Main() }

func define(flags *flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
	stack := flags.String("stack", "", "stack to recover (default: the selected one)")
	plan := flags.Bool("plan", false, "only show what would be done")
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
		r := &recovery{stack: *stack, plan: *plan, adopt: adopt, out: stdout, web: web, told: map[string]bool{}, doubts: map[string][]string{}}
		return r.run(ctx)
	}
}

// newClient returns a client that waits a minute for each answer.
func newClient() (*http.Client, error) {
	web, err := transport.New()
	return &http.Client{Transport: web, CheckRedirect: verify.SameHost, Timeout: time.Minute}, err
}
