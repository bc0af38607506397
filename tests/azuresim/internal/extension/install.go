package extension

import (
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

// install expands the settings as Helm does, and has the failure that a
// highly available Redis runs into on a small cluster.
func (s *Service) install(cluster *store.Object, in property.Map) error {
	train, automatic := in.Text("releaseTrain"), in["autoUpgradeMinorVersion"]
	values, malformed := expand(in.Map("configurationSettings"))
	redis, _ := values["redis-ha"].(map[string]any)
	return store.First(
		store.RefuseIf(in.Text("version") != "" && (!automatic.IsBool() || automatic.BoolValue()), 400, "InvalidParameter", "To use 'version', autoUpgradeMinorVersion must be 'false'."),
		store.RefuseIf(!slices.Contains(trains, strings.ToLower(train)), 400, "InvalidParameter", "Release train '%s' is not known for Microsoft.ArgoCD.", train),
		store.RefuseIf(malformed != nil, 400, "ExtensionOperationFailed", "Helm installation failed: %v", malformed),
		store.RefuseIf(redis["enabled"] != "false" && s.schedulable(cluster) < 4, 400, "ExtensionOperationFailed", "Helm installation failed: context deadline exceeded"),
	)
}

func expand(settings property.Map) (map[string]any, error) {
	values := map[string]any{}
	for key, value := range settings {
		escaped := strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(value.StringValue())
		if err := strvals.ParseIntoString(string(key)+"="+escaped, values); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// schedulable counts the nodes that take Argo CD's pods.
func (s *Service) schedulable(cluster *store.Object) int {
	nodes := 0
	for _, pool := range s.clusters.Pools(cluster) {
		if !slices.Contains(pool.Texts("nodeTaints"), "CriticalAddonsOnly=true:NoSchedule") {
			nodes += pool.Number("count")
		}
	}
	return nodes
}
