package provider

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
)

// GetSchema describes the one type that YAML programs create beside the components. Go
// programs have the types in their SDK.
func (p *provider) GetSchema(ctx context.Context, r plugin.GetSchemaRequest) (plugin.GetSchemaResponse, error) {
	if _, azuread := p.behavior.(bridge); !azuread {
		return p.UnimplementedProvider.GetSchema(ctx, r)
	}
	return plugin.GetSchemaResponse{Schema: []byte(`{"name": "azuread", "version": "` + p.version.String() + `", "resources": {"` + directory.SecurityGroup + `": {
		"inputProperties": {"displayName": {"type": "string"}, "securityEnabled": {"type": "boolean"}}, "requiredInputs": ["displayName"],
		"properties": {"displayName": {"type": "string"}, "objectId": {"type": "string"}}, "required": ["displayName", "objectId"]}}}`)}, nil
}
