package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// stateFile returns the path of the stack's file in the CLI's local backend:
// https://www.pulumi.com/docs/iac/concepts/state-and-backends/#local-filesystem
func (s *Stack) stateFile() string {
	return filepath.Join(s.home, "state", ".pulumi", "stacks", s.project.Name.String(), s.Name+".json")
}

// initialize creates an empty stack, as `pulumi stack init` does.
func (s *Stack) initialize() error {
	if err := os.MkdirAll(filepath.Dir(s.stateFile()), 0o755); err != nil {
		return err
	}
	version := filepath.Join(s.home, "state", ".pulumi", "meta.yaml")
	if err := os.WriteFile(version, []byte("version: 1\n"), 0o600); err != nil {
		return err
	}
	settings, err := s.settings()
	if err != nil {
		return err
	}
	manager, err := s.secrets(settings)
	if err != nil {
		return err
	}
	if err := settings.Save(s.settingsFile()); err != nil {
		return err
	}
	return s.save(&deploy.Snapshot{SecretsManager: manager})
}

// read returns the encrypted state.
func (s *Stack) read() (*apitype.CheckpointV3, error) {
	content, err := os.ReadFile(s.stateFile())
	if err != nil {
		return nil, err
	}
	checkpoint, _, _, err := stack.UnmarshalVersionedCheckpointToLatestCheckpoint(encoding.JSON, content)
	return checkpoint, err
}

// load returns the decrypted state.
func (s *Stack) load(ctx context.Context) (*deploy.Snapshot, error) {
	checkpoint, err := s.read()
	if err != nil {
		return nil, err
	}
	return stack.DeserializeCheckpoint(ctx, keys{}, checkpoint)
}

func (s *Stack) save(snapshot *deploy.Snapshot) error {
	checkpoint, err := stack.SerializeCheckpoint(tokens.QName("organization/"+s.project.Name.String()+"/"+s.Name), snapshot, false)
	if err != nil {
		return err
	}
	content, err := json.Marshal(checkpoint)
	if err != nil {
		return err
	}
	return os.WriteFile(s.stateFile(), content, 0o600)
}

// overlaps returns Azure's errors for operations on an object that can overlap.
func (s *Stack) overlaps(ctx context.Context) error {
	exported, err := s.Export(ctx)
	if err != nil {
		return err
	}
	return s.azure.Overlaps(exported.Deployment)
}

// recordHistory adds an operation to the stack's history.
func (s *Stack) recordHistory(verb string, began time.Time, used config.Map, failed bool) error {
	operation := struct {
		Kind        string            `json:"kind"`
		StartTime   int64             `json:"startTime"`
		EndTime     int64             `json:"endTime"`
		Environment map[string]string `json:"environment"`
		Config      config.Map        `json:"config"`
		Result      string            `json:"result"`
	}{verb, began.Unix(), time.Now().Unix(), map[string]string{}, used, "succeeded"}
	if verb == "up" {
		operation.Kind = "update"
	}
	if failed {
		operation.Result = "failed"
	}
	content, err := json.Marshal(operation)
	if err != nil {
		return err
	}
	folder := filepath.Join(s.home, "state", ".pulumi", "history", s.project.Name.String(), s.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d.history.json", s.Name, began.UnixNano())), content, 0o600)
}

// keys provides secrets managers for states.
type keys struct{}

// OfType supports passphrases only.
func (keys) OfType(_ context.Context, kind string, state json.RawMessage) (secrets.Manager, error) {
	if kind != passphrase.Type {
		return nil, fmt.Errorf("unsupported secrets provider %q", kind)
	}
	var manager struct{ Salt string }
	if err := json.Unmarshal(state, &manager); err != nil {
		return nil, err
	}
	return passphrase.GetPassphraseSecretsManager(testPassphrase, manager.Salt)
}

// Values returns the stack's outputs, as `pulumi stack output --json --show-secrets` does.
func (s *Stack) Values(ctx context.Context) (values map[string]any, err error) {
	if s.azure == nil { // the state is in the user's backend
		printed, err := s.Command(ctx, "stack", "output", "--json", "--show-secrets")
		if err != nil {
			return nil, err
		}
		return values, json.Unmarshal([]byte(printed), &values)
	}
	checkpoint, err := s.read()
	if err != nil {
		return nil, fmt.Errorf("outputs: %w", err)
	}
	outputs, err := stack.DeserializeStackOutputs(ctx, *checkpoint.Latest, keys{})
	if err != nil {
		return nil, fmt.Errorf("outputs: %w", err)
	}
	return outputs.MapRepl(nil, plain), nil
}

// plain unwraps a secret.
func plain(v resource.PropertyValue) (any, bool) {
	if !v.IsSecret() {
		return nil, false
	}
	return v.SecretValue().Element.MapRepl(nil, plain), true
}

// Export returns the state, as `pulumi stack export` does.
func (s *Stack) Export(ctx context.Context) (exported apitype.UntypedDeployment, err error) {
	if s.azure == nil {
		printed, err := s.Command(ctx, "stack", "export")
		if err != nil {
			return exported, err
		}
		return exported, json.Unmarshal([]byte(printed), &exported)
	}
	checkpoint, err := s.read()
	if err != nil {
		return exported, err
	}
	exported.Version = apitype.DeploymentSchemaVersionCurrent
	exported.Deployment, err = json.Marshal(checkpoint.Latest)
	return exported, err
}

// Import replaces the state, as `pulumi stack import` does.
func (s *Stack) Import(ctx context.Context, exported apitype.UntypedDeployment) error {
	if s.azure == nil {
		return s.commandOn(ctx, exported, "stack", "import")
	}
	snapshot, err := stack.DeserializeUntypedDeployment(ctx, &exported, keys{})
	if err != nil {
		return err
	}
	if snapshot.SecretsManager == nil {
		settings, err := s.settings()
		if err != nil {
			return err
		}
		if snapshot.SecretsManager, err = s.secrets(settings); err != nil {
			return err
		}
	}
	return s.save(snapshot)
}

// Restore imports a state that `pulumi stack export` wrote into a new stack, and creates
// its resources in Azure.
func (s *Stack) Restore(ctx context.Context, state []byte) error {
	var exported apitype.UntypedDeployment
	if err := json.Unmarshal(state, &exported); err != nil {
		return fmt.Errorf("exported state: %w", err)
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
		return fmt.Errorf("exported state: %w", err)
	}
	for _, r := range deployment.Resources {
		if r.Custom && !strings.HasPrefix(string(r.Type), "pulumi:") {
			s.azure.Restore(string(r.Type), string(r.ID), resource.NewPropertyMapFromMap(r.Inputs), resource.NewPropertyMapFromMap(r.Outputs))
		}
	}
	return s.Import(ctx, exported)
}

// ExportJSON returns the state, as `pulumi stack export` does, without source positions.
func (s *Stack) ExportJSON(ctx context.Context) ([]byte, error) {
	exported, err := s.Export(ctx)
	if err != nil {
		return nil, err
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
		return nil, err
	}
	for i := range deployment.Resources {
		deployment.Resources[i].SourcePosition, deployment.Resources[i].StackTrace = "", nil
	}
	if exported.Deployment, err = json.Marshal(deployment); err != nil {
		return nil, err
	}
	return json.MarshalIndent(exported, "", " ")
}
