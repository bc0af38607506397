package azuresim_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestOverlaps checks that each operation on a cluster must wait for the others, directly
// or indirectly, and that other clusters and resources do not matter.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	const (
		cluster   = "/subscriptions/s/resourcegroups/prod/providers/Microsoft.ContainerService/managedClusters/argocd"
		component = resource.URN("urn:pulumi:prod::p::c:d:Argo::argo")
	)
	urn := func(name string) resource.URN { return resource.URN("urn:pulumi:prod::p::t::" + name) }
	of := func(name, token, id string, dependencies ...resource.URN) apitype.ResourceV3 {
		return apitype.ResourceV3{URN: urn(name), Custom: true, ID: resource.ID(id), Type: tokens.Type(token), Dependencies: dependencies}
	}
	aks := of("aks", azuresim.Cluster, cluster)
	pool := of("pool", azuresim.AgentPool, cluster+"/agentPools/user", aks.URN)
	argo := of("argo", azuresim.ArgoExtension, strings.ToUpper(cluster)+"/providers/Microsoft.KubernetesConfiguration/extensions/argocd", aks.URN)
	window := of("window", azuresim.Maintenance, cluster+"/maintenanceConfigurations/default", pool.URN)
	deletedWith, inComponent, read, after := argo, argo, pool, argo
	deletedWith.Dependencies, deletedWith.DeletedWith = []resource.URN{window.URN}, aks.URN
	inComponent.Dependencies, inComponent.Parent = nil, component
	read.External = true
	after.Dependencies = []resource.URN{component}
	inside := pool
	inside.Parent = component
	for name, c := range map[string]struct {
		state []apitype.ResourceV3
		pairs []string
	}{
		"a chain":                  {[]apitype.ResourceV3{aks, pool, window, deletedWith}, nil},
		"side by side":             {[]apitype.ResourceV3{aks, pool, argo}, []string{"argo does not wait for pool"}},
		"three":                    {[]apitype.ResourceV3{aks, pool, window, argo}, []string{"argo does not wait for pool", "argo does not wait for window"}},
		"component waits":          {[]apitype.ResourceV3{aks, pool, {URN: component, Dependencies: []resource.URN{pool.URN}}, inComponent}, nil},
		"component does not wait":  {[]apitype.ResourceV3{aks, pool, {URN: component, Dependencies: []resource.URN{aks.URN}}, inComponent}, []string{"argo does not wait for pool"}},
		"waits for a component":    {[]apitype.ResourceV3{aks, {URN: component}, inside, after}, nil},
		"a pool lookup":            {[]apitype.ResourceV3{aks, read, argo}, nil},
		"another cluster":          {[]apitype.ResourceV3{aks, of("spoke", azuresim.Cluster, cluster+"2"), pool}, nil},
		"resources of other kinds": {[]apitype.ResourceV3{of("a", azuresim.Application, "/applications/1"), of("b", azuresim.Application, "/applications/1")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, err := json.Marshal(apitype.DeploymentV3{Resources: c.state})
			if err != nil {
				t.Fatal(err)
			}
			err = azuresim.New().Overlaps(state)
			if (err != nil) != (len(c.pairs) > 0) {
				t.Fatal(err)
			}
			for _, pair := range c.pairs {
				if !strings.Contains(err.Error(), pair+`: Status=409 Code="OperationNotAllowed"`) {
					t.Errorf("%v, want %s", err, pair)
				}
			}
			if err != nil && strings.Count(err.Error(), "OperationNotAllowed") != len(c.pairs) {
				t.Errorf("%v, want %q", err, c.pairs)
			}
		})
	}
}
