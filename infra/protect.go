package infra

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// unprotected is for what must go when it is asked to, also where its component
// is protected: what gives access, which would otherwise be revoked by half, and
// what costs nothing to make again. A child that says nothing is as its parent:
// https://www.pulumi.com/docs/iac/concepts/options/protect/
var unprotected = pulumi.Protect(false)
