package e2e

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/OWNER/argocd-on-aks/verify"
)

// Validate checks JSON against a part of cmd/verify/report.schema.json, such as
// #/properties/checks. The empty part is the whole report.
func Validate(t *testing.T, part string, content []byte) {
	t.Helper()
	schema := Read(t, "cmd/verify/report.schema.json")
	var head struct {
		ID string `json:"$id"`
	}
	NoError(t, json.Unmarshal([]byte(schema), &head))
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	NoError(t, compiler.AddResource(head.ID, strings.NewReader(schema)))
	compiled, err := compiler.Compile(head.ID + part)
	NoError(t, err)
	var value any
	NoError(t, json.Unmarshal(content, &value))
	if err := compiled.Validate(value); err != nil {
		t.Errorf("%#v: %s", err, content)
	}
}

// CheckOutput checks the outputs of verify for these results: the report and the list of checks match
// the schema, and a line of text has at most 100 columns, except for a long word.
func CheckOutput(t *testing.T, checks []verify.Check) {
	t.Helper()
	var report, list, text bytes.Buffer
	NoError(t, verify.PrintReport(&report, "dev", time.Now(), checks))
	NoError(t, verify.PrintJSON(&list, checks))
	NoError(t, verify.Print(&text, checks))
	Validate(t, "", report.Bytes())
	Validate(t, "#/properties/checks", list.Bytes())
	for line := range strings.Lines(text.String()) {
		line = strings.TrimRight(line, "\n")
		if utf8.RuneCountInString(line) > 100 && len(strings.Fields(line)) > 1 {
			t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
		}
	}
}
