package provider

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

const adminsID = "237da8bd-fae0-4cbe-b77f-32c36673c4af"

// openYAML opens a stack of a YAML program that uses the Pulumi package.
func openYAML(t *testing.T, folder, name string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	azure := azuresim.New()
	return e2e.OpenProgram(t, azure, nil, folder, name), azure
}

// sameInBoth checks that both programs create the same resources with the same inputs.
func sameInBoth(t *testing.T, inYAML, inGo *engine.Stack, count int) {
	t.Helper()
	e2e.Want(t, inYAML.Preview, map[string]int{"create": count})
	e2e.Want(t, inYAML.Up, map[string]int{"create": count})
	state, err := inYAML.Export(t.Context())
	e2e.NoError(t, err)
	e2e.NoError(t, inGo.Import(t.Context(), state))
	e2e.Want(t, inGo.Up, map[string]int{"same": count})
	inGo.Deployed = false // inYAML destroys the resources
	yamls, gos := inputs(t, inYAML), inputs(t, inGo)
	for urn, in := range gos {
		if got := yamls[urn]; !reflect.DeepEqual(got, in) {
			t.Errorf("%s: %v, want %v", urn, got, in)
		}
	}
	if len(yamls) != count-1 || len(gos) != count-1 {
		t.Errorf("%d resources in YAML, %d in Go, want %d", len(yamls), len(gos), count-1)
	}
}

// inputs returns the inputs of a stack's resources by URN, without providers and the stack.
func inputs(t *testing.T, stack *engine.Stack) map[string]map[string]any {
	t.Helper()
	state, err := stack.Export(t.Context())
	e2e.NoError(t, err)
	var deployment apitype.DeploymentV3
	e2e.NoError(t, json.Unmarshal(state.Deployment, &deployment))
	all := map[string]map[string]any{}
	for _, r := range deployment.Resources {
		if r.Type.Package() != "pulumi" {
			for _, value := range r.Inputs {
				withoutCiphertext(value)
			}
			all[string(r.URN)] = r.Inputs
		}
	}
	return all
}

// withoutCiphertext removes ciphertexts, which differ for the same value.
func withoutCiphertext(value any) {
	if object, is := value.(map[string]any); is {
		delete(object, "ciphertext")
		for _, inner := range object {
			withoutCiphertext(inner)
		}
	}
}

// typeScript returns the folder with the compiler and Pulumi's SDK for Node.js.
func typeScript(t *testing.T) (packages string) {
	t.Helper()
	packages = e2e.Root(t) + "/.bin/typescript/node_modules"
	if _, err := os.Stat(filepath.Join(packages, ".package-lock.json")); err != nil {
		t.Skipf("TypeScript is not installed; run make typescript, which requires Node.js and npm (%v)", err)
	}
	return packages
}

// compile compiles a program and the generated SDK to JavaScript.
func compile(t *testing.T, folder, packages, program string) {
	t.Helper()
	modules := filepath.Join(folder, "node_modules")
	sdk := filepath.Join(modules, filepath.FromSlash("@owner/argocd-on-aks"))
	command(t, e2e.Root(t)+"/tools", "go", "run", "./sdk", "../provider/schema.json", sdk)
	for _, name := range []string{"@pulumi", "@types", "typescript"} {
		e2e.NoError(t, os.Symlink(filepath.Join(packages, name), filepath.Join(modules, name)))
	}
	e2e.Write(t, filepath.Join(folder, "index.ts"), program)
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
