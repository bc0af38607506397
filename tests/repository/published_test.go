package repository

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestPublished uses published versions of the modules as other projects do, without a clone.
func TestPublished(t *testing.T) {
	t.Parallel()
	modules := publish(t)
	t.Run("components", func(t *testing.T) {
		t.Parallel()
		componentProgram(t, modules)
	})
	t.Run("template", func(t *testing.T) {
		t.Parallel()
		templateProject(t, modules)
	})
}

// componentProgram compiles a separate program with the three components.
func componentProgram(t *testing.T, modules *proxy) {
	program := &userProject{dir: t.TempDir(), env: modules.env}
	program.run(t, nil, "go", "mod", "init", "example.com/shop")
	program.write(t, "main.go", e2e.Read(t, "tests/repository/testdata/go/main.go.txt"))
	program.run(t, nil, "go", "get", thisModule+"/infra/...@"+modules.old)
	program.run(t, nil, "go", "build", "-o", os.DevNull, ".")
}

// templateProject creates a project from the template, deploys it, runs the commands on it,
// upgrades it, and destroys it.
func templateProject(t *testing.T, modules *proxy) {
	azure, port := azuresim.New(), e2e.FreePort(t)
	shop := newProject(t, azure, modules)
	shop.run(t, nil, "pulumi", "config", "set", "domain", fmt.Sprintf("localhost:%d", port))
	e2e.WantText(t, shop.pulumi(t, "preview"), fmt.Sprintf("+ %d to create", e2e.DevResources))
	e2e.WantText(t, shop.pulumi(t, "up", "--yes"), fmt.Sprintf("+ %d created", e2e.DevResources))
	shop.commands(t, azure, modules.old, port)

	shop.run(t, nil, "pulumi", "config", "set", "--path", "tags.team", "shop")
	shop.run(t, nil, "go", "get", thisModule+"@"+modules.new)
	upgraded := shop.pulumi(t, "up", "--yes")
	e2e.WantText(t, upgraded, " updated", " unchanged")
	for _, change := range []string{"created", "replaced", "deleted"} {
		if strings.Contains(upgraded, " "+change+"\n") {
			t.Errorf("the upgrade has %s resources: %s", change, upgraded)
		}
	}
	e2e.WantText(t, shop.pulumi(t, "stack", "output", "readme"), "go run "+thisModule+"/cmd/verify@"+modules.new+" --stack dev")
	shop.pulumi(t, "destroy", "--yes")
	if left := azure.IDs(); len(left) > 0 {
		t.Errorf("destroy left %v", left)
	}
}

// adminsGroup is the object ID of Argo CD Admins in the simulated tenant.
const adminsGroup = "237da8bd-fae0-4cbe-b77f-32c36673c4af"

// userProject is a project outside of this repository.
type userProject struct {
	dir     string
	env     []string
	answers string // input of a user
}

// newProject runs `pulumi new` with the template and the user's answers.
func newProject(t *testing.T, azure *azuresim.Azure, modules *proxy) *userProject {
	t.Helper()
	providers, stopProviders, err := azure.Serve()
	e2e.NoError(t, err)
	e2e.AtEnd(t, stopProviders)
	languages, stopLanguages, err := engine.ServeGoWith(modules.env)
	e2e.NoError(t, err)
	e2e.AtEnd(t, stopLanguages)
	home := t.TempDir()
	shop := &userProject{dir: filepath.Join(home, "project"), env: append(slices.Clone(modules.env), "PULUMI_DEBUG_LANGUAGES="+languages)}
	shop.env = append(shop.env, engine.Environ(engine.Environment(home, providers))...)
	for _, dir := range []string{shop.dir, filepath.Join(home, "state")} {
		e2e.NoError(t, os.MkdirAll(dir, 0o755))
	}
	shop.answers = "shop-argo\n\ndev\n\n" + adminsGroup + "\nwestus2\n"
	shop.asks(t, shop.run(t, []string{"PULUMI_TEST_INTERACTIVE=true"}, "pulumi", "new", modules.template))
	shop.answers = ""
	return shop
}

// asks checks the questions and the files of `pulumi new`.
func (p *userProject) asks(t *testing.T, printed string) {
	t.Helper()
	e2e.WantText(t, printed, "Project name (", "Stack name (dev)", "Azure region (region)", "(group)", "(domain)")
	files := contents(t, p.dir)
	want := []string{".gitignore", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.yaml", "README.md", "go.mod", "go.sum", "main.go"}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("pulumi new created %v, want %v", got, want)
	}
	e2e.WantText(t, files["Pulumi.dev.yaml"], "shop-argo:group: "+adminsGroup, "shop-argo:region: westus2", "shop-argo:domain: localhost:9000")
	e2e.WantText(t, files["Pulumi.yaml"], "name: shop-argo\n")
	e2e.WantText(t, files["README.md"], "# shop-argo\n")
}

// commands runs the published commands on the deployed stack.
func (p *userProject) commands(t *testing.T, azure *azuresim.Azure, version string, port int) {
	t.Helper()
	published := func(name string) string { return thisModule + "/cmd/" + name + "@" + version }
	internet := e2e.Connect(t, azure)
	e2e.Start(t, azure, internet, port)
	e2e.WantText(t, p.run(t, nil, "go", "run", published("verify"), "--help"), "verify [--stack dev]")
	e2e.WantText(t, p.run(t, internet.Env(), "go", "run", published("verify"), "--stack", "dev", "--wait", "0s"), "ok  ")
	az, err := azcli.SignIn(azure, t.TempDir(), "Application.Read.All", "Directory.Read.All", "Reader")
	e2e.NoError(t, err)
	e2e.WantText(t, p.run(t, append(internet.Env(), az...), "go", "run", published("verify/recover"), "--stack", "dev", "--plan"), "the state contains all objects of the stack")
	p.write(t, "deployments/dev.yaml", "sourceContext:\n  git:\n    branch: main\n")
	cloud := []string{"PULUMI_BACKEND_URL=https://api.pulumi.com"}
	e2e.WantText(t, p.run(t, cloud, "go", "run", published("deployments"), "--org", "contoso", "--stack", "dev", "--dry-run"),
		"POST https://api.pulumi.com/api/stacks/contoso/shop-argo/dev/deployments/settings")
}

// pulumi runs a pulumi command without prompts.
func (p *userProject) pulumi(t *testing.T, args ...string) string {
	t.Helper()
	return p.run(t, nil, "pulumi", append(args, "--non-interactive", "--color", "never")...)
}

// run runs a command in the project and returns its output.
func (p *userProject) run(t *testing.T, more []string, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = p.dir, append(append(os.Environ(), p.env...), more...)
	command.Stdin = strings.NewReader(p.answers)
	line, started := name+" "+strings.Join(args, " "), time.Now()
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", line, err, output)
	}
	t.Logf("%.1f s: %s", time.Since(started).Seconds(), line)
	return string(output)
}

func (p *userProject) write(t *testing.T, name, content string) {
	t.Helper()
	file := filepath.Join(p.dir, filepath.FromSlash(name))
	e2e.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	e2e.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}
