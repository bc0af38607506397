package main

import (
	"github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(stack.Deploy)
}
