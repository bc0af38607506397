package stack_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/stack"
)

// The whole program.
func ExampleDeploy() {
	pulumi.Run(stack.Deploy)
}

// A program that adds a resource to a stack with the same configuration.
func ExampleLoadConfig() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		config, err := stack.LoadConfig(ctx)
		if err != nil {
			return err
		}
		ctx.Export("dashboard", pulumi.String(fmt.Sprintf("%s/applications", config.App.Instances[0].Domain.URL())))
		return stack.Deploy(ctx)
	})
}
