package azure

import (
	"context"
	"errors"
	"fmt"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// policyKind is a kind of Entra's policies, and the list of those of an object.
type policyKind struct{ what, list string }

// Policies that are assigned to an application or to its service principal change the claims
// of tokens, how long tokens are valid, and how users sign in. The stack assigns none.
// https://learn.microsoft.com/graph/api/resources/policy-overview
//
// Token issuance policies are about SAML tokens only
// (https://learn.microsoft.com/graph/api/resources/tokenissuancepolicy), and custom claims
// policies are in the beta of Microsoft Graph only.
var (
	tokenLifetime       = policyKind{"token lifetime policy", "tokenLifetimePolicies"}
	applicationPolicies = []policyKind{tokenLifetime}
	principalPolicies   = []policyKind{
		{"claims mapping policy", "claimsMappingPolicies"}, {"home realm discovery policy", "homeRealmDiscoveryPolicies"}, tokenLifetime,
	}
)

// needsPolicies is what the pages …-list-…policies under https://learn.microsoft.com/graph/api/
// want. Without it Microsoft Graph answers 403, if there is a policy:
// https://github.com/microsoftgraph/microsoft-graph-docs/issues/14188
const needsPolicies = "the permissions Policy.Read.All and Application.ReadWrite.OwnedBy of Microsoft Graph, as owner of the application, or with the role Application Administrator"

// policies describes the policies that are assigned to an object.
func policies(ctx context.Context, c *Client, holder, path string, kinds []policyKind) (found []string, err error) {
	for _, kind := range kinds {
		all, err := list[object](ctx, c, path+"/"+kind.list)
		if err != nil {
			return found, err
		}
		for _, policy := range all {
			found = append(found, fmt.Sprintf("the %s has the %s %s (%s)", holder, kind.what, printable.Quote(policy.Name), policy.ID))
		}
	}
	return found, nil
}

func ofApplication(ctx context.Context, c *Client, path string) ([]string, error) {
	return policies(ctx, c, "application", path, applicationPolicies)
}

func ofPrincipal(ctx context.Context, c *Client, objectID string) ([]string, error) {
	return policies(ctx, c, "service principal", belowPrincipal(objectID, ""), principalPolicies)
}

// assignedPolicies fails for each policy of the application and of its service principal. A
// default policy of the tenant, which applies to all applications, is in neither list.
func assignedPolicies(ctx context.Context, c *Client, app Application, principalID string, principalErr error) finding {
	f := finding{name: "policies", err: principalErr, needs: needsPolicies, seen: "none for claims, lifetimes of tokens or sign-in",
		fix: "a policy changes what tokens say, how long they are valid, or how users sign in: see who assigned it, then remove it " +
			"(Microsoft Graph: DELETE on the list of these policies, /<ID>/$ref)"}
	if f.err != nil {
		return f
	}
	own, err := ofApplication(ctx, c, applicationPath(app.ClientID, ""))
	ofItself, principalErr := ofPrincipal(ctx, c, principalID)
	if f.wrong = append(own, ofItself...); len(f.wrong) == 0 {
		f.err = errors.Join(err, principalErr)
	}
	return f
}

// addPolicies counts policies as foreign. Where the caller may not read them, it says so: what
// an interrupted create has left can be adopted then, and verify does not pass.
func (e *Existing) addPolicies(found []string, err error) error {
	if e.Foreign = append(e.Foreign, found...); errors.Is(err, errForbidden) {
		e.Unseen = "the policies that are assigned to it, which take " + needsPolicies
		return nil
	}
	return complete(err)
}
