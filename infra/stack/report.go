package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// report collects problems of the configuration by key.
type report struct {
	stack   string
	project string // prefix of the keys
	lines   []line
	logged  int // number of lines that log has logged
	failed  map[string]bool
}

// line is the message on one problem of a key or of a field below it.
type line struct{ key, text string }

func newReport(ctx *pulumi.Context) *report {
	return &report{stack: ctx.Stack(), project: ctx.Project(), failed: map[string]bool{}}
}

// fail reports a problem of a key, or of a field such as cluster.zones[0].
func (r *report) fail(path, format string, args ...any) {
	r.failed[path] = true
	r.note(path, "%s:%s "+format, append([]any{r.project, path}, args...)...)
}

// check reports an error of a key, unless it is nil.
func (r *report) check(path string, err error) {
	if err != nil {
		r.fail(path, "%v", err)
	}
}

// trimmed reports space around a value, which may be a URL with a password, and returns the
// rest for the other checks.
func (r *report) trimmed(path, value string) string {
	trimmed := strings.TrimSpace(value)
	if trimmed != value {
		r.note(path, "%s:%s has leading or trailing space; remove it", r.project, path)
	}
	return trimmed
}

// note reports a problem in a text that names the key itself, if there is one.
func (r *report) note(path, format string, args ...any) {
	r.lines = append(r.lines, line{rootOf(path), fmt.Sprintf(format, args...)})
}

// add reports the problems of a component's arguments under their config keys. It omits those
// that follow from an earlier problem of the same key or of a key in the message.
func (r *report) add(problems problem.List, keyOf func(field string) string) {
	earlier := report{failed: maps.Clone(r.failed)}
	for _, p := range problems {
		key := keyOf(p.Path)
		follows := earlier.has(key)
		message := p.Message(func(field string) string {
			mentioned := keyOf(field)
			follows = follows || earlier.has(mentioned) || earlier.hasBelow(mentioned)
			return mentioned
		})
		if !follows {
			r.fail(key, "%s", message)
		}
	}
}

// has reports whether a key, or the list or object that contains it, has a problem.
func (r *report) has(path string) bool {
	for ; path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
		if r.failed[path] {
			return true
		}
	}
	return false
}

// hasBelow reports whether a field of a key has a problem.
func (r *report) hasBelow(key string) bool {
	for path := range r.failed {
		if rest, below := strings.CutPrefix(path, key); below && rest != "" && strings.Contains(".[ ", rest[:1]) {
			return true
		}
	}
	return false
}

// rootOf returns the key of a path: cluster for cluster.userPool.zones[0].
func rootOf(path string) string {
	if end := strings.IndexAny(path, ".[ "); end >= 0 {
		return path[:end]
	}
	return path
}

// log logs the problems so far. A failed login ends the program at its first lookup, before it
// could report them: the engine checks the credentials when it starts the azuread provider
// (preConfigureCallback in provider/resources.go of https://github.com/pulumi/pulumi-azuread).
func (r *report) log(ctx *pulumi.Context) error {
	if err := r.err(); err != nil {
		r.logged = len(r.lines)
		return ctx.Log.Error(err.Error(), nil)
	}
	return nil
}

// err returns a *configError, or nil if there is no problem.
func (r *report) err() error {
	if len(r.lines) == 0 {
		return nil
	}
	return &configError{r.text(r.lines), r.text(r.lines[r.logged:])}
}

// maxLines is the number of problems that are shown for a key and its fields.
const maxLines = 20

func (r *report) text(lines []line) string {
	if len(lines) == 0 {
		return ""
	}
	text := []string{"configuration of stack " + r.stack + ":"}
	found := map[string]int{}
	for _, line := range lines {
		if found[line.key]++; found[line.key] <= maxLines {
			text = append(text, "  "+line.text)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if more := found[key] - maxLines; more > 0 {
			text = append(text, fmt.Sprintf("  %s:%s has %d more problems", r.project, key, more))
		}
	}
	return strings.Join(text, "\n")
}

// configError is the error of an invalid configuration. No resource is registered yet.
type configError struct{ all, unlogged string }

func (e *configError) Error() string { return e.all }
