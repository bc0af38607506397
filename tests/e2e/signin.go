package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// Run runs a command of the argocd CLI and returns its output.
func Run(t *testing.T, cli *argocd.CLI, args ...string) string {
	t.Helper()
	printed, err := cli.Run(t.Context(), args...)
	NoError(t, err)
	return printed
}

// Web signs alice in to an Argo CD in the browser, and checks that she is an administrator.
func Web(ctx context.Context, azure *azuresim.Azure, internet *azuresim.Internet, server *argocd.Server) error {
	browser, err := argocd.NewBrowser(internet, alice)
	if err != nil {
		return err
	}
	url := "https://" + server.Address
	info, err := browser.SignIn(ctx, url)
	if err != nil {
		return err
	}
	if !slices.Equal(info.Groups, []string{azure.GroupID("Argo CD Admins")}) {
		return errors.New("signed in without groups")
	}
	if may, err := browser.CanI(ctx, url, "get", "applications", "default/any"); err != nil || !may {
		return errors.Join(errors.New("cannot list applications"), err)
	}
	return nil
}

// CLI signs alice in to an Argo CD with the argocd command.
func CLI(ctx context.Context, _ *azuresim.Azure, internet *azuresim.Internet, server *argocd.Server) error {
	browser, err := argocd.NewBrowser(internet, alice)
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "argocd-cli-")
	if err != nil {
		return err
	}
	err = argocd.NewCLI(internet, home).Login(ctx, "argocd login "+server.Address+" --sso --insecure", browser)
	return errors.Join(err, os.RemoveAll(home))
}

// Login signs a user in to the stack's Argo CD with the argocd CLI.
func Login(t *testing.T, stack *engine.Stack, internet *azuresim.Internet, user string) *argocd.CLI {
	t.Helper()
	cli := argocd.NewCLI(internet, t.TempDir())
	command := strings.Replace(Output(t, stack, "loginCommand"), "argocd.example.com", internet.Address, 1)
	NoError(t, cli.Login(t.Context(), command, Browse(t, internet, user)))
	return cli
}

// Refused checks that a command of the argocd CLI fails with a text.
func Refused(t *testing.T, cli *argocd.CLI, reason string, command ...string) {
	t.Helper()
	WantError(t, Err(cli.Run(t.Context(), command...)), reason, "argocd %s", strings.Join(command, " "))
}

// ProdController is the ingress controller that Pulumi.prod.yaml expects in the cluster.
var ProdController = argocd.Controller{Class: "traefik", Secrets: []string{"argocd-tls"}}

// Expose publishes an Argo CD through an ingress controller.
func Expose(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, server *argocd.Server, controller argocd.Controller) {
	t.Helper()
	NoError(t, controller.Serve(internet, Installed(t, azure), server))
}

// Serve runs Argo CD behind an ingress controller.
func Serve(t *testing.T, azure *azuresim.Azure, controller argocd.Controller) (*azuresim.Internet, *argocd.Server) {
	t.Helper()
	internet := Connect(t, azure)
	server := Start(t, azure, internet, FreePort(t))
	Expose(t, azure, internet, server, controller)
	return internet, server
}

// OnItsDomain deploys the prod stack and runs its Argo CD behind its ingress controller.
func OnItsDomain(t *testing.T) (*engine.Stack, *azuresim.Azure, *azuresim.Internet) {
	t.Helper()
	stack, azure := Deploy(t, "prod")
	internet, _ := Serve(t, azure, ProdController)
	return stack, azure, internet
}

// FreePort returns a port that the next server can listen on.
func FreePort(t *testing.T) int {
	t.Helper()
	port, err := argocd.FreePort()
	NoError(t, err)
	return port
}

// Connect opens the simulated internet of an Azure until the test ends.
func Connect(t *testing.T, azure *azuresim.Azure) *azuresim.Internet {
	t.Helper()
	internet, err := azure.Connect(filepath.Join(t.TempDir(), "ca.pem"))
	NoError(t, err)
	AtEnd(t, internet.Close)
	return internet
}

// Start runs Argo CD with the settings of the deployed extension until the test ends.
func Start(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, port int) *argocd.Server {
	t.Helper()
	return StartOne(t, azure, internet, Installed(t, azure), port)
}

// Installed returns the deployed extension.
func Installed(t *testing.T, azure *azuresim.Azure) azuresim.Extension {
	t.Helper()
	extension, err := azure.Extension()
	NoError(t, err)
	return extension
}

// StartOne runs the Argo CD of one of several extensions.
func StartOne(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, extension azuresim.Extension, port int) *argocd.Server {
	t.Helper()
	return StartIn(t, azure, internet, extension, t.TempDir(), port)
}

// StartIn runs an Argo CD with the argocd-secret that a previous one wrote to dir.
func StartIn(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, extension azuresim.Extension, dir string, port int) *argocd.Server {
	t.Helper()
	server, err := argocd.Start(t.Context(), azure, internet, extension, dir, port)
	NoError(t, err)
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(server.Log())
		}
	})
	return server
}

// Browse opens a browser for a user of the tenant, such as alice.
func Browse(t *testing.T, internet *azuresim.Internet, user string) *argocd.Browser {
	t.Helper()
	browser, err := argocd.NewBrowser(internet, user+"@contoso.example")
	NoError(t, err)
	return browser
}

// Localhost sets a stack's domain to a free port of localhost.
func Localhost(t *testing.T, stack *engine.Stack) (port int) {
	t.Helper()
	port = FreePort(t)
	Set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
	return port
}

// OnLocalhost deploys the dev stack for an Argo CD on a free port of localhost.
func OnLocalhost(t *testing.T) (stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet, port int) {
	t.Helper()
	stack, azure = Open(t, "dev")
	port = Localhost(t, stack)
	Want(t, stack.Up, map[string]int{"create": DevResources})
	return stack, azure, Connect(t, azure), port
}
