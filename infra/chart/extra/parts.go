package extra

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The top-level names of the chart's values. Helm ignores other names without an error.
// https://github.com/argoproj/argo-helm/blob/main/charts/argo-cd/values.yaml
var (
	chartParts = []string{
		"apiVersionOverrides", "applicationSet", "azure", "commitServer", "configs", "controller", "crds", "dex", "externalRedis", "extraObjects",
		"global", "notifications", "openshift", "redis", "redis-ha", "redisSecretInit", "repoServer", "server",
	}
	chartSwitches = []string{
		"createAggregateRoles", "createClusterRoles", "fullnameOverride", "kubeVersionOverride", "nameOverride", "namespaceOverride",
	}
)

// checkPart returns an error if the path is not a value of the chart.
func checkPart(s Setting) error {
	path := s.Path
	switch {
	case slices.Contains(chartSwitches, path[0]):
	case !slices.Contains(chartParts, path[0]):
		return errors.New("is not a value of the argo-cd chart; its top-level names are " + strings.Join(chartParts, ", "))
	case len(path) == 1 || isIndex(path[1]) && path[0] != "extraObjects":
		return errors.New("is a whole section of the chart; set a value in it")
	case len(path) == 4 && s.Matches("server ingress enabled", "configs params server.insecure"):
		return errors.New("is below a boolean; set the boolean itself")
	}
	if len(path) > 3 && path[0] == "configs" && slices.Contains([]string{"cm", "params", "rbac"}, path[1]) && path[2] != "annotations" && !isIndex(path[3]) {
		return fmt.Errorf(`is not a key of a ConfigMap: write a dot inside one as \. (configs.%s.%s)`, path[1], strings.Join(path[2:], `\.`))
	}
	return nil
}
