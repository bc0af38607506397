package commands

import (
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestDriftCheck checks the drift detection of the workflow for GitHub Actions: it succeeds
// without changes, fails after a manual change, and does not write to the state, so it needs
// only read access.
func TestDriftCheck(t *testing.T) {
	t.Parallel()
	const command = "pulumi preview --refresh --expect-no-changes "
	if workflow := e2e.Read(t, "examples/github-actions/deploy.yaml"); !strings.Contains(workflow, command) {
		t.Fatalf("deploy.yaml does not run %s", command)
	}
	stack, azure := e2e.Deploy(t, "dev")
	check := func() error {
		state := strings.TrimPrefix(stack.Env["PULUMI_BACKEND_URL"], "file://")
		before := written(t, state)
		_, err := stack.Command(t.Context(), strings.Fields(command)[1:]...)
		if after := written(t, state); len(before) == 0 || !maps.Equal(before, after) {
			t.Errorf("wrote to the state: %v, then %v", before, after)
		}
		return err
	}
	if err := check(); err != nil {
		t.Errorf("no change: %v", err)
	}
	e2e.Break(t, azure, azuresim.Application, e2e.Remove("groupMembershipClaims"))
	e2e.WantError(t, check(), "no changes were expected", "manual change")
	e2e.Succeed(t, stack.Refresh)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 1, "update": 1})
	if err := check(); err != nil {
		t.Errorf("reverted change: %v", err)
	}
}

// written returns the modification times of the files and folders in a folder.
func written(t *testing.T, folder string) map[string]time.Time {
	t.Helper()
	times := map[string]time.Time{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		times[path] = info.ModTime()
		return nil
	})
	e2e.NoError(t, err)
	return times
}
