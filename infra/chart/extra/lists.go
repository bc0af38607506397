package extra

import (
	"fmt"
	"maps"
	"slices"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// NextIndex returns the first index of a list that the settings do not use.
func NextIndex(settings []Setting, list string) int {
	next := 0
	for _, s := range settings {
		for i, name := range s.Path {
			if isIndex(name) && joined(s.Path[:i]) == list {
				next = max(next, indexOf(name)+1)
			}
		}
	}
	return next
}

// checkIndexes reports lists that do not begin with [0] or skip an index, including the
// managed elements. Helm would fill in null, and Kubernetes would reject the object.
func checkIndexes(settings []Setting, managed tree) problem.List {
	var p problem.List
	lists := map[string]map[int]bool{}
	fields := map[string]string{}
	for _, s := range settings {
		for i, name := range s.Path {
			if isIndex(name) {
				list := joined(s.Path[:i])
				if lists[list] == nil {
					lists[list], fields[list] = map[int]bool{}, s.Field
				}
				lists[list][indexOf(name)] = true
			}
		}
	}
	for _, list := range slices.Sorted(maps.Keys(lists)) {
		for i := range slices.Max(slices.Collect(maps.Keys(lists[list]))) {
			if !lists[list][i] && !managed.has(splitDots([]string{list, fmt.Sprintf("[%d]", i)})) {
				p.Add(fields[list], "%q has no [%d]; number list elements from [0], without gaps", list, i)
				break
			}
		}
	}
	return p
}

// checkNames reports list elements without a name: environment variables, because Kubernetes
// rejects the object, and hosts of an Ingress, because an empty host matches all hosts.
func checkNames(settings []Setting) problem.List {
	var p problem.List
	hasName := map[string]bool{}
	fields := map[string]string{}
	for _, s := range settings {
		for i := 1; i+2 < len(s.Path); i++ {
			if isIndex(s.Path[i+1]) && slices.Contains([]string{"env", "extraEnv", "extraHosts"}, s.Path[i]) {
				element := joined(s.Path[:i+1]) + s.Path[i+1]
				hasName[element] = hasName[element] || s.Path[i+2] == "name" && s.Value != ""
				fields[element] = s.Field
			}
		}
	}
	for _, element := range slices.Sorted(maps.Keys(hasName)) {
		if !hasName[element] {
			p.Add(fields[element], "%q has no name; set one", element)
		}
	}
	return p
}
