package e2e

import (
	"os/exec"
	"strings"
	"testing"
)

// TestProgramStaysSmall: what the tests build on never reaches the program.
func TestProgramStaysSmall(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-deps", ".")
	list.Dir = "../.."
	packages, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(packages), "pulumi-azuread/sdk/v5/go/azuread\n") {
		t.Fatal("the list lacks azuread: it is not the program's")
	}
	for _, heavy := range []string{"helm.sh/", "k8s.io/", "github.com/argoproj/", "github.com/pulumi/pulumi/pkg/", "miniredis"} {
		if strings.Contains(string(packages), heavy) {
			t.Errorf("the program depends on %s", heavy)
		}
	}
}
