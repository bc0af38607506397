package engine

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// Set sets a key of the stack's configuration, or a path below one, as
// `pulumi config set` does. An empty value takes it away.
func (s *Stack) Set(ctx context.Context, key, value string) error {
	options := &auto.ConfigOptions{Path: strings.ContainsAny(key, ".[")}
	if value == "" {
		return s.RemoveConfigWithOptions(ctx, "argocd-on-aks:"+key, options)
	}
	return s.SetConfigWithOptions(ctx, key, auto.ConfigValue{Value: value}, options)
}
