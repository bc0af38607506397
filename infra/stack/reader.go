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

// report collects what is wrong with the configuration, by key.
type report struct {
	stack   string
	project string // what the keys' names begin with
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

// add reports the problems of a component's arguments under the keys that they
// come from, but for those of keys that are wrong already.
func (r *report) add(problems problem.List, keyOf func(field string) string) {
	known := maps.Clone(r.failed)
	for _, p := range problems {
		key := keyOf(p.Path)
		if whole, _, _ := strings.Cut(strings.ReplaceAll(key, "[", "."), "."); !known[whole] && !known[key] {
			r.fail(key, "%s", p.Message(keyOf))
		}
	}
}

// err is nil when nothing is wrong.
func (r *report) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return fmt.Errorf("configuration of stack %s:\n%w", r.stack, errors.Join(r.errs...))
}

// reader reads config values and reports those that cannot be read.
type reader struct {
	*report
	ctx  *pulumi.Context
	keys []string // that were read
}

// get reads a key whose value may be shown. A secret would not stay one: the
// settings of an extension, names and tags are in Azure for every Reader.
func (r *reader) get(key string, most int) string {
	value, secret := r.value(key, most)
	if secret {
		r.fail(key, "is a secret, but would be in the state and in Azure in plain text; set it without --secret. "+
			"Secret settings of the chart belong into secretSettings")
		return ""
	}
	return value
}

// Sizes of a key's value, in bytes. A list or an object is as large as a request that etcd
// takes at most, so that no object in Kubernetes holds more:
// https://etcd.io/docs/v3.5/dev-guide/limit/. The longest text is the ID of a resource.
const maxObject, maxText = 3 << 19, 2048

// value reads a key. If its value is too large, it is reported and empty.
func (r *reader) value(key string, most int) (value string, secret bool) {
	r.keys = append(r.keys, key)
	full := r.project + ":" + key
	if value = config.Get(r.ctx, full); len(value) > most {
		r.fail(key, "has %d bytes, and its value has at most %d", len(value), most)
		value = ""
	}
	return value, r.ctx.IsConfigSecret(full)
}

// repositoryProject is the project whose name the keys in Pulumi.prod.yaml have.
const repositoryProject = "argocd-on-aks"

// misnamed rejects keys of the repository's own project in a project of another name.
// Nothing reads them: not protect, not a role. Other problems follow from that.
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
	return fmt.Errorf("configuration of stack %[1]s:\n  %[2]s: the project is called %[3]s and ignores the keys of another project; "+
		"remove the prefix %[4]q in Pulumi.%[1]s.yaml",
		r.stack, strings.Join(names, ", "), r.project, repositoryProject+":")
}

// unknown reports keys of this program that nothing has read, such as a
// misspelt one. The SDK hands over single keys only; all of them are in the
// variable with which the CLI starts the program.
func (r *reader) unknown(all string) {
	var values map[string]any
	if all == "" || json.Unmarshal([]byte(all), &values) != nil {
		return
	}
	slices.Sort(r.keys)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if key, ours := strings.CutPrefix(name, r.project+":"); ours && !slices.Contains(r.keys, key) {
			r.fail(key, "is not known; the keys are %s", strings.Join(r.keys, ", "))
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
		r.fail(key, "%q is not true or false", text)
	}
	return value
}

// object reads a list or an object.
func (r *reader) object(key string, into any, example string) {
	if text := r.get(key, maxObject); text != "" {
		r.decode(key, text, into, example)
	}
}

// secretObject reads one that must be a secret. Its values are in no message.
func (r *reader) secretObject(key string, into any, example string) {
	text, secret := r.value(key, maxObject)
	switch {
	case text == "" || text == "{}":
	case !secret:
		r.fail(key, "is not encrypted; set it with pulumi config set --secret --path '%s[\"<setting>\"]'", key)
	default:
		r.decode(key, text, into, example)
	}
}

func (r *reader) decode(key, text string, into any, example string) {
	if err := strictly(text, into); err != nil {
		r.fail(key, "cannot be read (%w); write it like %s", err, example)
	}
}

// texts takes numbers and booleans too, which is what `pulumi config set --path`
// makes of 2 and true.
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
		return fmt.Errorf("%s is not a text, a number or a boolean", strings.Join(wrong, ", "))
	}
	return nil
}
