// Package configurations tests which configurations the program accepts. Helm's parser, Argo CD's
// chart and Argo CD's packages must read an accepted one exactly as configured.
package configurations

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/OWNER/argocd-on-aks/infra/stack"
)

const (
	tenantID = "33333333-3333-3333-3333-333333333333"
	clientID = "44444444-4444-4444-4444-444444444444"
)

// groups of the tenant, by display name.
var groups = map[string]string{
	"Admins": "11111111-1111-1111-1111-111111111111", "Developers": "22222222-2222-2222-2222-222222222222",
	"Release Managers": "77777777-7777-7777-7777-77777777abcd", `Smith, "Al" & Co`: "99999999-9999-9999-9999-999999999999",
	"ops": "88888888-8888-8888-8888-888888888888",
}

// deployed is the deployment of a configuration.
type deployed struct {
	settings, protected map[string]string
	// assigned are the groups and pipelines that can sign in.
	assigned []string
	// bootstrap is the manifest of the first application.
	bootstrap string
}

// all returns the settings, including the protected ones.
func (d deployed) all() map[string]string {
	all := maps.Clone(d.settings)
	maps.Copy(all, d.protected)
	return all
}

// deploy runs the program with mocks of the engine. The keys of config have no project prefix. The
// keys in secret are secrets.
func deploy(config map[string]string, secret ...string) (deployed, error) {
	m := &monitor{}
	full := map[string]string{}
	for key, value := range config {
		full["argocd-on-aks:"+key] = value
	}
	err := pulumi.RunErr(m.deploy, pulumi.WithMocks("argocd-on-aks", "dev", m), func(info *pulumi.RunInfo) {
		info.Config = full
		for _, key := range secret {
			info.ConfigSecretKeys = append(info.ConfigSecretKeys, "argocd-on-aks:"+key)
		}
	})
	if err != nil && m.registered > 0 {
		err = fmt.Errorf("after %d resources were registered: %w", m.registered, err)
	}
	return m.sent, err
}

// monitor mocks the engine and records the inputs of the extension.
type monitor struct {
	mu         sync.Mutex
	sent       deployed
	registered int
}

// deploy runs the program and records its outputs.
func (m *monitor) deploy(ctx *pulumi.Context) error {
	if err := stack.Deploy(ctx); err != nil {
		return err
	}
	manifest, there := ctx.GetCurrentExportMap()["bootstrapManifest"].(pulumi.StringOutput)
	if !there {
		return nil
	}
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), manifest)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent.bootstrap, _ = result.Value.(string)
	return err
}

// NewResource implements pulumi.MockResourceMonitor.
func (m *monitor) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.registered++
	switch {
	case strings.HasSuffix(args.TypeToken, ":Extension"):
		m.sent.settings, m.sent.protected = texts(args.Inputs["configurationSettings"]), texts(args.Inputs["configurationProtectedSettings"])
	case strings.HasSuffix(args.TypeToken, ":AppRoleAssignment"):
		m.sent.assigned = append(m.sent.assigned, args.Inputs["principalObjectId"].StringValue())
	}
	outputs := args.Inputs.Copy()
	outputs["clientId"] = resource.NewStringProperty(clientID)
	outputs["oidcIssuerProfile"] = resource.NewPropertyValue(map[string]any{"issuerURL": "https://issuer.example/"})
	return args.Name, outputs, nil
}

func texts(value resource.PropertyValue) map[string]string {
	all := map[string]string{}
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	if value.IsObject() {
		for key, setting := range value.ObjectValue() {
			all[string(key)] = setting.StringValue()
		}
	}
	return all
}

// Call implements pulumi.MockResourceMonitor.
func (m *monitor) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	var answer map[string]any
	switch args.Token {
	case "azuread:index/getClientConfig:getClientConfig":
		answer = map[string]any{"tenantId": tenantID, "objectId": "55555555-5555-5555-5555-555555555555"}
	case "azure-native:authorization:getClientConfig":
		answer = map[string]any{"tenantId": tenantID, "subscriptionId": tenantID}
	case "azuread:index/getServicePrincipal:getServicePrincipal":
		answer = map[string]any{"objectId": "graph", "clientId": "graph", "oauth2PermissionScopeIds": map[string]any{
			"openid": "1", "profile": "2", "email": "3", "User.Read": "4",
		}}
	case "azuread:index/getGroup:getGroup":
		id := groups[text(args.Args["displayName"])]
		if given := text(args.Args["objectId"]); given != "" {
			id = strings.ToLower(given)
		}
		if id == "" {
			return nil, errors.New("no group found")
		}
		answer = map[string]any{"objectId": id, "displayName": "a group", "securityEnabled": true}
	default:
		answer = aks(args.Token, text(args.Args["resourceGroupName"]), text(args.Args["resourceName"]))
	}
	if answer == nil {
		return nil, fmt.Errorf("ResourceNotFound: %s", args.Token)
	}
	return resource.NewPropertyMapFromMap(answer), nil
}

func text(value resource.PropertyValue) string {
	if value.IsString() {
		return value.StringValue()
	}
	return ""
}
