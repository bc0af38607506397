package infra

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// optional leaves a property out when there is nothing to say, so that Azure
// decides.
func optional(value string) pulumi.StringPtrInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// valueOf is the counterpart of optional for what Azure answers.
func valueOf[T any](property *T) T {
	if property == nil {
		return *new(T)
	}
	return *property
}

// clusterTimeouts are for what takes AKS longer than the provider waits.
var clusterTimeouts = pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "60m", Update: "90m", Delete: "60m"})

// clusterName is what the parts of a cluster find it by.
type clusterName struct{ resourceGroup, name pulumi.StringInput }
