package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSourceSize checks that a package counts once, together with its imports.
func TestSourceSize(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module m\n", "main.go": "package main\n\nimport \"m/p\"\n\nfunc main() { p.F() }\n",
		"p/p.go": "package p\n\nfunc F() {}\n", "p/p_test.go": "package p\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sizes := map[string]int64{}
	for range 2 {
		if err := (build{".", []string{"."}}).sizes(t.Context(), folder, sizes); err != nil {
			t.Fatal(err)
		}
	}
	if sizes["m@"] != 50 || sizes["m/p@"] != 23 || sizes["unsafe"] == 0 {
		t.Error(sizes)
	}
	if err := (build{".", []string{"./q"}}).sizes(t.Context(), folder, sizes); err == nil {
		t.Error("no error for a package that does not exist")
	}
}
