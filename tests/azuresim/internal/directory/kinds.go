package directory

import (
	"time"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Type tokens of the directory.
const (
	Application         = "azuread:index/application:Application"
	ServicePrincipal    = "azuread:index/servicePrincipal:ServicePrincipal"
	FederatedCredential = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"
	DelegatedGrant      = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"
	AppRoleAssignment   = "azuread:index/appRoleAssignment:AppRoleAssignment"
	SecurityGroup       = "azuread:index/group:Group"
)

// Kinds returns the resource types of the directory. The properties that replace a
// resource, the defaults and the errors for missing objects come from the schemas and
// delete functions in https://github.com/hashicorp/terraform-provider-azuread,
// internal/services.
func (s *Service) Kinds() map[string]store.Kind {
	return map[string]store.Kind{
		Application: {
			Args:      azuread.ApplicationArgs{}.ElementType(),
			ReplaceOn: []string{"templateId"},
			Durations: map[string]time.Duration{"create": 15 * time.Second, "update": 5 * time.Second, "delete": 5 * time.Second},
			Create:    s.createApplication,
			Update:    s.checkApplication,
			Answer:    answerApplication,
			Defaults:  map[string]any{"signInAudience": "AzureADMyOrg", "api": map[string]any{"requestedAccessTokenVersion": 1}},
			Valid:     validApplication,
			NotFound:  "Retrieving Application with object ID %q: Application was not found",
		},
		ServicePrincipal: {
			Args:      azuread.ServicePrincipalArgs{}.ElementType(),
			ReplaceOn: []string{"clientId"},
			Durations: map[string]time.Duration{"create": 10 * time.Second, "update": 3 * time.Second, "delete": 3 * time.Second},
			Create:    s.createPrincipal,
			Answer:    answerPrincipal,
			Defaults:  map[string]any{"accountEnabled": true},
			Valid:     uuids("clientId"),
			NotFound:  "Retrieving service principal with object ID %q: Service Principal was not found",
			Within:    isPrincipalOf,
		},
		FederatedCredential: {
			Args:      azuread.ApplicationFederatedIdentityCredentialArgs{}.ElementType(),
			ReplaceOn: []string{"applicationId", "displayName"},
			Durations: map[string]time.Duration{"create": 5 * time.Second, "update": 5 * time.Second, "delete": 3 * time.Second},
			Create:    s.createCredential,
			Valid:     validCredential,
			NotFound:  "Removing federated identity credential %q: unexpected status 404",
			Update:    s.checkCredential,
			Within:    childOf(Application, "applicationId"),
		},
		DelegatedGrant: {
			Args:      azuread.ServicePrincipalDelegatedPermissionGrantArgs{}.ElementType(),
			ReplaceOn: []string{"servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"},
			Durations: map[string]time.Duration{"create": 3 * time.Second, "delete": 2 * time.Second},
			Create:    s.createGrant,
			Valid:     uuids("servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"),
			NotFound:  "Deleting delegated permission grant with ID %q, got status 404",
			Update:    s.updateGrant,
			Within:    childOf(ServicePrincipal, "servicePrincipalObjectId"),
		},
		AppRoleAssignment: {
			Args:      azuread.AppRoleAssignmentArgs{}.ElementType(),
			ReplaceOn: []string{"appRoleId", "principalObjectId", "resourceObjectId"},
			Durations: map[string]time.Duration{"create": 3 * time.Second, "delete": 2 * time.Second},
			Create:    s.createAssignment,
			Valid:     uuids("appRoleId", "principalObjectId", "resourceObjectId"),
			NotFound:  "Deleting app role assignment with ID %q, got status 404",
			Within:    childOf(ServicePrincipal, "resourceObjectId"),
		},
		SecurityGroup: {
			Args:      azuread.GroupArgs{}.ElementType(),
			ReplaceOn: []string{"assignableToRole", "behaviors", "mailNickname", "provisioningOptions", "types"},
			Durations: map[string]time.Duration{"create": 10 * time.Second, "update": 5 * time.Second, "delete": 5 * time.Second},
			Create:    createGroup,
			Valid:     validGroup,
			NotFound:  "Retrieving group with object ID %q: Group was not found",
		},
	}
}

// childOf returns a Within function for objects that name their parent of a type in a
// property.
func childOf(token, path string) func(o, parent *store.Object) bool {
	return func(o, parent *store.Object) bool { return parent.Type == token && o.Inputs.Text(path) == parent.ID }
}
