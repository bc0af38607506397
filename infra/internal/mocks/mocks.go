// Package mocks replaces the engine, a tenant and a subscription, and records the resources
// that a program registers.
package mocks

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The IDs of the tenant, the subscription and their objects.
const (
	AdminsID       = "11111111-1111-1111-1111-111111111111"
	DevelopersID   = "22222222-2222-2222-2222-222222222222"
	TenantID       = "33333333-3333-3333-3333-333333333333"
	ClientID       = "44444444-4444-4444-4444-444444444444"
	DeployerID     = "55555555-5555-5555-5555-555555555555"
	GraphID        = "00000003-0000-0000-c000-000000000000"
	ReleasersID    = "77777777-7777-7777-7777-777777777777"
	SubscriptionID = "88888888-8888-8888-8888-888888888888"
	AuditorsID     = "99999999-9999-9999-9999-999999999999"
	MailingID      = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
	OnCallID       = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
	LeadsID        = "cccccccc-cccc-cccc-cccc-cccccccccccc"
	EngineersID    = "dddddddd-dddd-dddd-dddd-dddddddddddd"
	// RegistryClientID is the client ID of the application that pulls from a registry.
	RegistryClientID = "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"

	IssuerURL  = "https://westus3.oic.prod-aks.azure.com/tenant/cluster/"
	RegistryID = "/subscriptions/" + SubscriptionID + "/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts"
	ClusterID  = "/subscriptions/" + SubscriptionID + "/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop"
)

// The types of the program's resources.
const (
	ResourceGroup  = "azure-native:resources:ResourceGroup"
	Cluster        = "azure-native:containerservice/v20250101:ManagedCluster"
	AgentPool      = "azure-native:containerservice/v20250101:AgentPool"
	Maintenance    = "azure-native:containerservice/v20250101:MaintenanceConfiguration"
	RoleAssignment = "azure-native:authorization:RoleAssignment"
	Extension      = "azure-native:kubernetesconfiguration:Extension"
	Application    = "azuread:index/application:Application"
	Principal      = "azuread:index/servicePrincipal:ServicePrincipal"
	Credential     = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"
	Grant          = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"
	Assignment     = "azuread:index/appRoleAssignment:AppRoleAssignment"
)

// GetCluster is the function that reads an existing cluster.
const GetCluster = "azure-native:containerservice/v20250101:getManagedCluster"

// GetClientConfig is the function that returns the account of azure-native.
const GetClientConfig = "azure-native:authorization:getClientConfig"

// Object is a JSON object.
type Object = map[string]any

// Registration is one resource as the engine receives it.
type Registration struct {
	Token, Name, Version, Parent, DeletedWith string
	Protect, DeleteBeforeReplace              bool
	DependsOn                                 []string
	IgnoreChanges, ReplaceOnChanges           []string
	Inputs                                    resource.PropertyMap
}

// Recorder is a Pulumi mock that keeps every registration and invoke.
type Recorder struct {
	// Existing is the cluster that the program looks up; nil if there is none.
	Existing Object
	// Spoke is the spoke cluster, and Kubeconfig its kubeconfig; nil if there is none.
	Spoke      Object
	Kubeconfig string
	// Account replaces what azure-native answers about its subscription and tenant.
	Account Object
	// LookupError is the error of each cluster lookup.
	LookupError string

	mu            sync.Mutex
	Registrations []Registration
	Invokes       []string
}

// computed are the outputs that Azure adds to a resource.
var computed = map[string]Object{
	ResourceGroup: {"name": "group-name"},
	Cluster:       {"name": "cluster-name", "oidcIssuerProfile": Object{"enabled": true, "issuerURL": IssuerURL}},
	Extension:     {"currentVersion": "1.0.3"},
	Application:   {"clientId": ClientID, "objectId": "application-object"},
	Principal:     {"objectId": "principal-object"},
}

// ofRegistry are the outputs of the application that pulls from a registry, whose resources
// are named <app>-registry-<part>.
var ofRegistry = map[string]Object{
	Application: {"clientId": RegistryClientID, "objectId": "registry-application-object"},
	Principal:   {"objectId": "registry-principal-object"},
}

// ofClusters are the outputs of the application that signs in to spoke clusters.
var ofClusters = map[string]Object{
	Application: {"clientId": ClustersClientID, "objectId": "clusters-application-object"},
	Principal:   {"objectId": "clusters-principal-object"},
}

// NewResource implements pulumi.MockResourceMonitor.
func (r *Recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	rpc := args.RegisterRPC
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Registrations = append(r.Registrations, Registration{
		Token: args.TypeToken, Name: args.Name, Version: rpc.GetVersion(),
		Parent: lastOf(rpc.GetParent()), DeletedWith: lastOf(rpc.GetDeletedWith()),
		Protect: rpc.GetProtect(), DeleteBeforeReplace: rpc.GetDeleteBeforeReplace(),
		DependsOn: rpc.GetDependencies(), Inputs: args.Inputs.Copy(),
		IgnoreChanges: rpc.GetIgnoreChanges(), ReplaceOnChanges: rpc.GetReplaceOnChanges(),
	})
	outputs, added := args.Inputs.Copy(), computed[args.TypeToken]
	if other, known := ofRegistry[args.TypeToken]; known && strings.Contains(args.Name, "-registry-") {
		added = other
	}
	if other, known := ofClusters[args.TypeToken]; known && strings.Contains(args.Name, "-clusters-") {
		added = other
	}
	for key, value := range resource.NewPropertyMapFromMap(added) {
		outputs[key] = value
	}
	return args.Name + "-id", outputs, nil
}

func lastOf(urn string) string { return urn[strings.LastIndex(urn, ":")+1:] }

// Call implements pulumi.MockResourceMonitor.
func (r *Recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mu.Lock()
	r.Invokes = append(r.Invokes, args.Token)
	r.mu.Unlock()
	found, err := r.answer(args)
	return resource.NewPropertyMapFromMap(found), err
}

func (r *Recorder) answer(args pulumi.MockCallArgs) (Object, error) {
	switch args.Token {
	case "azuread:index/getClientConfig:getClientConfig":
		return Object{"tenantId": TenantID, "objectId": DeployerID}, nil
	case GetClientConfig:
		return With(Object{"subscriptionId": SubscriptionID, "tenantId": TenantID}, r.Account), nil
	case "azuread:index/getServicePrincipal:getServicePrincipal":
		if id := args.Args["clientId"].StringValue(); id != GraphID {
			return nil, fmt.Errorf("service principal of %s", id)
		}
		return Object{"objectId": "graph-object", "clientId": GraphID, "oauth2PermissionScopeIds": Object{
			"openid": "scope-1", "profile": "scope-2", "email": "scope-3", "User.Read": "scope-4", "Group.Read.All": "scope-5",
		}}, nil
	case "azuread:index/getGroup:getGroup":
		return group(args.Args)
	case ListUserCredentials:
		return Object{"kubeconfigs": []any{Object{"name": "clusterUser", "value": base64.StdEncoding.EncodeToString([]byte(r.Kubeconfig))}}}, nil
	case GetCluster:
		if r.Spoke != nil && args.Args["resourceGroupName"].StringValue() == "spokes" {
			return r.Spoke, nil
		}
		if r.LookupError != "" {
			return nil, errors.New(r.LookupError)
		}
		if r.Existing == nil {
			return nil, fmt.Errorf("Code=\"ResourceNotFound\" Message=\"cluster %s in %s was not found\"", args.Args["resourceName"].StringValue(), args.Args["resourceGroupName"].StringValue())
		}
		return r.Existing, nil
	}
	return nil, fmt.Errorf("unexpected invoke %s", args.Token)
}

// Run runs a program with stack config in the CLI's form.
func (r *Recorder) Run(config map[string]string, program pulumi.RunFunc) error {
	return pulumi.RunErr(program, pulumi.WithMocks("argocd-on-aks", "dev", r), func(info *pulumi.RunInfo) { info.Config = config })
}

// Accepted runs a program that must succeed.
func (r *Recorder) Accepted(t *testing.T, config map[string]string, program pulumi.RunFunc) *Recorder {
	t.Helper()
	if err := r.Run(config, program); err != nil {
		t.Fatal(err)
	}
	return r
}

// Refused runs a program that must fail, with all of want in its error, before it registers
// a resource.
func (r *Recorder) Refused(t *testing.T, config map[string]string, program pulumi.RunFunc, want ...string) error {
	t.Helper()
	err := r.Run(config, program)
	if err == nil {
		t.Fatalf("accepted, want an error with %q", want)
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	for _, registered := range r.Registrations {
		t.Errorf("registered %s", registered.Token)
	}
	return err
}

// One returns the only registration of a type.
func (r *Recorder) One(t *testing.T, token string) Registration {
	t.Helper()
	found := r.All(token)
	if len(found) != 1 {
		t.Fatalf("%d registrations of %s, want one", len(found), token)
	}
	return found[0]
}

// Named returns the registration with a logical name.
func (r *Recorder) Named(t *testing.T, name string) Registration {
	t.Helper()
	for _, registered := range r.Registrations {
		if registered.Name == name {
			return registered
		}
	}
	t.Fatalf("nothing is registered as %s", name)
	return Registration{}
}

// All returns the registrations of a type.
func (r *Recorder) All(token string) (found []Registration) {
	for _, registered := range r.Registrations {
		if registered.Token == token {
			found = append(found, registered)
		}
	}
	return found
}

// Settings returns the extension's configurationSettings.
func (r *Recorder) Settings(t *testing.T) map[string]string {
	t.Helper()
	settings := map[string]string{}
	for key, value := range r.One(t, Extension).Inputs["configurationSettings"].ObjectValue() {
		settings[string(key)] = value.StringValue()
	}
	return settings
}

// Has checks that a registration has exactly these inputs.
func (r Registration) Has(t *testing.T, want Object) {
	t.Helper()
	if diff := resource.NewPropertyMapFromMap(want).Diff(r.Inputs); diff != nil {
		t.Errorf("%s: unexpected inputs: added %v, missing %v, changed %v", r.Name, diff.Adds, diff.Deletes, diff.Updates)
	}
}
