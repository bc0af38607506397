// Argo CD on AKS with Microsoft Entra ID sign-in, without a password or client secret.
// Package infra/stack is the program, and infra documents the components.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/stack"
)

func main() { pulumi.Run(stack.Deploy) }
