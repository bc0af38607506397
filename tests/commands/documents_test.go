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

// recorder replaces each program that the documents call. It records its arguments, each terminated
// by NUL, and prints an ID.
const recorder = `#!/bin/sh
printf '%s\0' "${0##*/}" "$@" > "$(mktemp "$CALLS/XXXXXX")"
echo 00000000-0000-0000-0000-000000000001
`

// replaced are the programs that recorder replaces.
var replaced = []string{"pulumi", "argocd", "az", "kubectl", "gh", "jq", "curl", "terraform", "make", "git", "go"}

// TestCommands runs the code blocks of all documents in a shell and checks each command line with
// the real pulumi and argocd. AZ=required also checks with the real az, which takes seconds for
// each command line.
func TestCommands(t *testing.T) {
	t.Parallel()
	judged := map[string]int{}
	for _, page := range e2e.Pages(t) {
		for _, call := range calls(t, page) {
			var err error
			switch call[0] {
			case "pulumi", "argocd":
				err = parsedByCobra(t, call)
			case "az":
				if os.Getenv("AZ") != "" {
					err = parsedByAz(t, call)
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

// calls runs the code blocks of a page in order and returns the command lines of the programs.
func calls(t *testing.T, page string) [][]string {
	t.Helper()
	folder := t.TempDir()
	programs, noted, home := filepath.Join(folder, "programs"), filepath.Join(folder, "calls"), filepath.Join(folder, "home")
	for _, made := range []string{programs, noted, home} {
		e2e.NoError(t, os.Mkdir(made, 0o700))
	}
	for _, program := range replaced {
		e2e.NoError(t, os.WriteFile(filepath.Join(programs, program), []byte(recorder), 0o700))
	}
	var script strings.Builder
	for _, match := range variable.FindAllStringSubmatch(e2e.Read(t, page), -1) {
		// Variables of another page or of a CI system.
		fmt.Fprintf(&script, "%s=${%[1]s:-placeholder}\n", match[1])
	}
	for _, match := range shellBlock.FindAllStringSubmatch(e2e.Read(t, page), -1) {
		fmt.Fprintln(&script, placeholder.ReplaceAllString(match[2], "placeholder"))
	}
	for _, options := range [][]string{{"-n"}, nil} {
		shell := exec.CommandContext(t.Context(), "bash", append(options, "-c", script.String())...)
		shell.Dir = home
		shell.Env = []string{"PATH=" + programs + ":/usr/bin:/bin", "HOME=" + home, "CALLS=" + noted}
		// A command may fail, because recorder prints no real output. A syntax error may not.
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

// ownUsage matches the command of a help page and its arguments.
var ownUsage = regexp.MustCompile(`(?m)^Usage:\n +((?:[a-z-]+ ?)+)(.*)$`)

// parsedByCobra asks a command for its help, which it prints only if all flags are valid. A command
// with subcommands prints its own help for an unknown one.
func parsedByCobra(t *testing.T, call []string) error {
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

// parsedByAz parses a command line with az without a sign-in. az exits with 2 if it cannot parse:
// https://learn.microsoft.com/cli/azure/use-azure-cli-successfully
func parsedByAz(t *testing.T, call []string) error {
	t.Helper()
	if call[1] == "login" {
		return nil // interactive
	}
	run := exec.CommandContext(t.Context(), "az", call[1:]...)
	run.Env = append(os.Environ(), "AZURE_CONFIG_DIR="+t.TempDir(), "AZURE_CORE_COLLECT_TELEMETRY=false", "AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no")
	printed, err := run.CombinedOutput()
	if code := run.ProcessState.ExitCode(); err != nil && code != 1 {
		return fmt.Errorf("%w: %s", err, printed)
	}
	return nil
}
