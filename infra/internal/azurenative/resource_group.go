package azurenative

import (
	"errors"
	"reflect"

	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ResourceGroup is a resource group,
// https://learn.microsoft.com/azure/templates/microsoft.resources/resourcegroups.
type ResourceGroup struct {
	pulumi.CustomResourceState

	Name pulumi.StringOutput `pulumi:"name"`
}

type resourceGroupArgs struct {
	Location          *string           `pulumi:"location"`
	ResourceGroupName *string           `pulumi:"resourceGroupName"`
	Tags              map[string]string `pulumi:"tags"`
}

// ResourceGroupArgs are the inputs of a ResourceGroup.
type ResourceGroupArgs struct {
	Location          pulumi.StringPtrInput
	ResourceGroupName pulumi.StringPtrInput
	Tags              pulumi.StringMapInput
}

// ElementType returns the type of the plain arguments.
func (ResourceGroupArgs) ElementType() reflect.Type { return reflect.TypeFor[resourceGroupArgs]() }

// NewResourceGroup registers a resource group.
func NewResourceGroup(ctx *pulumi.Context, name string, args *ResourceGroupArgs, opts ...pulumi.ResourceOption) (*ResourceGroup, error) {
	if args == nil || args.Location == nil {
		return nil, errors.New("Location is required") //nolint:staticcheck // the name of an argument
	}
	var group ResourceGroup
	opts = utilities.PkgResourceDefaultOpts(opts)
	if err := ctx.RegisterResource("azure-native:resources:ResourceGroup", name, args, &group, opts...); err != nil {
		return nil, err
	}
	return &group, nil
}
