package lifecycle

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestReadme checks that the readme output has no placeholders, links to existing objects in Azure
// and in the correct tenant, and names existing documents and commands.
func TestReadme(t *testing.T) {
	t.Parallel()
	t.Run("dev", func(t *testing.T) {
		t.Parallel()
		stack, azure := e2e.Open(t, "dev")
		e2e.Set(t, stack, "containerRegistry", azure.AddRegistry("contoso"))
		e2e.Set(t, stack, "azureDevOps", "true")
		e2e.Set(t, stack, "additionalDomains[0]", "argocd.corp.example")
		e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources + e2e.RegistryResources})
		checkReadme(t, stack, azure)
		page := e2e.Output(t, stack, "readme")
		e2e.WantText(t, page, e2e.Output(t, stack, "registryClientId"), e2e.Output(t, stack, "repoServerObjectId"), "https://argocd.corp.example")
	})
	t.Run("prod", func(t *testing.T) {
		t.Parallel()
		stack, azure := e2e.Deploy(t, "prod")
		checkReadme(t, stack, azure)
	})
	t.Run("existing cluster", func(t *testing.T) {
		t.Parallel()
		azure, owner := withPlatform(t)
		stack := e2e.OpenOn(t, azure, "dev")
		e2e.Set(t, stack, "cluster.existingId", e2e.Output(t, owner, "id"))
		e2e.Unset(t, stack, "region")
		e2e.Want(t, stack.Up, map[string]int{"create": e2e.ExistingResources})
		checkReadme(t, stack, azure)
	})
}

var (
	pageLink     = regexp.MustCompile(`\]\((\S+)\)`)
	pageDocument = regexp.MustCompile("`(docs/[a-z-]+\\.md)`(?: under \\*([^*]+)\\*)?")
)

func checkReadme(t *testing.T, stack *engine.Stack, azure *azuresim.Azure) {
	t.Helper()
	page := e2e.Output(t, stack, "readme")
	if strings.Contains(page, "${") || strings.Contains(page, "<no value>") {
		t.Errorf("the page has a placeholder: %s", page)
	}
	// The permitted and required targets of links to Azure.
	to := map[string]bool{}
	for _, token := range []string{azuresim.Cluster, azuresim.ArgoExtension} {
		for id := range azure.Inputs(token) {
			to["/#@"+azure.TenantID+"/resource"+id] = true
		}
	}
	client := e2e.Output(t, stack, "clientId")
	for _, application := range azure.Answers(azuresim.Application) {
		to["/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/"+application["clientId"].StringValue()] = true
	}
	for _, principal := range azure.Answers(azuresim.ServicePrincipal) {
		if principal["clientId"].StringValue() == client {
			to["/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/"+principal["objectId"].StringValue()+"/appId/"+client] = true
		}
	}
	for _, match := range pageLink.FindAllStringSubmatch(page, -1) {
		parsed, err := url.Parse(match[1])
		if err != nil || parsed.Scheme != "https" {
			t.Errorf("link to %s: %v", match[1], err)
			continue
		}
		if rest, is := strings.CutPrefix(match[1], "https://portal.azure.com"); is && to[rest] {
			delete(to, rest)
		} else if match[1] != "https://github.com/OWNER/argocd-on-aks" && !strings.Contains(e2e.Output(t, stack, "redirectUris"), match[1]+"/auth/callback") {
			t.Errorf("a link to %s, which does not exist in Azure", match[1])
		}
	}
	for left := range to {
		t.Errorf("no link to %s in %s", left, page)
	}
	at := 0
	for _, name := range []string{"getCredentialsCommand", "portForwardCommand", "loginCommand"} {
		command := e2e.Output(t, stack, name)
		if command == "<nil>" {
			continue
		}
		i := strings.Index(page[at:], "\n"+command)
		if i < 0 {
			t.Errorf("no %q, or not in order, in %s", command, page)
			continue
		}
		at += i
	}
	namesDocuments(t, page)
}

// namesDocuments checks that the documents and sections in a page exist.
func namesDocuments(t *testing.T, page string) {
	t.Helper()
	named := pageDocument.FindAllStringSubmatch(page, -1)
	if len(named) < 4 {
		t.Errorf("only %d documents: %s", len(named), page)
	}
	for _, match := range named {
		if document := e2e.Read(t, match[1]); match[2] != "" && !slices.Contains(strings.Split(document, "\n"), "## "+match[2]) {
			t.Errorf("%s has no section %q", match[1], match[2])
		}
	}
}
