package chart

import (
	"fmt"
	"strings"

	"argocd-on-aks/infra/internal/problem"
)

// What Helm would read in more than one way, and what Kubernetes would refuse
// after minutes.

// contradiction compares a setting with those before it.
func contradiction(extra extraSetting, others []extraSetting) string {
	for _, other := range others {
		if collide(extra.path, other.path) {
			return fmt.Sprintf("does not go with %q: one would replace the other", other.key)
		}
	}
	return ""
}

// collide says whether of two values Helm would keep one, depending on their
// order: one is where the other has something below it, or one is in a list
// where the other is not.
func collide(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return isIndex(a[i]) != isIndex(b[i])
		}
	}
	return true
}

// gaps reports lists that do not begin with [0] or leave an index out: Helm fills
// in null, for which Kubernetes refuses the object.
func gaps(extras []extraSetting) problem.List {
	var p problem.List
	lists := map[string]map[int]bool{}
	fields := map[string]string{}
	for _, extra := range extras {
		for i, name := range extra.path {
			if isIndex(name) {
				list := strings.Join(extra.path[:i], ".")
				if lists[list] == nil {
					lists[list], fields[list] = map[int]bool{}, extra.field
				}
				lists[list][indexOf(name)] = true
			}
		}
	}
	for _, list := range sortedKeys(lists) {
		for i := range len(lists[list]) {
			if !lists[list][i] {
				p.Add(fields[list], "%q has no [%d]: number a list from [0], without gaps", list, i)
				break
			}
		}
	}
	return p
}

// nameless reports environment variables without a name, for which Kubernetes
// refuses the object.
func nameless(extras []extraSetting) problem.List {
	var p problem.List
	named := map[string]bool{}
	fields := map[string]string{}
	for _, extra := range extras {
		if fits("* env * *", extra.path) || fits("* extraEnv * *", extra.path) {
			variable := extra.path[0] + "." + extra.path[1] + extra.path[2]
			named[variable] = named[variable] || extra.path[3] == "name"
			fields[variable] = extra.field
		}
	}
	for _, variable := range sortedKeys(named) {
		if !named[variable] {
			p.Add(fields[variable], "%q has no name", variable)
		}
	}
	return p
}

// oversize reports settings that make a ConfigMap too large.
func oversize(extras []extraSetting) problem.List {
	var p problem.List
	size := map[string]int{}
	for _, extra := range extras {
		if len(extra.path) > 1 && extra.path[0] == "configs" {
			size[extra.path[1]] += len(extra.value)
		}
	}
	for _, part := range sortedKeys(size) {
		if size[part] >= configMapSize {
			p.Add("ExtraSettings", "have %d bytes below configs.%s, and a ConfigMap has %d at most", size[part], part, configMapSize)
		}
	}
	return p
}
