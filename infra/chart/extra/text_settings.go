package extra

import "slices"

// copiedNames are names in the chart's values whose content the chart copies as YAML (toYaml)
// or quotes, so any text stays one value. Elsewhere, except for textSettings, the chart prints
// a value as it is, and a line break in it could begin another field.
// TestChartValues sets every value of the pinned chart and compares the objects.
var copiedNames = []string{
	// Of Kubernetes types.
	"affinity", "containerSecurityContext", "dnsConfig", "env", "envFrom", "extraArgs", "extraContainers", "extraEnv", "extraEnvFrom",
	"extraVolumeMounts", "extraVolumes", "hostAliases", "imagePullSecrets", "initContainers", "lifecycle", "nodeSelector", "resources",
	"securityContext", "tolerations", "topologySpreadConstraints", "volumeMounts", "volumes",
	// Of Ingresses, the Gateway API, the Prometheus operator, cert-manager and the vertical pod autoscaler.
	"allowedRoutes", "containerPolicy", "extraPaths", "extraRules", "extraTls", "filters", "hostnames", "listeners", "matches",
	"metricRelabelings", "parentRef", "parentRefs", "privateKey", "recommenders", "relabelings", "startupBoost", "targetRefs", "timeouts",
	"tlsConfig", "usages", "validation",
}

// copiedSettings are further settings of that kind, by path.
var copiedSettings = []string{"* metrics rules spec", "controller clusterRoleRules rules"}

// textSettings are the paths of ConfigMaps and Secrets whose values the chart quotes, indents
// or encodes.
var textSettings = []string{
	"configs cm", "configs cmp plugins", "configs credentialTemplates", "configs gpg keys", "configs params", "configs repositories", "configs secret",
	"configs ssh", "configs styles", "configs tls certificates", "externalRedis password", "externalRedis username",
	"notifications context", "notifications notifiers", "notifications secret items", "notifications subscriptions", "notifications templates",
	"notifications triggers", "repoServer certificateSecret",
}

// literalSettings are not templates of the chart: {{ belongs to Argo CD or Prometheus, or is
// part of a password. templateSettings are the exceptions.
var (
	literalSettings  = append([]string{"controller metrics rules spec"}, textSettings...)
	templateSettings = []string{"configs cm url", "configs cm statusbadge.url"}
)

// printedSettings are exceptions to the copied ones: the chart prints their values without
// quotes, with quotes that a value can end, or not at all. The chart of redis-ha differs.
var printedSettings = []string{
	"commitServer extraEnvFrom", "controller metrics applicationLabels", "crds", "global affinity", "notifications extraArgs", "redis extraArgs",
	"redis-ha", "repoServer copyutil",
}

// indentedSettings are the textSettings that the chart only indents. YAML reads space before
// the first line as indentation.
var indentedSettings = []string{"configs cmp", "configs ssh", "configs styles"}

// keepsText reports whether the chart keeps any text at a path as one value.
func keepsText(path []string) bool {
	if matches(path, printedSettings...) {
		return false
	}
	return matches(path, textSettings...) || isInCopied(path) || isBelow(path, "annotations") || isBelow(path, "labels")
}

// isInCopied reports whether the chart copies the value above a path.
func isInCopied(path []string) bool {
	isCopied := func(name string) bool { return slices.Contains(copiedNames, name) }
	return matches(path, copiedSettings...) || slices.ContainsFunc(path[:len(path)-1], isCopied)
}
