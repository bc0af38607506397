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

func settings(ctx context.Context, client *http.Client, argocdURL string) (s publicSettings, err error) {
	response, err := getArgoCD(ctx, client, argocdURL+"/api/v1/settings")
	if err != nil {
		return s, err
	}
	return s, response.decode(&s)
}

// settingsFix is the correction of settings that differ from the stack's.
const settingsFix = "the extension's settings differ from the stack's; run `pulumi refresh` and `pulumi up`"

// checkSettings checks the settings. cause is the check that explains why users cannot sign in,
// or "".
func checkSettings(s publicSettings, o Outputs) (checks []Check, cause string) {
	check := func(name, good, problem string) Check {
		if problem != "" {
			return Check{Name: name, Detail: problem, Fix: settingsFix}
		}
		return Check{Name: name, OK: true, Detail: good}
	}
	checks = []Check{
		check("issuer", "as in the stack", differs(s.OIDC.Issuer, o.EntraIssuerURL)),
		check("client ID", s.OIDC.ClientID, s.wrongClient(o.ClientID)),
		check("scopes and claims", "requests openid and the groups claim", s.missing()),
		check("built-in login", "disabled", s.passwords()),
	}
	if s.OIDC.Issuer == "" && s.OIDC.ClientID == "" {
		checks[0].Detail, checks[0].Fix = "Argo CD has no OIDC settings", settingsFix+"; in settings keys, escape dots: configs.cm.oidc\\.config"
		copy(checks[1:3], Skip("issuer", "client ID", "scopes and claims"))
	}
	for _, check := range checks[:2] {
		if cause == "" && !check.OK {
			cause = check.Name
		}
	}
	return checks, cause
}

// withoutSettings returns the results if Argo CD did not return its settings: the checks of
// settings are skipped. cause is the check that did not pass.
func withoutSettings(err, unreachable error, certificate string, ofSettings []Check) (checks []Check, cause string) {
	access := Check{Name: "Argo CD settings", Fix: "see `kubectl get pods -n argocd`"}.failedBy(err)
	cause = access.Name
	if unreachable != nil {
		cause = certificate
		access = Skip(cause, access.Name)[0]
	}
	checks = []Check{access}
	for _, check := range ofSettings {
		checks = append(checks, Skip(cause, check.Name)...)
	}
	return checks, cause
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
