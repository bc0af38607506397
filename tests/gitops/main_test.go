package gitops

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/cluster"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.AwayFromHome(m)) }

// team is everybody around prod's Argo CD.
type team struct {
	stack    *engine.Stack
	azure    *azuresim.Azure
	internet *azuresim.Internet
	cluster  *cluster.Cluster
	// url is Argo CD's, login the command that signs in to it from here, clientID its
	// application's.
	url, login, clientID string
}

// built skips what needs commands that only make test-gitops builds.
func built(t *testing.T) {
	t.Helper()
	if os.Getenv("GITOPS") == "" {
		t.Skip("make test-gitops runs this, on a real Kubernetes API server")
	}
}

// deployed has the prod stack on a simulated Azure whose cluster has a Kubernetes API.
func deployed(t *testing.T) *team {
	t.Helper()
	built(t)
	azure := azuresim.New()
	stack, err := engine.Open(t.Context(), azure, program.Deploy, "../..", t.TempDir(), "prod", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	cleanUp(t, stack.Close)
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	outputs, err := stack.Values(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	internet, err := azure.Connect(filepath.Join(t.TempDir(), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	cleanUp(t, internet.Close)
	login := strings.Replace(fmt.Sprint(outputs["loginCommand"]), "argocd.example.com", internet.Address, 1)
	return &team{
		stack: stack, azure: azure, internet: internet, cluster: startCluster(t, azure),
		url: fmt.Sprint(outputs["argocdUrl"]), login: login, clientID: fmt.Sprint(outputs["clientId"]),
	}
}

// startCluster gives the simulated cluster its Kubernetes API.
func startCluster(t *testing.T, azure *azuresim.Azure) *cluster.Cluster {
	t.Helper()
	installed := extension(t, azure)
	key, err := azure.SigningKey(installed.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	kubernetes, err := cluster.Start(t.Context(), installed.Issuer, key, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cleanUp(t, kubernetes.Stop)
	return kubernetes
}

// install has Argo CD's objects in the cluster.
func (m *team) install(t *testing.T) argocd.Installation {
	t.Helper()
	installation := argocd.Installation{Cluster: m.cluster, Internet: m.internet, Extension: extension(t, m.azure), Tests: "..", Dir: t.TempDir()}
	if err := installation.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	return installation
}

// run starts what is installed, behind its ingress.
func (m *team) run(t *testing.T, installation argocd.Installation) {
	t.Helper()
	argo, err := installation.Run(t.Context(), freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := argo.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(argo.Log())
		}
	})
	if err := (argocd.Controller{Class: "traefik", Secrets: []string{"argocd-tls"}}).Serve(m.internet, installation.Extension, argo.Server); err != nil {
		t.Fatal(err)
	}
}

// signIn is a user with a terminal.
func (m *team) signIn(t *testing.T, user string) *argocd.CLI {
	t.Helper()
	cli := argocd.NewCLI(m.internet, t.TempDir())
	if err := cli.Login(t.Context(), m.login, m.browser(t, user)); err != nil {
		t.Fatal(err)
	}
	return cli
}

// repository is the team's, published.
func (m *team) repository(t *testing.T) *Repository {
	t.Helper()
	repository, err := NewRepository(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := repository.Publish(m.internet); err != nil {
		t.Fatal(err)
	}
	return repository
}

func (m *team) browser(t *testing.T, user string) *argocd.Browser {
	t.Helper()
	browser, err := argocd.NewBrowser(m.internet, user+"@contoso.example")
	if err != nil {
		t.Fatal(err)
	}
	return browser
}

func extension(t *testing.T, azure *azuresim.Azure) azuresim.Extension {
	t.Helper()
	installed, err := azure.Extension()
	if err != nil {
		t.Fatal(err)
	}
	return installed
}

func freePort(t *testing.T) int {
	t.Helper()
	port, err := argocd.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func cleanUp(t *testing.T, do func() error) {
	t.Helper()
	t.Cleanup(func() {
		if err := do(); err != nil {
			t.Error(err)
		}
	})
}
