package acceptance_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/acceptance"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

const (
	// patience is the time in which Entra shows a change. It can take minutes.
	patience = 10 * time.Minute
	// cleanUpTime is the time for the clean-up, also after a failure.
	cleanUpTime = time.Hour
)

// TestAzure runs the steps on a real subscription and tenant.
func TestAzure(t *testing.T) {
	if os.Getenv("ACCEPTANCE") != "1" {
		t.Skip("requires a real Azure; run make acceptance")
	}
	environment, err := acceptance.ReadEnvironment(os.Getenv, exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	ctx := untilInterrupted(t)
	a := &azure{subscription: environment.Subscription, name: "acceptance-" + strings.ToLower(rand.Text()[:6])}
	a.group = "argocd-" + a.name
	a.open(ctx, t)
	acceptance.RunTests(ctx, t, acceptance.Target{
		Stack: a.stack, Config: environment.Config, Slow: environment.Slow, Patience: patience,
		Exists: a.exists, Answers: a.answers, Reach: a.reach,
	})
}

// untilInterrupted returns a context that ends early enough for the clean-up: at the first
// Ctrl-C, or some time before the timeout of go test.
func untilInterrupted(t *testing.T) context.Context {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	t.Cleanup(stop) // runs last, so another Ctrl-C does not stop the clean-up
	deadline, limited := t.Deadline()
	if !limited {
		return ctx
	}
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(-cleanUpTime))
	t.Cleanup(cancel)
	return ctx
}

// azure is a subscription and tenant with a stack that has a unique name.
type azure struct {
	stack                     *engine.Stack
	subscription, name, group string
	// dir has the stack's state, unless the user configured another backend.
	dir string
}

// open creates the stack and registers its clean-up.
func (a *azure) open(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := a.empty(ctx); err != nil {
		t.Fatalf("nothing was created: %v", err)
	}
	var err error
	// Not t.TempDir: after a failed clean-up, the user needs the state.
	if a.dir, err = os.MkdirTemp("", "argocd-on-aks-"+a.name+"-"); err != nil {
		t.Fatal(err)
	}
	if a.stack, err = engine.OpenReal(ctx, stack.Deploy, "../..", a.dir, a.name, a.env(), t.Output()); err != nil {
		t.Fatal(err)
	}
	t.Logf("stack %s in subscription %s; files in %s", a.name, a.subscription, a.dir)
	t.Cleanup(func() { a.cleanUp(t) })
}

// env returns the environment of Pulumi with the subscription and, unless the user
// configured one, a local backend.
func (a *azure) env() map[string]string {
	env := map[string]string{
		"ARM_SUBSCRIPTION_ID":      a.subscription,
		"PULUMI_DEBUG_PROVIDERS":   "",
		"PULUMI_SKIP_UPDATE_CHECK": "true",
		"PULUMI_BACKEND_URL":       cmp.Or(os.Getenv("PULUMI_BACKEND_URL"), "file://"+filepath.Join(a.dir, "state")),
	}
	if os.Getenv("PULUMI_CONFIG_PASSPHRASE_FILE") == "" {
		env["PULUMI_CONFIG_PASSPHRASE"] = cmp.Or(os.Getenv("PULUMI_CONFIG_PASSPHRASE"), "acceptance") // the stack has no secrets
	}
	return env
}

// empty returns an error if any object of the stack exists.
func (a *azure) empty(ctx context.Context) error {
	left, err := a.exists(ctx)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("not deleted: %v", left)
	}
	return err
}

// cleanUp deletes everything and checks the result.
func (a *azure) cleanUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), cleanUpTime)
	defer cancel()
	t.Logf("deleting %s", a.group)
	err := errors.Join(a.stack.CleanUp(ctx), acceptance.Eventually(ctx, patience, func() error { return a.empty(ctx) }))
	if err == nil {
		err = os.RemoveAll(a.dir)
	}
	if err != nil {
		t.Errorf("%v\n"+byHand, err, a.dir, a.subscription, a.group)
	}
}

const byHand = `The clean-up failed. The remaining resources cost money; the stack's state is in %[2]s. Delete them with:
  az group delete --subscription %[3]s --name %[4]s
  az ad app delete --id "$(az ad app list --filter "displayName eq '%[4]s'" --query '[0].id' -o tsv)"`

// reach forwards Argo CD's port with the commands in the outputs.
func (a *azure) reach(ctx context.Context, outputs map[string]any) (*http.Transport, func() error, error) {
	disconnect, err := forward(ctx, filepath.Join(a.dir, "kubeconfig"), a.subscription, outputs)
	return http.DefaultTransport.(*http.Transport), disconnect, err
}
