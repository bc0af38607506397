package stack

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// reader reads config values and reports those that are invalid.
type reader struct {
	*report
	ctx *pulumi.Context
	// others are names that stand in keys in place of the project's name.
	others []string
	// keys are the keys read so far, with the kinds of their values.
	keys map[string]reflect.Kind
	// missing are the required keys without a value, each with an example.
	missing map[string]string
}

func newReader(ctx *pulumi.Context, configured []string) *reader {
	return &reader{
		report: newReport(ctx), ctx: ctx, others: otherProjects(ctx.Project(), configured),
		keys: map[string]reflect.Kind{}, missing: map[string]string{},
	}
}

// value reads a key. It reports a value that is too large and returns "" instead.
func (r *reader) value(key string, kind reflect.Kind) (value string, secret bool) {
	r.keys[key] = kind
	full := r.project + ":" + key
	value, secret = config.Get(r.ctx, full), r.ctx.IsConfigSecret(full)
	for _, other := range r.others {
		name := other + ":" + key
		if misnamed := config.Get(r.ctx, name); misnamed != "" {
			r.failed[key] = true
			r.note(key, "%s is ignored, because the project is %s; rename it to %s", name, r.project, full)
			// Without the value, more problems would follow.
			value, secret = cmp.Or(value, misnamed), secret || r.ctx.IsConfigSecret(name)
		}
	}
	if most := maxBytes(kind); len(value) > most {
		r.fail(key, "has %d bytes; the limit is %d", len(value), most)
		value = ""
	}
	return value, secret
}

// maxBytes returns the maximum size of a value. A list or an object has at most the size of a
// request to etcd, the limit of Kubernetes objects:
// https://etcd.io/docs/v3.5/dev-guide/limit/. The longest string is a resource ID.
func maxBytes(kind reflect.Kind) int {
	if kind == reflect.String {
		return 2048
	}
	return 3 << 19
}

// plain reads a key that must not be a secret: names, tags and settings of an extension are
// readable in Azure.
func (r *reader) plain(key string, kind reflect.Kind) string {
	value, secret := r.value(key, kind)
	if secret {
		r.fail(key, "must not be a secret, because the value is stored in plain text in the state and in Azure; set it without --secret, "+
			"or use secretSettings for secret settings of the chart")
		return ""
	}
	return value
}

func (r *reader) text(key, standard string) string {
	return cmp.Or(r.trimmed(key, r.plain(key, reflect.String)), standard)
}

func (r *reader) required(key, example string) string {
	value := r.text(key, "")
	if value == "" {
		r.missing[key] = example
	}
	return value
}

// reportMissing reports the required keys without a value and without another problem.
func (r *reader) reportMissing() {
	for _, key := range slices.Sorted(maps.Keys(r.missing)) {
		if !r.failed[key] {
			r.fail(key, "is required; for example: pulumi config set %s:%s %q", r.project, key, r.missing[key])
		}
	}
}

func (r *reader) flag(key string, standard bool) bool {
	text := r.text(key, strconv.FormatBool(standard))
	value, err := strconv.ParseBool(text)
	if err != nil {
		r.fail(key, "%q must be true or false", text)
		return standard
	}
	return value
}

// object reads a list or an object.
func (r *reader) object(key string, into any, example string) {
	if text := r.plain(key, reflect.TypeOf(into).Elem().Kind()); text != "" {
		r.decode(key, text, into, example)
	}
}

// secretObject reads an object that must be a secret. No message shows its values.
func (r *reader) secretObject(key string, into *map[string]string, example string) {
	text, secret := r.value(key, reflect.Map)
	switch {
	case text == "" || text == "{}":
	case !secret:
		r.fail(key, "must be a secret; set it with pulumi config set --secret --path '%s[\"<setting>\"]'", key)
	default:
		r.decode(key, text, into, example)
	}
}
