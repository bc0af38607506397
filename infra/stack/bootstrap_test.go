package stack

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

const firstApplication = `{"repoUrl":"https://github.com/contoso/argocd-on-aks","path":"examples/bootstrap/applications"}`

// TestBootstrap: the manifest equals the one in examples/bootstrap, and no resource depends
// on it.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	with, without := &mocks.Recorder{}, deploy(t, nil)
	manifest := exports(t, with, map[string]string{"bootstrap": firstApplication})["bootstrapManifest"]
	written, err := os.ReadFile("../../examples/bootstrap/root.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	for text, into := range map[string]any{manifest: &got, strings.ReplaceAll(string(written), "github.com/OWNER/argocd-on-aks", "github.com/contoso/argocd-on-aks"): &want} {
		if err := yaml.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("the key makes\n%v\nand the example has\n%v", got, want)
	}
	for _, registered := range without.Registrations {
		again := with.Named(t, registered.Name)
		if !reflect.DeepEqual(again.Inputs, registered.Inputs) {
			t.Errorf("%s is %v, without %v", registered.Name, again.Inputs, registered.Inputs)
		}
	}
	if len(with.Registrations) != len(without.Registrations) {
		t.Errorf("%d resources, without %d", len(with.Registrations), len(without.Registrations))
	}
}

// TestNoBootstrap: without the key, the stack has no outputs for it.
func TestNoBootstrap(t *testing.T) {
	t.Parallel()
	for _, config := range []map[string]string{nil, {"bootstrap": "{}"}} {
		if outputs := exports(t, &mocks.Recorder{}, config); outputs["bootstrapManifest"]+outputs["bootstrapCommand"] != "" {
			t.Errorf("%v: outputs %v", config, outputs)
		}
	}
}

// TestBootstrapCommand: the command is one line with the names of the cluster and the stack,
// because another stack may be selected.
func TestBootstrapCommand(t *testing.T) {
	t.Parallel()
	existing := onExisting(map[string]string{"bootstrap": firstApplication})
	got := exports(t, &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}, existing)["bootstrapCommand"]
	want := "pulumi stack output bootstrapManifest --stack dev > argocd-bootstrap.yaml && az aks command invoke --resource-group " +
		`"platform" --name shop --command "kubectl apply -f argocd-bootstrap.yaml" --file argocd-bootstrap.yaml`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
