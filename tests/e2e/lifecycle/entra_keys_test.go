package lifecycle

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// entraKeys lists the config keys that change objects in Entra. Keys are in separate stacks where
// the key creates an application.
var entraKeys = map[string][]string{
	"sign-in": {
		"domain", "additionalDomains", "requireAssignment", "groupClaims", "preConsent", "cli", "signOutOfEntra", "group", "roles",
		"names.application", "pipelines",
	},
	"federated credential": {"names.federatedCredential"},
	"registry":             {"containerRegistry"},
	"Azure DevOps":         {"azureDevOps"},
	"clusters":             {"clusters"},
}

// inEntra are the types of objects in Entra.
var inEntra = []string{azuresim.Application, azuresim.ServicePrincipal, azuresim.FederatedCredential, azuresim.DelegatedGrant, azuresim.AppRoleAssignment}

// TestEntraKeys applies the change of each key and takes it back. Both must have the effect
// of the key, and Entra must be as before.
func TestEntraKeys(t *testing.T) {
	t.Parallel()
	for name, keys := range entraKeys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			azure := azuresim.New()
			values := map[string]string{
				"containerRegistry":        azure.AddRegistry("contoso"),
				"clusters[0]":              e2e.AddSpoke(t, azure, "orders", false),
				"pipelines[0].principalId": azure.AddWorkload("release", "https://ci.example", "main").ObjectID,
			}
			stack := e2e.OpenOn(t, azure, "prod")
			e2e.Set(t, stack, "protect", "false")
			e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
			before := entra(azure)
			for _, key := range keys {
				thereAndBack(t, stack, key, values)
				if after := entra(azure); !maps.EqualFunc(before, after, slices.Equal[[]string]) {
					t.Errorf("%s: Entra has\n%v\nafter the change was taken back, and before\n%v", key, after, before)
				}
			}
			stack.Replaced = 0
		})
	}
}

// thereAndBack deploys the change of a key, and the configuration before it. values replace
// values of the change.
func thereAndBack(t *testing.T, stack *engine.Stack, key string, values map[string]string) {
	t.Helper()
	file := filepath.Join(stack.Dir, "Pulumi."+stack.Name+".yaml")
	before, err := os.ReadFile(file)
	e2e.NoError(t, err)
	for path, value := range changes[key].values {
		if better, given := values[path]; given {
			value = better
		}
		e2e.Set(t, stack, path, value)
	}
	e2e.Succeed(t, stack.Up)
	if got := effect(stack.Last); got != changes[key].effect {
		t.Errorf("%s: the update %s, not %s", key, got, changes[key].effect)
	}
	e2e.Want(t, stack.Up, map[string]int{"same": stack.Last.Counts["same"] + stack.Last.Counts["update"] + stack.Last.Counts["create"] + stack.Last.Counts["replace"]})
	e2e.NoError(t, os.WriteFile(file, before, 0o600))
	e2e.Succeed(t, stack.Up)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
}

// entra returns the inputs of all objects in Entra by type, without the IDs of other objects.
func entra(azure *azuresim.Azure) map[string][]string {
	objects := map[string][]string{}
	for _, token := range inEntra {
		for _, inputs := range azure.Inputs(token) {
			described := resource.NewObjectProperty(inputs).String()
			objects[token] = append(objects[token], described)
		}
		slices.Sort(objects[token])
	}
	return objects
}
