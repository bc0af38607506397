package entra

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// LookupGroup returns the object ID of an Entra security group, in lower case as
// Entra writes it, by its object ID or its display name. What has the form of an
// object ID is taken for one. Prefer it: the display name of a group that was
// renamed may be another group's at the next deployment.
//
// It returns an error when there is no such group, or more than one, and for those
// that give nobody access, or anybody: a group that is not for security, and a
// Microsoft 365 group that everyone in the tenant may join. It is ErrThrottled when
// Microsoft Graph did not answer for minutes. It warns where Entra lets others than
// the group's owners choose the members.
func LookupGroup(ctx *pulumi.Context, group string, opts ...pulumi.InvokeOption) (objectID string, err error) {
	return GroupClaimsAssigned.LookupGroup(ctx, group, opts...)
}

// lookupGroup also warns of what another may doubt about the group.
func lookupGroup(ctx *pulumi.Context, group string, doubts func(*azuread.LookupGroupResult) string, opts []pulumi.InvokeOption) (objectID string, err error) {
	args, err := groupArgs(group)
	if err != nil {
		return "", err
	}
	found, err := azuread.LookupGroup(ctx, args, opts...)
	if throttled(err) {
		return "", fmt.Errorf("%q %w: %w", group, ErrThrottled, answered(err))
	}
	if err != nil {
		return "", fmt.Errorf("%q: %w; az ad group show --group <name or object ID> shows what you can see in this tenant", group, answered(err))
	}
	if err := givesAccess(found); err != nil {
		return "", fmt.Errorf("%q %w", group, err)
	}
	for _, doubt := range []string{memberDoubt(found), doubts(found)} {
		if doubt == "" {
			continue
		}
		if err := ctx.Log.Warn(fmt.Sprintf("The group %q (%s) %s", found.DisplayName, found.ObjectId, doubt), nil); err != nil {
			return "", fmt.Errorf("%q: %w", group, err)
		}
	}
	return strings.ToLower(found.ObjectId), nil
}

// ErrThrottled is that Microsoft Graph has not answered for minutes, most likely because
// it was asked too much: https://learn.microsoft.com/graph/throttling.
var ErrThrottled = errors.New("cannot be looked up: Microsoft Graph throttles whoever this signs in as, or does not answer; wait some minutes, and run it again")

// throttled says whether a lookup gave up waiting. The provider asks nine times more when
// Graph answers 429, each time as late as that wants, and at most for five minutes:
// https://github.com/hashicorp/terraform-provider-azuread, internal/common/client_options.go,
// internal/services/groups/group_data_source.go. What it then says of a group that is
// named by display name begins with "No group found".
func throttled(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "unexpected status 429") || strings.Contains(err.Error(), "context deadline exceeded"))
}

// answered is what the provider said, without how it came here.
func answered(err error) error {
	if _, message, found := strings.Cut(err.Error(), "rpc error: code = Unknown desc = "); found {
		return errors.New(message)
	}
	return err
}

func groupArgs(group string) (*azuread.LookupGroupArgs, error) {
	if azure.IsGUID(group) {
		return &azuread.LookupGroupArgs{ObjectId: &group}, nil
	}
	if err := azure.CheckGroupName(group); err != nil {
		return nil, err
	}
	// The provider puts the name between single quotes as it is:
	// https://github.com/hashicorp/terraform-provider-azuread, internal/services/groups/group_data_source.go.
	// https://learn.microsoft.com/graph/query-parameters#escaping-single-quotes
	name := strings.ReplaceAll(group, "'", "''")
	return &azuread.LookupGroupArgs{DisplayName: &name}, nil
}

const (
	publicGroup  = "Public"            // visibility
	microsoft365 = "Unified"           // type
	dynamicGroup = "DynamicMembership" // type
)

// givesAccess refuses what Entra refuses, and a group that everyone may join.
// https://learn.microsoft.com/graph/api/resources/group#group-visibility-options,
// https://learn.microsoft.com/entra/identity-platform/secure-group-access-control
func givesAccess(group *azuread.LookupGroupResult) error {
	switch {
	case !group.SecurityEnabled:
		return errors.New("is not a security group: Entra assigns only those to applications")
	case group.Visibility == publicGroup && slices.Contains(group.Types, microsoft365):
		return errors.New("is a public Microsoft 365 group, which everyone in the tenant may join; make it private, or use a security group")
	}
	return nil
}

// memberDoubt says who else than the owners may choose a group's members. A rule
// may be meant, but Entra allows none for the groups that its own roles go to:
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
// Whether everyone may join a public group that is not of Microsoft 365 is up to
// the tenant's settings.
func memberDoubt(group *azuread.LookupGroupResult) string {
	switch {
	case slices.Contains(group.Types, dynamicGroup) || len(group.DynamicMemberships) > 0:
		rule := "a rule"
		for _, membership := range group.DynamicMemberships {
			rule = "the rule " + membership.Rule
		}
		return "has the members that " + rule + " chooses: whoever may change what it looks at gives this access."
	case group.Visibility == publicGroup:
		return "is public: see in the tenant's group settings whether everyone may join it."
	}
	return ""
}
