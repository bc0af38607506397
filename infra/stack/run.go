package stack

import (
	"errors"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Run runs Deploy as a Pulumi program. It logs the problems of an invalid configuration
// itself, because pulumi.Run prints them all below "1 error occurred:". The process then
// exits at once: no resource is registered, perhaps not even the stack itself.
func Run() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		err := Deploy(ctx)
		var invalid *configError
		if errors.As(err, &invalid) && (invalid.unlogged == "" || ctx.Log.Error(invalid.unlogged, nil) == nil) {
			os.Exit(constant.ExitStatusLoggedError)
		}
		return err
	})
}
