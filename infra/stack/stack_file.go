package stack

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"gopkg.in/yaml.v3"
)

// stackFile reports what the Pulumi CLI v3.259.0 ignores in the stack's file without a
// message (LoadProjectStackBytes in sdk/go/common/workspace/loaders.go). The CLI reports an
// unreadable file, and a stack may have its configuration elsewhere.
func (r *reader) stackFile() {
	path, err := stackPath(cmp.Or(r.ctx.RootDirectory(), "."), r.stack)
	if err != nil {
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return
	}
	name := filepath.Base(path)
	documents := yaml.NewDecoder(bytes.NewReader(content))
	var file map[string]any
	if documents.Decode(&file) != nil || !r.keysOnce(name, file["config"]) {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(file)) {
		r.topLevel(name, key)
	}
	if !errors.Is(documents.Decode(new(any)), io.EOF) {
		r.note("", "%s has a second YAML document, which the Pulumi CLI ignores; move its keys to the first and remove the line ---", name)
	}
}

// stackPath returns the path of the stack's file.
func stackPath(root, stack string) (string, error) {
	path, err := workspace.DetectProjectPathFrom(root)
	if err != nil {
		return "", err
	}
	project, err := workspace.LoadProject(path)
	if err != nil {
		return "", err
	}
	return workspace.ProjectStackPath(path, project, tokens.QName(stack)), nil
}

// keysOnce reports keys that a stack's file contains more than once: with and without the
// project's name, or with config: after it. The CLI uses either value, at random. It returns
// false if the CLI has not read the file, because of --config-file.
func (r *reader) keysOnce(file string, section any) bool {
	written, _ := section.(map[string]any)
	names := map[string]int{}
	for name := range written {
		if !strings.Contains(name, ":") {
			name = r.project + ":" + name
		}
		if key, err := config.ParseKey(name); err == nil {
			names[key.String()]++
		}
	}
	for name, times := range names {
		if _, read := r.ctx.GetConfig(name); !read {
			return false
		}
		if times == 1 {
			delete(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		_, key, _ := strings.Cut(name, ":")
		r.note(key, "%s duplicate %q in %s: the Pulumi CLI uses either value at random; keep one", name, key, file)
	}
	return true
}

// topLevel reports a key of a stack's file that belongs below config, or is misspelled. Others
// may define YAML anchors.
func (r *reader) topLevel(file, key string) {
	// ProjectStack in sdk/go/common/workspace/project.go of Pulumi v3.259.0.
	sections := []string{"config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"}
	if slices.Contains(sections, key) {
		return
	}
	_, name, prefixed := strings.Cut(key, ":")
	if !prefixed {
		name = key
	}
	if _, read := r.keys[rootOf(name)]; read || prefixed {
		r.failed[rootOf(name)] = true
		r.note(name, "%s is at the top level of %s, where the Pulumi CLI ignores it; indent it below config:", shown(key), file)
	} else if section := nearest(key, slices.Values(sections)); section != "" {
		r.note(key, "%s is not a section of %s, so the Pulumi CLI ignores it; did you mean %s?", shown(key), file, section)
	}
}
