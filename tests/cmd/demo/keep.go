package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// printCommands prints the commands for a second terminal and for a browser. They use the
// demo's copy of the stack file, because pulumi writes its encryption salt into that file.
func (s *session) printCommands(stack *engine.Stack, d demo) error {
	file := filepath.Join(s.home, "env")
	if err := os.WriteFile(file, []byte(s.environment(stack, d.repository)), 0o600); err != nil {
		return err
	}
	s.title("Try it yourself", "in a second terminal in this folder")
	s.printf(`  . '%[1]s'
  pulumi preview --stack %[2]s \
    --config-file '%[6]s'
  make verify STACK=%[2]s
  %[3]s --sso-launch-browser=false --skip-test-tls
  argocd account get-user-info

argocd login prints an address. Open it in Chromium, Chrome or Edge with an empty profile that
ignores certificate errors, and pick a user of the table above. The same browser also signs in on
the web:

  chromium --user-data-dir="$(mktemp -d)" --ignore-certificate-errors \
    --proxy-server=%[4]s %[5]s
`, file, d.stack, s.localLogin, s.internet.ProxyURL, s.outputs.ArgoCDURL, filepath.Join(stack.Dir, "Pulumi."+d.stack+".yaml"))
	return nil
}

// environment returns a shell script that selects the demo's stack, the simulated internet,
// a separate argocd configuration and, with GitOps, the Kubernetes API.
func (s *session) environment(stack *engine.Stack, repository string) string {
	lines := []string{}
	for _, key := range slices.Sorted(maps.Keys(stack.Env)) {
		lines = append(lines, fmt.Sprintf("export %s='%s'", key, stack.Env[key]))
	}
	for _, variable := range s.internet.Env() {
		key, value, _ := strings.Cut(variable, "=")
		lines = append(lines, fmt.Sprintf("export %s='%s'", key, value))
	}
	if s.cluster != nil {
		lines = append(lines, fmt.Sprintf("export KUBECONFIG='%s'", s.cluster.Kubeconfig))
	}
	return strings.Join(append(lines,
		fmt.Sprintf("export ARGOCD_CONFIG_DIR='%s'", filepath.Join(s.home, "argocd")),
		fmt.Sprintf("export PATH='%s':\"$PATH\"\n", filepath.Join(repository, ".bin")),
	), "\n")
}
