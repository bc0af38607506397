package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// releases has a folder a release, with the states of the shipped stacks as that
// release's program left them: `pulumi stack export`.
const releases = "testdata/releases"

// go test ./e2e -run TestUpgrade -record v0.2.0
var record = flag.String("record", "", "add the states that the program leaves now as those of this release")

// TestUpgrade: a stack that a former release has deployed goes on with this one:
// nothing is created, replaced or deleted.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	resources := map[string]int{"dev": devResources, "prod": prodResources}
	if *record != "" {
		for name := range resources {
			recordState(t, name, filepath.Join(releases, *record, name+".json"))
		}
	}
	withStates(t, "*", func(t *testing.T, name string, state []byte) {
		stack, _ := open(t, name)
		if err := stack.Restore(t.Context(), state); err != nil {
			t.Fatal(err)
		}
		onlyUpdates(t, stack.Preview)
		onlyUpdates(t, stack.Up)
		want(t, stack.Up, map[string]int{"same": resources[name]})
	})
}

// TestUpgradedSignIn: who could sign in with a former release can with this one, before
// its first up and after it.
func TestUpgradedSignIn(t *testing.T) {
	t.Parallel()
	withStates(t, "dev", func(t *testing.T, _ string, state []byte) {
		stack, azure := open(t, "dev")
		port := freePort(t)
		domain := fmt.Sprintf("localhost:%d", port)
		set(t, stack, "domain", domain)
		if err := stack.Restore(t.Context(), bytes.ReplaceAll(state, []byte("localhost:9000"), []byte(domain))); err != nil {
			t.Fatal(err)
		}
		internet := connect(t, azure)
		signIn := func() {
			server := start(t, azure, internet, port)
			if err := web(t.Context(), &signInCase{azure: azure, internet: internet, server: server}); err != nil {
				t.Error(err)
			}
			if err := server.Stop(); err != nil {
				t.Fatal(err)
			}
		}
		signIn()
		onlyUpdates(t, stack.Up)
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
			if err != nil {
				t.Fatal(err)
			}
			test(t, strings.TrimSuffix(filepath.Base(file), ".json"), state)
		})
	}
}

// onlyUpdates runs a command of the engine that may update resources, and no more.
func onlyUpdates(t *testing.T, command func(context.Context) (map[string]int, error)) {
	t.Helper()
	got, err := command(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for operation, n := range got {
		if operation != "same" && operation != "update" {
			t.Errorf("%d times %s", n, operation)
		}
	}
}

// recordState deploys a shipped stack and keeps its state.
func recordState(t *testing.T, name, file string) {
	stack, _ := open(t, name)
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	state, err := stack.ExportJSON(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, state, 0o644); err != nil {
		t.Fatal(err)
	}
}
