package stack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"argocd-on-aks/infra/internal/problem"
)

// report collects what is wrong with the configuration, by key.
type report struct {
	stack  string
	errs   []error
	failed map[string]bool
}

func newReport(stack string) *report { return &report{stack: stack, failed: map[string]bool{}} }

func (r *report) fail(key, format string, args ...any) {
	r.failed[key] = true
	r.errs = append(r.errs, fmt.Errorf("  argocd-on-aks:%s "+format, append([]any{key}, args...)...))
}

// add reports the problems of a component's arguments under the keys that they
// come from, but for those of keys that are wrong already.
func (r *report) add(problems problem.List, keyOf func(field string) string) {
	known := maps.Clone(r.failed)
	for _, p := range problems {
		key := keyOf(p.Path)
		if whole, _, _ := strings.Cut(strings.ReplaceAll(key, "[", "."), "."); !known[whole] {
			r.fail(key, "%w", p.Err)
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
	config *config.Config
}

func (r *reader) text(key, standard string) string {
	return cmp.Or(r.config.Get(key), standard)
}

func (r *reader) required(key, example string) string {
	value := r.config.Get(key)
	if value == "" {
		r.fail(key, "is required; for example: pulumi config set argocd-on-aks:%s %q", key, example)
	}
	return value
}

func (r *reader) flag(key string, standard bool) bool {
	text := r.config.Get(key)
	if text == "" {
		return standard
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		r.fail(key, "%q is not true or false", text)
	}
	return value
}

// object decodes strictly: a misspelt field is an error, not a default. Fields
// match those of Go without regard to case.
func (r *reader) object(key string, into any, example string) {
	text := r.config.Get(key)
	if text == "" {
		return
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil && decoder.More() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
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
	for key, value := range values {
		switch value.(type) {
		case string, bool, json.Number:
			(*t)[key] = fmt.Sprint(value)
		default:
			return fmt.Errorf("%q is not a text, a number or a boolean", key)
		}
	}
	return nil
}
