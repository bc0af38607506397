package stack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

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
