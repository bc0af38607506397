package repository

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// thisModule is the path of the root module.
const thisModule = "github.com/OWNER/argocd-on-aks"

// clone copies the repository to a folder, without its history and build results.
func clone(t *testing.T, folder string) {
	t.Helper()
	repository := os.DirFS("../..")
	err := fs.WalkDir(repository, ".", func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case name == ".git" && !entry.IsDir():
			return nil // of a worktree
		case slices.Contains([]string{".git", ".bin", ".demo", "bin"}, name):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(folder, path), 0o755)
		}
		content, err := fs.ReadFile(repository, path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, path), content, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goEnv returns a Go setting in an environment.
func goEnv(t *testing.T, environment []string, name string) string {
	t.Helper()
	ask := exec.CommandContext(t.Context(), "go", "env", name)
	ask.Env = environment
	value, err := ask.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(value))
}

func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
