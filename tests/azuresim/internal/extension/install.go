package extension

import (
	"cmp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// trains are the release trains of Microsoft.ArgoCD.
var trains = []string{"stable", "preview"}

func (s *Service) create(in property.Map) (string, map[string]any, error) {
	cluster, err := s.cluster(in)
	if err != nil {
		return "", nil, err
	}
	name, kind := in.Text("extensionName"), in.Text("extensionType")
	computed := map[string]any{"name": name, "provisioningState": "Succeeded", "currentVersion": "1.0.3"}
	return cluster.ID + "/providers/Microsoft.KubernetesConfiguration/extensions/" + name, computed, store.First(
		s.clusters.CheckReady(cluster),
		// https://learn.microsoft.com/azure/aks/cluster-extensions; code and text are inferred
		store.RefuseIf(cluster.Inputs.Text("location") == "qatarcentral", 400, "LocationNotAvailableForResourceType", "The provided location 'qatarcentral' is not available for resource type 'Microsoft.KubernetesConfiguration/extensions'."),
		store.RefuseIf(kind != "Microsoft.ArgoCD", 400, "ExtensionTypeRegistrationGetFailed", "Extension type '%s' is not registered.", kind),
		s.install(cluster, in),
	)
}

// update rejects changes of properties that the API's PATCH cannot update. azure-native
// does not replace the extension for them. Inferred: PUT rejects them too.
func (s *Service) update(o *store.Object, in property.Map) error {
	cluster, err := s.cluster(in)
	if err != nil {
		return err
	}
	moved := !o.Inputs.At("scope").DeepEquals(in.At("scope")) || o.Inputs.Text("extensionType") != in.Text("extensionType")
	return store.First(
		s.clusters.CheckReady(cluster),
		store.RefuseIf(moved, 400, "InvalidParameter", "The scope and the type of the extension '%s' cannot be changed.", in.Text("extensionName")),
		s.install(cluster, in),
	)
}

// install parses the settings as Helm does, and fails when the cluster has too few nodes
// for the pods. It accepts a version together with a release train, as
// https://github.com/MicrosoftDocs/azure-aks-docs/pull/171 documents.
func (s *Service) install(cluster *store.Object, in property.Map) error {
	train, automatic := cmp.Or(in.Text("releaseTrain"), "stable"), in["autoUpgradeMinorVersion"]
	values, malformed := expand(in)
	variable, untyped := invalidVariable(values)
	redis, _ := values["redis-ha"].(map[string]any)
	nodes := s.nodes(cluster)
	return store.First(
		store.RefuseIf(in.Text("version") != "" && (!automatic.IsBool() || automatic.BoolValue()), 400, "InvalidParameter", "To use 'version', autoUpgradeMinorVersion must be 'false'."),
		store.RefuseIf(!slices.Contains(trains, strings.ToLower(train)), 400, "InvalidParameter", "Release train '%s' is not known for Microsoft.ArgoCD.", train),
		store.RefuseIf(malformed != nil, 400, "ExtensionOperationFailed", "Helm installation failed: %v", malformed),
		store.RefuseIf(untyped, 400, "ExtensionOperationFailed", "Helm installation failed: cannot unmarshal the value of %v into Go struct field EnvVar.spec.template.spec.containers.env.value of type string", variable),
		store.RefuseIf(nodes == 0 || redis["enabled"] != false && nodes < 4, 400, "ExtensionOperationFailed", "Helm installation failed: context deadline exceeded"),
	)
}

// nodes counts the nodes that accept Argo CD's pods, which have no tolerations.
func (s *Service) nodes(cluster *store.Object) int {
	nodes := 0
	for _, pool := range s.clusters.Pools(cluster) {
		_, repels := property.First(pool.Texts("nodeTaints"), func(taint string) bool {
			return strings.HasSuffix(taint, ":NoSchedule") || strings.HasSuffix(taint, ":NoExecute")
		})
		if !repels && pool.Text("powerState.code") != "Stopped" && pool.Text("osType") != "Windows" {
			nodes += pool.Number("count")
		}
	}
	return nodes
}

// answer omits the protected settings, which the API marks as secret (x-ms-secret in the
// Extension of extensions.json, API 2023-05-01). Not confirmed: their keys are omitted too.
func answer(extension *store.Object) property.Map {
	all := extension.Outputs()
	delete(all, "configurationProtectedSettings")
	return all
}
