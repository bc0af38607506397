package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// typeScript returns the folder with the compiler and Pulumi's SDK for Node.js.
func typeScript(t *testing.T) (packages string) {
	t.Helper()
	packages = e2e.Root(t) + "/.bin/typescript/node_modules"
	if _, err := os.Stat(filepath.Join(packages, ".package-lock.json")); err != nil {
		t.Skipf("no TypeScript: run make typescript, which needs Node.js and npm (%v)", err)
	}
	return packages
}

// TestProviderTypeScript deploys a program in TypeScript with a group that it creates
// and a secret of its configuration.
func TestProviderTypeScript(t *testing.T) {
	t.Parallel()
	packages := typeScript(t)
	languages, stop, err := engine.ServeNode()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	azure := azuresim.New()
	stack := e2e.OpenProgram(t, azure, nil, "testdata/typescript", "dev")
	stack.Env["PULUMI_DEBUG_LANGUAGES"] = languages
	compile(t, stack.Dir, packages, e2e.Read(t, "tests/e2e/provider/testdata/typescript/index.ts"))
	e2e.SetSecret(t, stack, "githubSecret")
	const group = 1
	e2e.Want(t, stack.Preview, map[string]int{"create": group + e2e.DevResources})
	e2e.Want(t, stack.Up, map[string]int{"create": group + e2e.DevResources})
	configs, _ := e2e.Installed(t, azure).Values["configs"].(map[string]any)
	if secret, _ := configs["secret"].(map[string]any); secret["githubSecret"] != e2e.WebhookSecret {
		t.Errorf("argo CD is told %v", secret)
	}
	if strings.Contains(e2e.Exported(t, stack), e2e.WebhookSecret) {
		t.Error("the state has the secret")
	}
}

// compile writes a program, with the SDK that Pulumi generates, as JavaScript.
func compile(t *testing.T, folder, packages, program string) {
	t.Helper()
	modules := filepath.Join(folder, "node_modules")
	sdk := filepath.Join(modules, filepath.FromSlash("@owner/argocd-on-aks"))
	command(t, e2e.Root(t)+"/tools", "go", "run", "./sdk", "../provider/schema.json", sdk)
	for _, name := range []string{"@pulumi", "@types", "typescript"} {
		if err := os.Symlink(filepath.Join(packages, name), filepath.Join(modules, name)); err != nil {
			t.Fatal(err)
		}
	}
	save(t, folder, "index.ts", program)
	const tsc = "node_modules/typescript/bin/tsc"
	command(t, folder, "node", tsc, "--project", sdk, "--outDir", sdk)
	command(t, folder, "node", tsc, "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "index.ts")
}

func command(t *testing.T, folder, name string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = folder
	if output, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, output)
	}
}
