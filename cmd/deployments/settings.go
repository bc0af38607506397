package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"gopkg.in/yaml.v3"
)

// readSettings returns a settings file as JSON. It adds no defaults, because the service
// merges the request into the existing settings. It returns an error for fields that are not
// in Pulumi's type, placeholders and secrets.
func readSettings(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such file; start from https://github.com/OWNER/argocd-on-aks/blob/main/deployments/prod.yaml", file)
	}
	if err != nil {
		return nil, err
	}
	if err := decodeStrictly(content, &apitype.DeploymentSettings{}); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var document map[string]any
	if err := decodeStrictly(content, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	problems := inspect("", document)
	slices.Sort(problems)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s:\n  %s", file, strings.Join(problems, "\n  "))
	}
	return json.MarshalIndent(document, "", "  ")
}

// decodeStrictly decodes a single document and rejects unknown fields.
func decodeStrictly(content []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("must contain only one YAML document")
	}
	return nil
}

var (
	placeholder = regexp.MustCompile(`<[^<>]*>`)
	// secretFields are the fields of Pulumi's type that contain secrets.
	secretFields = []string{"secret", "isSecret", "ciphertext", "gitAuth", "credentials"}
)

// inspect returns the secrets and placeholders in a value as problems.
func inspect(path string, value any) (problems []string) {
	switch v := value.(type) {
	case map[string]any:
		for key, element := range v {
			at := strings.TrimPrefix(path+"."+key, ".")
			if slices.Contains(secretFields, key) {
				problems = append(problems, at+": secrets are not allowed in this file; use OIDC, the GitHub app or an ESC environment")
				continue
			}
			problems = append(problems, inspect(at, element)...)
		}
	case []any:
		for i, element := range v {
			problems = append(problems, inspect(fmt.Sprintf("%s[%d]", path, i), element)...)
		}
	case string:
		if placeholder.MatchString(v) {
			problems = append(problems, fmt.Sprintf("%s %q is a placeholder; replace it with a value", path, v))
		}
	}
	return problems
}
