package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// publicSettings are what Argo CD tells everyone: server/settings/settings.go of
// Argo CD v3.2.6. They hold neither the default role nor whether Argo CD checks
// Entra's certificate.
type publicSettings struct {
	URL  string `json:"url"`
	OIDC struct {
		Issuer      string                     `json:"issuer"`
		ClientID    string                     `json:"clientID"`
		CLIClientID string                     `json:"cliClientID"`
		Scopes      []string                   `json:"scopes"`
		Claims      map[string]json.RawMessage `json:"idTokenClaims"`
	} `json:"oidcConfig"`
	LoginsDisabled bool `json:"userLoginsDisabled"`
	// Namespace is for users who have signed in, and for everyone if
	// authentication is switched off.
	Namespace string `json:"controllerNamespace"`
}

func settings(ctx context.Context, client *http.Client, argocdURL string) (publicSettings, error) {
	var s publicSettings
	return s, getJSON(ctx, client, argocdURL+"/api/v1/settings", &s)
}

func checkSettings(s publicSettings, err error, o Outputs) []Check {
	if err != nil {
		return []Check{{
			Name: "Argo CD settings", Detail: err.Error(),
			Fix: "nothing more can be checked until Argo CD answers; kubectl get pods -n argocd",
		}}
	}
	const fix = "the extension's settings differ from the stack's; run pulumi refresh and pulumi up"
	check := func(name, good, problem string) Check {
		if problem != "" {
			return Check{Name: name, Detail: problem, Fix: fix}
		}
		return Check{Name: name, OK: true, Detail: good}
	}
	return []Check{
		check("issuer", s.OIDC.Issuer, differs(s.OIDC.Issuer, o.EntraIssuerURL)),
		check("client ID", s.OIDC.ClientID, s.wrongClient(o.ClientID)),
		check("scopes and claims", "asks for openid and for the groups claim", s.missing()),
		check("built-in login", "disabled", s.passwords()),
	}
}

func differs(got, want string) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("Argo CD has %q, the stack %q", got, want)
}

func (s publicSettings) wrongClient(want string) string {
	if cli := s.OIDC.CLIClientID; cli != "" && cli != want {
		return fmt.Sprintf("the argocd CLI is told to sign in as %q, the stack has %q", cli, want)
	}
	return differs(s.OIDC.ClientID, want)
}

// missing is what Argo CD does not ask Entra for: there is no ID token without
// openid, and no groups in it without the claim. A role goes by group.
func (s publicSettings) missing() string {
	if _, asked := s.OIDC.Claims["groups"]; !asked {
		return "Argo CD does not ask for the groups claim: nobody gets a role"
	}
	if !slices.Contains(s.OIDC.Scopes, "openid") {
		return fmt.Sprintf("Argo CD asks for the scopes %q, without openid", s.OIDC.Scopes)
	}
	return ""
}

func (s publicSettings) passwords() string {
	if s.LoginsDisabled {
		return ""
	}
	return "users with a password can sign in"
}
