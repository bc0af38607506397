package entra

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// LookupGroup returns the object ID of an Entra security group, in lower case as in Entra's
// claims. A group with the form of an object ID is looked up by its ID, any other by its
// display name. Prefer the object ID: after a rename, the display name can belong to another
// group.
//
// It returns an error if the group does not exist, if several groups have the name, if it is
// not a security group, and if it is a Microsoft 365 group that everyone in the tenant can
// join. The error wraps ErrThrottled if Microsoft Graph did not respond for minutes. It logs
// a warning if people other than the group's owners can choose the members.
func LookupGroup(ctx *pulumi.Context, group string, opts ...pulumi.InvokeOption) (objectID string, err error) {
	found, err := GroupClaimsAssigned.LookupGroup(ctx, group, opts...)
	return found.ObjectID, err
}

// Group is a security group in Entra.
type Group struct{ ObjectID, DisplayName string }

// lookupGroup also logs the warning that doubts returns.
func lookupGroup(ctx *pulumi.Context, group string, doubts func(*azuread.LookupGroupResult) string, opts []pulumi.InvokeOption) (Group, error) {
	args, err := groupArgs(group)
	if err != nil {
		return Group{}, err
	}
	found, err := azuread.LookupGroup(ctx, args, opts...)
	if throttled(err) {
		return Group{}, fmt.Errorf("%q %w: %w", group, ErrThrottled, answered(err))
	}
	if err != nil {
		return Group{}, fmt.Errorf("%q: %w; %s", group, answered(err), adviceFor(group))
	}
	if err := givesAccess(found); err != nil {
		return Group{}, fmt.Errorf("%q %w", group, err)
	}
	for _, doubt := range []string{memberDoubt(found), doubts(found)} {
		if doubt == "" {
			continue
		}
		if err := ctx.Log.Warn(fmt.Sprintf("The group %q (%s) %s", found.DisplayName, found.ObjectId, doubt), nil); err != nil {
			return Group{}, fmt.Errorf("%q: %w", group, err)
		}
	}
	return Group{strings.ToLower(found.ObjectId), found.DisplayName}, nil
}

var (
	mailAddress = regexp.MustCompile(`^[\w.+-]+@[\w.-]+$`)
	// partOfGUID matches a GUID in braces, and one without some of its digits or its hyphens.
	partOfGUID = regexp.MustCompile(`^[{(]?[0-9a-fA-F]{8}(-[0-9a-fA-F-]*|[0-9a-fA-F]{24})[)}]?$`)
)

// adviceFor returns the correction of a group that is not found. A display name can look like
// an address or an ID, so these are looked up too.
func adviceFor(group string) string {
	switch {
	case mailAddress.MatchString(group):
		// https://learn.microsoft.com/graph/api/resources/group#properties
		return fmt.Sprintf("to find the object ID of a group by its address, run az ad group list --filter \"mail eq '%s'\" --query [].id", group)
	case partOfGUID.MatchString(group):
		return "if it is an object ID, write all 32 digits and 4 hyphens, without braces"
	}
	return "az ad group show --group <name or object ID> shows what you can see in this tenant"
}

// ErrThrottled is the error of a lookup that Microsoft Graph did not answer for minutes, most
// likely because of throttling: https://learn.microsoft.com/graph/throttling.
var ErrThrottled = errors.New("cannot be looked up: Microsoft Graph is throttling this identity or not responding; retry in a few minutes")

// throttled reports whether a lookup timed out. The provider repeats a request nine times when
// Graph returns 429, each time after the delay that Graph requests:
// https://github.com/hashicorp/terraform-provider-azuread, internal/common/client_options.go.
// A group takes three requests. The Terraform SDK ends a lookup after 20 minutes: the timeout
// in internal/services/groups/group_data_source.go does not reach data sources (ReadDataApply
// and Timeout in https://github.com/hashicorp/terraform-plugin-sdk, helper/schema). For a group
// by display name, the error then begins with "No group found".
func throttled(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "unexpected status 429") || strings.Contains(err.Error(), "context deadline exceeded"))
}

// answered returns the provider's message without the texts of the RPC layer and of the list
// that holds it, and without the line breaks at its end.
func answered(err error) error {
	message := err.Error()
	for _, before := range []string{"rpc error: code = Unknown desc = ", "1 error occurred:\n\t* "} {
		if _, after, found := strings.Cut(message, before); found {
			message = after
		}
	}
	return errors.New(strings.TrimSpace(message))
}

func groupArgs(group string) (*azuread.LookupGroupArgs, error) {
	if azure.IsGUID(group) {
		return &azuread.LookupGroupArgs{ObjectId: &group}, nil
	}
	if err := azure.CheckGroupName(group); err != nil {
		return nil, err
	}
	// The provider puts the name between single quotes without escaping:
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

// givesAccess rejects a group that Entra cannot assign, and one that everyone can join.
// https://learn.microsoft.com/graph/api/resources/group#group-visibility-options,
// https://learn.microsoft.com/entra/identity-platform/secure-group-access-control
func givesAccess(group *azuread.LookupGroupResult) error {
	switch {
	case !group.SecurityEnabled:
		return errors.New("is not a security group; Entra assigns only security groups to applications")
	case group.Visibility == publicGroup && slices.Contains(group.Types, microsoft365):
		return errors.New("is a public Microsoft 365 group, which everyone in the tenant can join; make it private, or use a security group")
	}
	return nil
}

// memberDoubt returns a warning if people other than the owners can choose the group's members. A
// dynamic group may be intended, but Entra does not allow one for its own roles:
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
// The tenant's settings decide whether everyone can join a public security group.
func memberDoubt(group *azuread.LookupGroupResult) string {
	switch {
	case slices.Contains(group.Types, dynamicGroup) || len(group.DynamicMemberships) > 0:
		rule := "a rule"
		for _, membership := range group.DynamicMemberships {
			rule = "the rule " + membership.Rule
		}
		return "is dynamic: " + rule + " chooses its members. Everyone who can change the attributes in the rule can grant this access."
	case group.Visibility == publicGroup:
		return "is public: check in the tenant's group settings whether everyone can join it."
	}
	return ""
}
