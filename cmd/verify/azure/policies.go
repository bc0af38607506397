package azure

import (
	"context"
	"errors"
	"fmt"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// policyKind is a kind of Entra policy and its list below an object.
type policyKind struct{ what, list string }

// Policies of an application or a service principal change the claims and lifetime of tokens
// and the sign-in. The stack assigns none.
// https://learn.microsoft.com/graph/api/resources/policy-overview
//
// Not checked: token issuance policies, which affect SAML tokens only
// (https://learn.microsoft.com/graph/api/resources/tokenissuancepolicy), and custom claims
// policies, which exist in the beta of Microsoft Graph only.
var (
	tokenLifetime       = policyKind{"token lifetime policy", "tokenLifetimePolicies"}
	applicationPolicies = []policyKind{tokenLifetime}
	principalPolicies   = []policyKind{
		{"claims mapping policy", "claimsMappingPolicies"}, {"home realm discovery policy", "homeRealmDiscoveryPolicies"}, tokenLifetime,
	}
)

// needsPolicies are the permissions in the pages …-list-…policies under
// https://learn.microsoft.com/graph/api/. Without them, Microsoft Graph returns 403 if there is
// a policy:
// https://github.com/microsoftgraph/microsoft-graph-docs/issues/14188
const needsPolicies = "the permissions Policy.Read.All and Application.ReadWrite.OwnedBy of Microsoft Graph and ownership of the application, or the role Application Administrator"

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

// assignedPolicies fails for each policy of the application and of its service principal. The
// lists do not contain default policies of the tenant.
func assignedPolicies(ctx context.Context, c *Client, app Application, principalID string, principalErr error) finding {
	f := finding{name: "policies", err: principalErr, needs: needsPolicies, seen: "none for claims, token lifetimes or sign-in",
		fix: "a policy changes the claims or lifetime of tokens, or the sign-in: find out who assigned it, then remove it " +
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

// addPolicies adds policies as foreign. Without permission to read them, it sets Unseen: the
// object can still be adopted, and verify fails until they are read.
func (e *Existing) addPolicies(found []string, err error) error {
	if e.Foreign = append(e.Foreign, found...); errors.Is(err, errForbidden) {
		e.Unseen = "its policies, which require " + needsPolicies
		return nil
	}
	return complete(err)
}
