package stack

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

type object = mocks.Object

// walkthrough returns the guide's configuration, with changes.
func walkthrough(changes map[string]string) map[string]string {
	config := map[string]string{
		"argocd-on-aks:region": "westus3", "argocd-on-aks:group": "Argo CD Admins", "argocd-on-aks:domain": "localhost:9000",
	}
	for key, value := range changes {
		if !strings.Contains(key, ":") {
			key = "argocd-on-aks:" + key
		}
		config[key] = value
	}
	return config
}

func deploy(t *testing.T, changes map[string]string) *mocks.Recorder {
	t.Helper()
	return (&mocks.Recorder{}).Accepted(t, walkthrough(changes), Deploy)
}

// exports deploys the walkthrough with changes and returns the outputs; those that are not
// strings are "".
func exports(t *testing.T, recorded *mocks.Recorder, changes map[string]string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	recorded.Accepted(t, walkthrough(changes), func(ctx *pulumi.Context) error {
		if err := Deploy(ctx); err != nil {
			return err
		}
		for key, value := range ctx.GetCurrentExportMap() {
			switch value := value.(type) {
			case pulumi.String:
				texts[key] = string(value)
			case pulumi.StringOutput:
				result, err := internals.UnsafeAwaitOutput(ctx.Context(), value)
				if err != nil {
					return err
				}
				texts[key], _ = result.Value.(string)
			default:
				texts[key] = ""
			}
		}
		return nil
	})
	return texts
}

// refused deploys the walkthrough with changes and checks that one problem is reported.
func refused(t *testing.T, changes map[string]string, want ...string) {
	t.Helper()
	err := (&mocks.Recorder{}).Refused(t, walkthrough(changes), Deploy, want...)
	if n := strings.Count(err.Error(), "\n  argocd-on-aks:"); n != 1 {
		t.Errorf("%d messages: %v", n, err)
	}
}

// problemsOf deploys the walkthrough with changes and returns the problems.
func problemsOf(t *testing.T, recorded *mocks.Recorder, changes map[string]string) []string {
	t.Helper()
	return linesOf(recorded.Refused(t, walkthrough(changes), Deploy))
}

// linesOf returns the lines of an error without the project's name.
func linesOf(err error) (lines []string) {
	if err == nil {
		return nil
	}
	_, list, _ := strings.Cut(err.Error(), "configuration of stack dev:\n")
	for line := range strings.Lines(strings.TrimSpace(list)) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "argocd-on-aks:"))
	}
	return lines
}

// shippedProd returns the configuration in Pulumi.prod.yaml, in the CLI's form.
func shippedProd(t *testing.T) map[string]string {
	t.Helper()
	config := map[string]string{}
	for key, value := range configOf(t, "../../Pulumi.prod.yaml") {
		text, isText := value.(string)
		if !isText {
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		config["argocd-on-aks:"+key] = text
	}
	return config
}

// configOf returns the section config of a Pulumi file: this program's keys, for any project
// name.
func configOf(t *testing.T, file string) map[string]any {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Config map[string]any }
	if err := yaml.Unmarshal(content, &parsed); err != nil {
		t.Fatal(err)
	}
	config := map[string]any{}
	for name, value := range parsed.Config {
		if namespace, key, found := strings.Cut(name, ":"); !found {
			config[name] = value
		} else if namespace != "pulumi" { // set by pulumi new
			config[key] = value
		}
	}
	return config
}
