package entra

import (
	"fmt"
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestSharedApp: many clusters can share an application, up to Entra's limit; the registry
// has a second one.
func TestSharedApp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instances int
		registry  string
		clusters  []azure.ClusterID
		want      string
	}{
		"20":                    {20, "", nil, ""},
		"21":                    {21, "", nil, "argument Instances needs 21 federated credentials; an application has at most 20"},
		"20 with a registry":    {20, mocks.RegistryID, nil, ""},
		"21 with a registry":    {21, mocks.RegistryID, nil, "argument Instances needs 21 federated credentials"},
		"11 with a spoke":       {11, "", []azure.ClusterID{mocks.SpokeID}, "argument Instances needs 22 federated credentials"},
		"with a registry's URL": {1, "shopcharts.azurecr.io", nil, `argument ContainerRegistry "shopcharts.azurecr.io" is not a valid container registry ID`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := func(ctx *pulumi.Context) error {
				args := &EntraAppArgs{DisplayName: "argocd", GroupObjectIDs: []string{mocks.AdminsID}, ContainerRegistry: pulumi.String(c.registry), Clusters: c.clusters}
				for i := range c.instances {
					args.Instances = append(args.Instances, ArgoInstance{
						Name: fmt.Sprintf("cluster-%d", i), Domain: chart.Domain(fmt.Sprintf("argocd-%d.example.com", i)), Issuer: pulumi.String(mocks.IssuerURL + fmt.Sprint(i)),
					})
				}
				_, err := NewEntraApp(ctx, "entra", args)
				return err
			}
			recorded := &mocks.Recorder{}
			if c.want != "" {
				_ = recorded.Refused(t, nil, program, c.want)
				return
			}
			recorded.Accepted(t, nil, program)
			trusts := map[string]int{}
			for _, credential := range recorded.All(mocks.Credential) {
				trusts[credential.Inputs["applicationId"].StringValue()+credential.Inputs["issuer"].StringValue()]++
			}
			if want := maxCredentials * len(recorded.All(mocks.Application)); len(trusts) != want {
				t.Errorf("%d applications trust an issuer, want %d: %v", len(trusts), want, maps.Keys(trusts))
			}
			if uris := recorded.Named(t, "entra-application").Inputs["web"].ObjectValue()["redirectUris"].ArrayValue(); len(uris) != c.instances {
				t.Errorf("%d redirect URIs of %d instances", len(uris), c.instances)
			}
		})
	}
}
