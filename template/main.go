package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/stack"
)

func main() { pulumi.Run(stack.Deploy) }
