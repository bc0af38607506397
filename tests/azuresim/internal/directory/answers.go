package directory

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// features is the answer for applications and service principals without feature tags.
var features = []any{map[string]any{"customSingleSignOn": false, "enterprise": false, "gallery": false, "hide": false}}

// answerApplication adds the defaults that azuread reads. It reverses sets, whose order
// Microsoft Graph does not keep.
func answerApplication(o *store.Object) property.Map {
	all := o.Outputs().Over(property.From(map[string]any{
		"signInAudience": "AzureADMyOrg", "featureTags": features, "preventDuplicateNames": false,
		"api": map[string]any{"requestedAccessTokenVersion": 1, "mappedClaimsEnabled": false},
		"web": map[string]any{"implicitGrant": map[string]any{"accessTokenIssuanceEnabled": false, "idTokenIssuanceEnabled": false}},
	}))
	for _, set := range []resource.PropertyKey{"owners", "groupMembershipClaims", "requiredResourceAccesses"} {
		if value, given := all[set]; given && value.IsArray() {
			all[set] = reversed(value)
		}
	}
	return all
}

func answerPrincipal(o *store.Object) property.Map {
	return o.Outputs().Over(property.From(map[string]any{"accountEnabled": true, "featureTags": features}))
}

func reversed(list resource.PropertyValue) resource.PropertyValue {
	values := slices.Clone(list.ArrayValue())
	slices.Reverse(values)
	return resource.NewArrayProperty(values)
}
