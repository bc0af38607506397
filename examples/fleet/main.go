// Command fleet deploys several AKS clusters, each with Argo CD, and one Entra application for
// all of them, with the components of github.com/OWNER/argocd-on-aks/infra.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/examples/fleet/deploy"
)

func main() { pulumi.Run(deploy.Fleet) }
