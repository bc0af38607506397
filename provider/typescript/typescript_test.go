// Package typescript type-checks programs in TypeScript that use the components.
package typescript

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// installed is where `make typescript` installs the packages of package.json.
const installed = "../../.bin/typescript/node_modules"

// TestTypeScript checks that the compiler accepts program.ts and reports the mistakes in
// mistakes.ts.
func TestTypeScript(t *testing.T) {
	t.Parallel()
	packages, err := filepath.Abs(installed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(packages, ".package-lock.json")); err != nil {
		t.Skipf("TypeScript is not installed; run make typescript, which requires Node.js and npm (%v)", err)
	}
	folder := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"package.json", "tsconfig.json", "program.ts", "mistakes.ts"} {
		write(name, read(t, name))
	}
	write("schema.json", read(t, "../schema.json"))
	run(t, "../../tools", "go", "run", "./sdk", filepath.Join(folder, "schema.json"), filepath.Join(folder, "sdk"))
	if err := os.Symlink(packages, filepath.Join(folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
	run(t, folder, "node", "node_modules/typescript/bin/tsc", "--project", ".")
}

func run(t *testing.T, folder, command string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), command, args...)
	c.Dir = folder
	if output, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, output)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestLockFile checks that npm downloads packages from the configured registry and verifies
// their checksums.
func TestLockFile(t *testing.T) {
	t.Parallel()
	var lock struct {
		Packages map[string]struct{ Version, Resolved, Integrity string }
	}
	if err := json.Unmarshal([]byte(read(t, "package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	delete(lock.Packages, "") // this folder
	if len(lock.Packages) == 0 {
		t.Error("no packages")
	}
	for name, locked := range lock.Packages {
		if locked.Resolved != "" || locked.Integrity == "" {
			t.Errorf("%s %s has the source %q and the checksum %q", name, locked.Version, locked.Resolved, locked.Integrity)
		}
	}
}
