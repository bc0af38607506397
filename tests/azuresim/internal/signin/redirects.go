package signin

import (
	"net/url"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// hasRedirectURI reports whether an application has a redirect URI.
func hasRedirectURI(app *store.Object) bool {
	return len(app.Inputs.Texts("web.redirectUris"))+len(app.Inputs.Texts("publicClient.redirectUris")) > 0
}

// registered compares redirect URIs exactly, except for the port of http://localhost:
// https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
func registered(app *store.Object, platform, redirect string) bool {
	for _, uri := range app.Inputs.Texts(platform + ".redirectUris") {
		if uri == redirect || (withoutLocalPort(uri) != "" && withoutLocalPort(uri) == withoutLocalPort(redirect)) {
			return true
		}
	}
	return false
}

func withoutLocalPort(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.Hostname() != "localhost" {
		return ""
	}
	return u.Path
}
