package aks

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// TestRead checks that getManagedCluster ignores the case of names and lists added pools.
func TestRead(t *testing.T) {
	t.Parallel()
	objects := &store.New().Objects
	groups := arm.New(objects, "subscription")
	clusters := New(objects, groups, directory.New(objects, "tenant"))
	objects.Register(groups.Kinds())
	objects.Register(clusters.Kinds())
	create := func(token string, inputs map[string]any) string {
		o, err := objects.Create(token, property.From(inputs), func(string) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return o.ID
	}
	create(arm.ResourceGroup, map[string]any{"resourceGroupName": "prod", "location": "westeurope"})
	id := create(Cluster, map[string]any{
		"resourceGroupName": "prod", "resourceName": "prod", "dnsPrefix": "prod", "location": "westeurope", "identity": map[string]any{"type": "SystemAssigned"},
		"agentPoolProfiles": []any{map[string]any{"name": "default", "mode": "System", "count": 1}},
	})
	create(AgentPool, map[string]any{"resourceGroupName": "prod", "resourceName": "prod", "agentPoolName": "user", "count": 1})
	read, err := clusters.read(property.From(map[string]any{"resourceGroupName": "PROD", "resourceName": "prod"}))
	found := property.Map(read)
	if err != nil || len(found.Maps("agentPoolProfiles")) != 2 || found.Text("id") != id {
		t.Errorf("read %v, %v", found, err)
	}
}
