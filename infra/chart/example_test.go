package chart_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/OWNER/argocd-on-aks/infra/chart"
)

const admins = "11111111-1111-1111-1111-111111111111"

// The settings of the guide's walkthrough.
func ExampleSettings_Render() {
	settings := chart.Settings{
		SignIn: chart.SignIn{Domain: "localhost:9000"},
		Roles:  []chart.RoleMapping{{Group: admins, Role: "admin"}},
	}
	rendered, err := settings.Render(chart.Entra{
		Issuer: "https://login.microsoftonline.com/contoso/v2.0", ClientID: "44444444-4444-4444-4444-444444444444",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(rendered)) {
		fmt.Printf("%s: %q\n", key, rendered[key])
	}
	// Output:
	// azure.workloadIdentity.clientId: "44444444-4444-4444-4444-444444444444"
	// azure.workloadIdentity.enabled: "true"
	// azure.workloadIdentity.entraSSOClientId: "44444444-4444-4444-4444-444444444444"
	// configs.cm.admin\.enabled: "false"
	// configs.cm.oidc\.config: "name: Microsoft Entra ID\nissuer: https://login.microsoftonline.com/contoso/v2.0\nclientID: 44444444-4444-4444-4444-444444444444\nazure:\n  useWorkloadIdentity: true\nrequestedIDTokenClaims:\n  groups:\n    essential: true\nrequestedScopes:\n  - openid\n  - profile\n  - email\n"
	// configs.params.server\.insecure: "false"
	// configs.rbac.policy\.csv: "g, \"11111111-1111-1111-1111-111111111111\", role:admin\n"
	// configs.rbac.policy\.default: ""
	// global.domain: "localhost:9000"
	// redis-ha.enabled: "false"
	// server.ingress.enabled: "false"
}

// All problems are reported together, by field.
func ExampleSettings_Problems() {
	settings := chart.Settings{
		SignIn: chart.SignIn{Domain: "https://argocd.example.com"},
		Roles:  []chart.RoleMapping{{Group: admins, Role: "deployer"}},
		Options: chart.Options{
			Ingress:       &chart.Ingress{ClassName: "traefik"},
			ExtraSettings: map[string]string{"configs.cm.oidc.config": "..."},
		},
	}
	for _, problem := range settings.Problems() {
		fmt.Println(problem.Path, problem.Message(func(path string) string { return path }))
	}
	// Output:
	// Domain "https://argocd.example.com" has a scheme; use "argocd.example.com"
	// Roles[0].Role "deployer" is not defined; use one of admin, readonly, or define it in Policies
	// Ingress.TLSSecret or Ingress.CertManagerIssuer is required, because users sign in over https
	// ExtraSettings "configs.cm.oidc.config" is managed by this program; it would change configs.cm.oidc\.config
}
