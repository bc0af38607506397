package extension

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/strvals"

	"argocd-on-aks/tests/azuresim/internal/property"
	"argocd-on-aks/tests/azuresim/internal/store"
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
		store.RefuseIf(kind != "Microsoft.ArgoCD", 400, "ExtensionTypeRegistrationGetFailed", "Extension type '%s' is not registered.", kind),
		s.install(cluster, in),
	)
}

func (s *Service) update(_ *store.Object, in property.Map) error {
	cluster, err := s.cluster(in)
	if err != nil {
		return err
	}
	return s.install(cluster, in)
}

// install expands the settings as Helm does, and has the failures that a small
// cluster runs into: pods that find no node. A version beside a train is taken,
// as by https://github.com/MicrosoftDocs/azure-aks-docs/pull/171.
func (s *Service) install(cluster *store.Object, in property.Map) error {
	train, automatic := cmp.Or(in.Text("releaseTrain"), "stable"), in["autoUpgradeMinorVersion"]
	values, malformed := expand(in)
	redis, _ := values["redis-ha"].(map[string]any)
	nodes := s.nodes(cluster)
	return store.First(
		store.RefuseIf(in.Text("version") != "" && (!automatic.IsBool() || automatic.BoolValue()), 400, "InvalidParameter", "To use 'version', autoUpgradeMinorVersion must be 'false'."),
		store.RefuseIf(!slices.Contains(trains, strings.ToLower(train)), 400, "InvalidParameter", "Release train '%s' is not known for Microsoft.ArgoCD.", train),
		store.RefuseIf(malformed != nil, 400, "ExtensionOperationFailed", "Helm installation failed: %v", malformed),
		store.RefuseIf(nodes == 0 || redis["enabled"] != false && nodes < 4, 400, "ExtensionOperationFailed", "Helm installation failed: context deadline exceeded"),
	)
}

// expand makes Helm values of the settings, protected ones too. It types them as
// `helm --set` does: "false" is false, as the chart's conditions take any text
// for true. That the extension does so is inferred: Microsoft documents
// global.ha.enabled=true for the Dapr extension, whose chart compares that value
// with a boolean, and redis-ha.enabled=false for this one.
// https://learn.microsoft.com/azure/aks/dapr-settings
func expand(in property.Map) (map[string]any, error) {
	values := map[string]any{}
	for _, settings := range []property.Map{in.Map("configurationSettings"), in.Map("configurationProtectedSettings")} {
		for _, key := range slices.Sorted(maps.Keys(settings)) {
			escaped := strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(settings.Value(string(key)))
			if err := strvals.ParseInto(string(key)+"="+escaped, values); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// nodes counts those that take Argo CD's pods, which tolerate nothing.
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

// answer hides the protected settings. Microsoft says that they cannot be read
// (https://learn.microsoft.com/azure/aks/dapr-settings); that they are not
// answered at all, not even with empty values, is not confirmed.
func answer(extension *store.Object) property.Map {
	all := extension.Outputs()
	delete(all, "configurationProtectedSettings")
	return all
}
