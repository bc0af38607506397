package identities

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/tests/gitops"
)

const (
	// devopsResources is the number of additional resources of azureDevOps: an application, its
	// service principal and federated credential.
	devopsResources = 3
	// devops is the audience of its tokens.
	devops = "499b84ac-1321-427f-aa17-267ca6975798"
	// shop is the repository of docs/clusters.md.
	shop = "/contoso/shop/_git/deploy"
)

func withAzureDevOps(t *testing.T) (*engine.Stack, *azuresim.Azure, *azuresim.Internet) {
	t.Helper()
	stack, azure := e2e.Open(t, "dev")
	e2e.Set(t, stack, "azureDevOps", "true")
	e2e.Succeed(t, stack.Up)
	return stack, azure, e2e.Connect(t, azure)
}

// TestAzureDevOpsIdentity checks that only repo-server gets a token for Azure DevOps, as the
// application in the organization.
func TestAzureDevOpsIdentity(t *testing.T) {
	t.Parallel()
	stack, azure, internet := withAzureDevOps(t)
	wantIdentities(t, azure, map[string]identity{usersApp: {trusts: []string{"argocd-server"}}, chartsApp: {trusts: []string{"argocd-repo-server"}}})
	registry := azure.AddRegistry("contoso")
	users, repoServer := e2e.Output(t, stack, "clientId"), e2e.Output(t, stack, "repoServerClientId")
	join(t, azure, e2e.Output(t, stack, "repoServerObjectId"), "Basic")
	for _, c := range []struct{ namespace, account, client, want string }{
		{"argocd", "argocd-repo-server", repoServer, ""},
		{"argocd", "argocd-repo-server", users, "AADSTS700213"},
		{"argocd", "argocd-server", repoServer, "AADSTS700213"},
		{"argocd", "argocd-server", users, "TF400813"},
		{"argocd", "argocd-application-controller", repoServer, "AADSTS700213"},
		{"other", "argocd-repo-server", repoServer, "AADSTS700213"},
	} {
		who := e2e.Pod(t, azure, internet, c.account)
		who.Extension.Namespace = c.namespace
		token, err := who.Token(t.Context(), c.client, devops)
		if err == nil {
			err = azure.ReadRepository(token, "deploy")
		}
		e2e.WantError(t, err, c.want, "%s/%s as %s", c.namespace, c.account, c.client)
	}
	notForUsers(t, azure, internet, repoServer)

	// Azure DevOps rejects a token for another audience. Without a registry there is no role.
	for _, resource := range []string{"https://containerregistry.azure.net", "https://management.azure.com"} {
		token, err := e2e.Pod(t, azure, internet, "argocd-repo-server").Token(t.Context(), repoServer, resource)
		e2e.NoError(t, err)
		e2e.WantError(t, azure.ReadRepository(token, "deploy"), "TF400813", "a token for %s", resource)
		if err := azure.Pull(token, registry); err == nil {
			t.Errorf("a token for %s can pull", resource)
		}
	}
}

// TestAzureDevOpsMoves checks that Azure DevOps and the registry share the application, and that
// only their differences are created and deleted.
func TestAzureDevOpsMoves(t *testing.T) {
	t.Parallel()
	stack, azure, internet := withAzureDevOps(t)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources + devopsResources})
	registry := azure.AddRegistry("contoso")
	repoServer := e2e.Output(t, stack, "repoServerClientId")
	const all = e2e.DevResources + e2e.RegistryResources
	for _, c := range []struct {
		registry, azureDevOps string
		want                  map[string]int
	}{
		{registry, "true", map[string]int{"create": 1, "update": 1, "same": all - 2}},
		{registry, "false", map[string]int{"same": all}},
		{registry, "true", map[string]int{"same": all}},
		{"", "true", map[string]int{"delete": 1, "update": 1, "same": all - 2}},
	} {
		e2e.Set(t, stack, "containerRegistry", c.registry)
		e2e.Set(t, stack, "azureDevOps", c.azureDevOps)
		e2e.Want(t, stack.Up, c.want)
		who := e2e.Pod(t, azure, internet, "argocd-repo-server")
		if _, err := who.DevOpsToken(t.Context()); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if err := e2e.Pull(t.Context(), who, registry); (err == nil) != (c.registry != "") {
			t.Errorf("%+v: pull: %v", c, err)
		}
		if now := e2e.Output(t, stack, "repoServerClientId"); c.azureDevOps == "true" && now != repoServer {
			t.Errorf("%+v: another application: %s", c, now)
		}
		if names := e2e.Failed(e2e.VerifyAzure(t, stack, azure, internet)); len(names) > 0 {
			t.Errorf("%+v: verify --azure: %v", c, names)
		}
	}
	e2e.Set(t, stack, "azureDevOps", "false")
	e2e.Want(t, stack.Up, map[string]int{"delete": devopsResources, "update": 1, "same": e2e.DevResources - 1})
}

// TestAzureDevOps fetches the repository of docs/clusters.md as repo-server does: Argo CD's
// packages read the Secret, and the organization accepts only the token of its application.
func TestAzureDevOps(t *testing.T) {
	t.Parallel()
	stack, azure, internet := withAzureDevOps(t)
	head := serveShop(t, azure, internet)
	command := e2e.Build(t, "github.com/OWNER/argocd-on-aks/tests/cmd/argocd-fetch")
	environment, err := e2e.Pod(t, azure, internet, "argocd-repo-server").Environment()
	e2e.NoError(t, err)
	// Argo CD fetches with git, which has a separate variable for certificates.
	environment = append(append(internet.Env(), "GIT_SSL_CAINFO="+internet.CAFile), environment...)
	refusedWith := func(want string, more ...string) {
		t.Helper()
		e2e.WantError(t, e2e.Err(fetchShop(t, command, t.TempDir(), append(environment, more...))), want, "fetch of the repository")
	}
	objectID := e2e.Output(t, stack, "repoServerObjectId")
	for id, application := range azure.Answers(azuresim.Application) {
		e2e.WantError(t, azure.AddToOrganization(application["objectId"].StringValue(), "Basic"), "Failed to create service principal", "the application %s in the organization", id)
	}
	refusedWith("authentication required")
	join(t, azure, objectID, "Stakeholder")
	refusedWith("repository not found")
	join(t, azure, objectID, "Basic")
	refusedWith("AADSTS700213", "AZURE_CLIENT_ID="+e2e.Output(t, stack, "clientId"))
	refusedWith("failed to get Azure access token", "AZURE_FEDERATED_TOKEN_FILE=")

	folder := t.TempDir()
	if revision, err := fetchShop(t, command, folder, environment); err != nil || revision != head {
		t.Fatalf("%s, %v; want %s", revision, err, head)
	}
	if _, err := os.Stat(filepath.Join(folder, "examples", "bootstrap", "README.md")); err != nil {
		t.Error(err)
	}
}

// join adds a service principal to the organization.
func join(t *testing.T, azure *azuresim.Azure, objectID, level string) {
	t.Helper()
	e2e.NoError(t, azure.AddToOrganization(objectID, level))
}

// fetchShop runs argocd-fetch with the Secret of the document.
func fetchShop(t *testing.T, command, folder string, environment []string) (revision string, err error) {
	t.Helper()
	secret := e2e.Block(t, e2e.Read(t, "docs/clusters.md"), "\n## Azure DevOps repositories\n", "```yml\n")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, command, folder)
	run.Stdin = strings.NewReader(secret)
	run.Env = append(os.Environ(), environment...)
	var log strings.Builder
	run.Stderr = &log
	output, err := run.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, &log)
	}
	return strings.TrimSpace(string(output)), err
}

// serveShop serves the repository to the organization's members, and returns the commit of main.
func serveShop(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet) (head string) {
	t.Helper()
	folder := t.TempDir()
	repository, err := gitops.NewRepository(t.Context(), e2e.Root(t), folder)
	e2e.NoError(t, err)
	backend, err := repository.Host(shop)
	e2e.NoError(t, err)
	err = internet.Publish("dev.azure.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if err := azure.ReadRepository(token, "deploy"); err != nil {
			status := http.StatusUnauthorized
			if strings.Contains(err.Error(), "TF401019") {
				status = http.StatusNotFound
			}
			http.Error(w, fmt.Sprint(err), status)
			return
		}
		backend.ServeHTTP(w, r)
	}), time.Now().Add(time.Hour))
	e2e.NoError(t, err)
	main, err := exec.CommandContext(t.Context(), "git", "-C", folder, "rev-parse", "main").Output()
	e2e.NoError(t, err)
	return strings.TrimSpace(string(main))
}

// TestAzureDevOpsCommand checks that the CLI has the flag in docs/clusters.md.
func TestAzureDevOpsCommand(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`(?m)^argocd repo add https://dev\.azure\.com` + shop + ` (--\S+)$`).FindStringSubmatch(e2e.Read(t, "docs/clusters.md"))
	if command == nil {
		t.Fatal("docs/clusters.md has no argocd repo add")
	}
	help, err := exec.CommandContext(t.Context(), "argocd", "repo", "add", "--help").CombinedOutput()
	if err != nil || !strings.Contains(string(help), command[1]) {
		t.Errorf("%s: %v: %s", command[1], err, help)
	}
}
