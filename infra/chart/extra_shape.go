package chart

import (
	"slices"
	"strings"

	"argocd-on-aks/infra/internal/problem"
)

// place is what extra settings put at one path.
type place struct {
	// value is the setting that ends here, below the first one that goes on from here.
	value, below *extraSetting
	// list reports whether the path below goes on with an index.
	list bool
}

// contradictions reports settings of which Helm would keep one or the other, depending
// on their order: one is where another has something below it, or one is in a list where
// another is not.
func contradictions(extras []extraSetting) problem.List {
	var p problem.List
	places := map[string]place{}
	for i := range extras {
		if other := collision(places, &extras[i]); other != nil {
			p.Add(extras[i].field, "%q cannot be combined with %q: one would replace the other; keep one of them", extras[i].key, other.key)
		}
	}
	return p
}

// collision adds a setting to the places, and returns one that is in its way, if any.
func collision(places map[string]place, extra *extraSetting) (other *extraSetting) {
	for i, name := range extra.path {
		path := strings.Join(extra.path[:i], "\x00")
		at, known := places[path]
		switch {
		case at.value != nil:
			return at.value
		case known && at.list != isIndex(name):
			return at.below
		case !known:
			places[path] = place{below: extra, list: isIndex(name)}
		}
	}
	path := strings.Join(extra.path, "\x00")
	if at, known := places[path]; known {
		if at.value != nil {
			return at.value
		}
		return at.below
	}
	places[path] = place{value: extra}
	return nil
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
				p.Add(fields[list], "%q has no [%d]; number a list from [0], without gaps", list, i)
				break
			}
		}
	}
	return p
}

// nameless reports list elements without a name: environment variables, for which
// Kubernetes refuses the object, and hosts of an Ingress, which without a name are all
// hosts.
func nameless(extras []extraSetting) problem.List {
	var p problem.List
	named := map[string]bool{}
	fields := map[string]string{}
	for _, extra := range extras {
		for i := 1; i+2 < len(extra.path); i++ {
			if isIndex(extra.path[i+1]) && slices.Contains([]string{"env", "extraEnv", "extraHosts"}, extra.path[i]) {
				element := strings.Join(extra.path[:i+1], ".") + extra.path[i+1]
				named[element] = named[element] || extra.path[i+2] == "name" && extra.value != ""
				fields[element] = extra.field
			}
		}
	}
	for _, element := range sortedKeys(named) {
		if !named[element] {
			p.Add(fields[element], "%q has no name", element)
		}
	}
	return p
}

// oversize reports settings that are too large together. Helm keeps a release, with its
// values, in one Secret, which has the size limit of a ConfigMap.
// https://helm.sh/docs/topics/advanced/#storage-backends
func oversize(extras []extraSetting) problem.List {
	var p problem.List
	size := 0
	for _, extra := range extras {
		size += len(extra.key) + len(extra.value)
	}
	if size >= configMapSize {
		p.Add("ExtraSettings", "have %d bytes with SecretSettings, and a release of Helm has %d at most", size, configMapSize)
	}
	return p
}
