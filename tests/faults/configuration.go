package faults

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// file returns the path of the stack's configuration.
func (s *stack) file() string { return filepath.Join(s.project(), "Pulumi."+s.name+".yaml") }

const project = "argocd-on-aks:"

// configuration returns the configuration by key without project prefix. Fields of objects
// have paths.
func (s *stack) configuration() (map[string]any, error) {
	_, values, err := s.settings()
	if err != nil {
		return nil, err
	}
	flat := maps.Clone(values)
	for _, key := range []string{"cluster", "names"} {
		fields, _ := values[key].(map[string]any)
		for field, value := range fields {
			flat[key+"."+field] = value
		}
		delete(flat, key)
	}
	return flat, nil
}

// settings returns the content of the stack's file and its configuration by key.
func (s *stack) settings() (file, values map[string]any, err error) {
	content, err := os.ReadFile(s.file())
	if err == nil {
		err = yaml.Unmarshal(content, &file)
	}
	config, _ := file["config"].(map[string]any)
	values = map[string]any{}
	for key, value := range config {
		values[strings.TrimPrefix(key, project)] = value
	}
	return file, values, err
}

// configure sets paths of the configuration. Nil removes them.
func (s *stack) configure(set map[string]any) error {
	file, values, err := s.settings()
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(set)) {
		into, key := values, path
		if parent, field, below := strings.Cut(path, "."); below {
			fields, _ := values[parent].(map[string]any)
			if fields == nil {
				fields = map[string]any{}
				values[parent] = fields
			}
			into, key = fields, field
		}
		into[key] = set[path]
		if set[path] == nil {
			delete(into, key)
		}
	}
	config := map[string]any{}
	for key, value := range values {
		config[project+key] = value
	}
	file["config"] = config
	content, err := yaml.Marshal(file)
	if err != nil {
		return err
	}
	return os.WriteFile(s.file(), content, 0o600)
}
