package commands

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// azLogin installs an az in a folder, signed in with these permissions.
func azLogin(t *testing.T, azure *azuresim.Azure, dir string, rights ...string) (env []string) {
	t.Helper()
	env, err := azcli.SignIn(azure, dir, rights...)
	e2e.NoError(t, err)
	return env
}

func changed(object string, change func(resource.PropertyMap)) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() { return e2e.Break(t, azure, object, change) }
}

func offered(properties map[string]any) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { in["api"] = resource.NewPropertyValue(properties) }
}

func secret(token, name string, certificate bool) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		remove, err := azure.AddSecret(token, name, certificate)
		e2e.NoError(t, err)
		return remove
	}
}

func entraPolicy(token, kind, name string) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		return azure.AssignPolicy(e2e.Only(t, azure, token), kind, name)
	}
}

func owner(token string) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		return e2e.Break(t, azure, token, func(in resource.PropertyMap) { in["owners"] = e2e.List(azure.Deployer(), azure.UserID("alice")) })
	}
}
