package infra

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/problem"
)

const (
	// tokenExchangeAudience is the audience of the tokens that AKS mints for
	// workload identity. https://learn.microsoft.com/entra/workload-id/workload-identity-federation
	tokenExchangeAudience = "api://AzureADTokenExchange"
	// maxCredentials is Entra's limit for an application,
	// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations.
	maxCredentials = 20
)

// credentialName is what Microsoft Graph takes as a name: it is part of a URL and
// has 120 characters at most. That three are the least is the portal's rule.
// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
var credentialName = regexp.MustCompile(`^[A-Za-z0-9._~-]{3,120}$`)

// components are the parts of Argo CD that sign in as the app.
func (a *EntraAppArgs) components() []string {
	if a.ContainerRegistryID == "" {
		return []string{"server"}
	}
	return []string{"server", "repo-server"}
}

// nameFor is the name of the federated credential of one of Argo CD's components.
func (i ArgoInstance) nameFor(component string) string {
	if component == "server" && i.CredentialName != "" {
		return i.CredentialName
	}
	return cmp.Or(i.CredentialPrefix, i.Name) + "-argocd-" + component
}

func (a *EntraAppArgs) credentialProblems() problem.List {
	var p problem.List
	if n := len(a.Instances) * len(a.components()); n > maxCredentials {
		p.Add("Instances", "needs %d federated credentials, and an application has at most %d", n, maxCredentials)
	}
	for i, instance := range a.Instances {
		for _, component := range a.components() {
			name, field := instance.nameFor(component), ".Name"
			switch {
			case name == instance.CredentialName:
				field = ".CredentialName"
			case instance.CredentialPrefix != "":
				field = ".CredentialPrefix"
			}
			if path := problem.Item("Instances", i) + field; !credentialName.MatchString(name) && !p.Has(path) {
				p.Add(path, "makes a federated credential %q, whose name must be 3 to 120 letters, digits and . _ ~ -", name)
			}
		}
	}
	return p
}

// newFederatedCredentials trusts the service accounts of each Argo CD: its
// server, for signing users in, and its repo-server, for pulling charts. Entra
// refuses a second credential for the same service account, so that one of another
// name can only follow the deletion.
func newFederatedCredentials(ctx *pulumi.Context, name string, args *EntraAppArgs, application *azuread.Application, parent pulumi.ResourceOption) error {
	for _, instance := range args.Instances {
		for _, component := range args.components() {
			var former []pulumi.Alias
			for _, other := range instance.FormerNames {
				former = append(former, pulumi.Alias{Name: pulumi.String(name + "-" + other + "-" + component)})
			}
			_, err := azuread.NewApplicationFederatedIdentityCredential(ctx, name+"-"+instance.Name+"-"+component, &azuread.ApplicationFederatedIdentityCredentialArgs{
				ApplicationId: application.ID(),
				DisplayName:   pulumi.String(instance.nameFor(component)),
				Audiences:     pulumi.ToStringArray([]string{tokenExchangeAudience}),
				Issuer:        instance.Issuer,
				Subject:       pulumi.String("system:serviceaccount:" + ReleaseNamespace + ":argocd-" + component),
			}, parent, unprotected, pulumi.DeleteBeforeReplace(true), pulumi.Aliases(former))
			if err != nil {
				return fmt.Errorf("federated credential of %s: %w", instance.Name, err)
			}
		}
	}
	return nil
}
