package identities

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// The applications of dev: for users, for repo-server and for spokes.
const (
	usersApp    = "argocd-dev"
	chartsApp   = "argocd-dev-argocd-repo-server"
	clustersApp = "argocd-dev-argocd-clusters"
)

// builtIn are the built-in Azure roles that the program assigns.
var builtIn = map[string]string{
	"7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
	"b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": clusterAdmin,
}

const clusterAdmin = "Azure Kubernetes Service RBAC Cluster Admin"

// openSpoke opens the dev stack with a spoke cluster.
func openSpoke(t *testing.T, private bool) (stack *engine.Stack, azure *azuresim.Azure, spoke string) {
	t.Helper()
	azure = azuresim.New()
	spoke = e2e.AddSpoke(t, azure, "orders", private)
	stack = e2e.OpenOn(t, azure, "dev")
	e2e.Set(t, stack, "clusters[0]", spoke)
	return stack, azure, spoke
}

// identity is the purpose of an application: the service accounts in Argo CD's namespace that it
// trusts, and its roles in Azure as "<role> on <resource ID>".
type identity struct{ trusts, roles []string }

// wantIdentities compares all applications in the tenant by display name. It reads only Azure, so a
// failure contradicts SECURITY.md.
func wantIdentities(t *testing.T, azure *azuresim.Azure, want map[string]identity) {
	t.Helper()
	got, names := map[string]identity{}, map[string]string{}
	for id, application := range azure.Answers(azuresim.Application) {
		name := application["displayName"].StringValue()
		names[id], names[application["clientId"].StringValue()], got[name] = name, name, identity{}
	}
	for _, credential := range azure.Inputs(azuresim.FederatedCredential) {
		name := names[credential["applicationId"].StringValue()]
		subject := strings.TrimPrefix(credential["subject"].StringValue(), "system:serviceaccount:argocd:")
		got[name] = identity{append(got[name].trusts, subject), got[name].roles}
	}
	for _, principal := range azure.Answers(azuresim.ServicePrincipal) {
		names[principal["objectId"].StringValue()] = names[principal["clientId"].StringValue()]
	}
	for _, assignment := range azure.Inputs(azuresim.RoleAssignment) {
		name, definition := names[assignment["principalId"].StringValue()], assignment["roleDefinitionId"].StringValue()
		role := builtIn[definition[strings.LastIndex(definition, "/")+1:]] + " on " + assignment["scope"].StringValue()
		got[name] = identity{got[name].trusts, append(got[name].roles, role)}
	}
	wantNoMore(t, got, want, "the application %s trusts the service account %s", "the application %s has the role %s")
	wantNoMore(t, want, got, "the application %s does not trust the service account %s", "the application %s does not have the role %s")
}

// wantNoMore reports additional trust and roles of identities compared to others.
func wantNoMore(t *testing.T, identities, others map[string]identity, trusts, roles string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(identities)) {
		for _, account := range identities[name].trusts {
			if !slices.Contains(others[name].trusts, account) {
				t.Errorf(trusts, name, account)
			}
		}
		for _, role := range identities[name].roles {
			if !slices.Contains(others[name].roles, role) {
				t.Errorf(roles, name, role)
			}
		}
	}
}

// notForUsers checks that no user can sign in to an application, even with a redirect URI.
func notForUsers(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, clientID string) {
	t.Helper()
	const redirect = "https://localhost/auth/callback"
	e2e.WantError(t, signInAs(t.Context(), azure, internet, clientID, redirect), "AADSTS500113", "a user of repo-server's application")
	for id, answer := range azure.Answers(azuresim.Application) {
		if answer["clientId"].StringValue() != clientID {
			continue
		}
		inputs := azure.Inputs(azuresim.Application)[id].Mappable()
		inputs["web"] = map[string]any{"redirectUris": []any{redirect}}
		e2e.NoError(t, azure.Update(azuresim.Application, id, inputs))
	}
	e2e.WantError(t, signInAs(t.Context(), azure, internet, clientID, redirect), "AADSTS50105", "a user of repo-server's application with a redirect URI")
}

// signInAs signs alice in at Entra to an application without Argo CD.
func signInAs(ctx context.Context, azure *azuresim.Azure, internet *azuresim.Internet, clientID, redirect string) error {
	query := url.Values{
		"client_id": {clientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {"openid"}, "login_hint": {"alice@contoso.example"},
	}
	address := "https://login.microsoftonline.com/" + azure.TenantID + "/oauth2/v2.0/authorize?" + query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := internet.Transport().RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusFound {
		return nil
	}
	page, err := io.ReadAll(response.Body)
	return errors.Join(fmt.Errorf("%s: %s", response.Status, page), err)
}
