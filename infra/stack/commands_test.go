package stack

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// shells returns the shells of this machine in which users may paste commands.
func shells(t *testing.T) (found []string) {
	t.Helper()
	for _, name := range []string{"bash", "zsh"} {
		if _, err := exec.LookPath(name); err == nil {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		t.Skip("no shell")
	}
	return found
}

// paste runs commands in a shell and returns the arguments of each program, with the values
// of flags as the Azure CLI parses them.
func paste(t *testing.T, shell, commands string) [][]string {
	t.Helper()
	folder := t.TempDir()
	// A link, because another test's process may still hold a newly written program open.
	noting, err := filepath.Abs("testdata/program.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"az", "pulumi", "kubectl", "kubelogin", "argocd"} {
		if err := os.Symlink(noting, filepath.Join(folder, program)); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.CommandContext(t.Context(), shell, "-c", commands)
	run.Dir, run.Env = folder, []string{"PATH=" + folder + ":/usr/bin:/bin", "CALLS=" + filepath.Join(folder, "calls"), "HOME=" + folder}
	if printed, err := run.CombinedOutput(); err != nil || len(printed) > 0 {
		t.Errorf("%s: %s: %v: %s", shell, commands, err, printed)
	}
	noted, _ := os.ReadFile(filepath.Join(folder, "calls"))
	var calls [][]string
	for call := range strings.SplitSeq(strings.TrimSuffix(string(noted), "\x00\x00"), "\x00\x00") {
		calls = append(calls, asParsed(strings.Split(call, "\x00")))
	}
	return calls
}

// asParsed replaces --name=value with --name value. The Azure CLI reads other words that
// begin with a hyphen as flags.
func asParsed(call []string) (words []string) {
	for i, word := range call {
		name, value, joined := strings.Cut(word, "=")
		switch {
		case strings.HasPrefix(word, "--") && joined:
			words = append(words, name, value)
		case call[0] == "az" && strings.HasPrefix(word, "-") && strings.HasPrefix(call[i-1], "-") && !strings.Contains(call[i-1], "="):
			words = append(words, "(no value)", word)
		default:
			words = append(words, word)
		}
	}
	return words
}

// oddNames returns unusual names of resource groups that Azure accepts.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
func oddNames() []string {
	names := []string{"rg(prod)", "-rg", "--rg", "-", "(", ")", "((", ").(", "_", "-(a)-", "größe", "组(生产)", "rg.-", "a..b"}
	letters := []rune("aZ09-_().ä")
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		name := make([]rune, 1+random.IntN(12))
		for i := range name {
			name[i] = letters[random.IntN(len(letters))]
		}
		names = append(names, strings.TrimRight(string(name), ".")+"x")
	}
	return names
}

var block = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestPastedCommands: every command of the outputs and the page passes each valid name on
// unchanged.
func TestPastedCommands(t *testing.T) {
	t.Parallel()
	for _, group := range oddNames() {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			id := strings.Replace(mocks.ClusterID, "/platform/", "/"+group+"/", 1)
			recorded := &mocks.Recorder{
				Existing: mocks.ExistingCluster(object{"id": id}), Spoke: mocks.SpokeCluster(nil), Kubeconfig: mocks.Kubeconfig(),
			}
			outputs := exports(t, recorded, map[string]string{
				"region": "", "cluster": `{"existingId":"` + id + `"}`, "clusters": spokes, "bootstrap": firstApplication,
			})
			apply := func(output, file string) [][]string {
				return [][]string{
					{"pulumi", "stack", "output", output, "--stack", "dev"},
					{"az", "aks", "command", "invoke", "--resource-group", group, "--name", "shop", "--command", "kubectl apply -f " + file, "--file", file},
				}
			}
			credentials := []string{"az", "aks", "get-credentials", "--resource-group", group, "--name", "shop"}
			forward := []string{"kubectl", "port-forward", "svc/argocd-server", "-n", "argocd", "9000:443"}
			login := []string{"argocd", "login", "localhost:9000", "--sso", "--insecure"}
			var page []string
			for _, match := range block.FindAllStringSubmatch(outputs["readme"], -1) {
				page = append(page, match[1])
			}
			for _, shell := range shells(t) {
				for commands, want := range map[string][][]string{
					outputs["getCredentialsCommand"]: {credentials},
					outputs["portForwardCommand"]:    {forward},
					outputs["loginCommand"]:          {login},
					outputs["bootstrapCommand"]:      apply("bootstrapManifest", "argocd-bootstrap.yaml"),
					outputs["clustersCommand"]:       apply("clusterSecrets", "clusters.yaml"),
					strings.Join(page, ""): slices.Concat([][]string{credentials, forward, login, {"argocd", "account", "get-user-info"}},
						apply("bootstrapManifest", "argocd-bootstrap.yaml")),
				} {
					if got := paste(t, shell, commands); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
						t.Errorf("%s: %s calls\n%q\nwant\n%q", shell, commands, got, want)
					}
				}
			}
			if link := "/resource" + strings.NewReplacer("(", `\(`, ")", `\)`).Replace(id) + ")"; !strings.Contains(outputs["readme"], link) {
				t.Errorf("no link to %s: %s", link, outputs["readme"])
			}
		})
	}
}

// TestPastedStack: a stack's name can begin with a hyphen.
func TestPastedStack(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"dev":   "pulumi stack output o --stack dev > f && ",
		"-prod": "pulumi stack output o --stack=-prod > f && ",
	} {
		if got := applyCommand(stack, "g", "c", "o", "f"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", stack, got)
		}
	}
}

// TestPastedWarning: the command that replaces a group's name with its object ID has no other
// effect in zsh, where # does not start a comment on the command line.
func TestPastedWarning(t *testing.T) {
	t.Parallel()
	for group, want := range map[string]string{
		"Argo CD Admins":         "pulumi config set --path 'roles[0].group' 0000  # Argo CD Admins",
		"Team & Co":              "pulumi config set --path 'roles[0].group' 0000  # 'Team & Co'",
		"Admins (prod)":          "pulumi config set --path 'roles[0].group' 0000  # 'Admins (prod)'",
		"$(touch evil)":          "pulumi config set --path 'roles[0].group' 0000  # '$(touch evil)'",
		"a; touch evil":          "pulumi config set --path 'roles[0].group' 0000  # 'a; touch evil'",
		"it's `touch evil` > a!": "pulumi config set --path 'roles[0].group' 0000  # 'it'\\''s `touch evil` > a!'",
	} {
		got := setCommand("roles[0].group", "0000", group)
		if got != want {
			t.Errorf("%q: %s, want %s", group, got, want)
		}
		for _, shell := range shells(t) {
			calls := paste(t, shell, strings.Replace(got, "  # ", "  '#' ", 1))
			want := []string{"pulumi", "config", "set", "--path", "roles[0].group", "0000", "#"}
			if len(calls) != 1 || !slices.Equal(calls[0][:min(len(want), len(calls[0]))], want) {
				t.Errorf("%s: %s calls %q", shell, got, calls)
			}
		}
	}
}
