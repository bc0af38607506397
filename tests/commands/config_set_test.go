package commands

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// configSet is a command in a code block or in a sentence, without a command after it.
var configSet = regexp.MustCompile("pulumi config set [^`\n;&|]+")

// TestConfigSetCommands runs every `pulumi config set` of the documents with the real CLI.
// It rejects values that look like secrets without --plaintext or --secret.
func TestConfigSetCommands(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	environ := append(os.Environ(), engine.Environ(engine.Environment(home, ""))...)
	az := filepath.Join(home, "az")
	e2e.NoError(t, os.Mkdir(filepath.Join(home, "state"), 0o700))
	e2e.NoError(t, os.WriteFile(az, []byte("#!/bin/sh\necho 00000000-0000-0000-0000-000000000001\n"), 0o700))
	e2e.Write(t, filepath.Join(home, "Pulumi.yaml"), "name: argocd-on-aks\nruntime: go\n")
	run := func(page, command string) {
		t.Helper()
		shell := exec.CommandContext(t.Context(), "sh", "-c", `PATH="$PWD:$PATH"; `+command)
		shell.Dir, shell.Env = home, environ
		if printed, err := shell.CombinedOutput(); err != nil {
			t.Errorf("%s: %s: %v: %s", page, command, err, printed)
		}
	}
	run("", "pulumi stack init documents")
	ran := map[string]bool{}
	for _, page := range e2e.Pages(t) {
		for _, command := range configSet.FindAllString(placeholder.ReplaceAllString(e2e.Read(t, page), "placeholder"), -1) {
			if !ran[command] {
				run(page, command)
			}
			ran[command] = true
		}
	}
	if len(ran) < 10 {
		t.Errorf("only %d commands", len(ran))
	}
}
