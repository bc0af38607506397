package chart

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"argocd-on-aks/infra/problem"
)

// places are paths that have a value, and all that lead there, joined.
type places map[string]place

// place is what stands at one path.
type place struct {
	// key is of the setting whose value is here, below of the first that goes on from here.
	key, below string
	// list reports whether the path below goes on with an index.
	list bool
}

// inTheWay returns the key of a setting of which, and of one with this path, Helm would
// keep one or the other, depending on their order, or "": one is where the other has
// something below it, or one is in a list where the other is not.
func (p places) inTheWay(path []string) (key string) {
	for i, name := range path {
		at := p[join(path[:i])]
		if at.key != "" {
			return at.key
		}
		if at.below != "" && at.list != isIndex(name) {
			return at.below
		}
	}
	at := p[join(path)]
	return cmp.Or(at.key, at.below)
}

func (p places) add(path []string, key string) {
	for i, name := range path {
		if at := join(path[:i]); p[at].below == "" {
			p[at] = place{below: key, list: isIndex(name)}
		}
	}
	p[join(path)] = place{key: key}
}

// has reports whether there is a value at a path, or below it.
func (p places) has(path []string) bool { return p[join(path)] != place{} }

func join(path []string) string { return strings.Join(path, "\x00") }

// contradictions reports settings that Helm would not both keep.
func contradictions(extras []extraSetting) problem.List {
	var p problem.List
	known := places{}
	for _, extra := range extras {
		if other := known.inTheWay(extra.path); other != "" {
			p.Add(extra.field, "%q cannot be combined with %q: one would replace the other; keep one of them", extra.key, other)
			continue
		}
		known.add(extra.path, extra.key)
	}
	return p
}

// gaps reports lists that do not begin with [0] or leave an index out, also with the
// managed elements: Helm fills in null, for which Kubernetes refuses the object.
func gaps(extras []extraSetting, managed places) problem.List {
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
		for i := range slices.Max(slices.Collect(maps.Keys(lists[list]))) {
			if !lists[list][i] && !managed.has(append(flat([]string{list}), fmt.Sprintf("[%d]", i))) {
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
