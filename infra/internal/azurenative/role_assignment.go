package azurenative

import (
	"errors"
	"reflect"

	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RoleAssignment assigns a principal a role on a resource,
// https://learn.microsoft.com/azure/templates/microsoft.authorization/roleassignments.
type RoleAssignment struct {
	pulumi.CustomResourceState
}

type roleAssignmentArgs struct {
	PrincipalId      string  `pulumi:"principalId"`
	PrincipalType    *string `pulumi:"principalType"`
	RoleDefinitionId string  `pulumi:"roleDefinitionId"`
	Scope            string  `pulumi:"scope"`
}

// RoleAssignmentArgs are the inputs of a RoleAssignment.
type RoleAssignmentArgs struct {
	PrincipalId pulumi.StringInput
	// PrincipalType is "User", "Group" or "ServicePrincipal". With it, Azure does not look
	// the principal up, which fails for a new principal until Entra has replicated it.
	PrincipalType    pulumi.StringPtrInput
	RoleDefinitionId pulumi.StringInput
	Scope            pulumi.StringInput
}

// ElementType returns the type of the plain arguments.
func (RoleAssignmentArgs) ElementType() reflect.Type { return reflect.TypeFor[roleAssignmentArgs]() }

// NewRoleAssignment registers a role assignment.
func NewRoleAssignment(ctx *pulumi.Context, name string, args *RoleAssignmentArgs, opts ...pulumi.ResourceOption) (*RoleAssignment, error) {
	if args == nil || args.PrincipalId == nil || args.PrincipalType == nil || args.RoleDefinitionId == nil || args.Scope == nil {
		return nil, errors.New("PrincipalId, PrincipalType, RoleDefinitionId and Scope are required")
	}
	var assignment RoleAssignment
	opts = utilities.PkgResourceDefaultOpts(opts)
	if err := ctx.RegisterResource("azure-native:authorization:RoleAssignment", name, args, &assignment, opts...); err != nil {
		return nil, err
	}
	return &assignment, nil
}
