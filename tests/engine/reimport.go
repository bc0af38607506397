package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Reimport removes all resources from the state and imports them again. If the import
// fails, it restores the state for a later destroy.
func (s *Stack) Reimport(ctx context.Context) error {
	state, err := s.Export(ctx)
	if err != nil {
		return fmt.Errorf("exporting the state: %w", err)
	}
	ids, err := identities(state)
	if err != nil {
		return err
	}
	nothing := apitype.UntypedDeployment{Version: state.Version, Deployment: json.RawMessage(`{"manifest": {}}`)}
	if err := s.Import(ctx, nothing); err != nil {
		return fmt.Errorf("clearing the state: %w", err)
	}
	if err := s.AdoptAll(ctx, func(kind, name string) string { return ids[identity{kind, name}] }); err != nil {
		return errors.Join(fmt.Errorf("reimporting: %w", err), s.Import(context.WithoutCancel(ctx), state))
	}
	return nil
}

// identity identifies a resource in an import file.
type identity struct{ kind, name string }

func identities(state apitype.UntypedDeployment) (map[identity]string, error) {
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(state.Deployment, &deployment); err != nil {
		return nil, fmt.Errorf("exported state: %w", err)
	}
	ids := map[identity]string{}
	for _, r := range deployment.Resources {
		if r.Custom {
			ids[identity{string(r.Type), r.URN.Name()}] = string(r.ID)
		}
	}
	return ids, nil
}

// AdoptAll completes the file of `pulumi preview --import-file` with the ID of each type
// and name, and imports it.
func (s *Stack) AdoptAll(ctx context.Context, id func(kind, name string) string) error {
	return s.adoptListed(ctx, func(entry *optimport.ImportResource) (bool, error) {
		if entry.ID = id(entry.Type, entry.Name); entry.ID == "" {
			return false, fmt.Errorf("import file: no ID of %s %s", entry.Type, entry.Name)
		}
		return true, nil
	})
}

// AdoptOne imports a single resource and the components that it belongs to.
func (s *Stack) AdoptOne(ctx context.Context, name, id string) error {
	return s.adoptListed(ctx, func(entry *optimport.ImportResource) (bool, error) {
		entry.ID = id
		return entry.Name == name, nil
	})
}

// adoptListed imports the resources of `pulumi preview --import-file`. fill sets the ID of
// a resource and reports whether to import it.
func (s *Stack) adoptListed(ctx context.Context, fill func(*optimport.ImportResource) (keep bool, err error)) error {
	file := filepath.Join(s.Dir, "import.json")
	if _, err := s.Command(ctx, "preview", "--import-file", file); err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var plan struct {
		NameTable map[string]string           `json:"nameTable"`
		Resources []*optimport.ImportResource `json:"resources"`
	}
	if err := json.Unmarshal(content, &plan); err != nil {
		return fmt.Errorf("import file: %w", err)
	}
	var chosen []*optimport.ImportResource
	for _, entry := range plan.Resources {
		keep := entry.ID != "<PLACEHOLDER>" // a component
		if !keep {
			if keep, err = fill(entry); err != nil {
				return err
			}
		}
		if keep {
			chosen = append(chosen, entry)
		}
	}
	return s.adopt(ctx, chosen, plan.NameTable)
}
