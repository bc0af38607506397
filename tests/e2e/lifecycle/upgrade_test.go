package lifecycle

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// releases has a folder a release, with the states of the shipped stacks as that
// release's program left them: `pulumi stack export`.
const releases = "../testdata/releases"

// go test ./e2e/lifecycle -run TestUpgrade -record v0.2.0
var record = flag.String("record", "", "add the states that the program leaves now as those of this release")

// TestUpgrade: a stack that a former release has deployed goes on with this one:
// nothing is created, replaced or deleted.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	resources := map[string]int{"dev": e2e.DevResources, "prod": e2e.ProdResources}
	if *record != "" {
		for name := range resources {
			recordState(t, name, filepath.Join(releases, *record, name+".json"))
		}
	}
	withStates(t, "*", func(t *testing.T, name string, state []byte) {
		stack, _ := e2e.Open(t, name)
		e2e.NoError(t, stack.Restore(t.Context(), state))
		e2e.OnlyUpdates(t, stack.Preview)
		e2e.OnlyUpdates(t, stack.Up)
		e2e.Want(t, stack.Up, map[string]int{"same": resources[name]})
	})
}

// TestUpgradedSignIn: who could sign in with a former release can with this one, before
// its first up and after it.
func TestUpgradedSignIn(t *testing.T) {
	t.Parallel()
	withStates(t, "dev", func(t *testing.T, _ string, state []byte) {
		stack, azure := e2e.Open(t, "dev")
		port := e2e.FreePort(t)
		domain := fmt.Sprintf("localhost:%d", port)
		e2e.Set(t, stack, "domain", domain)
		e2e.NoError(t, stack.Restore(t.Context(), bytes.ReplaceAll(state, []byte("localhost:9000"), []byte(domain))))
		internet := e2e.Connect(t, azure)
		signIn := func() {
			server := e2e.Start(t, azure, internet, port)
			e2e.WantError(t, e2e.Web(t.Context(), azure, internet, server), "", "signing in")
			e2e.NoError(t, server.Stop())
		}
		signIn()
		e2e.OnlyUpdates(t, stack.Up)
		signIn()
	})
}

// withStates has a test of its own for each state that a former release has left of a
// stack, or * of any.
func withStates(t *testing.T, stack string, test func(t *testing.T, name string, state []byte)) {
	t.Helper()
	files, err := filepath.Glob(releases + "/*/" + stack + ".json")
	if err != nil || len(files) == 0 {
		t.Fatalf("states of former releases: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			state, err := os.ReadFile(file)
			e2e.NoError(t, err)
			test(t, strings.TrimSuffix(filepath.Base(file), ".json"), state)
		})
	}
}

// recordState deploys a shipped stack and keeps its state.
func recordState(t *testing.T, name, file string) {
	stack, _ := e2e.Open(t, name)
	e2e.Succeed(t, stack.Up)
	state, err := stack.ExportJSON(t.Context())
	e2e.NoError(t, err)
	e2e.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	e2e.NoError(t, os.WriteFile(file, state, 0o644))
}
