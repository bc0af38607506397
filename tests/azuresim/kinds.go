package azuresim

import (
	"reflect"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The types that the simulation knows.
const (
	tokenResourceGroup  = "azure-native:resources:ResourceGroup"
	tokenCluster        = "azure-native:containerservice/v20250101:ManagedCluster"
	tokenAgentPool      = "azure-native:containerservice/v20250101:AgentPool"
	tokenMaintenance    = "azure-native:containerservice/v20250101:MaintenanceConfiguration"
	tokenRoleAssignment = "azure-native:authorization:RoleAssignment"
	tokenExtension      = "azure-native:kubernetesconfiguration:Extension"
	tokenApplication    = "azuread:index/application:Application"
	tokenPrincipal      = "azuread:index/servicePrincipal:ServicePrincipal"
	tokenCredential     = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"
	tokenGrant          = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"
	tokenAssignment     = "azuread:index/appRoleAssignment:AppRoleAssignment"
)

// kind is what the simulation knows of a resource type.
type kind struct {
	// args is the plain form of the SDK's arguments: which properties exist.
	args reflect.Type
	// replaceOn are the properties that cannot change in place.
	replaceOn []resource.PropertyKey
	// create checks what Azure checks, and returns the new object's ID and
	// what Azure adds to it.
	create func(a *Azure, in resource.PropertyMap) (id string, computed map[string]any, err error)
	// update checks a change. Nil: whatever has the right shape is taken.
	update func(a *Azure, o *object, in resource.PropertyMap) error
	// within says whether an object goes when its parent goes.
	within func(a *Azure, o, parent *object) bool
}

var kinds map[string]kind

func init() {
	kinds = map[string]kind{
		tokenResourceGroup: {
			args:      resources.ResourceGroupArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"resourceGroupName", "location"},
			create:    createResourceGroup,
			within:    never,
		},
		tokenCluster: {
			args:      containerservice.ManagedClusterArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"resourceName", "resourceGroupName", "location", "dnsPrefix"},
			create:    createCluster,
			update:    updateCluster,
			within:    idWithin,
		},
		tokenAgentPool: {
			args:      containerservice.AgentPoolArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"resourceGroupName", "resourceName", "agentPoolName"},
			create:    createAgentPool,
			update:    updateAgentPool,
			within:    idWithin,
		},
		tokenMaintenance: {
			args:      containerservice.MaintenanceConfigurationArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"resourceGroupName", "resourceName", "configName"},
			create:    createMaintenance,
			update:    checkMaintenance,
			within:    idWithin,
		},
		tokenRoleAssignment: {
			args:      authorization.RoleAssignmentArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"scope", "principalId", "roleDefinitionId", "principalType"},
			create:    createRoleAssignment,
			within:    never,
		},
		tokenExtension: {
			args:      extensionArgs,
			replaceOn: []resource.PropertyKey{"extensionName", "clusterName", "clusterRp", "clusterResourceName", "resourceGroupName", "scope", "extensionType"},
			create:    createExtension,
			update:    updateExtension,
			within:    idWithin,
		},
		tokenApplication: {
			args:      azuread.ApplicationArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"templateId"},
			create:    createApplication,
			update:    func(a *Azure, _ *object, in resource.PropertyMap) error { return checkApplication(a, in) },
			within:    never,
		},
		tokenPrincipal: {
			args:      azuread.ServicePrincipalArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"clientId"},
			create:    createPrincipal,
			within: func(_ *Azure, o, parent *object) bool {
				return parent.token == tokenApplication && text(o.inputs, "clientId") == text(parent.computed, "clientId")
			},
		},
		tokenCredential: {
			args:      azuread.ApplicationFederatedIdentityCredentialArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"applicationId", "displayName"},
			create:    createCredential,
			update:    checkCredential,
			within: func(_ *Azure, o, parent *object) bool {
				return parent.token == tokenApplication && text(o.inputs, "applicationId") == parent.id
			},
		},
		tokenGrant: {
			args:      azuread.ServicePrincipalDelegatedPermissionGrantArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"servicePrincipalObjectId", "resourceServicePrincipalObjectId"},
			create:    createGrant,
			update:    func(a *Azure, _ *object, in resource.PropertyMap) error { return checkGrant(a, in) },
			within: func(_ *Azure, o, parent *object) bool {
				return parent.token == tokenPrincipal && text(o.inputs, "servicePrincipalObjectId") == parent.id
			},
		},
		tokenAssignment: {
			args:      azuread.AppRoleAssignmentArgs{}.ElementType(),
			replaceOn: []resource.PropertyKey{"appRoleId", "principalObjectId", "resourceObjectId"},
			create:    createAssignment,
			within: func(_ *Azure, o, parent *object) bool {
				return parent.token == tokenPrincipal && text(o.inputs, "resourceObjectId") == parent.id
			},
		},
	}
}

func never(*Azure, *object, *object) bool { return false }
