package chart

import (
	"fmt"
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"
)

// oidcConfig renders Argo CD's oidc.config for Entra with workload identity. argocd-server
// authenticates with its service account token, so there is no clientSecret.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/microsoft/
func (s Settings) oidcConfig(entra Entra) (string, error) {
	var config strings.Builder
	encoder := yaml.NewEncoder(&config)
	encoder.SetIndent(2) // as in the guide
	err := encoder.Encode(struct {
		Name            string
		Issuer          string
		ClientID        string `yaml:"clientID"`
		Azure           map[string]bool
		RequestedClaims map[string]map[string]bool `yaml:"requestedIDTokenClaims"`
		RequestedScopes []string                   `yaml:"requestedScopes"`
		LogoutURL       string                     `yaml:"logoutURL,omitempty"`
	}{
		Name:            "Microsoft Entra ID",
		Issuer:          entra.Issuer,
		ClientID:        entra.ClientID,
		Azure:           map[string]bool{"useWorkloadIdentity": true},
		RequestedClaims: map[string]map[string]bool{"groups": {"essential": true}},
		RequestedScopes: []string{"openid", "profile", "email"},
		LogoutURL:       s.logoutURL(entra.Issuer),
	})
	if err != nil {
		return "", fmt.Errorf("oidc.config: %w", err)
	}
	return config.String(), nil
}

// logoutURL returns the URL of Entra's sign-out, or "" for Argo CD's sign-in page. Entra
// redirects only to a redirect URI of the application. With several domains, Argo CD
// replaces the placeholder with the URL that the user used (ServeHTTP in
// server/logout/logout.go of Argo CD 3.2): https://<domain>, which needs no escaping in a
// query.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
func (s Settings) logoutURL(issuer string) string {
	if !s.SignOutOfEntra {
		return ""
	}
	back := url.QueryEscape(s.Domain.SignInPage())
	if len(s.AdditionalDomains) > 0 {
		back = "{{logoutRedirectURL}}/login"
	}
	return strings.TrimSuffix(issuer, "/v2.0") + "/oauth2/v2.0/logout?post_logout_redirect_uri=" + back
}
