package infra

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"
)

const (
	adminsID     = "11111111-1111-1111-1111-111111111111"
	developersID = "22222222-2222-2222-2222-222222222222"
	releasersID  = "77777777-7777-7777-7777-777777777777"
	mailingID    = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
	tenantID     = "33333333-3333-3333-3333-333333333333"
	clientID     = "44444444-4444-4444-4444-444444444444"
	deployerID   = "55555555-5555-5555-5555-555555555555"
	auditorsID   = "99999999-9999-9999-9999-999999999999"
	graphID      = "66666666-6666-6666-6666-666666666666"
	issuerURL    = "https://westus3.oic.prod-aks.azure.com/tenant/cluster/"
)

// registration is what reached the engine for one resource.
type registration struct {
	token, name, version, parent, deletedWith string
	custom, protect, deleteBeforeReplace      bool
	dependsOn                                 []string
	ignoreChanges, replaceOnChanges           []string
	inputs                                    resource.PropertyMap
}

// recorder is a Pulumi mock that keeps every registration and invoke.
type recorder struct {
	// existing is what Azure knows of an existing cluster; nil when there is none.
	existing map[string]any

	mu            sync.Mutex
	registrations []registration
	invokes       []string
}

func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	rpc := args.RegisterRPC
	r.mu.Lock()
	defer r.mu.Unlock()
	r.registrations = append(r.registrations, registration{
		token: args.TypeToken, name: args.Name, version: rpc.GetVersion(),
		parent: lastOf(rpc.GetParent()), deletedWith: lastOf(rpc.GetDeletedWith()),
		custom: args.Custom, protect: rpc.GetProtect(), deleteBeforeReplace: rpc.GetDeleteBeforeReplace(),
		dependsOn: rpc.GetDependencies(), inputs: args.Inputs.Copy(),
		ignoreChanges: rpc.GetIgnoreChanges(), replaceOnChanges: rpc.GetReplaceOnChanges(),
	})
	outputs := args.Inputs.Copy()
	computed := map[string]map[string]any{
		"azure-native:resources:ResourceGroup":                   {"name": "group-name"},
		"azure-native:containerservice/v20250101:ManagedCluster": {"name": "cluster-name", "oidcIssuerProfile": map[string]any{"enabled": true, "issuerURL": issuerURL}},
		"azure-native:kubernetesconfiguration:Extension":         {"currentVersion": "1.0.3"},
		"azuread:index/application:Application":                  {"clientId": clientID, "objectId": "application-object"},
		"azuread:index/servicePrincipal:ServicePrincipal":        {"objectId": "principal-object"},
	}[args.TypeToken]
	for key, value := range resource.NewPropertyMapFromMap(computed) {
		outputs[key] = value
	}
	return args.Name + "-id", outputs, nil
}

func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mu.Lock()
	r.invokes = append(r.invokes, args.Token)
	r.mu.Unlock()
	switch args.Token {
	case "azuread:index/getClientConfig:getClientConfig":
		return resource.NewPropertyMapFromMap(map[string]any{"tenantId": tenantID, "objectId": deployerID}), nil
	case "azuread:index/getApplicationPublishedAppIds:getApplicationPublishedAppIds":
		return resource.NewPropertyMapFromMap(map[string]any{"result": map[string]any{"MicrosoftGraph": graphID}}), nil
	case "azuread:index/getServicePrincipal:getServicePrincipal":
		if id := args.Args["clientId"].StringValue(); id != graphID {
			return nil, fmt.Errorf("service principal of %s", id)
		}
		return resource.NewPropertyMapFromMap(map[string]any{"objectId": "graph-object", "clientId": graphID, "oauth2PermissionScopeIds": map[string]any{
			"openid": "scope-1", "profile": "scope-2", "email": "scope-3", "User.Read": "scope-4", "Group.Read.All": "scope-5",
		}}), nil
	case "azuread:index/getGroup:getGroup":
		name := args.Args["displayName"]
		if objectID := args.Args["objectId"]; objectID.IsString() {
			return resource.NewPropertyMapFromMap(map[string]any{"objectId": objectID.StringValue(), "securityEnabled": true}), nil
		}
		id, found := map[string]string{"Argo CD Admins": adminsID, "Developers": developersID, "Release Managers": releasersID, "Auditors": auditorsID, "Mailing List": mailingID}[name.StringValue()]
		if !found {
			return nil, errors.New("no group found")
		}
		return resource.NewPropertyMapFromMap(map[string]any{"objectId": id, "securityEnabled": id != mailingID}), nil
	case "azure-native:containerservice/v20250101:getManagedCluster":
		if r.existing == nil {
			return nil, fmt.Errorf("cluster %s in %s was not found", args.Args["resourceName"].StringValue(), args.Args["resourceGroupName"].StringValue())
		}
		return resource.NewPropertyMapFromMap(r.existing), nil
	}
	return nil, fmt.Errorf("unexpected invoke %s", args.Token)
}

// one returns the only registration of a type.
func (r *recorder) one(t *testing.T, token string) registration {
	t.Helper()
	found := r.all(token)
	if len(found) != 1 {
		t.Fatalf("%d registrations of %s, want one", len(found), token)
	}
	return found[0]
}

// named returns the registration with a logical name.
func (r *recorder) named(t *testing.T, name string) registration {
	t.Helper()
	for _, registered := range r.registrations {
		if registered.name == name {
			return registered
		}
	}
	t.Fatalf("nothing is registered as %s", name)
	return registration{}
}

func (r *recorder) all(token string) (found []registration) {
	for _, registered := range r.registrations {
		if registered.token == token {
			found = append(found, registered)
		}
	}
	return found
}

// settings are the extension's configurationSettings.
func (r *recorder) settings(t *testing.T) map[string]string {
	t.Helper()
	settings := map[string]string{}
	for key, value := range r.one(t, "azure-native:kubernetesconfiguration:Extension").inputs["configurationSettings"].ObjectValue() {
		settings[string(key)] = value.StringValue()
	}
	return settings
}

func lastOf(urn string) string { return urn[strings.LastIndex(urn, ":")+1:] }

// walkthrough is the configuration of the guide, with changes.
func walkthrough(changes map[string]string) map[string]string {
	config := map[string]string{
		"argocd-on-aks:region": "westus3", "argocd-on-aks:group": "Argo CD Admins", "argocd-on-aks:domain": "localhost:9000",
	}
	for key, value := range changes {
		if !strings.Contains(key, ":") {
			key = "argocd-on-aks:" + key
		}
		config[key] = value
	}
	return config
}

func run(config map[string]string, program pulumi.RunFunc) (*recorder, error) {
	mocks := &recorder{}
	return mocks, mocks.run(config, program)
}

func (r *recorder) run(config map[string]string, program pulumi.RunFunc) error {
	return pulumi.RunErr(program, pulumi.WithMocks("argocd-on-aks", "dev", r), func(info *pulumi.RunInfo) { info.Config = config })
}

func deploy(t *testing.T, changes map[string]string) *recorder {
	t.Helper()
	mocks, err := run(walkthrough(changes), Deploy)
	if err != nil {
		t.Fatal(err)
	}
	return mocks
}

// refused runs a program that must fail with all of want in its error, before
// anything is registered.
func (r *recorder) refused(t *testing.T, config map[string]string, program pulumi.RunFunc, want ...string) error {
	t.Helper()
	err := r.run(config, program)
	if err == nil {
		t.Fatalf("accepted, want an error with %q", want)
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	for _, registered := range r.registrations {
		t.Errorf("registered %s", registered.token)
	}
	return err
}

// refused deploys the walkthrough with changes that are refused for one reason.
func refused(t *testing.T, changes map[string]string, want ...string) {
	t.Helper()
	err := (&recorder{}).refused(t, walkthrough(changes), Deploy, want...)
	if strings.Count(err.Error(), "argocd-on-aks:") > 1 {
		t.Errorf("more than one message: %v", err)
	}
}

// shippedProd is the configuration in Pulumi.prod.yaml, as the CLI hands it over.
func shippedProd(t *testing.T) map[string]string {
	t.Helper()
	content, err := os.ReadFile("../Pulumi.prod.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Config map[string]any }
	if err := yaml.Unmarshal(content, &parsed); err != nil {
		t.Fatal(err)
	}
	config := map[string]string{}
	for key, value := range parsed.Config {
		text, isText := value.(string)
		if !isText {
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		config[key] = text
	}
	return config
}

// has compares inputs in full.
func (r registration) has(t *testing.T, want map[string]any) {
	t.Helper()
	if diff := resource.NewPropertyMapFromMap(want).Diff(r.inputs); diff != nil {
		t.Errorf("%s: unexpected inputs: added %v, missing %v, changed %v", r.name, diff.Adds, diff.Deletes, diff.Updates)
	}
}

// hasSettings compares the settings that a configuration adds to those of the
// walkthrough on the same domain, in full.
func (r *recorder) hasSettings(t *testing.T, without map[string]string, want map[string]string) {
	t.Helper()
	got := r.settings(t)
	for key, value := range deploy(t, without).settings(t) {
		if got[key] == value {
			delete(got, key)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("settings: got %q, want %q", got, want)
	}
}
