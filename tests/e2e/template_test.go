package e2e

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestTemplate makes a project of another name with `pulumi new`, as somebody who
// answers its questions, and deploys its stacks.
func TestTemplate(t *testing.T) {
	t.Parallel()
	template := t.TempDir()
	clone(t, template)
	project, err := workspace.LoadProject(filepath.Join(template, "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if project.Template == nil {
		t.Skip("this project was made from the template")
	}
	folder := t.TempDir()
	const group = "237da8bd-fae0-4cbe-b77f-32c36673c4af"
	printed := pulumiNew(t, template, folder, "shop-argo", "", "dev", "", group, "westus2")
	asked := []string{"Project name (argocd-on-aks)", "Stack name (dev)"}
	for key, question := range project.Template.Config {
		asked = append(asked, question.Description+" ("+key+")")
	}
	for _, question := range asked {
		if !strings.Contains(printed, question) {
			t.Errorf("no %q in %s", question, printed)
		}
	}
	changed := changedFiles(t, template, folder)
	if want := []string{"Pulumi.dev.yaml", "Pulumi.yaml"}; !slices.Equal(changed, want) {
		t.Errorf("pulumi new has changed %v, want %v", changed, want)
	}
	check := exec.CommandContext(t.Context(), "go", "test", "-vet=all", "./...")
	check.Dir = folder
	if output, err := check.CombinedOutput(); err != nil {
		t.Errorf("%s in the new project: %v\n%s", check, err, output)
	}

	azure := azuresim.New()
	dev := openProgram(t, azure, program.Deploy, folder, "dev")
	want(t, dev.Up, map[string]int{"create": devResources})
	for key, answer := range map[string]string{"region": "westus2", "group": group, "domain": "localhost:9000"} {
		if got, err := dev.GetConfig(t.Context(), "shop-argo:"+key); err != nil || got.Value != answer {
			t.Errorf("%s: %q, %v; the answer was %q", key, got.Value, err, answer)
		}
	}
	tryRenamed(t, azure, folder)
}

// tryRenamed deploys the prod stack of a project that is not called as its file
// says. All of it counts, protect too, or none.
func tryRenamed(t *testing.T, azure *azuresim.Azure, folder string) {
	t.Helper()
	_, err := openProgram(t, azure, program.Deploy, folder, "prod").Up(t.Context())
	if err == nil || !strings.Contains(err.Error(), "argocd-on-aks:policies, argocd-on-aks:protect, argocd-on-aks:region") {
		t.Fatalf("prod under the template's name: %v", err)
	}
	rename := exec.CommandContext(t.Context(), "bash", "-euc", regexp.MustCompile(`sed -i '\S+' \S+\.yaml`).FindString(err.Error()))
	rename.Dir = folder
	if output, err := rename.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", rename, err, output)
	}
	prod := openProgram(t, azure, program.Deploy, folder, "prod")
	want(t, prod.Up, map[string]int{"create": prodResources})
	if _, err := prod.Destroy(t.Context()); err == nil || !strings.Contains(err.Error(), "protect") {
		t.Errorf("a protected stack is destroyed: %v", err)
	}
	set(t, prod, "protect", "false")
	want(t, prod.Up, map[string]int{"same": prodResources})
}

// pulumiNew runs `pulumi new` with the answers that somebody types.
func pulumiNew(t *testing.T, template, folder string, answers ...string) (printed string) {
	t.Helper()
	languages, stop, err := engine.ServeGo()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), "pulumi", "new", template, "--dir", folder)
	command.Env = append(os.Environ(), "PULUMI_HOME="+home, "PULUMI_BACKEND_URL=file://"+home, "PULUMI_CONFIG_PASSPHRASE=local",
		"PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_TEST_INTERACTIVE=true", "PULUMI_DEBUG_LANGUAGES="+languages)
	command.Stdin = strings.NewReader(strings.Join(answers, "\n") + "\n")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("pulumi new: %v: %s", err, output)
	}
	return string(output)
}

// changedFiles are those that are not alike in both folders.
func changedFiles(t *testing.T, before, after string) (changed []string) {
	t.Helper()
	old, now := contents(t, before), contents(t, after)
	for name := range now {
		if old[name] != now[name] {
			changed = append(changed, name)
		}
		delete(old, name)
	}
	return slices.Sorted(slices.Values(slices.AppendSeq(changed, maps.Keys(old))))
}

func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
