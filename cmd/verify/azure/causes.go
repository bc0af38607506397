package azure

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/verify"
)

// causes are the checks in Entra and Azure that explain a failure from outside.
var causes = map[string][]string{
	"issuer":            {"extension settings"},
	"client ID":         {"extension settings"},
	"scopes and claims": {"extension settings"},
	"built-in login":    {"ways around sign-in", "extension settings"},
	"anonymous access":  {"ways around sign-in", "extension settings"},
	"login redirect":    {"extension settings"},
	"sign-in page":      {"application", "redirect URIs"},
	"workload identity": {"application", "cluster", "extension settings"},
	"CLI sign-in":       {"application", "redirect URIs"},
}

// Join returns the checks from outside, then those in Entra and Azure. A failure from outside is
// inconclusive if a failed check in Entra or Azure explains it.
func Join(outside, inside []verify.Check) []verify.Check {
	joined := slices.Concat(outside, inside)
	for i, check := range outside {
		if check.OK || check.Unseen {
			continue
		}
		explains := func(c verify.Check) bool { return !c.OK && !c.Unseen && slices.Contains(causes[check.Name], c.Name) }
		if at := slices.IndexFunc(inside, explains); at >= 0 {
			joined[i] = check.After(inside[at])
		}
	}
	return joined
}
