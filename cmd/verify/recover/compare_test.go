package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
)

// graph returns documents by path, or 404. Other lists of locks and policies are empty.
type graph map[string]string

func (g graph) Do(request *http.Request) (*http.Response, error) {
	status, document := http.StatusOK, g[request.URL.Path]
	if document == "" && rarelyFilled.MatchString(request.URL.Path) {
		document = `{"value": []}`
	}
	if document == "" {
		status, document = http.StatusNotFound, `{"error": {"code": "Request_ResourceNotFound"}}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(document)), Request: request}, nil
}

var rarelyFilled = regexp.MustCompile(`(Policies|/locks|/policyAssignments)$`)

// GetToken returns an opaque token.
func (graph) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// recoveryOf returns a recovery in a tenant and a subscription, and its output.
func recoveryOf(t *testing.T, g graph) (*recovery, *bytes.Buffer) {
	t.Helper()
	client, err := azure.NewClient(t.Context(), azure.At("", "tenant"), g, g)
	if err != nil {
		t.Fatal(err)
	}
	out := &bytes.Buffer{}
	return &recovery{
		out: out, printed: map[string]bool{}, client: client, account: account{Subscription: "s"}, doubts: map[string][]string{}, adopt: map[string]bool{},
	}, out
}

// TestCompareCase: IDs that differ only in case identify one application.
func TestCompareCase(t *testing.T) {
	t.Parallel()
	g := graph{
		"/v1.0/applications":                                 `{"value": [{"id": "A1", "appId": "B1", "displayName": "argocd", "signInAudience": "AzureADMyOrg"}]}`,
		"/v1.0/applications/A1/owners":                       `{"value": [{"id": "anna"}]}`,
		"/v1.0/applications/A1/federatedIdentityCredentials": `{"value": []}`,
	}
	r, out := recoveryOf(t, g)
	known := entry{URN: base + app + "::x", Type: app, ID: "/applications/a1", Inputs: map[string]any{"displayName": "argocd", "owners": []any{"anna"}}}
	if err := r.compare(t.Context(), state{Resources: []entry{known}}); err != nil || r.manualWork || r.missing > 0 || out.Len() > 0 {
		t.Errorf("%v, %s", err, out)
	}
}

// TestCompareUnread: an application that cannot be read does not remove another from the state.
func TestCompareUnread(t *testing.T) {
	t.Parallel()
	g := graph{
		"/v1.0/applications": `{"value": [{"id": "other", "appId": "c", "displayName": "argocd", "signInAudience": "AzureADMyOrg"},
			{"id": "a", "appId": "b", "displayName": "argocd", "signInAudience": "AzureADMyOrg"}]}`,
		"/v1.0/applications/a/owners":                       `{"value": [{"id": "anna"}]}`,
		"/v1.0/applications/a/federatedIdentityCredentials": `{"value": []}`,
	}
	r, out := recoveryOf(t, g)
	known := entry{URN: base + app + "::x", Type: app, ID: "/applications/a", Inputs: map[string]any{"displayName": "argocd", "owners": []any{"anna"}}}
	err := r.compare(t.Context(), state{Resources: []entry{known}})
	if err != nil || r.manualWork || r.missing > 0 || !strings.HasPrefix(unfolded(out), "SKIPPED      x: application with the client ID c") {
		t.Errorf("%v, %s", err, out)
	}
}

// TestCompareInUse: a second application in use, by the state or by others, is reported without
// the advice to delete it.
func TestCompareInUse(t *testing.T) {
	t.Parallel()
	const issuer, subject = "https://issuer/", "system:serviceaccount:argocd:argocd-server"
	base := entry{URN: base + app + "::x", Type: app, ID: "/applications/a", Inputs: map[string]any{"displayName": "argocd", "owners": []any{"anna"}}}
	principal := entry{URN: "urn:pulumi:dev::p::" + "azuread:index/servicePrincipal:ServicePrincipal::entra-principal", ID: "q", Inputs: map[string]any{"clientId": "c"}}
	credential := entry{ID: "f", Inputs: map[string]any{"issuer": issuer, "subject": subject, "audiences": []any{"x"}}}
	deleted := principal
	deleted.Delete = true
	for name, c := range map[string]struct {
		resources []entry
		owner     string
		says      string
		later     bool
	}{
		"by the state":                {[]entry{base, principal, credential}, "anna", "IN USE       x: second application: application with the client ID c, created , which entra-principal in the state", true},
		"by a resource to be deleted": {[]entry{base, deleted, credential}, "anna", "IN USE       x: second application", true},
		"by others":                   {[]entry{base, credential}, "anna", "FOREIGN      x: second application: application with the client ID c, created ; foreign properties: it has federated credentials; it has a service principal", false},
		"with a foreign owner":        {[]entry{base, principal, credential}, "mallory", "FOREIGN      x: second application: ", false},
		"with a foreign credential":   {[]entry{base, principal}, "anna", "FOREIGN      x: second application: ", false},
	} {
		g := graph{
			"/v1.0/applications": `{"value": [{"id": "other", "appId": "c", "displayName": "argocd", "signInAudience": "AzureADMyOrg"},
				{"id": "a", "appId": "b", "displayName": "argocd", "signInAudience": "AzureADMyOrg"}]}`,
			"/v1.0/applications/a/owners":                           `{"value": [{"id": "anna"}]}`,
			"/v1.0/applications/a/federatedIdentityCredentials":     `{"value": []}`,
			"/v1.0/applications/other/owners":                       `{"value": [{"id": "` + c.owner + `"}]}`,
			"/v1.0/applications/other/federatedIdentityCredentials": `{"value": [{"id": "f", "issuer": "` + issuer + `", "subject": "` + subject + `", "audiences": ["x"]}]}`,
			"/v1.0/servicePrincipals(appId='c')":                    `{"id": "q"}`,
			"/v1.0/servicePrincipals/q/owners":                      `{"value": [{"id": "anna"}]}`,
		}
		r, out := recoveryOf(t, g)
		err := r.compare(t.Context(), state{Resources: c.resources})
		if err != nil || r.manualWork || r.later != c.later || !strings.Contains(unfolded(out), c.says) {
			t.Errorf("%s: %v, later %v: %s", name, err, r.later, out)
		}
	}
}

// TestLookAgain: an owner, a secret or a resource that was added before the import is reported.
func TestLookAgain(t *testing.T) {
	t.Parallel()
	const rgID = "/subscriptions/s/resourceGroups/x"
	before := graph{
		"/v1.0/applications":                                `{"value": [{"id": "a", "appId": "b", "displayName": "argocd", "signInAudience": "AzureADMyOrg"}]}`,
		"/v1.0/applications/a/owners":                       `{"value": [{"id": "anna"}]}`,
		"/v1.0/applications/a/federatedIdentityCredentials": `{"value": []}`,
		rgID:                `{"id": "` + rgID + `", "location": "westus3", "managedBy": "known"}`,
		rgID + "/resources": `{"value": []}`,
		rgID + "/providers/Microsoft.Authorization/roleAssignments": `{"value": []}`,
	}
	for name, c := range map[string]struct{ path, answer, says string }{
		"nothing":    {},
		"an owner":   {"/v1.0/applications/a/owners", `{"value": [{"id": "anna"}, {"id": "mallory"}]}`, "mallory is an owner"},
		"a resource": {rgID + "/resources", `{"value": [{}]}`, "it contains 1 resource"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := maps.Clone(before)
			r, out := recoveryOf(t, g)
			r.adopt[rgID] = false
			p := &program{}
			if err := json.Unmarshal([]byte(`{"steps": [
				{"op": "create", "newState": {"urn": "`+base+app+`::x", "type": "`+app+`", "inputs": {"displayName": "argocd", "owners": ["anna"]}}},
				{"op": "create", "newState": {"urn": "`+base+rg+`::g", "type": "`+rg+`", "inputs": {"resourceGroupName": "x", "location": "westus3"}}}]}`), p); err != nil {
				t.Fatal(err)
			}
			ids, err := r.look(t.Context(), state{}, p)
			if err != nil || len(ids) != 2 || r.manualWork {
				t.Fatalf("%v, %v: %s", ids, err, out)
			}
			g[c.path] = c.answer
			if err := r.lookAgain(t.Context(), state{}, p, ids); err != nil {
				t.Fatal(err)
			}
			if r.manualWork != (c.says != "") || !strings.Contains(unfolded(out), c.says) || strings.Count(out.String(), "managedBy") != 1 {
				t.Errorf("%s", out)
			}
		})
	}
}

// TestLookBelowForeign: a child of a foreign object is not adopted.
func TestLookBelowForeign(t *testing.T) {
	t.Parallel()
	const rgID = "/subscriptions/s/resourceGroups/x"
	const configID = rgID + "/providers/Microsoft.ContainerService/managedClusters/c/maintenanceConfigurations/m"
	const maintenance = "azure-native:containerservice/v20250101:MaintenanceConfiguration"
	for _, foreign := range []bool{false, true} {
		g := graph{
			rgID:                `{"id": "` + rgID + `", "location": "westus3"}`,
			rgID + "/resources": `{"value": []}`,
			rgID + "/providers/Microsoft.Authorization/roleAssignments": `{"value": []}`,
			configID: `{"id": "` + configID + `"}`,
		}
		if foreign {
			g[rgID] = `{"id": "` + rgID + `", "location": "westus3", "managedBy": "another"}`
		}
		r, _ := recoveryOf(t, g)
		p := &program{}
		if err := json.Unmarshal([]byte(`{"steps": [
			{"op": "create", "newState": {"urn": "`+base+rg+`::g", "type": "`+rg+`", "inputs": {"resourceGroupName": "x", "location": "westus3"}}},
			{"op": "create", "newState": {"urn": "`+base+maintenance+`::m", "type": "`+maintenance+`", "propertyDependencies": {"resourceGroupName": ["`+base+rg+`::g"]},
				"inputs": {"resourceGroupName": "x", "resourceName": "c", "configName": "m"}}}]}`), p); err != nil {
			t.Fatal(err)
		}
		if ids, err := r.look(t.Context(), state{}, p); err != nil || (len(ids) == 0) != foreign || (len(ids) == 2) == foreign {
			t.Errorf("foreign %v: %v, %v", foreign, ids, err)
		}
	}
}

// unfolded returns output with each message on one line.
func unfolded(out *bytes.Buffer) string {
	return strings.ReplaceAll(out.String(), "\n"+strings.Repeat(" ", indent), " ")
}
