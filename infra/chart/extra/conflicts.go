package extra

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// tree holds the joined paths of settings and of all their parents.
type tree map[string]node

// node is the entry of one path.
type node struct {
	// key is the setting with this path, below the first setting with a longer one.
	key, below string
	// list reports whether the path of below continues with an index.
	list bool
}

// conflict returns the key of a setting that Helm cannot combine with one of this path: one
// path is below the other, or only one of them is in a list. It returns "" if there is none.
func (t tree) conflict(path []string) (key string) {
	for i, name := range path {
		at := t[treeKey(path[:i])]
		if at.key != "" {
			return at.key
		}
		if at.below != "" && at.list != isIndex(name) {
			return at.below
		}
	}
	at := t[treeKey(path)]
	return cmp.Or(at.key, at.below)
}

func (t tree) add(path []string, key string) {
	for i, name := range path {
		if at := treeKey(path[:i]); t[at].below == "" {
			t[at] = node{below: key, list: isIndex(name)}
		}
	}
	t[treeKey(path)] = node{key: key}
}

// has reports whether there is a setting at a path or below it.
func (t tree) has(path []string) bool { return t[treeKey(path)] != node{} }

func treeKey(path []string) string { return strings.Join(path, "\x00") }

// managedPaths returns the paths of managed settings. Names are split at dots, so
// configs.cm.oidc.config is recognized as configs.cm.oidc\.config.
func managedPaths(keys []string) tree {
	managed := tree{}
	for _, key := range keys {
		path, _ := parsePath(key)
		managed.add(splitDots(path), key)
	}
	return managed
}

func splitDots(path []string) []string { return strings.Split(joined(path), ".") }

func checkManaged(s Setting, managed tree) error {
	if key := managed.conflict(splitDots(s.Path)); key != "" {
		return fmt.Errorf("is managed by this program; it would change %s", key)
	}
	return nil
}

// checkWholeList rejects a single value for a list to which the program appends elements.
func checkWholeList(s Setting, lists []string) error {
	if slices.Contains(lists, joined(s.Path)) {
		return errWhole
	}
	return nil
}

// checkConflicts reports settings that Helm cannot combine.
func checkConflicts(settings []Setting) problem.List {
	var p problem.List
	known := tree{}
	for _, s := range settings {
		other := known.conflict(s.Path)
		switch {
		case other == s.Key:
			p.Add(s.Field, "%q is also in %s; keep one of them", s.Key, problem.Field(extraField))
		case other != "":
			p.Add(s.Field, "%q cannot be combined with %q, because one would replace the other; keep one of them", s.Key, other)
		default:
			known.add(s.Path, s.Key)
		}
	}
	return p
}
