package acceptance_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/acceptance"
	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestSimulated runs the steps on the simulated Azure.
func TestSimulated(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	report := acceptance.RunTests(t.Context(), t, acceptance.Target{
		Stack: s.stack, Config: s.config(t), Slow: true, Exists: s.exists, Answers: s.answers, Reach: s.reach,
	})
	row := regexp.MustCompile(`^\| \d{4}-\d\d-\d\d \| westus3 \| 1\.0\.3 \| v3\.\d+\.\d+ \| 1\.\d+\.\d+ \| passed \| \|$`)
	if !row.MatchString(report.String()) {
		t.Errorf("got the row %s", report)
	}
	log, err := os.ReadFile("../../docs/internals/acceptance-log.md")
	if err != nil {
		t.Fatal(err)
	}
	header := regexp.MustCompile(`(?m)^\|( [^|]+ \|){7}$`).FindString(string(log))
	if strings.Count(header, "|") != strings.Count(report.String(), "|") {
		t.Errorf("the log has the columns %s, want those of %s", header, report)
	}
}

type simulated struct {
	azure    *azuresim.Azure
	internet *azuresim.Internet
	stack    *engine.Stack
	dir      string
}

func simulate(t *testing.T) *simulated {
	t.Helper()
	s := &simulated{azure: azuresim.New(), dir: t.TempDir()}
	var err error
	if s.internet, err = s.azure.Connect(filepath.Join(s.dir, "ca.pem")); err != nil {
		t.Fatal(err)
	}
	if s.stack, err = engine.Open(t.Context(), s.azure, stack.Deploy, "../..", t.TempDir(), "dev", t.Output()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.stack.Close(), s.internet.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *simulated) config(t *testing.T) acceptance.Config {
	return acceptance.Config{Region: "westus3", Group: "Argo CD Admins", Domain: freeAddress(t), OtherDomain: freeAddress(t)}
}

// freeAddress returns an address for an Argo CD.
func freeAddress(t *testing.T) string {
	t.Helper()
	port, err := argocd.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("localhost:%d", port)
}

func (s *simulated) exists(context.Context) ([]string, error) { return s.azure.IDs(), nil }

func (s *simulated) answers(context.Context) (acceptance.Answers, error) {
	one := func(kind string) (json.RawMessage, error) {
		found := s.all(kind)
		if len(found) != 1 {
			return nil, fmt.Errorf("%d of %s, want 1", len(found), kind)
		}
		return json.Marshal(found[0])
	}
	var a acceptance.Answers
	var errs [4]error
	a.Cluster, errs[0] = one(azuresim.Cluster)
	a.Extension, errs[1] = one(azuresim.ArgoExtension)
	a.Application, errs[2] = one(azuresim.Application)
	a.Credentials, errs[3] = json.Marshal(s.all(azuresim.FederatedCredential))
	return a, errors.Join(errs[:]...)
}

func (s *simulated) all(kind string) []map[string]any {
	var all []map[string]any
	for _, answer := range s.azure.Answers(kind) {
		all = append(all, answer.Mappable())
	}
	return all
}

// reach starts the real Argo CD with the configuration of the deployed extension.
func (s *simulated) reach(ctx context.Context, outputs map[string]any) (*http.Transport, func() error, error) {
	extension, err := s.azure.Extension()
	if err != nil {
		return nil, nil, err
	}
	var port int
	if _, err := fmt.Sscanf(fmt.Sprint(outputs["argocdUrl"]), "https://localhost:%d", &port); err != nil {
		return nil, nil, fmt.Errorf("argocdUrl %v: %w", outputs["argocdUrl"], err)
	}
	server, err := argocd.Start(ctx, s.azure, s.internet, extension, s.dir, port)
	if err != nil {
		return nil, nil, err
	}
	return s.internet.Transport(), server.Stop, nil
}

// TestCleanUp checks the clean-up after a failed run on a real Azure.
func TestCleanUp(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	if err := s.stack.Set(t.Context(), "protect", "true"); err != nil {
		t.Fatal(err)
	}
	if done, err := s.stack.Up(t.Context()); err != nil || !maps.Equal(done, map[string]int{"create": len(s.azure.IDs()) + 4}) {
		t.Fatalf("up: %v, %v", done, err)
	}
	if err := s.stack.CleanUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := s.azure.IDs(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if state, err := s.stack.Export(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the stack still exists: %s, %v", state.Deployment, err)
	}
}
