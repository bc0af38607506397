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

// releases has a folder for each release with `pulumi stack export` of the shipped stacks.
const releases = "../testdata/releases"

// go test ./e2e/lifecycle -run TestUpgrade -record v0.2.0
var record = flag.String("record", "", "record the current states as those of this release")

// TestUpgrade checks that a stack of an earlier release continues without creation, replacement or
// deletion.
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

// TestUpgradedSignIn checks that users of an earlier release can sign in with this one, before and
// after its first up.
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
			e2e.WantError(t, e2e.Web(t.Context(), azure, internet, server), "", "sign-in")
			e2e.NoError(t, server.Stop())
		}
		signIn()
		e2e.OnlyUpdates(t, stack.Up)
		signIn()
	})
}

// withStates runs a subtest for each state of an earlier release of a stack, or of all stacks for
// *.
func withStates(t *testing.T, stack string, test func(t *testing.T, name string, state []byte)) {
	t.Helper()
	files, err := filepath.Glob(releases + "/*/" + stack + ".json")
	if err != nil || len(files) == 0 {
		t.Fatalf("states of earlier releases: %v, %v", files, err)
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

// recordState deploys a shipped stack and writes its state.
func recordState(t *testing.T, name, file string) {
	stack, _ := e2e.Open(t, name)
	e2e.Succeed(t, stack.Up)
	state, err := stack.ExportJSON(t.Context())
	e2e.NoError(t, err)
	e2e.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	e2e.NoError(t, os.WriteFile(file, state, 0o644))
}
