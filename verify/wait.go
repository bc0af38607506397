package verify

import (
	"context"
	"slices"
	"strings"
	"time"
)

// replicating are Entra's errors until a new application, its redirect URIs or its federated
// credential have been replicated to all servers, which takes seconds to minutes.
// https://github.com/hashicorp/terraform-provider-azuread/issues/156
var replicating = []string{"AADSTS700016", "AADSTS50011", "AADSTS70021"}

// Wait runs checks immediately and at each tick, until they pass, until one fails for another
// reason than replication, or until ctx ends. It returns the last results.
func Wait(ctx context.Context, tick <-chan time.Time, run func() []Check) []Check {
	for {
		checks := run()
		if !Failed(checks) || slices.ContainsFunc(checks, final) {
			return checks
		}
		select {
		case <-tick:
		case <-ctx.Done():
			return checks
		}
	}
}

// final reports whether a check failed for another reason than replication.
func final(c Check) bool {
	return !c.OK && !c.Skipped && !slices.ContainsFunc(replicating, func(code string) bool { return strings.Contains(c.Detail, code) })
}
