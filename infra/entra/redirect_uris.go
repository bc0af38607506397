package entra

import (
	"fmt"

	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// maxRedirectURIs is Entra's limit for an application, over all platforms:
// https://learn.microsoft.com/entra/identity-platform/reply-url#maximum-number-of-redirect-uris
const maxRedirectURIs = 256

// maxRedirectURI is Entra's limit in characters:
// https://learn.microsoft.com/entra/identity-platform/reply-url
const maxRedirectURI = 256

func (i ArgoInstance) domainProblems() problem.List {
	var p problem.List
	p.Check("Domain", checkRedirectURI(i.Domain))
	p = append(p, chart.AdditionalProblems(i.Domain, i.AdditionalDomains)...)
	for n, domain := range i.AdditionalDomains {
		if path := problem.Item("AdditionalDomains", n); !p.Has(path) {
			p.Check(path, checkRedirectURI(domain))
		}
	}
	return p
}

func checkRedirectURI(domain chart.Domain) error {
	if err := domain.Check(); err != nil {
		return err
	}
	if n := len(domain.RedirectURI()); n > maxRedirectURI {
		return fmt.Errorf("%q results in a redirect URI of %d characters; Entra accepts at most %d", domain, n, maxRedirectURI)
	}
	return nil
}

// webRedirectURIs returns the redirect URIs of browsers: one for each domain, then the sign-in pages.
func (a *EntraAppArgs) webRedirectURIs() []string {
	uris, pages := []string{}, []string{}
	for _, instance := range a.Instances {
		for _, domain := range append([]chart.Domain{instance.Domain}, instance.AdditionalDomains...) {
			uris, pages = append(uris, domain.RedirectURI()), append(pages, domain.SignInPage())
		}
	}
	if a.SignOutOfEntra {
		return append(uris, pages...)
	}
	return uris
}

// cliRedirectURIs returns the redirect URIs of a public client: for a web redirect URI, Entra
// would require a secret from the CLI.
func (a *EntraAppArgs) cliRedirectURIs() []string {
	if isTrue(a.CLI) {
		return []string{chart.CLIRedirectURI}
	}
	return nil
}
