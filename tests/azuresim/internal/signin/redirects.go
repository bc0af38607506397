package signin

import (
	"net/url"

	"argocd-on-aks/tests/azuresim/internal/store"
)

// registered compares letter by letter, but for the port of http://localhost:
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
