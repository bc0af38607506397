package azure

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// TestInTenant: tokens of another tenant are not sent.
func TestInTenant(t *testing.T) {
	t.Parallel()
	for claims, fails := range map[string]bool{`{"tid": "A"}`: false, `{"tid": "b"}`: true, `{}`: false, "": false} {
		text := "x." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".x"
		got, err := InTenant(token(text), "a").GetToken(t.Context(), policy.TokenRequestOptions{})
		if (err != nil) != fails || err != nil && (!strings.Contains(err.Error(), "tenant b, not a") || got.Token != "") {
			t.Errorf("%s: %v, %v", claims, got, err)
		}
	}
}
