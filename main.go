// Argo CD on AKS, signed in through Microsoft Entra ID, with no password or
// client secret anywhere. See the package infra for what is deployed.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
)

func main() { pulumi.Run(infra.Deploy) }
