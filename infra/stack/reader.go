package stack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// report collects problems of the configuration by key.
type report struct {
	stack   string
	project string // prefix of the keys
	errs    []error
	failed  map[string]bool
}

func newReport(ctx *pulumi.Context) *report {
	return &report{stack: ctx.Stack(), project: ctx.Project(), failed: map[string]bool{}}
}

func (r *report) fail(key, format string, args ...any) {
	r.failed[key] = true
	r.errs = append(r.errs, fmt.Errorf("  %s:%s "+format, append([]any{r.project, key}, args...)...))
}

// add reports the problems of a component's arguments under their config keys, except for keys
// that already have a problem.
func (r *report) add(problems problem.List, keyOf func(field string) string) {
	known := maps.Clone(r.failed)
	for _, p := range problems {
		key := keyOf(p.Path)
		if whole, _, _ := strings.Cut(strings.ReplaceAll(key, "[", "."), "."); !known[whole] && !known[key] {
			r.fail(key, "%s", p.Message(keyOf))
		}
	}
}

// err returns a *configError, or nil if there is no problem.
func (r *report) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return &configError{fmt.Errorf("configuration of stack %s:\n%w", r.stack, errors.Join(r.errs...))}
}

// configError is the error of an invalid configuration. No resource is registered yet.
type configError struct{ err error }

func (e *configError) Error() string { return e.err.Error() }

func (e *configError) Unwrap() error { return e.err }

// reader reads config values and reports those that are invalid.
type reader struct {
	*report
	ctx  *pulumi.Context
	keys []string // read so far
}

// get reads a key that must not be a secret: names, tags and settings of an extension are
// readable in Azure.
func (r *reader) get(key string, most int) string {
	value, secret := r.value(key, most)
	if secret {
		r.fail(key, "must not be a secret, because the value is stored in plain text in the state and in Azure; set it without --secret, "+
			"or use secretSettings for secret settings of the chart")
		return ""
	}
	return value
}

// Maximum sizes of a key's value, in bytes. A list or an object has at most the size of a
// request to etcd, the limit of Kubernetes objects:
// https://etcd.io/docs/v3.5/dev-guide/limit/. The longest string is a resource ID.
const maxObject, maxText = 3 << 19, 2048

// value reads a key. It reports a value that is too large and returns "" instead.
func (r *reader) value(key string, most int) (value string, secret bool) {
	r.keys = append(r.keys, key)
	full := r.project + ":" + key
	if value = config.Get(r.ctx, full); len(value) > most {
		r.fail(key, "has %d bytes; the limit is %d", len(value), most)
		value = ""
	}
	return value, r.ctx.IsConfigSecret(full)
}

// repositoryProject is the project name in the keys of Pulumi.prod.yaml.
const repositoryProject = "argocd-on-aks"

// misnamed rejects keys with the repository's project name in a project with another name,
// which ignores all of them, including protect and roles. Other problems would follow from
// that, so they are not reported.
func (r *reader) misnamed() error {
	var names []string
	for _, key := range r.keys {
		if name := repositoryProject + ":" + key; r.project != repositoryProject && config.Get(r.ctx, name) != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return &configError{fmt.Errorf("configuration of stack %[1]s:\n  %[2]s: the project %[3]s ignores the keys of another project; "+
		"remove the prefix %[4]q in Pulumi.%[1]s.yaml",
		r.stack, strings.Join(names, ", "), r.project, repositoryProject+":")}
}

// unknown reports keys of this program that it has not read, such as misspelled ones. The SDK
// provides single keys only; the CLI's environment variable has all keys.
func (r *reader) unknown(all string) {
	var values map[string]any
	if all == "" || json.Unmarshal([]byte(all), &values) != nil {
		return
	}
	slices.Sort(r.keys)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if key, ours := strings.CutPrefix(name, r.project+":"); ours && !slices.Contains(r.keys, key) {
			r.fail(key, "is not a valid key; must be one of %s", strings.Join(r.keys, ", "))
		}
	}
}

func (r *reader) text(key, standard string) string {
	return cmp.Or(r.get(key, maxText), standard)
}

func (r *reader) required(key, example string) string {
	value := r.get(key, maxText)
	if value == "" && !r.failed[key] {
		r.fail(key, "is required; for example: pulumi config set %s:%s %q", r.project, key, example)
	}
	return value
}

func (r *reader) flag(key string, standard bool) bool {
	text := r.get(key, maxText)
	if text == "" {
		return standard
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		r.fail(key, "%q must be true or false", text)
	}
	return value
}

// object reads a list or an object.
func (r *reader) object(key string, into any, example string) {
	if text := r.get(key, maxObject); text != "" {
		r.decode(key, text, into, example)
	}
}

// secretObject reads a list or an object that must be a secret. No message shows its values.
func (r *reader) secretObject(key string, into any, example string) {
	text, secret := r.value(key, maxObject)
	switch {
	case text == "" || text == "{}":
	case !secret:
		r.fail(key, "must be a secret; set it with pulumi config set --secret --path '%s[\"<setting>\"]'", key)
	default:
		r.decode(key, text, into, example)
	}
}

func (r *reader) decode(key, text string, into any, example string) {
	if err := strictly(text, into); err != nil {
		r.fail(key, "cannot be parsed (%w); write it like %s", err, example)
	}
}

// texts also accepts numbers and booleans, which pulumi config set --path writes for 2 and
// true.
type texts map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(object []byte) error {
	var values map[string]any
	decoder := json.NewDecoder(bytes.NewReader(object))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil {
		return err
	}
	*t = texts{}
	var wrong []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch value := values[key].(type) {
		case string, bool, json.Number:
			(*t)[key] = fmt.Sprint(value)
		default:
			wrong = append(wrong, strconv.Quote(key))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s must be a string, a number or a boolean", strings.Join(wrong, ", "))
	}
	return nil
}
