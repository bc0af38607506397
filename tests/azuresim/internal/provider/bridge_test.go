package provider

import (
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
	credential := func(name string) properties {
		return properties{"applicationId": "a", "displayName": name, "audiences": []any{"a"}, "issuer": "i", "subject": "s"}
	}
	for name, c := range map[string]struct {
		token  string
		inputs properties
		want   string
	}{
		"a redirect URI":            {directory.Application, web("https://argocd.example.com/auth/callback"), ""},
		"a custom scheme":           {directory.Application, web("argocd://x/callback"), "scheme of: http, https, ms-appx-web"},
		"no path":                   {directory.Application, web("https://argocd.example.com"), "trailing slash"},
		"no host":                   {directory.Application, web("https:///callback"), "host"},
		"a long URI":                {directory.Application, web("https://argocd.example.com/" + strings.Repeat("x", 256)), "256 characters"},
		"a public client's scheme":  {directory.Application, properties{"displayName": "x", "publicClient": properties{"redirectUris": []any{"argocd://x/callback"}}}, ""},
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
