package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// publicSettings are the settings that Argo CD serves without a session:
// server/settings/settings.go of Argo CD v3.2.6. The default role and the verification of
// Entra's certificate are not among them.
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
	// Namespace is set for signed-in users, and for everyone if authentication is disabled.
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
			Fix: "the other checks need a response of Argo CD; see `kubectl get pods -n argocd`",
		}}
	}
	const fix = "the extension's settings differ from the stack's; run `pulumi refresh` and `pulumi up`"
	check := func(name, good, problem string) Check {
		if problem != "" {
			return Check{Name: name, Detail: problem, Fix: fix}
		}
		return Check{Name: name, OK: true, Detail: good}
	}
	return []Check{
		check("issuer", "as in the stack", differs(s.OIDC.Issuer, o.EntraIssuerURL)),
		check("client ID", s.OIDC.ClientID, s.wrongClient(o.ClientID)),
		check("scopes and claims", "requests openid and the groups claim", s.missing()),
		check("built-in login", "disabled", s.passwords()),
	}
}

func differs(got, want string) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("Argo CD has %q, the stack has %q", got, want)
}

func (s publicSettings) wrongClient(want string) string {
	if cli := s.OIDC.CLIClientID; cli != "" && cli != want {
		return fmt.Sprintf("Argo CD tells the CLI to use the client ID %q, the stack has %q", cli, want)
	}
	return differs(s.OIDC.ClientID, want)
}

// missing returns the problem if Argo CD does not request openid, without which Entra issues
// no ID token, or the groups claim, by which users have roles.
func (s publicSettings) missing() string {
	if _, asked := s.OIDC.Claims["groups"]; !asked {
		return "Argo CD does not request the groups claim, so no user gets a role"
	}
	if !slices.Contains(s.OIDC.Scopes, "openid") {
		return fmt.Sprintf("Argo CD requests the scopes %q without openid", s.OIDC.Scopes)
	}
	return ""
}

func (s publicSettings) passwords() string {
	if s.LoginsDisabled {
		return ""
	}
	return "users with a password can sign in"
}
