package infra_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestDefaults: the defaults in the arguments' tags, which SDKs in other languages send,
// register the same inputs as no value.
func TestDefaults(t *testing.T) {
	t.Parallel()
	registered := func(set func(any)) []mocks.Registration {
		cluster := &aks.AksClusterArgs{Name: "shop", Region: "westus3", ClusterSettings: aks.ClusterSettings{
			UserPool: &aks.UserPool{}, ClusterUpgrades: aks.ClusterUpgrades{Maintenance: &aks.MaintenanceWindow{Day: "Sunday", Start: "02:00", Hours: 4}},
		}}
		app := &entra.EntraAppArgs{
			DisplayName: "argocd", GroupObjectIDs: []string{mocks.AdminsID},
			Instances: []entra.ArgoInstance{{Name: "shop", Domain: "argocd.example.com", Issuer: pulumi.String(mocks.IssuerURL)}},
		}
		install := &argo.ArgoExtensionArgs{
			ResourceGroupName: pulumi.String("shop"), ClusterName: pulumi.String("shop"),
			Roles:   []argo.RoleMapping{{Group: pulumi.String(mocks.AdminsID), Role: "admin"}},
			Options: chart.Options{Ingress: &chart.Ingress{ClassName: "traefik", TLSSecret: "argocd-tls"}},
		}
		set(cluster)
		set(app)
		recorded := (&mocks.Recorder{}).Accepted(t, nil, func(ctx *pulumi.Context) error {
			if _, err := aks.NewAksCluster(ctx, "aks", cluster); err != nil {
				return err
			}
			created, err := entra.NewEntraApp(ctx, "entra", app)
			if err != nil {
				return err
			}
			install.SignIn = created.SignIn("shop")
			set(install)
			_, err = argo.NewArgoExtension(ctx, "argocd", install)
			return err
		})
		return recorded.Registrations
	}
	set := 0
	without, with := registered(func(any) {}), registered(func(args any) { set += setDefaults(reflect.ValueOf(args).Elem()) })
	if set < 12 {
		t.Errorf("only %d defaults in tags", set)
	}
	inputs := map[string]any{}
	for _, r := range without {
		inputs[r.Name] = r.Inputs
	}
	for _, r := range with {
		if !reflect.DeepEqual(inputs[r.Name], any(r.Inputs)) {
			t.Errorf("%s: with the defaults %v, without %v", r.Name, r.Inputs, inputs[r.Name])
		}
	}
	if len(with) != len(without) {
		t.Errorf("%d resources with the defaults, %d without", len(with), len(without))
	}
}

// TestBootstrapDefaults: the same for the manifest of the first application.
func TestBootstrapDefaults(t *testing.T) {
	t.Parallel()
	first := chart.Bootstrap{RepoURL: "https://github.com/contoso/platform"}
	without, err := first.Manifest("argocd")
	if err != nil {
		t.Fatal(err)
	}
	if set := setDefaults(reflect.ValueOf(&first).Elem()); set < 3 {
		t.Errorf("only %d defaults in tags", set)
	}
	if with, err := first.Manifest("argocd"); err != nil || with != without {
		t.Errorf("with the defaults %s, without %s: %v", with, without, err)
	}
}

// setDefaults sets empty fields to the defaults in their tags and returns their number.
func setDefaults(v reflect.Value) (set int) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if !field.IsExported() {
			continue
		}
		switch preset := field.Tag.Get("default"); {
		case preset == "true":
			value.Set(reflect.ValueOf(pulumi.BoolRef(true)))
			set++
		case preset != "" && value.IsZero():
			value.SetString(preset)
			set++
		case value.Kind() == reflect.Struct:
			set += setDefaults(value)
		case value.Kind() == reflect.Pointer && value.Type().Elem().Kind() == reflect.Struct && !value.IsNil():
			set += setDefaults(value.Elem())
		}
	}
	return set
}
