package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// output returns a value as another resource's output.
func output(value string) pulumi.StringInput { return pulumi.String(value).ToStringOutput() }

// others are values of other resources in the program.
type others struct {
	administrators, group, admins, registry, token, redirectURI string
}

// program uses them as inputs of the components.
func (o others) program(ctx *pulumi.Context) error {
	if _, err := aks.NewAksCluster(ctx, "aks", &aks.AksClusterArgs{
		Name: "shop", Region: "westus3", ClusterSettings: aks.ClusterSettings{ClusterAccess: aks.ClusterAccess{AdminGroups: []pulumi.StringInput{output(o.administrators)}}},
	}); err != nil {
		return err
	}
	app, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{
		DisplayName: "argocd", Groups: map[string]pulumi.StringInput{"platform": output(o.group)}, ContainerRegistry: output(o.registry),
		Instances: []entra.ArgoInstance{{Name: "shop", Domain: "localhost:9000", Issuer: pulumi.String(mocks.IssuerURL)}},
	})
	if err != nil {
		return err
	}
	signIn := app.SignIn("shop")
	signIn.RedirectURIs = pulumi.StringArray{output(o.redirectURI)}
	_, err = argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
		ResourceGroupName: pulumi.String("shop"), ClusterName: pulumi.String("shop"), SignIn: signIn,
		Roles:          []argo.RoleMapping{{Group: output(o.admins), Role: "admin"}},
		SecretSettings: map[string]pulumi.StringInput{"configs.secret.githubSecret": pulumi.ToSecret(output(o.token)).(pulumi.StringOutput)},
	})
	return err
}

var known = others{administrators: mocks.AdminsID, group: mocks.AdminsID, admins: mocks.AdminsID, registry: mocks.RegistryID, token: "s3cret", redirectURI: "https://localhost:9000/auth/callback"}

// TestOutputsAsInputs: inputs can be outputs of other resources in the program.
func TestOutputsAsInputs(t *testing.T) {
	t.Parallel()
	recorded := (&mocks.Recorder{}).Accepted(t, nil, known.program)
	if got := recorded.Named(t, "entra-group-platform").Inputs["principalObjectId"].StringValue(); got != mocks.AdminsID {
		t.Errorf("assigned %s", got)
	}
	if got := recorded.Named(t, "entra-registry-pull").Inputs["scope"].StringValue(); got != mocks.RegistryID {
		t.Errorf("AcrPull on %s", got)
	}
	admins := recorded.Named(t, "aks-cluster").Inputs["aadProfile"].ObjectValue()["adminGroupObjectIDs"].ArrayValue()
	if len(admins) != 1 || admins[0].StringValue() != mocks.AdminsID {
		t.Errorf("administrators %v", admins)
	}
	if csv := recorded.Settings(t)[`configs.rbac.policy\.csv`]; csv != fmt.Sprintf("g, %q, role:admin\n", mocks.AdminsID) {
		t.Errorf("policy.csv %q", csv)
	}
	secret := recorded.One(t, mocks.Extension).Inputs["configurationProtectedSettings"]
	if !secret.IsSecret() || secret.SecretValue().Element.ObjectValue()["configs.secret.githubSecret"].StringValue() != "s3cret" {
		t.Errorf("protected settings %v", secret)
	}
}

// TestReusedArguments: a component keeps the arguments that it was created with.
func TestReusedArguments(t *testing.T) {
	t.Parallel()
	recorded := (&mocks.Recorder{}).Accepted(t, nil, func(ctx *pulumi.Context) error {
		app := &entra.EntraAppArgs{DisplayName: "argocd", GroupObjectIDs: []string{mocks.AdminsID}}
		install := &argo.ArgoExtensionArgs{Roles: []argo.RoleMapping{{Group: pulumi.String(mocks.AdminsID), Role: "admin"}}}
		var apps []*entra.EntraApp
		for _, name := range []string{"a", "b"} {
			app.Instances = []entra.ArgoInstance{{Name: name, Domain: chart.Domain(name + ".example.com"), Issuer: pulumi.String(mocks.IssuerURL)}}
			created, err := entra.NewEntraApp(ctx, "entra-"+name, app)
			if err != nil {
				return err
			}
			apps = append(apps, created)
		}
		for i, name := range []string{"a", "b"} {
			install.ResourceGroupName, install.ClusterName, install.SignIn = pulumi.String(name), pulumi.String(name), apps[i].SignIn(name)
			if _, err := argo.NewArgoExtension(ctx, name, install); err != nil {
				return err
			}
		}
		return nil
	})
	for _, name := range []string{"a", "b"} {
		inputs := recorded.Named(t, name+"-extension").Inputs
		if got := inputs["configurationSettings"].ObjectValue()["global.domain"].StringValue(); inputs["clusterName"].StringValue() != name || got != name+".example.com" {
			t.Errorf("the extension of %s has the domain %s", name, got)
		}
	}
}

// TestInvalidOutputs: an output with an invalid value fails the deployment, and the
// resource that uses it is not registered.
func TestInvalidOutputs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func(*others)
		resource   string
		want, hide string
	}{
		"administrators": {func(o *others) { o.administrators = "Admins" }, "aks-cluster", `argument AdminGroups[0] "Admins" is not a valid object ID`, ""},
		"group":          {func(o *others) { o.group = "Admins" }, "entra-group-platform", `argument Groups["platform"] "Admins" is not a valid object ID`, ""},
		"role":           {func(o *others) { o.admins = "Admins" }, "argocd-extension", `argument Roles[0].Group "Admins" is not a valid object ID`, ""},
		"unassigned":     {func(o *others) { o.admins = mocks.OnCallID }, "argocd-extension", `argument Roles[0].Group "` + mocks.OnCallID + `" is not among GroupObjectIDs or Groups of the EntraApp`, ""},
		"registry":       {func(o *others) { o.registry = "contoso" }, "entra-registry-pull", `argument ContainerRegistry "contoso" is not a valid container registry ID`, ""},
		"redirect URI": {func(o *others) { o.redirectURI = "https://argocd.example.com/auth/callback" }, "argocd-extension",
			"argument RedirectURIs the EntraApp has no redirect URI https://localhost:9000/auth/callback", ""},
		"secret": {func(o *others) { o.token = "a\x00b" }, "argocd-extension", `argument SecretSettings "configs.secret.githubSecret"`, "a\x00b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad, recorded := known, &mocks.Recorder{}
			c.change(&bad)
			err := recorded.Run(nil, bad.program)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if c.hide != "" && err != nil && strings.Contains(err.Error(), c.hide) {
				t.Errorf("the error reveals the secret: %v", err)
			}
			if slices.ContainsFunc(recorded.Registrations, func(r mocks.Registration) bool { return r.Name == c.resource }) {
				t.Errorf("%s is registered", c.resource)
			}
		})
	}
}
