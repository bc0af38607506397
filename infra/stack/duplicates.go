package stack

import (
	"cmp"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"
)

// duplicates reports keys that the stack's file contains both with and without the project's
// name. The Pulumi CLI v3.259.0 uses the value of either, at random. The CLI reports an
// unreadable file, and a stack may have its configuration elsewhere.
func (r *reader) duplicates(ctx *pulumi.Context) {
	name := "Pulumi." + r.stack + ".yaml"
	content, err := os.ReadFile(filepath.Join(cmp.Or(ctx.RootDirectory(), "."), name))
	if err != nil {
		return
	}
	var file struct{ Config map[string]any }
	if yaml.Unmarshal(content, &file) != nil {
		return
	}
	for _, key := range r.keys {
		_, short := file.Config[key]
		if _, full := file.Config[r.project+":"+key]; short && full {
			r.fail(key, "duplicate %q in %s: the Pulumi CLI uses either value at random; keep one", key, name)
		}
	}
}
