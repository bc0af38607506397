package firstbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProgram: a build whose cache is empty takes something, be the program as small as
// it can; one that fails says why.
func TestProgram(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ source, refused string }{
		"builds":       {"package main\n\nfunc main() {}\n", ""},
		"of no source": {"", "no Go files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			files := map[string]string{"go.mod": "module program\n"}
			if c.source != "" {
				files["main.go"] = c.source
			}
			for file, content := range files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			used, err := Program(t.Context(), folder)
			switch {
			case c.refused == "" && (err != nil || used.CPU == 0 || used.Memory == 0):
				t.Errorf("%v, %v", used, err)
			case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
				t.Errorf("got %v, want %q", err, c.refused)
			}
		})
	}
}
