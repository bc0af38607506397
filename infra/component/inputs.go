package component

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Optional returns nil for an empty value, so that Azure applies its own default.
func Optional(value string) pulumi.StringPtrInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// Unprotected is for children that can be deleted although their component is protected:
// those that give access, which could otherwise be revoked only in part, and those that
// cost nothing to create again. A child without the option inherits the component's:
// https://www.pulumi.com/docs/iac/concepts/options/protect/
var Unprotected = pulumi.Protect(false)
