package commands

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

var (
	shellBlock  = regexp.MustCompile("(?ms)^( *)```(?:sh|bash)\n(.*?)^ *```$")
	placeholder = regexp.MustCompile(`<[a-zA-Z][a-zA-Z ]*>`)
	variable    = regexp.MustCompile(`\$\{?([A-Za-z]\w*)`)
)

// recorder stands in for every program that the documents call: it notes what it is
// called with, each word ended by a NUL, and prints an ID, as most of them would.
const recorder = `#!/bin/sh
printf '%s\0' "${0##*/}" "$@" > "$(mktemp "$CALLS/XXXXXX")"
echo 00000000-0000-0000-0000-000000000001
`

// stoodIn are the programs that the documents call.
var stoodIn = []string{"pulumi", "argocd", "az", "kubectl", "gh", "jq", "curl", "terraform", "make", "git", "go"}

// TestCommands runs the code blocks of all documents in a shell, and has the real
// pulumi and argocd judge what they are called with; with AZ=required the real az
// as well, which takes seconds for each line.
func TestCommands(t *testing.T) {
	t.Parallel()
	judged := map[string]int{}
	for _, page := range e2e.Pages(t) {
		for _, call := range calls(t, page) {
			var err error
			switch call[0] {
			case "pulumi", "argocd":
				err = takenByCobra(t, call)
			case "az":
				if os.Getenv("AZ") != "" {
					err = takenByAz(t, call)
				}
			}
			judged[call[0]]++
			if err != nil {
				t.Errorf("%s: %s: %v", page, strings.Join(call, " "), err)
			}
		}
	}
	for program, least := range map[string]int{"pulumi": 30, "argocd": 4, "az": 30} {
		if judged[program] < least {
			t.Errorf("only %d calls of %s", judged[program], program)
		}
	}
}

// calls runs a page's blocks one after another, and returns which programs were
// called, and with what.
func calls(t *testing.T, page string) [][]string {
	t.Helper()
	folder := t.TempDir()
	programs, noted, home := filepath.Join(folder, "programs"), filepath.Join(folder, "calls"), filepath.Join(folder, "home")
	for _, made := range []string{programs, noted, home} {
		e2e.NoError(t, os.Mkdir(made, 0o700))
	}
	for _, program := range stoodIn {
		e2e.NoError(t, os.WriteFile(filepath.Join(programs, program), []byte(recorder), 0o700))
	}
	var script strings.Builder
	for _, match := range variable.FindAllStringSubmatch(e2e.Read(t, page), -1) {
		// What the page has of another, or of a CI.
		fmt.Fprintf(&script, "%s=${%[1]s:-placeholder}\n", match[1])
	}
	for _, match := range shellBlock.FindAllStringSubmatch(e2e.Read(t, page), -1) {
		fmt.Fprintln(&script, placeholder.ReplaceAllString(match[2], "placeholder"))
	}
	for _, options := range [][]string{{"-n"}, nil} {
		shell := exec.CommandContext(t.Context(), "bash", append(options, "-c", script.String())...)
		shell.Dir = home
		shell.Env = []string{"PATH=" + programs + ":/usr/bin:/bin", "HOME=" + home, "CALLS=" + noted}
		// What a block does with an answer that is none may fail; its syntax may not.
		if printed, err := shell.CombinedOutput(); err != nil && options != nil {
			t.Errorf("%s: %v: %s", page, err, printed)
		}
	}
	files, err := filepath.Glob(filepath.Join(noted, "*"))
	e2e.NoError(t, err)
	var all [][]string
	for _, file := range files {
		words, err := os.ReadFile(file)
		e2e.NoError(t, err)
		all = append(all, strings.Split(strings.TrimSuffix(string(words), "\x00"), "\x00"))
	}
	return all
}

// ownUsage is the command that a page of help is about, and what it takes.
var ownUsage = regexp.MustCompile(`(?m)^Usage:\n +((?:[a-z-]+ ?)+)(.*)$`)

// takenByCobra asks a command for its help, which comes only if its flags are all
// known. A command that has others below it and knows not the next word shows its
// own.
func takenByCobra(t *testing.T, call []string) error {
	t.Helper()
	ask := exec.CommandContext(t.Context(), call[0], append(call[1:], "--help")...)
	printed, err := ask.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, printed)
	}
	usage := ownUsage.FindSubmatch(printed)
	if usage == nil {
		return fmt.Errorf("no usage in %s", printed)
	}
	path := strings.Fields(string(usage[1]))
	takesWords := strings.Trim(string(usage[2]), " ") != "[flags]"
	if rest := call[min(len(path), len(call)):]; !takesWords && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		return fmt.Errorf("%s takes no %q", usage[1], rest[0])
	}
	return nil
}

// takenByAz has az read a command line, which comes before it finds that nobody is
// signed in. It exits with 2 for what it cannot read: https://learn.microsoft.com/cli/azure/use-azure-cli-successfully
func takenByAz(t *testing.T, call []string) error {
	t.Helper()
	if call[1] == "login" {
		return nil // asks a person
	}
	run := exec.CommandContext(t.Context(), "az", call[1:]...)
	run.Env = append(os.Environ(), "AZURE_CONFIG_DIR="+t.TempDir(), "AZURE_CORE_COLLECT_TELEMETRY=false", "AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no")
	printed, err := run.CombinedOutput()
	if code := run.ProcessState.ExitCode(); err != nil && code != 1 {
		return fmt.Errorf("%w: %s", err, printed)
	}
	return nil
}
