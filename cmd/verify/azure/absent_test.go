package azure

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// replies are documents by path and filter; "403 Code" and "404 Code" are errors. Other lists of
// locks and policies are empty, and other objects do not exist.
type replies map[string]string

func (r replies) Do(request *http.Request) (*http.Response, error) {
	key := request.URL.Path
	if filter := request.URL.Query().Get("$filter"); filter != "" {
		key += "?" + filter
	}
	if advanced := strings.Contains(key, "redirectUris"); advanced != (request.Header.Get("ConsistencyLevel") == "eventual") || advanced != (request.URL.Query().Get("$count") == "true") {
		key = "" // https://learn.microsoft.com/graph/aad-advanced-queries
	}
	document, known := r[key]
	status := http.StatusOK
	switch {
	case known:
	case rarelyFilled.MatchString(key):
		document = emptyList
	default:
		document = "404 ResourceNotFound"
	}
	for code, refusal := range map[string]int{"403 ": http.StatusForbidden, "404 ": http.StatusNotFound} {
		if reason, refused := strings.CutPrefix(document, code); refused {
			status, document = refusal, `{"error": {"code": "`+reason+`"}}`
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(document)), Request: request}, nil
}

var rarelyFilled = regexp.MustCompile(`(Policies|/locks|/policyAssignments)$`)

// find searches for a resource in responses.
func find(t *testing.T, r replies, kind string, inputs map[string]any) ([]Existing, error) {
	t.Helper()
	client := connected(t, At("", "tenant"), token("t"), r)
	return Find(t.Context(), client, "s", Wanted{Type: kind, Inputs: inputs})
}

const (
	callback  = "https://argocd.example.com/auth/callback"
	emptyList = `{"value": []}`
	ownedBy   = `{"value": [{"@odata.type": "#microsoft.graph.user", "id": "anna"}]}`
	byName    = "/v1.0/applications?displayName eq 'argocd'"
	byURI     = "/v1.0/applications?web/redirectUris/any(u:u eq '" + callback + "')"
)

var (
	wantsApp     = map[string]any{"displayName": "argocd", "owners": []any{"anna"}, "web": map[string]any{"redirectUris": []any{callback}}}
	wantsGroup   = map[string]any{"resourceGroupName": "rg", "location": "westus3"}
	wantsCluster = map[string]any{"resourceGroupName": "rg", "resourceName": "c", "location": "westus3"}
)

// appWith returns an application with the stack's name and redirect URI, as in a list.
func appWith(id, more string) string {
	return `{"id": "` + id + `", "appId": "client-` + id + `", "displayName": "argocd", "signInAudience": "AzureADMyOrg", "web": {"redirectUris": ["` + callback + `"]}` + more + `}`
}

// ownedApps returns applications that anna owns.
func ownedApps(ids ...string) replies {
	r, listed := replies{byURI: emptyList}, []string{}
	for _, id := range ids {
		listed = append(listed, appWith(id, ""))
		r["/v1.0/applications/"+id+"/owners"], r["/v1.0/applications/"+id+"/federatedIdentityCredentials"] = ownedBy, emptyList
	}
	r[byName] = `{"value": [` + strings.Join(listed, ",") + `]}`
	return r
}

// TestFindUnreadApplication: after a 404 below one application, others are still found.
func TestFindUnreadApplication(t *testing.T) {
	t.Parallel()
	for _, below := range []string{"/owners", "/federatedIdentityCredentials"} {
		r := ownedApps("other", "ours")
		r["/v1.0/applications/other"+below] = "404 Request_ResourceNotFound"
		found, err := find(t, r, typeApplication, wantsApp)
		if err != nil || len(found) != 2 {
			t.Fatalf("%s: %v, %v", below, found, err)
		}
		for _, one := range found {
			unread := one.Is("other")
			if one.Unread != unread || (len(one.Doubts()) == 0) == unread {
				t.Errorf("%s: %+v", below, one)
			}
		}
	}
}

// TestFindAbsent: only a 404 of an object itself means that it does not exist.
func TestFindAbsent(t *testing.T) {
	t.Parallel()
	const (
		rg = "/subscriptions/s/resourceGroups/rg"
		c  = rg + "/providers/Microsoft.ContainerService/managedClusters/c"
	)
	ofPrincipal := map[string]any{"resourceObjectId": "p", "principalObjectId": "x", "appRoleId": "y",
		"servicePrincipalObjectId": "p", "resourceServicePrincipalObjectId": "graph"}
	credential := map[string]any{"applicationId": "/applications/a", "displayName": "x", "issuer": "x", "subject": "x"}
	role := map[string]any{"scope": rg, "principalId": "p", "roleDefinitionId": "r"}
	for name, c := range map[string]struct {
		replies replies
		kind    string
		inputs  map[string]any
		fails   string
	}{
		"no group":                        {replies{rg: "404 ResourceGroupNotFound"}, "azure-native:resources:ResourceGroup", wantsGroup, ""},
		"no cluster":                      {replies{c: "404 ResourceNotFound"}, "azure-native:containerservice/v20250101:ManagedCluster", wantsCluster, ""},
		"no cluster, in AKS's words":      {replies{c: "404 NotFound"}, "azure-native:containerservice/v20250101:ManagedCluster", wantsCluster, ""},
		"no subscription":                 {replies{rg: "404 SubscriptionNotFound"}, "azure-native:resources:ResourceGroup", wantsGroup, "SubscriptionNotFound"},
		"another subscription":            {replies{rg: "404 InvalidSubscriptionId"}, "azure-native:resources:ResourceGroup", wantsGroup, "InvalidSubscriptionId"},
		"no parent":                       {replies{c: "404 ParentResourceNotFound"}, "azure-native:containerservice/v20250101:ManagedCluster", wantsCluster, "ParentResourceNotFound"},
		"a group without a list":          {replies{rg: `{"id": "` + rg + `", "location": "westus3"}`}, "azure-native:resources:ResourceGroup", wantsGroup, "cannot be read completely"},
		"a cluster without a list":        {replies{c: `{"id": "` + c + `", "location": "westus3"}`}, "azure-native:containerservice/v20250101:ManagedCluster", wantsCluster, "cannot be read completely"},
		"no scope":                        {replies{}, "azure-native:authorization:RoleAssignment", role, "cannot be read completely"},
		"no principal":                    {replies{}, typePrincipal, map[string]any{"clientId": "x"}, ""},
		"a principal without owners":      {replies{"/v1.0/servicePrincipals(appId='x')": `{"id": "p"}`}, typePrincipal, map[string]any{"clientId": "x"}, "cannot be read completely"},
		"no application of a credential":  {replies{}, typeCredential, credential, ""},
		"an application without a list":   {replies{"/v1.0/applications/a": `{"id": "a"}`}, typeCredential, credential, "cannot be read completely"},
		"no principal of a grant":         {replies{}, typeGrant, ofPrincipal, ""},
		"a principal without grants":      {replies{"/v1.0/servicePrincipals/p": `{"id": "p"}`}, typeGrant, ofPrincipal, "cannot be read completely"},
		"no principal of an assignment":   {replies{}, typeAssignment, ofPrincipal, ""},
		"a principal without assignments": {replies{"/v1.0/servicePrincipals/p": `{"id": "p"}`}, typeAssignment, ofPrincipal, "cannot be read completely"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := find(t, c.replies, c.kind, c.inputs)
			if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) || len(found) > 0 {
				t.Errorf("%v, %v", found, err)
			}
		})
	}
}
