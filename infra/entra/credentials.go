package entra

import (
	"cmp"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// maxCredentials is Entra's limit for an application,
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations.
const maxCredentials = 20

// credentialName is the form that Microsoft Graph accepts: the name is part of a URL and has
// at most 120 characters. The portal requires at least three.
// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
var credentialName = regexp.MustCompile(`^[A-Za-z0-9._~-]{3,120}$`)

// workload is a component of Argo CD that signs in to Entra.
type workload struct {
	// account is its service account and the suffix of its federated credentials' names.
	account string
	// logical is the suffix of the logical names of its federated credentials.
	logical string
}

var (
	argocdServer     = workload{account: "argocd-server", logical: "server"}
	argocdRepoServer = workload{account: "argocd-repo-server", logical: "registry"}
	spokesServer     = workload{account: "argocd-server", logical: "clusters-server"}
	spokesController = workload{account: "argocd-application-controller", logical: "clusters-controller"}
)

// credentialFor returns the name of the federated credential of a workload.
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
			p.Add("Instances", "needs %d federated credentials; an application has at most %d", n, maxCredentials)
		}
		for i, instance := range a.Instances {
			for _, w := range application.workloads {
				name, of := instance.credentialFor(w), problem.Item("Instances", i)
				if path := of + instance.credentialField(w); !credentialName.MatchString(name) && !p.Has(path) {
					p.Add(path, "results in the federated credential name %q, which must be 3 to 120 letters, digits and . _ ~ -", name)
				} else if names[name] && !p.Has(path) {
					p.Add(path, "duplicate federated credential %q; use another name", name)
				}
				if own := instance.Name + "-" + w.logical; logical[own] && !p.Has(of+".Name") {
					p.Add(of+".Name", "results in the logical name %s of another instance; use another name", own)
				} else {
					logical[own] = true
				}
				names[name] = true
			}
		}
	}
	return p
}

// credentialField returns the path of the field that decides a credential's name.
func (i ArgoInstance) credentialField(w workload) string {
	switch {
	case w == argocdServer && i.CredentialName != "":
		return ".CredentialName"
	case i.CredentialPrefix != "":
		return ".CredentialPrefix"
	}
	return ".Name"
}
