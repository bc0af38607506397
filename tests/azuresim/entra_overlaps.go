package azuresim

import (
	"errors"
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// The azuread provider's operations that disturb others while Entra replicates, also those
// of another application. The provider was seen to do both.
var (
	errRetries = errors.New("azuread's requests share a retry policy: one operation can end the other's wait for a new application or principal")
	errCrash   = errors.New("azuread crashes if Entra does not return a new consent or assignment at once, and its operations in progress fail")
)

var (
	replicated = []string{Application, ServicePrincipal}
	crashing   = []string{DelegatedGrant, AppRoleAssignment}
	ofEntraApp = append(append([]string{FederatedCredential}, replicated...), crashing...)
)

// disturbs returns the error of two creations or updates by azuread that overlap, or nil.
func disturbs(a, b timeline.Resource) error {
	is := func(kinds []string, r timeline.Resource) bool { return slices.Contains(kinds, r.Type) }
	switch {
	case is(replicated, a) && is(replicated, b):
		return errRetries
	case is(crashing, a) && is(ofEntraApp, b), is(ofEntraApp, a) && is(crashing, b):
		return errCrash
	}
	return nil
}
