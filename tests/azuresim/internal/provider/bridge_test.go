package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// TestTerraformDiff has a row for each way in which azuread detects a change or no change.
func TestTerraformDiff(t *testing.T) {
	t.Parallel()
	kinds := directory.New(nil, "tenant").Kinds()
	defaults := properties{
		"displayName": "x", "signInAudience": "AzureADMyOrg", "featureTags": []any{properties{"hide": false}}, "objectId": "o",
		"api": properties{"requestedAccessTokenVersion": 1, "mappedClaimsEnabled": false}, "web": properties{"implicitGrant": properties{"idTokenIssuanceEnabled": false}},
	}
	owners := func(owners ...any) properties { return properties{"owners": owners} }
	for name, c := range map[string]struct {
		token         string
		state, inputs properties
		ignore        []string
		want          plugin.DiffChanges
		replaces      string
	}{
		"Entra's defaults":              {directory.Application, defaults, properties{"displayName": "x"}, nil, plugin.DiffNone, ""},
		"an explicit default":           {directory.Application, properties{"displayName": "x"}, properties{"displayName": "x", "signInAudience": "AzureADMyOrg"}, nil, plugin.DiffNone, ""},
		"another audience":              {directory.Application, defaults, properties{"displayName": "x", "signInAudience": "AzureADMultipleOrgs"}, nil, plugin.DiffSome, ""},
		"a set in another order":        {directory.Application, owners("a", "b"), owners("b", "a"), nil, plugin.DiffNone, ""},
		"an owner added outside":        {directory.Application, owners("a", "b"), owners("a"), nil, plugin.DiffSome, ""},
		"owners that are ignored":       {directory.Application, owners("a", "b"), owners("a"), []string{"owners"}, plugin.DiffNone, ""},
		"a note added outside":          {directory.Application, properties{"displayName": "x", "notes": "y"}, properties{"displayName": "x"}, nil, plugin.DiffSome, ""},
		"template":                      {directory.Application, properties{"templateId": "a"}, properties{"templateId": "b"}, nil, plugin.DiffSome, "templateId"},
		"an enabled principal":          {directory.ServicePrincipal, properties{"clientId": "a", "accountEnabled": true}, properties{"clientId": "a"}, nil, plugin.DiffNone, ""},
		"a principal of another app":    {directory.ServicePrincipal, properties{"clientId": "a"}, properties{"clientId": "b"}, nil, plugin.DiffSome, "clientId"},
		"a credential's name":           {directory.FederatedCredential, properties{"displayName": "a"}, properties{"displayName": "b"}, nil, plugin.DiffSome, "displayName"},
		"a credential's issuer":         {directory.FederatedCredential, properties{"issuer": "a"}, properties{"issuer": "b"}, nil, plugin.DiffSome, ""},
		"consent to more scopes":        {directory.DelegatedGrant, properties{"claimValues": []any{"a"}}, properties{"claimValues": []any{"a", "b"}}, nil, plugin.DiffSome, ""},
		"consent of one user":           {directory.DelegatedGrant, properties{"claimValues": []any{"a"}}, properties{"claimValues": []any{"a"}, "userObjectId": "u"}, nil, plugin.DiffSome, "userObjectId"},
		"an assignment of another user": {directory.AppRoleAssignment, properties{"principalObjectId": "a"}, properties{"principalObjectId": "b"}, nil, plugin.DiffSome, "principalObjectId"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := bridge{}.diff(kinds[c.token], plugin.DiffRequest{OldOutputs: toMap(c.state), NewInputs: toMap(c.inputs), IgnoreChanges: c.ignore})
			var want []resource.PropertyKey
			if c.replaces != "" {
				want = []resource.PropertyKey{resource.PropertyKey(c.replaces)}
			}
			if diff.Changes != c.want || !slices.Equal(diff.ReplaceKeys, want) || diff.DeleteBeforeReplace {
				t.Errorf("got %+v, want %v, replaced for %v, created first", diff, c.want, want)
			}
		})
	}
}

// TestTerraformRead checks that an import leaves out defaults and zero values, and that a
// refresh keeps the set of inputs.
func TestTerraformRead(t *testing.T) {
	t.Parallel()
	kind := directory.New(nil, "tenant").Kinds()[directory.Application]
	answer := property.From(properties{"displayName": "x", "signInAudience": "AzureADMyOrg", "notes": "y", "owners": []any{}, "clientId": "c",
		"web": properties{"redirectUris": []any{"a", "b"}, "implicitGrant": properties{"idTokenIssuanceEnabled": false}},
	})
	for name, c := range map[string]struct {
		request plugin.ReadRequest
		want    properties
	}{
		"import":  {plugin.ReadRequest{}, properties{"displayName": "x", "notes": "y", "web": properties{"redirectUris": []any{"a", "b"}}}},
		"refresh": {plugin.ReadRequest{State: toMap(properties{"a": "b"}), Inputs: toMap(properties{"displayName": "old", "description": "gone", "web": properties{"redirectUris": []any{"c"}}})}, properties{"displayName": "x", "web": properties{"redirectUris": []any{"a"}}}},
	} {
		if got := (bridge{}).inputs(kind, c.request, answer); !resource.PropertyMap(got).DeepEquals(toMap(c.want)) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// TestMissingAndExisting checks that azuread fails to delete missing resources, and that
// azure-native reads before it creates.
func TestMissingAndExisting(t *testing.T) {
	t.Parallel()
	s := store.New()
	entra, groups := directory.New(&s.Objects, "tenant"), arm.New(&s.Objects, "subscription")
	s.Register(entra.Kinds())
	s.Register(groups.Kinds())
	for token, c := range map[string]struct {
		behavior behavior
		want     string
	}{
		arm.ResourceGroup:             {native{}, ""},
		directory.Application:         {bridge{}, `Retrieving Application with object ID "x": Application was not found`},
		directory.ServicePrincipal:    {bridge{}, `Retrieving service principal with object ID "x": Service Principal was not found`},
		directory.FederatedCredential: {bridge{}, `Removing federated identity credential "x"`},
		directory.DelegatedGrant:      {bridge{}, `Deleting delegated permission grant with ID "x", got status 404`},
		directory.AppRoleAssignment:   {bridge{}, `Deleting app role assignment with ID "x", got status 404`},
		directory.SecurityGroup:       {bridge{}, `Retrieving group with object ID "x": Group was not found`},
	} {
		p := &provider{behavior: c.behavior, store: s, canceled: make(chan struct{})}
		_, err := p.Delete(t.Context(), plugin.DeleteRequest{Type: tokens.Type(token), ID: "/applications/x"})
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v", token, err)
		}
	}
	p := &provider{behavior: native{}, store: s, canceled: make(chan struct{})}
	create := func(name string) error {
		_, err := p.Create(t.Context(), plugin.CreateRequest{Type: arm.ResourceGroup, Properties: toMap(properties{"resourceGroupName": name, "location": "westeurope"})})
		return err
	}
	if err := create("prod"); err != nil {
		t.Error(err)
	}
	if err := create("PROD"); err == nil || err.Error() != "cannot create already existing resource '/subscriptions/subscription/resourceGroups/PROD'" {
		t.Error(err)
	}
}

// TestValidators checks the schema validation that runs before any request.
func TestValidators(t *testing.T) {
	t.Parallel()
	s := store.New()
	s.Register(directory.New(&s.Objects, "tenant").Kinds())
	p := &provider{behavior: bridge{}, store: s}
	const id = "00000000-0000-0000-0000-000000000000"
	web := func(uri string) properties {
		return properties{"displayName": "x", "web": properties{"redirectUris": []any{uri}}}
	}
	app := func(key string, value any) properties { return properties{"displayName": "x", key: value} }
	public := func(uri string) properties { return app("publicClient", properties{"redirectUris": []any{uri}}) }
	role := func(key string, value any) properties {
		role := properties{"id": id, "value": "deploy", "displayName": "x", "description": "x", "allowedMemberTypes": []any{"Application"}}
		role[key] = value
		return app("appRoles", []any{role})
	}
	permission := func(id, kind string) properties {
		return app("requiredResourceAccesses", []any{properties{"resourceAppId": "a", "resourceAccesses": []any{properties{"id": id, "type": kind}}}})
	}
	uris := []any{}
	for i := range 257 {
		uris = append(uris, fmt.Sprintf("https://argocd.example.com/%d", i))
	}
	credential := func(name string) properties {
		return properties{"applicationId": "/applications/" + id, "displayName": name, "audiences": []any{"a"}, "issuer": "i", "subject": "s"}
	}
	of := func(in properties, key string, value any) properties { in[key] = value; return in }
	for name, c := range map[string]struct {
		token  string
		inputs properties
		want   string
	}{
		"a redirect URI":            {directory.Application, web("https://argocd.example.com/auth/callback"), ""},
		"a custom scheme":           {directory.Application, web("argocd://x/callback"), "one of: http, https, ms-appx-web"},
		"no path":                   {directory.Application, web("https://argocd.example.com"), "trailing slash"},
		"no host":                   {directory.Application, web("https:///callback"), "host"},
		"a long URI":                {directory.Application, web("https://argocd.example.com/" + strings.Repeat("x", 256)), "256 characters"},
		"a urn on the web":          {directory.Application, web("urn:ietf:wg:oauth:2.0:oob"), ""},
		"a public client's scheme":  {directory.Application, public("argocd://x/callback"), ""},
		"a public URI without path": {directory.Application, public("http://localhost"), ""},
		"a public urn":              {directory.Application, public("urn:ietf:wg:oauth:2.0:oob"), ""},
		"a public URI without host": {directory.Application, public("argocd:callback"), "no host"},
		"257 redirect URIs":         {directory.Application, app("web", properties{"redirectUris": uris}), "256"},
		"a page's scheme":           {directory.Application, app("singlePageApplication", properties{"redirectUris": []any{"argocd://x/"}}), "one of: http"},
		"a logout URL":              {directory.Application, app("web", properties{"logoutUrl": "argocd://x/"}), "one of: http, https"},
		"an app role":               {directory.Application, role("value", "deploy"), ""},
		"a role's ID":               {directory.Application, role("id", "deploy"), "valid UUID"},
		"a role's members":          {directory.Application, role("allowedMemberTypes", []any{"Group"}), "one of"},
		"a role without members":    {directory.Application, role("allowedMemberTypes", []any{}), "1 item minimum"},
		"a role's description":      {directory.Application, role("description", ""), "empty string"},
		"a role's value":            {directory.Application, role("value", "to deploy"), "alphanumeric"},
		"a role's first character":  {directory.Application, role("value", ".deploy"), "period"},
		"an owner":                  {directory.Application, app("owners", []any{"alice"}), "valid UUID"},
		"an account type":           {directory.Application, app("signInAudience", "Contoso"), "one of"},
		"a group claim":             {directory.Application, app("groupMembershipClaims", []any{"groups"}), "one of"},
		"a claim's source":          {directory.Application, app("optionalClaims", properties{"idTokens": []any{properties{"name": "groups", "source": "group"}}}), "one of"},
		"a claim's property":        {directory.Application, app("optionalClaims", properties{"idTokens": []any{properties{"name": "groups", "additionalProperties": []any{"name"}}}}), "one of"},
		"a token version":           {directory.Application, app("api", properties{"requestedAccessTokenVersion": 3}), "1, 2"},
		"a permission":              {directory.Application, permission(id, "Scope"), ""},
		"a permission's ID":         {directory.Application, permission("openid", "Scope"), "valid UUID"},
		"a permission's type":       {directory.Application, permission(id, "User"), "one of"},
		"two audiences":             {directory.FederatedCredential, of(credential("x"), "audiences", []any{"a", "b"}), "at most 1"},
		"a malformed application":   {directory.FederatedCredential, of(credential("x"), "applicationId", id), "/applications/"},
		"an empty name":             {directory.Application, properties{"displayName": ""}, "empty string"},
		"a credential's name":       {directory.FederatedCredential, credential(strings.Repeat("x", 120)), ""},
		"a credential's long name":  {directory.FederatedCredential, credential(strings.Repeat("x", 121)), "range (1 - 120)"},
		"a client ID":               {directory.ServicePrincipal, properties{"clientId": id}, ""},
		"a name for a client ID":    {directory.ServicePrincipal, properties{"clientId": "argocd"}, "valid UUID"},
		"a group's name for its ID": {directory.AppRoleAssignment, properties{"appRoleId": id, "resourceObjectId": id, "principalObjectId": "Developers"}, "valid UUID"},
		"a security group":          {directory.SecurityGroup, properties{"displayName": "x", "securityEnabled": true}, ""},
		"a group of no kind":        {directory.SecurityGroup, properties{"displayName": "x"}, "must be specified"},
	} {
		response, err := p.Check(t.Context(), plugin.CheckRequest{Type: tokens.Type(c.token), News: toMap(c.inputs)})
		if err != nil {
			t.Fatal(err)
		}
		if (len(response.Failures) == 0) != (c.want == "") || c.want != "" && !strings.Contains(response.Failures[0].Reason, c.want) {
			t.Errorf("%s: %v, want %q", name, response.Failures, c.want)
		}
	}
}
