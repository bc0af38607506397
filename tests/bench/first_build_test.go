package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFirstBuild: a build from an empty cache takes something, be the program as small as
// it can; one that fails says why.
func TestFirstBuild(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module program\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if used, err := firstBuild(t.Context(), folder); err != nil || used.CPU == 0 || used.Memory == 0 {
		t.Errorf("%v, %v", used, err)
	}
	if _, err := firstBuild(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "go.mod") {
		t.Errorf("built nothing: %v", err)
	}
}
