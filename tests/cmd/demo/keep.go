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

// explain tells how to look around and to sign in by hand: a block for a second
// shell in the same folder, and a browser. The stack's file is the copy that the
// demo deploys: pulumi would write its salt into that of the clone.
func (s *session) explain(stack *engine.Stack, d demo) error {
	file := filepath.Join(s.home, "env")
	if err := os.WriteFile(file, []byte(s.environment(stack, d.repository)), 0o600); err != nil {
		return err
	}
	s.title("Look around and sign in yourself", "from a second terminal in this folder")
	s.printf(`  . '%[1]s'
  pulumi preview --stack %[2]s --config-file '%[6]s'
  make verify STACK=%[2]s
  %[3]s --sso-launch-browser=false --skip-test-tls
  argocd account get-user-info

argocd login prints an address; open it in Chromium, Chrome or Edge with an empty profile, which takes the throw-away
certificates. Entra's page lets you pick one of the people above. The same browser shows the web flow:

  chromium --user-data-dir="$(mktemp -d)" --proxy-server=%[4]s --ignore-certificate-errors %[5]s
`, file, d.stack, s.here, s.internet.ProxyURL, s.outputs.ArgoCDURL, filepath.Join(stack.Dir, "Pulumi."+d.stack+".yaml"))
	return nil
}

// environment leads the commands of a shell to this stack, the simulated internet, a
// configuration of argocd's own and, if there is one, the Kubernetes API.
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
