package entra

import (
	"cmp"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// maxCredentials is Entra's limit for an application,
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations.
const maxCredentials = 20

// credentialName is the form that Microsoft Graph accepts: the name is part of a URL and
// has 120 characters at most. That three are the least is the portal's rule.
// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
var credentialName = regexp.MustCompile(`^[A-Za-z0-9._~-]{3,120}$`)

// workload is a part of Argo CD that signs in to Entra.
type workload struct {
	// account is its service account, and ends its federated credentials' names.
	account string
	// logical ends the logical names of its federated credentials.
	logical string
}

var (
	argocdServer     = workload{account: "argocd-server", logical: "server"}
	argocdRepoServer = workload{account: "argocd-repo-server", logical: "registry"}
	spokesServer     = workload{account: "argocd-server", logical: "clusters-server"}
	spokesController = workload{account: "argocd-application-controller", logical: "clusters-controller"}
)

// credentialFor is the name of the federated credential of a workload.
func (i ArgoInstance) credentialFor(w workload) string {
	if w == argocdServer && i.CredentialName != "" {
		return i.CredentialName
	}
	return cmp.Or(i.CredentialPrefix, i.Name) + "-" + w.account
}

func (a *EntraAppArgs) credentialProblems() problem.List {
	var p problem.List
	logical := map[string]bool{}
	for _, application := range a.applications("") {
		names := map[string]bool{}
		if n := len(a.Instances) * len(application.workloads); n > maxCredentials && !p.Has("Instances") {
			p.Add("Instances", "needs %d federated credentials, and an application has at most %d", n, maxCredentials)
		}
		for i, instance := range a.Instances {
			for _, w := range application.workloads {
				name, of := instance.credentialFor(w), problem.Item("Instances", i)
				if path := of + instance.credentialField(w); !credentialName.MatchString(name) && !p.Has(path) {
					p.Add(path, "makes a federated credential %q, whose name must be 3 to 120 letters, digits and . _ ~ -", name)
				} else if names[name] && !p.Has(path) {
					p.Add(path, "duplicate federated credential %q; an application has one of each name", name)
				}
				if own := instance.Name + "-" + w.logical; logical[own] && !p.Has(of+".Name") {
					p.Add(of+".Name", "makes the logical name %s, which is another instance's; use another name", own)
				} else {
					logical[own] = true
				}
				names[name] = true
			}
		}
	}
	return p
}

// credentialField is the path of the field that decides a credential's name.
func (i ArgoInstance) credentialField(w workload) string {
	switch {
	case w == argocdServer && i.CredentialName != "":
		return ".CredentialName"
	case i.CredentialPrefix != "":
		return ".CredentialPrefix"
	}
	return ".Name"
}
