package acceptance_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/acceptance"
)

// commands puts scripts on PATH in place of az and kubectl. calls returns the calls so far.
func commands(t *testing.T, scripts map[string]string) (calls func() string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "calls")
	for name, script := range scripts {
		script = "#!/bin/sh\necho " + name + ` "$*" >> ` + file + "\n" + script
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	return func() string {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
}

// deployedAz prints az's answers for a deployed stack.
const deployedAz = `case "$*" in
group\ list*) echo '["/subscriptions/s/resourceGroups/argocd-x", "/subscriptions/s/resourceGroups/MC_argocd-x_argocd-x_westus3"]' ;;
resource\ list*) echo '["/subscriptions/s/resourceGroups/argocd-x/providers/Microsoft.ContainerService/managedClusters/argocd-x"]' ;;
aks\ show*) echo '{"id": "/subscriptions/s/cluster", "oidcIssuerProfile": {"issuerUrl": "https://issuer/"}}' ;;
rest*) echo '{"configurationSettings": {}}' ;;
ad\ app\ list*--query*) echo '["app"]' ;;
ad\ app\ list*) echo '[{"id": "app", "appId": "client"}]' ;;
ad\ app\ federated-credential*) echo '[{"issuer": "https://issuer/"}]' ;;
ad\ sp\ list*) echo '["principal"]' ;;
aks\ get-credentials*) ;;
*) echo "unknown: $*" >&2; exit 2 ;;
esac
`

func TestAzCalls(t *testing.T) {
	calls := commands(t, map[string]string{"az": deployedAz})
	a := &azure{subscription: "s", name: "x", group: "argocd-x"}
	ids, err := a.exists(t.Context())
	if want := []string{
		"/subscriptions/s/resourcegroups/argocd-x", "/subscriptions/s/resourcegroups/mc_argocd-x_argocd-x_westus3",
		"/subscriptions/s/resourcegroups/argocd-x/providers/microsoft.containerservice/managedclusters/argocd-x", "app", "principal",
	}; err != nil || !slices.Equal(ids, want) {
		t.Errorf("exists: %v, %v", ids, err)
	}
	if err := a.empty(t.Context()); err == nil || !strings.Contains(err.Error(), "managedclusters/argocd-x") {
		t.Errorf("not empty: %v", err)
	}
	answers, err := a.answers(t.Context())
	if err != nil || !strings.Contains(string(answers.Application), "client") || !strings.Contains(string(answers.Credentials), "issuer") {
		t.Errorf("answers: %s, %v", answers, err)
	}
	for _, call := range []string{
		"--url /subscriptions/s/cluster/providers/Microsoft.KubernetesConfiguration/extensions/argocd?api-version=",
		"federated-credential list --id client", "ad app list --filter displayName eq 'argocd-x'",
	} {
		if !strings.Contains(calls(), call) {
			t.Errorf("no call with %q in:\n%s", call, calls())
		}
	}
}

func TestEmptySubscription(t *testing.T) {
	commands(t, map[string]string{"az": "echo '[]'\n"})
	if err := (&azure{group: "argocd-x"}).empty(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNotSignedIn(t *testing.T) {
	commands(t, map[string]string{"az": "echo \"Please run 'az login'\" >&2; exit 1\n"})
	if err := (&azure{group: "argocd-x"}).empty(t.Context()); err == nil || !strings.Contains(err.Error(), "az login") {
		t.Errorf("got %v, want the error of az", err)
	}
}

func TestForward(t *testing.T) {
	outputs := map[string]any{
		"getCredentialsCommand": "az aks get-credentials --resource-group argocd-x --name argocd-x",
		"portForwardCommand":    "kubectl port-forward svc/argocd-server -n argocd 9000:443",
	}
	t.Run("works", func(t *testing.T) {
		calls := commands(t, map[string]string{"az": deployedAz, "kubectl": "echo Forwarding from 127.0.0.1:9000\n"})
		disconnect, err := forward(t.Context(), "kubeconfig", "s", outputs)
		if err != nil {
			t.Fatal(err)
		}
		if err := disconnect(); err != nil {
			t.Error(err)
		}
		for _, call := range []string{
			"az aks get-credentials --resource-group argocd-x --name argocd-x --subscription s --file kubeconfig",
			"kubectl port-forward svc/argocd-server -n argocd 9000:443 --kubeconfig kubeconfig",
		} {
			if !strings.Contains(calls(), call) {
				t.Errorf("no call %q in:\n%s", call, calls())
			}
		}
	})
	t.Run("no pods", func(t *testing.T) {
		commands(t, map[string]string{"az": deployedAz, "kubectl": "echo pods not found >&2; exit 1\n"})
		if _, err := forward(t.Context(), "kubeconfig", "s", outputs); err == nil || !strings.Contains(err.Error(), "pods not found") {
			t.Errorf("got %v, want the error of kubectl", err)
		}
	})
	t.Run("no kubectl", func(t *testing.T) {
		commands(t, map[string]string{"az": deployedAz})
		if _, err := forward(t.Context(), "kubeconfig", "s", outputs); !errors.Is(err, acceptance.Skipped("kubectl is not on PATH")) {
			t.Errorf("got %v, want a skipped step", err)
		}
	})
}
