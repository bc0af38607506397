package extra

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// tree has the paths of settings, and all paths that lead to them, joined.
type tree map[string]node

// node is what the tree has at one path.
type node struct {
	// key is of the setting with this path, below of the first setting with a longer one.
	key, below string
	// list reports whether the path of below continues with an index.
	list bool
}

// conflict returns the key of a setting that Helm would not keep together with one of this
// path, or keep depending on their order: the path of one is below the other's, or one is in
// a list and the other is not. It returns "" if there is none.
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

// has reports whether there is a setting at a path, or below it.
func (t tree) has(path []string) bool { return t[treeKey(path)] != node{} }

func treeKey(path []string) string { return strings.Join(path, "\x00") }

// managedPaths are the paths of managed settings. Their names are split at dots, so that
// configs.cm.oidc.config is found to mean configs.cm.oidc\.config.
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
		return fmt.Errorf("is managed by this program: it would change %s", key)
	}
	return nil
}

// checkWholeList rejects one value in place of a list that gets more elements.
func checkWholeList(s Setting, lists []string) error {
	if slices.Contains(lists, joined(s.Path)) {
		return errPart
	}
	return nil
}

// checkConflicts reports settings of which Helm would keep one only.
func checkConflicts(settings []Setting) problem.List {
	var p problem.List
	known := tree{}
	for _, s := range settings {
		other := known.conflict(s.Path)
		switch {
		case other == s.Key:
			p.Add(s.Field, "%q is in %s, too; keep one of them", s.Key, problem.Field(extraField))
		case other != "":
			p.Add(s.Field, "%q cannot be combined with %q: one would replace the other; keep one of them", s.Key, other)
		default:
			known.add(s.Path, s.Key)
		}
	}
	return p
}
