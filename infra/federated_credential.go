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

// workload is a part of Argo CD that signs in to Entra, each as an application of
// its own.
type workload struct {
	// account is its service account, and ends its federated credentials' names.
	account string
	// logical ends the logical names of its federated credentials.
	logical string
}

var (
	server             = workload{account: "argocd-server", logical: "server"}
	repoServer         = workload{account: "argocd-repo-server", logical: "registry"}
	clustersServer     = workload{account: "argocd-server", logical: "clusters-server"}
	clustersController = workload{account: "argocd-application-controller", logical: "clusters-controller"}
)

// identities are the applications beside that of the users.
func (a *EntraAppArgs) identities() (all []workloadIdentity) {
	if a.repoServerSignsIn() {
		all = append(all, a.repoServerIdentity())
	}
	if len(a.Clusters) > 0 {
		all = append(all, a.clustersIdentity())
	}
	return all
}

// nameFor is the name of the federated credential of a workload.
func (i ArgoInstance) nameFor(w workload) string {
	if w == server && i.CredentialName != "" {
		return i.CredentialName
	}
	return cmp.Or(i.CredentialPrefix, i.Name) + "-" + w.account
}

func (a *EntraAppArgs) credentialProblems() problem.List {
	var p problem.List
	workloads, most := []workload{server}, 1
	for _, identity := range a.identities() {
		workloads, most = append(workloads, identity.workloads...), max(most, len(identity.workloads))
	}
	if n := len(a.Instances) * most; n > maxCredentials {
		p.Add("Instances", "needs %d federated credentials, and an application has at most %d", n, maxCredentials)
	}
	for i, instance := range a.Instances {
		for _, w := range workloads {
			name, field := instance.nameFor(w), ".Name"
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

// newFederatedCredentials has an application trust a workload of each Argo CD.
// Entra refuses a second credential for the same service account, so that one of
// another name can only follow the deletion.
func newFederatedCredentials(ctx *pulumi.Context, name string, w workload, instances []ArgoInstance, application *azuread.Application, parent pulumi.ResourceOption) (all []pulumi.Resource, err error) {
	for _, instance := range instances {
		var former []pulumi.Alias
		for _, other := range instance.FormerNames {
			former = append(former, pulumi.Alias{Name: pulumi.String(name + "-" + other + "-" + w.logical)})
		}
		credential, err := azuread.NewApplicationFederatedIdentityCredential(ctx, name+"-"+instance.Name+"-"+w.logical, &azuread.ApplicationFederatedIdentityCredentialArgs{
			ApplicationId: application.ID(),
			DisplayName:   pulumi.String(instance.nameFor(w)),
			Audiences:     pulumi.ToStringArray([]string{tokenExchangeAudience}),
			Issuer:        instance.Issuer,
			Subject:       pulumi.String("system:serviceaccount:" + ReleaseNamespace + ":" + w.account),
		}, parent, unprotected, pulumi.DeleteBeforeReplace(true), pulumi.Aliases(former))
		if err != nil {
			return nil, fmt.Errorf("federated credential of %s: %w", instance.Name, err)
		}
		all = append(all, credential)
	}
	return all, nil
}
