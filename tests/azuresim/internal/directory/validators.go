package directory

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// The validators of azuread's schemas, which run before any request:
// https://github.com/hashicorp/terraform-provider-azuread, internal/services and
// internal/helpers/tf/validation.

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// uuids returns a validator that requires known values of these properties to be UUIDs.
func uuids(names ...string) func(in property.Map) map[string]string {
	return func(in property.Map) map[string]string {
		reasons := map[string]string{}
		for _, name := range names {
			if id := in.Text(name); id != "" && !uuid.MatchString(id) {
				reasons[name] = fmt.Sprintf("expected %q to be a valid UUID, got %s", name, id)
			}
		}
		return reasons
	}
}

func validApplication(in property.Map) map[string]string {
	reasons := map[string]string{}
	if in.At("displayName").IsString() && in.Text("displayName") == "" {
		reasons["displayName"] = "expected \"displayName\" to not be an empty string"
	}
	for name, schemes := range map[string][]string{"web": {"http", "https", "ms-appx-web"}, "publicClient": nil} {
		for _, uri := range in.Texts(name + ".redirectUris") {
			if reason := invalidRedirect(uri, schemes); reason != "" {
				reasons[name] = reason
			}
		}
	}
	return reasons
}

// invalidRedirect returns the error of a redirect URI, or "". Nil schemes allow any.
func invalidRedirect(uri string, schemes []string) string {
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		return fmt.Sprintf("URI is in an invalid format: %v", err)
	case u.Host == "" && u.Opaque == "":
		return fmt.Sprintf("URI %q has no host", uri)
	case schemes != nil && !slices.Contains(schemes, u.Scheme):
		return fmt.Sprintf("expected URI to have a scheme of: %s", strings.Join(schemes, ", "))
	case u.Host != "" && u.Path == "":
		return "URI must have a trailing slash when there is no path segment"
	case len(uri) > 256:
		return "URI must be 256 characters or less"
	}
	return ""
}

// validGroup accepts security groups only, the one kind that programs can create here.
func validGroup(in property.Map) map[string]string {
	reasons := map[string]string{}
	if in.At("displayName").IsString() && in.Text("displayName") == "" {
		reasons["displayName"] = "expected \"displayName\" to not be an empty string"
	}
	if !in.Flag("securityEnabled") {
		reasons["securityEnabled"] = "\"securityEnabled\": one of `mailEnabled,securityEnabled` must be specified"
	}
	for _, name := range []string{"mailEnabled", "types", "dynamicMembership"} {
		if !in.At(name).IsNull() {
			reasons[name] = fmt.Sprintf("%q is not simulated", name)
		}
	}
	return reasons
}

func validCredential(in property.Map) map[string]string {
	reasons := map[string]string{}
	if name := in.At("displayName"); name.IsString() && (in.Text("displayName") == "" || len(in.Text("displayName")) > 120) {
		reasons["displayName"] = fmt.Sprintf("expected length of displayName to be in the range (1 - 120), got %s", in.Text("displayName"))
	}
	return reasons
}
