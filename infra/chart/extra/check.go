// Package extra checks the settings of the argo-cd chart that users add to those that the
// program manages. A setting must not change how users sign in, accounts, RBAC, TLS, service
// accounts or the namespace, and its value must be one value in the objects that the chart
// renders.
//
// Read parses the keys. Check then checks each setting: it is not managed (conflicts.go), it
// is a value of the chart (parts.go), the first rule that matches allows it (rules.go), it
// shows no secret (secrets.go), and Helm, YAML and the chart keep its value (values.go).
// Together, settings must not conflict, and lists must be complete (lists.go).
package extra

import (
	"maps"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Fields of chart.Settings with extra settings.
const (
	extraField  = "ExtraSettings"
	secretField = "SecretSettings"
)

// MaxObjectSize is the maximum size of a ConfigMap or a Secret, in bytes.
// https://kubernetes.io/docs/concepts/configuration/configmap/#motivation
const MaxObjectSize = 1 << 20

// Setting is one extra setting.
type Setting struct {
	// Field of chart.Settings that contains it.
	Field string
	// Key is a path of helm --set.
	Key   string
	Value string
	// Path holds the names and indexes of Key.
	Path []string
}

// Read returns the settings of both fields, sorted by field and key, and a problem for each
// key that is not valid.
func Read(extraSettings, secretSettings map[string]string) ([]Setting, problem.List) {
	var settings []Setting
	var p problem.List
	read := func(field string, values map[string]string) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			path, err := parsePath(key)
			if err != nil {
				p.Add(field, `%q is not a Helm --set path such as server.replicas or configs.params.server\.log\.level: it %w`, key, err)
				continue
			}
			settings = append(settings, Setting{field, key, values[key], path})
		}
	}
	read(extraField, extraSettings)
	read(secretField, secretSettings)
	return settings, p
}

// Check returns the problems of settings. It never shows a value, which may be a secret.
//
// managed are the keys of the settings that the program manages, and lists the chart's lists
// to which it appends elements. installation checks the rules that depend on the rest of the
// configuration.
func Check(settings []Setting, managed, lists []string, installation func(Setting) error) problem.List {
	var p problem.List
	paths := managedPaths(managed)
	steps := []func(Setting) error{
		func(s Setting) error { return checkManaged(s, paths) },
		func(s Setting) error { return checkWholeList(s, lists) },
		checkPart, checkRules, installation, checkSecret,
		func(s Setting) error { return CheckValue(s.Path, s.Value) },
	}
	for _, s := range settings {
		for _, step := range steps {
			if err := step(s); err != nil {
				p.Add(s.Field, "%q %w", s.Key, err)
				break
			}
		}
	}
	return slices.Concat(p, checkConflicts(settings), checkIndexes(settings, paths), checkNames(settings), checkSize(settings))
}

// checkSize reports settings that are too large together. Helm stores a release with its
// values in one Secret.
// https://helm.sh/docs/topics/advanced/#storage-backends
func checkSize(settings []Setting) problem.List {
	var p problem.List
	size := 0
	for _, s := range settings {
		size += len(s.Key) + len(s.Value)
	}
	if size >= MaxObjectSize {
		p.Add(extraField, "has %d bytes together with %s; a Helm release holds at most %d", size, problem.Field(secretField), MaxObjectSize)
	}
	return p
}

// Matches reports whether the setting's path begins with one of the patterns.
func (s Setting) Matches(patterns ...string) bool { return matches(s.Path, patterns...) }

func (s Setting) isSecret() bool { return s.Field == secretField }

func joined(path []string) string { return strings.Join(path, ".") }
