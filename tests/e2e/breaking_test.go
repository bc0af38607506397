package e2e

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// breaks is every way in which one wrong value keeps users out, with the error
// that Entra or Argo CD gives. docs/troubleshooting.md has a row for
// each symptom.
var breaks = []struct {
	name, object string
	change       func(inputs resource.PropertyMap)
	signIn       func(context.Context, *signInCase) error
	want         string
}{
	{"web redirect URI", azuresim.Application, setList("web", "redirectUris", "https://localhost/auth/callback"), web, "AADSTS50011"},
	{"no public client", azuresim.Application, remove("publicClient"), cli, "AADSTS50011"},
	{"CLI redirect URI on the web platform", azuresim.Application, func(in resource.PropertyMap) {
		setList("web", "redirectUris", "http://localhost:8085/auth/callback")(in)
		remove("publicClient")(in)
	}, cli, "AADSTS7000218"},
	{"federated issuer without its slash", azuresim.FederatedCredential, edit("issuer", func(s string) string { return strings.TrimSuffix(s, "/") }), web, "AADSTS700211"},
	{"federated subject", azuresim.FederatedCredential, edit("subject", func(string) string { return "system:serviceaccount:default:argocd-server" }), web, "AADSTS700213"},
	{"federated audience", azuresim.FederatedCredential, func(in resource.PropertyMap) {
		in["audiences"] = list("https://management.azure.com")
	}, web, "AADSTS700212"},
	{"workload identity off on the cluster", azuresim.Cluster, remove("securityProfile"), web, "AZURE_FEDERATED_TOKEN_FILE"},
	{"workload identity off in the extension", azuresim.ArgoExtension, setting("azure.workloadIdentity.enabled", "false"), web, "AZURE_FEDERATED_TOKEN_FILE"},
	{"group not assigned", azuresim.AppRoleAssignment, edit("principalObjectId", func(string) string { return "00000000-0000-0000-0000-000000000001" }), web, "AADSTS50105"},
	{"permission not granted", azuresim.DelegatedGrant, func(in resource.PropertyMap) { in["claimValues"] = list("User.Read") }, web, "AADSTS65001"},
	{"no groups claim", azuresim.Application, remove("optionalClaims"), web, "without groups"},
	{"no membership claims", azuresim.Application, remove("groupMembershipClaims"), web, "without groups"},
	{"groups claim not requested", azuresim.ArgoExtension, editSetting(`configs.cm.oidc\.config`, "requestedIDTokenClaims", "ignored"), web, "without groups"},
	{"wrong client ID", azuresim.ArgoExtension, editSetting(`configs.cm.oidc\.config`, "clientID: ", "clientID: 0"), web, "AADSTS700016"},
	{"wrong tenant", azuresim.ArgoExtension, editSetting(`configs.cm.oidc\.config`, "microsoftonline.com/", "microsoftonline.com/0"), web, "AADSTS90002"},
	{"wrong domain", azuresim.ArgoExtension, setting("global.domain", "argocd.example.com"), web, "Invalid redirect URL"},
	{"unescaped dot", azuresim.ArgoExtension, func(in resource.PropertyMap) {
		settings := in["configurationSettings"].ObjectValue().Copy()
		settings["configs.cm.oidc.config"] = settings[`configs.cm.oidc\.config`]
		delete(settings, `configs.cm.oidc\.config`)
		in["configurationSettings"] = resource.NewObjectProperty(settings)
	}, web, "not signed in"}, // its login page is no page then, and leads nowhere
	{"group without a role", azuresim.ArgoExtension, setting(`configs.rbac.policy\.csv`, ""), web, "may not list applications"},
}

// signInCase is what one attempt to sign in works on.
type signInCase struct {
	azure    *azuresim.Azure
	internet *azuresim.Internet
	server   *argocd.Server
	dir      string
}

// web signs alice in with her browser and wants her to be an admin.
func web(ctx context.Context, c *signInCase) error {
	browser, err := argocd.NewBrowser(c.internet, "alice@contoso.example")
	if err != nil {
		return err
	}
	info, err := browser.SignIn(ctx, "https://"+c.server.Address)
	if err != nil {
		return err
	}
	if !slices.Equal(info.Groups, []string{c.azure.GroupID("Argo CD Admins")}) {
		return errors.New("signed in without groups")
	}
	may, err := browser.CanI(ctx, "https://"+c.server.Address, "get", "applications", "default/any")
	if err != nil || !may {
		return errors.Join(errors.New("may not list applications"), err)
	}
	return nil
}

// cli does the same with the argocd command.
func cli(ctx context.Context, c *signInCase) error {
	browser, err := argocd.NewBrowser(c.internet, "alice@contoso.example")
	if err != nil {
		return err
	}
	return argocd.NewCLI(c.internet, c.dir).Login(ctx, "argocd login "+c.server.Address+" --sso --insecure", browser)
}

// TestEveryBreak changes one thing at a time in a deployment that works.
func TestEveryBreak(t *testing.T) {
	t.Parallel()
	_, azure, internet, port := onLocalhost(t)
	for _, c := range breaks {
		t.Run(c.name, func(t *testing.T) {
			restore := breakIt(t, azure, c.object, c.change)
			defer restore()
			server := start(t, azure, internet, port)
			err := c.signIn(t.Context(), &signInCase{azure, internet, server, t.TempDir()})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		attempt := &signInCase{azure, internet, start(t, azure, internet, port), t.TempDir()}
		if err := errors.Join(web(t.Context(), attempt), cli(t.Context(), attempt)); err != nil {
			t.Error(err)
		}
	})
}

func breakIt(t *testing.T, azure *azuresim.Azure, object string, change func(resource.PropertyMap)) (restore func()) {
	t.Helper()
	var before resource.PropertyMap
	err := azure.Change(object, func(inputs resource.PropertyMap) {
		before = inputs.Copy()
		change(inputs)
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		err := azure.Change(object, func(inputs resource.PropertyMap) {
			clear(inputs)
			for key, value := range before {
				inputs[key] = value
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func list(values ...string) resource.PropertyValue {
	var all []resource.PropertyValue
	for _, value := range values {
		all = append(all, resource.NewStringProperty(value))
	}
	return resource.NewArrayProperty(all)
}

func remove(key resource.PropertyKey) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { delete(in, key) }
}

func setList(key, below resource.PropertyKey, values ...string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		in[key] = resource.NewObjectProperty(resource.PropertyMap{below: list(values...)})
	}
}

func edit(key resource.PropertyKey, change func(string) string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		in[key] = resource.NewStringProperty(change(in[key].StringValue()))
	}
}

func setting(key resource.PropertyKey, value string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { withSetting(in, key, value) }
}

func editSetting(key resource.PropertyKey, old, replacement string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		before := in["configurationSettings"].ObjectValue()[key].StringValue()
		withSetting(in, key, strings.ReplaceAll(before, old, replacement))
	}
}

func withSetting(in resource.PropertyMap, key resource.PropertyKey, value string) {
	settings := in["configurationSettings"].ObjectValue().Copy()
	settings[key] = resource.NewStringProperty(value)
	in["configurationSettings"] = resource.NewObjectProperty(settings)
}
