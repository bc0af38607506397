// A program of its own on the components of github.com/OWNER/argocd-on-aks/infra: several
// clusters, each with its Argo CD, and one Entra application for all of them.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/examples/fleet/deploy"
)

func main() { pulumi.Run(deploy.Fleet) }
