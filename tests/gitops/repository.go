// Package gitops creates Git repositories with the applications of examples/bootstrap, and
// waits for the status of applications in the cluster.
package gitops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Address is the URL of the published repository. shipped is the URL in the manifests of
// examples/bootstrap.
const (
	path    = "/contoso/argocd-on-aks"
	Address = "https://github.com" + path
	shipped = "https://github.com/OWNER/argocd-on-aks"
)

// Repository is a Git repository with a copy of examples/bootstrap.
type Repository struct {
	// Bootstrap is the folder of the copy.
	Bootstrap string

	dir string
}

// NewRepository creates a repository in dir from the clone in folder. It needs git on PATH.
func NewRepository(ctx context.Context, folder, dir string) (*Repository, error) {
	r := &Repository{Bootstrap: filepath.Join(dir, "examples", "bootstrap"), dir: dir}
	if err := os.CopyFS(r.Bootstrap, os.DirFS(filepath.Join(folder, "examples", "bootstrap"))); err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	if err := r.setAddress(); err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	return r, errors.Join(r.git(ctx, "init", "--quiet", "--initial-branch", "main"), r.Commit(ctx, "Add the shop"))
}

// Publish serves the repository at Address on the simulated internet.
func (r *Repository) Publish(internet *azuresim.Internet) error {
	host, err := r.Host(path)
	if err != nil {
		return err
	}
	return internet.Publish("github.com", host, time.Now().Add(24*time.Hour))
}

// Host returns a handler that serves the repository below a path with git http-backend.
func (r *Repository) Host(path string) (http.Handler, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	return &cgi.Handler{
		Path: git, Args: []string{"http-backend"}, Root: path,
		Env: []string{"GIT_PROJECT_ROOT=" + r.dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"},
	}, nil
}

// setAddress replaces the repository URL in the manifests.
func (r *Repository) setAddress() error {
	return filepath.WalkDir(r.Bootstrap, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		return replace(path, shipped, Address)
	})
}

// Change replaces a text in a file of the folder and commits it.
func (r *Repository) Change(ctx context.Context, file, old, new string) error {
	path := filepath.Join(r.Bootstrap, file)
	content, err := os.ReadFile(path)
	if err == nil && !strings.Contains(string(content), old) {
		err = fmt.Errorf("%s has no %q", file, old)
	}
	if err != nil {
		return fmt.Errorf("repository: %w", err)
	}
	return errors.Join(replace(path, old, new), r.Commit(ctx, "Replace "+old+" by "+new))
}

func replace(path, old, new string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(content), old, new)), 0o644)
}

// Commit commits all changes.
func (r *Repository) Commit(ctx context.Context, message string) error {
	return errors.Join(r.git(ctx, "add", "."), r.git(ctx, "commit", "--quiet", "--message", message))
}

// git runs git without the configuration of the current user.
func (r *Repository) git(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, "git", append([]string{"-c", "user.name=Team", "-c", "user.email=team@contoso.example"}, args...)...)
	command.Dir = r.dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, output)
	}
	return nil
}
