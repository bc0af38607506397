package directory

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// The values of application_resource.go and schema.go in
// https://github.com/hashicorp/terraform-provider-azuread, internal/services/applications.
var (
	audiences       = []string{"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"}
	groupClaims     = []string{"All", "None", "ApplicationGroup", "DirectoryRole", "SecurityGroup"}
	claimProperties = []string{
		"cloud_displayname", "dns_domain_and_sam_account_name", "emit_as_roles", "include_externally_authenticated_upn",
		"include_externally_authenticated_upn_without_hash", "max_size_limit", "netbios_domain_and_sam_account_name",
		"on_premise_security_identifier", "sam_account_name", "use_guid",
	}
)

// validApplication validates the properties that the program sets.
func validApplication(in property.Map) map[string]string {
	reasons := reasons{}
	if in.At("displayName").IsString() {
		reasons.add("displayName", unless(in.Text("displayName") != "", `expected "displayName" to not be an empty string`))
	}
	if audience := in.Text("signInAudience"); audience != "" {
		reasons.add("signInAudience", notOneOf("signInAudience", audiences, audience))
	}
	if version := in.At("api.requestedAccessTokenVersion"); version.IsNumber() {
		reasons.add("api", unless(version.NumberValue() == 1 || version.NumberValue() == 2, "Value must be one of: 1, 2"))
	}
	for _, owner := range in.Texts("owners") {
		reasons.add("owners", wrongUUID("owners", owner))
	}
	reasons.add("groupMembershipClaims", notOneOf("groupMembershipClaims", groupClaims, in.Texts("groupMembershipClaims")...))
	for _, list := range []string{"idTokens", "accessTokens", "saml2Tokens"} {
		for _, claim := range in.Maps("optionalClaims." + list) {
			reasons.add("optionalClaims", notOneOf("additionalProperties", claimProperties, claim.Texts("additionalProperties")...))
			if source := claim.Text("source"); source != "" {
				reasons.add("optionalClaims", notOneOf("source", []string{"user"}, source))
			}
		}
	}
	for _, role := range in.Maps("appRoles") {
		reasons.add("appRoles", wrongRole(role))
	}
	for _, access := range in.Maps("requiredResourceAccesses") {
		for _, permission := range access.Maps("resourceAccesses") {
			reasons.add("requiredResourceAccesses", cmp.Or(
				wrongUUID("id", permission.Text("id")),
				unless(!permission.At("type").IsString(), notOneOf("type", []string{"Role", "Scope"}, permission.Text("type"))),
			))
		}
	}
	for name, platform := range platforms {
		reasons.add(name, platform.wrong(in.Map(name)))
	}
	return reasons
}

// notOneOf returns the error of the first value of a property that is not allowed, or ""
// (StringInSlice in helper/validation/strings.go of hashicorp/terraform-plugin-sdk).
func notOneOf(name string, allowed []string, values ...string) string {
	value, found := property.First(values, func(value string) bool { return !slices.Contains(allowed, value) })
	return unless(!found, fmt.Sprintf("expected %s to be one of %q, got %s", name, allowed, value))
}

// roleValueCharacters matches characters that azuread does not allow in the value of an app role
// (validate/tokens.go).
var roleValueCharacters = regexp.MustCompile("[^A-Za-z0-9:!#$%&'()*+,./;<=>?@\\[\\]^_{|}~`-]")

func wrongRole(role property.Map) string {
	for _, name := range []string{"displayName", "description"} {
		if role.At(name).IsString() && role.Text(name) == "" {
			return fmt.Sprintf("expected %q to not be an empty string", name)
		}
	}
	value, members := role.Text("value"), role.At("allowedMemberTypes")
	return cmp.Or(
		requiredUUID("id", role),
		unless(!members.IsArray() || len(members.ArrayValue()) > 0, "Attribute requires 1 item minimum, but config has only 0 declared"),
		notOneOf("allowedMemberTypes", []string{memberApplication, memberUser}, role.Texts("allowedMemberTypes")...),
		unless(len(value) <= 249, "Value must be between 0-249 characters in length"),
		unless(!strings.HasPrefix(value, "."), "Value must not begin with a period"),
		unless(!roleValueCharacters.MatchString(value), "Value must be alphanumeric with these allowed characters: !#$%&'()*+,-./:;<=>?@[]^+_`{|}~"),
	)
}

// platform holds the rules for the URIs of a platform. Nil schemes allow any.
type platform struct {
	schemes []string
	urn     bool
}

var platforms = map[string]platform{
	"web":                   {[]string{"http", "https", "ms-appx-web"}, true},
	"singlePageApplication": {[]string{"http", "https", "ms-appx-web"}, false},
	"publicClient":          {nil, true},
}

// maxURIs is the limit of a platform.
const maxURIs = 256

func (p platform) wrong(in property.Map) string {
	uris := in.Texts("redirectUris")
	if len(uris) > maxURIs {
		return fmt.Sprintf("Too many list items: expected at most %d, got %d", maxURIs, len(uris))
	}
	for _, uri := range uris {
		reason := wrongURI(uri, p.schemes, true)
		if p.urn && strings.HasPrefix(uri, "urn:") && strings.Count(uri, ":") > 1 {
			reason = ""
		}
		if reason = cmp.Or(reason, unless(len(uri) <= 256, "URI must be 256 characters or less")); reason != "" {
			return reason
		}
	}
	for _, name := range []string{"homepageUrl", "logoutUrl"} {
		if uri := in.Text(name); uri != "" {
			if reason := wrongURI(uri, []string{"http", "https"}, false); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// wrongURI returns the error of a URI, or "". path reports whether it needs a path (IsUriFunc in
// internal/tf/validation/uri.go).
func wrongURI(uri string, schemes []string, path bool) string {
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		return fmt.Sprintf("URI is in an invalid format: %v", err)
	case u.Host == "":
		return fmt.Sprintf("URI %q has no host", uri)
	case schemes == nil:
		return ""
	case path && u.Path == "":
		return "URI must have a trailing slash when there is no path segment"
	}
	return unless(slices.Contains(schemes, u.Scheme), "unexpected URI scheme, expected one of: "+strings.Join(schemes, ", "))
}
