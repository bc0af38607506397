package azure

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// InTenant returns a credential that rejects the tokens of another tenant.
func InTenant(credential azcore.TokenCredential, tenantID string) azcore.TokenCredential {
	return inTenant{credential, tenantID}
}

type inTenant struct {
	azcore.TokenCredential
	tenantID string
}

// GetToken returns a token of the tenant, or one without a tenant. The API verifies the
// token's signature.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func (t inTenant) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := t.TokenCredential.GetToken(ctx, options)
	if err != nil {
		return token, err
	}
	var claims struct {
		TenantID string `json:"tid"`
	}
	if parts := strings.Split(token.Token, "."); len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
			_ = json.Unmarshal(payload, &claims) // an opaque token has no claims
		}
	}
	if claims.TenantID != "" && !SameID(claims.TenantID, t.tenantID) {
		return azcore.AccessToken{}, fmt.Errorf("the token is for tenant %s, not %s", claims.TenantID, t.tenantID)
	}
	return token, nil
}
