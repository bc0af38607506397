package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// RunOnCluster runs a document's code block with an az command that runs `kubectl apply -f`
// on the cluster argocd-dev of a resource group. It returns the output, which ends with the
// files in kubectl's folder, and the applied file.
func RunOnCluster(t *testing.T, stack *engine.Stack, script, group string) (printed, applied string) {
	t.Helper()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "applied.yaml")
	az, err := azcli.Install(dir, group, "argocd-dev")
	NoError(t, err)
	kubectl := fmt.Sprintf("#!/bin/sh\n[ \"$1 $2\" = 'apply -f' ] && ls && cp \"$3\" '%s'\n", file)
	NoError(t, os.WriteFile(filepath.Join(dir, "kubectl"), []byte(kubectl), 0o755))
	shell := exec.CommandContext(t.Context(), "sh", "-euc", script)
	shell.Dir, shell.Env = stack.Dir, slices.Concat(os.Environ(), az, stack.Environ())
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	manifest, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return string(output), string(manifest)
}

// SameObjects checks that an Azure has the same objects as before.
func SameObjects(t *testing.T, azure *azuresim.Azure, before []string, what string, args ...any) {
	t.Helper()
	if after := azure.IDs(); !slices.Equal(before, after) {
		t.Errorf("%s: %v before, %v after", fmt.Sprintf(what, args...), before, after)
	}
}

// Break changes the one object of a type by hand.
func Break(t *testing.T, azure *azuresim.Azure, object string, change func(resource.PropertyMap)) (restore func()) {
	t.Helper()
	var before resource.PropertyMap
	err := azure.Change(object, func(inputs resource.PropertyMap) {
		before = inputs.Copy()
		change(inputs)
	})
	NoError(t, err)
	return func() {
		err := azure.Change(object, func(inputs resource.PropertyMap) {
			clear(inputs)
			for key, value := range before {
				inputs[key] = value
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// List returns a list of strings.
func List(values ...string) resource.PropertyValue {
	var all []resource.PropertyValue
	for _, value := range values {
		all = append(all, resource.NewStringProperty(value))
	}
	return resource.NewArrayProperty(all)
}

// Remove returns a change that removes a property.
func Remove(key resource.PropertyKey) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { delete(in, key) }
}

// SetList returns a change that sets a list in an object, which has no other properties.
func SetList(key, below resource.PropertyKey, values ...string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		in[key] = resource.NewObjectProperty(resource.PropertyMap{below: List(values...)})
	}
}

// Edit returns a change that edits a string.
func Edit(key resource.PropertyKey, change func(string) string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		in[key] = resource.NewStringProperty(change(in[key].StringValue()))
	}
}

// Setting returns a change that sets a setting of the extension.
func Setting(key resource.PropertyKey, value string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { withSetting(in, key, value) }
}

// EditSetting returns a change that replaces text in a setting of the extension.
func EditSetting(key resource.PropertyKey, old, replacement string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		before := in["configurationSettings"].ObjectValue()[key].StringValue()
		withSetting(in, key, strings.ReplaceAll(before, old, replacement))
	}
}

func withSetting(in resource.PropertyMap, key resource.PropertyKey, value string) {
	settings := in["configurationSettings"].ObjectValue().Copy()
	settings[key] = resource.NewStringProperty(value)
	in["configurationSettings"] = resource.NewObjectProperty(settings)
}

// AddSpoke creates another team's cluster in the subscription and returns its ID.
func AddSpoke(t *testing.T, azure *azuresim.Azure, name string, private bool) string {
	t.Helper()
	New(t, azure, azuresim.ResourceGroup, map[string]any{"resourceGroupName": name, "location": "westeurope"})
	id, _ := New(t, azure, azuresim.Cluster, map[string]any{
		"resourceName": name, "resourceGroupName": name, "location": "westeurope", "dnsPrefix": name,
		"identity": map[string]any{"type": "SystemAssigned"}, "oidcIssuerProfile": map[string]any{"enabled": true},
		"securityProfile":        map[string]any{"workloadIdentity": map[string]any{"enabled": true}},
		"aadProfile":             map[string]any{"managed": true, "enableAzureRBAC": true},
		"apiServerAccessProfile": map[string]any{"enablePrivateCluster": private},
		"agentPoolProfiles":      []any{map[string]any{"name": "default", "count": 1, "mode": "System"}},
	})
	return id
}

// SpokeID returns the ID of the cluster that AddSpoke creates.
func SpokeID(azure *azuresim.Azure, name string) string {
	return "/subscriptions/" + azure.SubscriptionID + "/resourcegroups/" + name + "/providers/Microsoft.ContainerService/managedClusters/" + name
}

// Text returns a change that sets a string.
func Text(key resource.PropertyKey, value string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { in[key] = resource.NewStringProperty(value) }
}

// Pod returns a pod of the one Argo CD.
func Pod(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, serviceAccount string) argocd.Pod {
	t.Helper()
	return argocd.Pod{Azure: azure, Internet: internet, Extension: Installed(t, azure), Dir: t.TempDir(), ServiceAccount: serviceAccount}
}

// Pull pulls from a registry as repo-server does for a chart.
func Pull(ctx context.Context, repoServer argocd.Pod, registry string) error {
	token, err := repoServer.RegistryToken(ctx)
	if err != nil {
		return err
	}
	return repoServer.Azure.Pull(token, registry)
}

// New creates an object by hand.
func New(t *testing.T, azure *azuresim.Azure, token string, inputs map[string]any) (id string, answer resource.PropertyMap) {
	t.Helper()
	id, answer, err := azure.Create(token, inputs)
	NoError(t, err)
	return id, answer
}

// Create creates an object by hand and returns a function that deletes it.
func Create(t *testing.T, azure *azuresim.Azure, token string, inputs map[string]any) (undo func()) {
	t.Helper()
	id, _ := New(t, azure, token, inputs)
	return func() { azure.Delete(id) }
}

// Assign assigns a principal to the one application by hand.
func Assign(t *testing.T, azure *azuresim.Azure, principal string) (undo func()) {
	t.Helper()
	return Create(t, azure, azuresim.AppRoleAssignment, map[string]any{
		"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": principal, "resourceObjectId": Only(t, azure, azuresim.ServicePrincipal),
	})
}

// Only returns the ID of the one object of a type.
func Only(t *testing.T, azure *azuresim.Azure, token string) (id string) {
	t.Helper()
	all := azure.Inputs(token)
	if len(all) != 1 {
		t.Fatalf("%d objects of type %s", len(all), token)
	}
	for id = range all {
	}
	return id
}
