// Argo CD on AKS, signed in through Microsoft Entra ID, with no password or
// client secret anywhere. See the packages infra/stack and infra for what is deployed.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/stack"
)

func main() { pulumi.Run(stack.Deploy) }
