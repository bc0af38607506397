package verify

import (
	"context"
	"slices"
	"strings"
	"time"
)

// notYet are Entra's answers while a new application, its redirect URIs or its
// federated credential have not reached all of its servers, which takes seconds
// to minutes. https://github.com/hashicorp/terraform-provider-azuread/issues/156
var notYet = []string{"AADSTS700016", "AADSTS50011", "AADSTS70021"}

// Wait runs checks at once and again at each tick, until they pass, until one
// fails that waiting does not mend, or until ctx ends. It returns the last
// results.
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

func final(c Check) bool {
	return !c.OK && !slices.ContainsFunc(notYet, func(code string) bool { return strings.Contains(c.Detail, code) })
}
