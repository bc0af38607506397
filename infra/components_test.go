package infra

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TestComponentsRefuseBadArguments uses the components as a program of its own
// would: every problem is in one error, and nothing is registered.
func TestComponentsRefuseBadArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		program pulumi.RunFunc
		want    []string
	}{
		"cluster without arguments": {
			func(ctx *pulumi.Context) error { _, err := NewAksCluster(ctx, "aks", nil); return err },
			[]string{`aks cluster "aks": args are required`},
		},
		"cluster": {
			func(ctx *pulumi.Context) error {
				_, err := NewAksCluster(ctx, "aks", &AksClusterArgs{Name: "-", Location: "West US", ClusterSettings: ClusterSettings{NodePool: NodePool{NodeCount: -1}}})
				return err
			},
			[]string{`argument Name "-"`, `argument Location "West US"`, "argument nodeCount -1"},
		},
		"app": {
			func(ctx *pulumi.Context) error {
				_, err := NewEntraApp(ctx, "entra", &EntraAppArgs{
					Instances:      []ArgoInstance{{Name: "a", Domain: "https://x"}, {Name: "a", Domain: "x.example", Issuer: pulumi.String(issuerURL)}},
					GroupObjectIDs: []string{"Admins"},
				})
				return err
			},
			[]string{"argument DisplayName is required", `Instances[0].Domain "https://x"`, "Instances[0].Issuer is required", `Instances[1].Name "a" is empty or taken`, `GroupObjectIDs[0] "Admins"`},
		},
		"extension": {
			func(ctx *pulumi.Context) error {
				_, err := NewArgoExtension(ctx, "argocd", &ArgoExtensionArgs{
					Roles: []RoleMapping{{GroupObjectID: "Admins", Role: "deployer"}}, Cloud: "mars", DefaultRole: "guest", Policies: []string{"g, a, b"},
				})
				return err
			},
			[]string{"ClientID and TenantID are required", "argument Domain is empty", `argument Cloud "mars"`, "argument Policies[0]", `Roles[0].GroupObjectID "Admins"`, `Roles[0].Role "deployer"`, `argument DefaultRole "guest"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mocks, err := run(nil, c.program)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in: %v", want, err)
				}
			}
			for _, r := range mocks.registrations {
				if r.token != "pulumi:pulumi:Stack" {
					t.Errorf("registered %s", r.token)
				}
			}
		})
	}
}
