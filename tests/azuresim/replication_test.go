package azuresim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestReplication checks that endpoints other than Graph see new objects late.
func TestReplication(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	a.ReplicationDelay = time.Minute
	_, cluster := create(t, a, azuresim.Cluster, hardened())
	issuer := cluster["oidcIssuerProfile"].(properties)["issuerURL"].(string)
	application, app := create(t, a, azuresim.Application, application(with("displayName", "argocd")))
	client := app["clientId"].(string)
	// Graph itself sees new objects at once, after azuread's wait.
	principal, _ := create(t, a, azuresim.ServicePrincipal, properties{"clientId": client})
	in := tenant{Azure: a, application: application, clientID: client, principal: principal}
	role := registryRole(in)
	_, _, err := a.Create(azuresim.RoleAssignment, role(with("principalType", nil)))
	refused(t, err, "PrincipalNotFound", "replication delay")
	create(t, a, azuresim.RoleAssignment, role(with("principalType", "ServicePrincipal")))

	signIn := clientCredentials(t, a, client, issuer)
	wantDenial(t, signIn, "AADSTS700016")
	a.Advance(time.Minute)
	create(t, a, azuresim.FederatedCredential, credential(in, with("issuer", issuer)))
	wantDenial(t, signIn, "AADSTS700211")
	a.Advance(59 * time.Second)
	wantDenial(t, signIn, "AADSTS700211")
	a.Advance(time.Second)
	wantDenial(t, signIn, "")
}

func registryRole(in tenant) func(change func(properties)) properties {
	registry := in.AddRegistry("contoso")
	return func(change func(properties)) properties {
		inputs := properties{
			"scope": registry, "principalId": in.principal, "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + in.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
		}
		change(inputs)
		return inputs
	}
}

func wantDenial(t *testing.T, signIn func() string, code string) {
	t.Helper()
	if got := signIn(); code == "" && got != "" || !strings.HasPrefix(got, code) {
		t.Errorf("got %q, want %q", got, code)
	}
}

// clientCredentials signs in argocd-server as an application. It returns Entra's error
// description, or "" for a token.
func clientCredentials(t *testing.T, a *azuresim.Azure, client, issuer string) func() string {
	t.Helper()
	internet := connect(t, a)
	return func() string {
		token, err := a.MintToken(issuer, "argocd", "argocd-server")
		if err != nil {
			t.Fatal(err)
		}
		_, denial := redeem(t, internet, a.TenantID, client, token, "https://management.azure.com/.default")
		return denial
	}
}
