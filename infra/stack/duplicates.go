package stack

import (
	"cmp"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"
)

// duplicates reports keys that the stack's file has with the project's name in front and
// without. The Pulumi CLI takes the value of either, another one from run to run: it was
// seen with Pulumi v3.259.0. An unreadable file is the CLI's to report, and a stack may have
// its configuration elsewhere.
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
			r.fail(key, "duplicate %q in %s, of which the Pulumi CLI takes either value; keep one", key, name)
		}
	}
}
