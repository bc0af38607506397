package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Optional returns nil for an empty value: Azure then applies its default.
func Optional(value string) pulumi.StringPtrInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// Unprotected excludes a child from its component's protection: resources that give access,
// which can then be revoked completely, and resources that are free to create again. A
// child without this option inherits its parent's:
// https://www.pulumi.com/docs/iac/concepts/options/protect/
var Unprotected = pulumi.Protect(false)

// Known returns the value of an input if it is a plain value. Outputs of other resources
// are not known before the deployment.
func Known(input pulumi.StringInput) (value string, known bool) {
	text, known := input.(pulumi.String)
	return string(text), known
}

// IsSet reports whether an optional input has a value other than "".
func IsSet(input pulumi.StringInput) bool { return input != nil && input != pulumi.String("") }

// Checked returns an input that fails the deployment if its value is invalid. Plain values
// are checked before the deployment, with the other arguments.
func Checked(path string, input pulumi.StringInput, check func(value string) error) pulumi.StringInput {
	if _, known := Known(input); known || input == nil {
		return input
	}
	return input.ToStringOutput().ApplyT(func(value string) (string, error) {
		var p problem.List
		p.Check(path, check(value))
		return value, Invalid(p)
	}).(pulumi.StringOutput)
}
