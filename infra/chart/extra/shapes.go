package extra

import (
	"errors"
	"slices"
)

// objectLists are lists of objects in Kubernetes' resources, and stringLists lists of strings.
var (
	objectLists = []string{
		"env", "envFrom", "extraContainers", "extraEnv", "extraEnvFrom", "extraInitContainers", "extraPaths", "extraRules", "extraTls",
		"extraVolumeMounts", "extraVolumes", "filters", "hostAliases", "imagePullSecrets", "initContainers", "listeners", "matches",
		"metricRelabelings", "metrics", "parentRefs", "recommenders", "relabelings", "rules", "spec", "targetRefs", "tolerations",
		"topologySpreadConstraints", "volumeMounts", "volumes",
	}
	stringLists = []string{"args", "command", "customArgs", "customCommand", "extraArgs", "hostnames", "ipFamilies", "usages"}
	objects     = []string{
		"affinity", "allowedRoutes", "annotations", "containerPolicy", "labels", "nodeSelector", "parentRef", "privateKey", "startupBoost",
		"timeouts", "tlsConfig", "validation",
	}
	// belowStrings match settings below the strings of an object.
	belowStrings = []string{
		"** nodeSelector * *", "** serviceMonitor selector * *", "** rules selector * *", "** capabilities add * *",
		"** capabilities drop * *", "configs gpg keys * *", "configs tls certificates * *", "notifications notifiers * *",
		"notifications secret items * *", "notifications templates * *", "notifications triggers * *", "* certificateSecret labels * *",
	}
)

// checkShape rejects a text in place of an object of a list, and a setting below a text.
func checkShape(path []string) error {
	n := len(path)
	switch last := path[n-1]; {
	case n > 1 && isIndex(last) && slices.Contains(objectLists, path[n-2]), slices.Contains(objects, last):
		return errors.New("is an object; set its fields")
	case matches(path, belowStrings...):
		return errors.New(`is below a string; write \. for a dot in its name`)
	}
	for i, name := range path[:max(0, n-2)] {
		if slices.Contains(stringLists, name) && isIndex(path[i+1]) {
			return errors.New("is below a string; set " + name + path[i+1] + " itself")
		}
	}
	return nil
}
