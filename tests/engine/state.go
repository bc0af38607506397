package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Restore makes a new stack one that runs: it imports a state that `pulumi stack
// export` has written, and has Azure hold what the state says exists.
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

// ExportJSON is what `pulumi stack export` prints, without the places in the
// program's source that the engine notes.
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
