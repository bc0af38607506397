package repository

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// publishedModules are the folders of the modules that other projects use.
var publishedModules = []string{".", "cmd/verify", "provider"}

// proxy is a module proxy in a folder with two versions of the working tree
// (https://go.dev/ref/mod#goproxy-protocol), and the environment for the go command.
type proxy struct {
	old, new string
	env      []string
	// template is a copy of template/ that requires the old version.
	template string
}

// publish packs the working tree. The versions stay in Go's module cache until the test ends. Their
// names depend on the tree, so Go compiles each tree once.
func publish(t *testing.T) *proxy {
	t.Helper()
	repository, folder, cache := t.TempDir(), t.TempDir(), goEnv(t, os.Environ(), "GOMODCACHE")
	clone(t, repository)
	required := releaseOf(t, repository)
	tree := digest(t, repository)
	p := &proxy{template: filepath.Join(repository, "template")}
	for i, version := range []*string{&p.old, &p.new} {
		*version = fmt.Sprintf("%s-test.h%x.%d", required, tree[:8], i+1)
		replaceIn(t, repository, required, *version, "cmd/verify/go.mod", "provider/go.mod")
		for _, dir := range publishedModules {
			pack(t, filepath.Join(repository, dir), folder, *version)
			t.Cleanup(func() { forget(t, cache, dir, *version) })
		}
		replaceIn(t, repository, *version, required, "cmd/verify/go.mod", "provider/go.mod")
	}
	replaceIn(t, repository, required, p.old, "template/go.mod")
	p.env = []string{
		// The module cache is also a proxy. It has most of the required modules.
		"GOPROXY=file://" + folder + ",file://" + filepath.Join(cache, "cache", "download") + "," + goEnv(t, os.Environ(), "GOPROXY"),
		"GOFLAGS=" + strings.TrimSpace(goEnv(t, os.Environ(), "GOFLAGS")+" -modcacherw"),
		"GOSUMDB=off", "GOWORK=off", "GOTOOLCHAIN=local",
	}
	return p
}

// digest returns a hash of the copied working tree and its path.
func digest(t *testing.T, folder string) []byte {
	t.Helper()
	place, err := filepath.Abs("../..")
	e2e.NoError(t, err)
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", place)
	files := contents(t, folder)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%q %q\n", name, files[name])
	}
	return sum.Sum(nil)
}

// releaseOf returns the version of the root module that the template requires.
func releaseOf(t *testing.T, repository string) string {
	t.Helper()
	content := strings.ReplaceAll(contents(t, filepath.Join(repository, "template"))["go.mod"], "${PROJECT}", "project")
	parsed, err := modfile.Parse("template/go.mod", []byte(content), nil)
	e2e.NoError(t, err)
	if len(parsed.Require) != 1 || parsed.Require[0].Mod.Path != thisModule {
		t.Fatalf("template/go.mod requires %v, want %s alone", parsed.Require, thisModule)
	}
	return parsed.Require[0].Mod.Version
}

// replaceIn replaces the required version of the root module.
func replaceIn(t *testing.T, repository, before, after string, files ...string) {
	t.Helper()
	for _, file := range files {
		path := filepath.Join(repository, file)
		content, err := os.ReadFile(path)
		e2e.NoError(t, err)
		changed := bytes.ReplaceAll(content, []byte(thisModule+" "+before), []byte(thisModule+" "+after))
		if bytes.Equal(changed, content) {
			t.Fatalf("%s does not require %s %s", file, thisModule, before)
		}
		e2e.NoError(t, os.WriteFile(path, changed, 0o644))
	}
}

// pack writes a version of the module in dir to the proxy.
func pack(t *testing.T, dir, proxy, version string) {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	e2e.NoError(t, err)
	packed := module.Version{Path: modfile.ModulePath(mod), Version: version}
	var archive bytes.Buffer
	e2e.NoError(t, zip.CreateFromDir(&archive, packed, dir))
	versions := filepath.Join(proxy, filepath.FromSlash(escaped(t, packed.Path)), "@v")
	e2e.NoError(t, os.MkdirAll(versions, 0o755))
	for suffix, content := range map[string][]byte{
		".mod": mod, ".zip": archive.Bytes(), ".info": []byte(`{"Version": "` + version + `"}`),
	} {
		e2e.NoError(t, os.WriteFile(filepath.Join(versions, version+suffix), content, 0o644))
	}
	list, err := os.OpenFile(filepath.Join(versions, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	e2e.NoError(t, err)
	if _, err := fmt.Fprintln(list, version); err != nil {
		t.Fatal(err)
	}
	e2e.NoError(t, list.Close())
}

// forget removes a version of a published module from the module cache.
func forget(t *testing.T, cache, dir, version string) {
	t.Helper()
	path := filepath.FromSlash(escaped(t, thisModule+strings.TrimPrefix("/"+dir, "/.")))
	left, err := filepath.Glob(filepath.Join(cache, "cache", "download", path, "@v", version+".*"))
	e2e.NoError(t, err)
	for _, file := range append(left, filepath.Join(cache, path+"@"+version)) {
		if err := os.RemoveAll(file); err != nil {
			t.Error(err)
		}
	}
	list := filepath.Join(cache, "cache", "download", path, "@v", "list")
	content, err := os.ReadFile(list)
	if os.IsNotExist(err) {
		return
	}
	if others := strings.ReplaceAll(string(content), version+"\n", ""); err == nil && others == "" {
		err = os.Remove(list)
	} else if err == nil {
		err = os.WriteFile(list, []byte(others), 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

func escaped(t *testing.T, path string) string {
	t.Helper()
	name, err := module.EscapePath(path)
	e2e.NoError(t, err)
	return name
}
