package gitops

import (
	"os"
	"testing"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/cluster"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }

// team is the users of prod with their cluster.
type team struct {
	stack    *engine.Stack
	azure    *azuresim.Azure
	internet *azuresim.Internet
	cluster  *cluster.Cluster
	// url is the URL of Argo CD, clientID the ID of its application.
	url, clientID string
}

// requireGitOps skips a test without the commands that make test-gitops builds.
func requireGitOps(t *testing.T) {
	t.Helper()
	if os.Getenv("GITOPS") == "" {
		t.Skip("needs a Kubernetes API server; run make test-gitops")
	}
}

// deployed deploys prod on a simulated Azure and starts a Kubernetes API server for its
// cluster.
func deployed(t *testing.T) *team {
	t.Helper()
	requireGitOps(t)
	azure := azuresim.New()
	stack, err := engine.Open(t.Context(), azure, program.Deploy, "../..", t.TempDir(), "prod", t.Output())
	e2e.NoError(t, err)
	e2e.AtEnd(t, stack.Close)
	e2e.Succeed(t, stack.Up)
	return &team{
		stack: stack, azure: azure, internet: e2e.Connect(t, azure), cluster: startCluster(t, azure),
		url: e2e.Output(t, stack, "argocdUrl"), clientID: e2e.Output(t, stack, "clientId"),
	}
}

// startCluster starts the Kubernetes API server of the simulated cluster.
func startCluster(t *testing.T, azure *azuresim.Azure) *cluster.Cluster {
	t.Helper()
	installed := e2e.Installed(t, azure)
	key, err := azure.SigningKey(installed.Issuer)
	e2e.NoError(t, err)
	kubernetes, err := cluster.Start(t.Context(), installed.Issuer, key, t.TempDir())
	e2e.NoError(t, err)
	e2e.AtEnd(t, kubernetes.Stop)
	return kubernetes
}

// install creates the Kubernetes objects of Argo CD.
func (m *team) install(t *testing.T) argocd.Installation {
	t.Helper()
	installation := argocd.Installation{Cluster: m.cluster, Internet: m.internet, Extension: e2e.Installed(t, m.azure), Tests: "..", Dir: t.TempDir()}
	e2e.NoError(t, installation.Install(t.Context()))
	return installation
}

// run starts all components of Argo CD behind the ingress.
func (m *team) run(t *testing.T, installation argocd.Installation) {
	t.Helper()
	argo, err := installation.Run(t.Context(), e2e.FreePort(t))
	e2e.NoError(t, err)
	t.Cleanup(func() {
		if err := argo.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(argo.Log())
		}
	})
	e2e.NoError(t, e2e.ProdController.Serve(m.internet, installation.Extension, argo.Server))
}

// repository creates and publishes the Git repository.
func (m *team) repository(t *testing.T) *Repository {
	t.Helper()
	repository, err := NewRepository(t.Context(), "../..", t.TempDir())
	e2e.NoError(t, err)
	e2e.NoError(t, repository.Publish(m.internet))
	return repository
}
