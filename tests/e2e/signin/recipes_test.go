package signin

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestSignInQueryRecipe checks that the table of symptoms has a row for each error code of the
// query.
func TestSignInQueryRecipe(t *testing.T) {
	t.Parallel()
	const page, heading = "operations.md", "Failed sign-ins"
	query := recipe(t, page, heading, "```kusto")
	if !strings.HasPrefix(query, "SigninLogs\n") || !strings.Contains(query, `AppId == "<clientId>" and ResultType != "0"`) {
		t.Errorf("the query: %s", query)
	}
	codes := regexp.MustCompile(`\b\d{5,7}\b`).FindAllString(recipeSection(t, page, heading), -1)
	if len(codes) < 7 {
		t.Errorf("only %d codes: %s", len(codes), codes)
	}
	symptoms := e2e.Read(t, "docs/troubleshooting.md")
	for _, code := range codes {
		if !strings.Contains(symptoms, "| AADSTS"+code+" ") {
			t.Errorf("no symptom AADSTS%s", code)
		}
	}
}

// TestNamespacesRecipe checks that the real API server accepts a team's application in its own
// namespace and rejects it elsewhere: for the team by its role, for an admin by the project, and in
// other namespaces by the setting. The chart passes the setting to all components that read
// applications, and grants the API server write access to them.
func TestNamespacesRecipe(t *testing.T) {
	t.Parallel()
	const heading = "Applications in any namespace"
	azure, users := signedIn(t, recipe(t, "clusters.md", heading, "```yaml"), "alice", "carol")
	alice, carol, all := users[0], users[1], e2e.Rendered(t, azure)
	e2e.Write(t, filepath.Join(alice.Dir, "project.yaml"), recipe(t, "clusters.md", heading, "```yml"))
	e2e.Run(t, alice, "proj", "create", "-f", "project.yaml")

	create := func(namespace, project string) []string {
		return []string{
			"app", "create", "cart", "--app-namespace", namespace, "--project", project, "--repo", "https://github.com/contoso/shop", "--path", ".",
			"--dest-server", "https://kubernetes.default.svc", "--dest-namespace", "shop", "--validate=false",
		}
	}
	e2e.Run(t, carol, create("team-shop", "shop")...)
	e2e.Run(t, carol, "app", "get", "team-shop/cart")
	e2e.Refused(t, carol, "permission denied", create("argocd", "shop")...)
	e2e.Refused(t, carol, "permission denied", create("team-bank", "shop")...)
	e2e.Refused(t, carol, "permission denied", create("team-shop", "default")...)
	e2e.Refused(t, alice, "not allowed", create("team-bank", "shop")...)
	e2e.Run(t, alice, "proj", "create", "open", "--src", "*", "--dest", "*,*", "--source-namespaces", "*")
	e2e.Run(t, alice, create("team-bank", "open")...)
	e2e.Refused(t, alice, "namespace 'kube-system' is not permitted", create("kube-system", "open")...)

	for _, workload := range []string{"Deployment argocd-server", "StatefulSet argocd-application-controller", "Deployment argocd-notifications-controller"} {
		pod := e2e.Pods(t, all)[workload]
		if pod.Annotations["checksum/cmd-params"] == "" {
			t.Errorf("%s keeps the previous settings", workload)
		}
		if !slices.ContainsFunc(pod.Spec.Containers[0].Env, func(v corev1.EnvVar) bool {
			return v.Name == "ARGOCD_APPLICATION_NAMESPACES" && v.ValueFrom.ConfigMapKeyRef.Key == "application.namespaces" &&
				v.ValueFrom.ConfigMapKeyRef.Name == "argocd-cmd-params-cm"
		}) {
			t.Errorf("%s does not read the setting", workload)
		}
	}
	for _, role := range e2e.As[rbacv1.ClusterRole](t, all, "ClusterRole") {
		if role.Name == "argocd-server" && !slices.ContainsFunc(role.Rules, func(r rbacv1.PolicyRule) bool {
			return slices.Contains(r.Resources, "applications") && slices.Contains(r.Verbs, "create") && slices.Contains(r.Verbs, "delete")
		}) {
			t.Errorf("argocd-server cannot write applications: %+v", role.Rules)
		}
	}
}

// TestDefaultProjectRecipe checks that after the page's command, Argo CD rejects an admin's
// application in the default project.
func TestDefaultProjectRecipe(t *testing.T) {
	t.Parallel()
	const heading = "Restrict the default project"
	_, users := signedIn(t, "", "alice")
	alice := users[0]
	create := func(name string) []string {
		return []string{
			"app", "create", name, "--repo", "https://github.com/contoso/shop", "--path", ".",
			"--dest-server", "https://kubernetes.default.svc", "--dest-namespace", "shop", "--validate=false",
		}
	}
	e2e.Run(t, alice, create("cart")...)
	command := strings.Fields(recipe(t, "clusters.md", heading, "```sh"))
	e2e.Write(t, filepath.Join(alice.Dir, "default.yaml"), recipe(t, "clusters.md", heading, "```yml"))
	e2e.Run(t, alice, command[1:]...)
	e2e.Refused(t, alice, "is not permitted in project 'default'", create("checkout")...)
}

// signedIn deploys dev with a block of the page and signs users in with the argocd CLI.
func signedIn(t *testing.T, block string, users ...string) (azure *azuresim.Azure, clis []*argocd.CLI) {
	t.Helper()
	stack, azure := e2e.Open(t, "dev")
	port := e2e.Localhost(t, stack)
	e2e.Paste(t, stack, block)
	e2e.Succeed(t, stack.Up)
	internet := e2e.Connect(t, azure)
	e2e.Start(t, azure, internet, port)
	for _, user := range users {
		cli := e2e.Login(t, stack, internet, user)
		cli.Dir = t.TempDir()
		clis = append(clis, cli)
	}
	return azure, clis
}
