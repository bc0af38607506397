package e2e

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	program "argocd-on-aks/infra/stack"
	"argocd-on-aks/tests/azuresim"
	"argocd-on-aks/tests/engine"
)

// scale is how much faster than real Azure the simulated one is here.
const scale = 20

// BenchmarkLifecycle times each shipped stack through its life on an Azure that
// takes a twentieth of its estimated time. azure-s is that estimate for all
// operations, one after another.
func BenchmarkLifecycle(b *testing.B) {
	for _, name := range []string{"dev", "prod"} {
		azure := azuresim.New()
		azure.TimeScale = 1.0 / scale
		stack, err := engine.Open(context.Background(), azure, program.Deploy, "../..", b.TempDir(), name, io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		for _, step := range []struct {
			name string
			run  func(context.Context) (map[string]int, error)
		}{
			{"preview", stack.Preview}, {"up", stack.Up}, {"up again", stack.Up}, {"refresh", stack.Refresh},
			{"unprotect", func(ctx context.Context) (map[string]int, error) {
				if err := stack.SetConfig(ctx, "argocd-on-aks:protect", auto.ConfigValue{Value: "false"}); err != nil {
					return nil, err
				}
				return stack.Up(ctx)
			}}, {"destroy", stack.Destroy},
		} {
			b.Run(name+"/"+step.name, func(b *testing.B) {
				if b.N > 1 {
					b.Fatal("a stack lives once: -benchtime 1x")
				}
				before := len(azure.Operations())
				if _, err := step.run(context.Background()); err != nil {
					b.Fatal(err)
				}
				var total time.Duration
				for _, operation := range azure.Operations()[before:] {
					total += operation.Duration
				}
				b.ReportMetric(total.Seconds(), "azure-s")
			})
		}
		if err := stack.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
