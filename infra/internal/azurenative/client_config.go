package azurenative

import (
	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ClientConfig is the subscription and the tenant that the provider uses.
type ClientConfig struct {
	SubscriptionId string `pulumi:"subscriptionId"`
	TenantId       string `pulumi:"tenantId"`
}

// GetClientConfig returns the provider's ClientConfig.
func GetClientConfig(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*ClientConfig, error) {
	var config ClientConfig
	if err := ctx.Invoke("azure-native:authorization:getClientConfig", nil, &config, utilities.PkgInvokeDefaultOpts(opts)...); err != nil {
		return nil, err
	}
	return &config, nil
}
