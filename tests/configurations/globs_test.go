package configurations

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/util/glob"
	argorbac "github.com/argoproj/argo-cd/v3/util/rbac"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/OWNER/argocd-on-aks/infra/chart/rbac"
)

// TestGlobs checks that Argo CD and the program match an accepted pattern with the same texts.
func TestGlobs(t *testing.T) {
	t.Parallel()
	parts := strings.Fields("a b c / / - . * * ? [ab] [!a] [a-c] [!a-b] [.] { { , , } } **")
	random := rand.New(rand.NewPCG(1, 2))
	generate := func(parts []string, most int) string {
		var text strings.Builder
		for range 1 + random.IntN(most) {
			text.WriteString(parts[random.IntN(len(parts))])
		}
		return text.String()
	}
	accepted := 0
	for range 200_000 {
		pattern := generate(parts, 10)
		program, err := rbac.Glob(pattern)
		if err != nil {
			continue
		}
		accepted++
		for range 10 {
			text := generate(strings.Split("abcd/-.", ""), 6)
			argo, err := glob.MatchWithError(pattern, text)
			if want := program.MatchString(text); err != nil || argo != want {
				t.Errorf("%s on %s: Argo CD %v, %v, the program %v", pattern, text, argo, err, want)
			}
		}
	}
	if accepted < 20_000 {
		t.Errorf("only %d patterns are accepted", accepted)
	}
}

// TestObjectGlobs checks that the program accepts each object with which Argo CD's enforcer allows
// a request, except for patterns that Argo CD's library misreads.
func TestObjectGlobs(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "ab", "a-b"}
	var objects []string
	for _, project := range names {
		for _, name := range names {
			objects = append(objects, project+"/"+name, project+"/a/"+name, project+"/ab/"+name)
		}
	}
	accepted := 0
	for _, pattern := range append(sequences(strings.Fields("a b - / * ? [ab]"), 4), "team-*") {
		policy := "p, role:a, applications, get, " + pattern + ", allow"
		if _, err := rbac.Glob(pattern); err != nil {
			continue
		}
		enforcer := argorbac.NewEnforcer(fake.NewClientset(), namespace, "argocd-rbac-cm", nil)
		if err := enforcer.SetUserPolicy(policy); err != nil {
			t.Fatal(err)
		}
		allows := func(object string) bool { return enforcer.Enforce("role:a", "applications", "get", object) }
		if !slices.ContainsFunc(append(objects, "team-a/cart"), allows) {
			continue
		}
		accepted++
		if _, problems := rbac.Read([]string{policy}); len(problems) > 0 {
			t.Error(problems)
		}
	}
	if accepted < 500 {
		t.Errorf("only %d patterns are accepted", accepted)
	}
}

// sequences returns all texts of one to a number of parts.
func sequences(parts []string, most int) (all []string) {
	last := []string{""}
	for range most {
		var next []string
		for _, text := range last {
			for _, part := range parts {
				next = append(next, text+part)
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

// TestGlobVersion checks that the tests use Argo CD's version of gobwas/glob.
func TestGlobVersion(t *testing.T) {
	t.Parallel()
	const library = "github.com/gobwas/glob"
	list := func(format, module string) string {
		output, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", format, module).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(bytes.TrimSpace(output))
	}
	argo, err := os.ReadFile(list("{{.GoMod}}", "github.com/argoproj/argo-cd/v3"))
	if err != nil {
		t.Fatal(err)
	}
	if version := list("{{.Version}}", library); !slices.Contains(strings.Split(string(argo), "\n"), "\t"+library+" "+version) {
		t.Errorf("the tests use %s %s, Argo CD uses another version", library, version)
	}
}

// TestRequests checks that the program accepts a rule for each request of Argo CD, and rejects a
// rule that matches no request.
func TestRequests(t *testing.T) {
	t.Parallel()
	accepted := func(resource, action, object string) error {
		_, err := deploy(plain(map[string]string{"policies": asJSON([]string{
			strings.Join([]string{"p", "role:a", resource, action, object, "deny"}, ", "),
		})}))
		return err
	}
	for _, resource := range argorbac.Resources {
		request, known := requests[resource]
		if !known {
			t.Errorf("%s is new in Argo CD", resource)
		}
		for _, action := range request.actions {
			for _, object := range request.objects {
				if object == "" {
					object = "*"
				}
				if err := accepted(resource, action, object); err != nil {
					t.Error(err)
				}
			}
			if err := accepted(resource, action, "/a/b/c"); err == nil {
				t.Errorf("%s %s of /a/b/c is accepted", action, resource)
			}
		}
		for _, action := range []string{"got", "get/x", "update/x", "action/x/y", "delete/a/b/c/d/e"} {
			if err := accepted(resource, action, "*"); err == nil {
				t.Errorf("%s %s is accepted", action, resource)
			}
		}
	}
}
