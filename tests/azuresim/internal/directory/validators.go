package directory

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// The validators of azuread's schemas, which run before any request:
// https://github.com/hashicorp/terraform-provider-azuread, internal/services and
// internal/helpers/tf/validation.

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// reasons are errors by property.
type reasons map[string]string

func (r reasons) add(name, reason string) {
	if reason != "" {
		r[name] = reason
	}
}

// unless returns a reason, or "" if a condition holds.
func unless(holds bool, reason string) string {
	if holds {
		return ""
	}
	return reason
}

// wrongUUID returns the error of a known value that is not a UUID, or "".
func wrongUUID(name, value string) string {
	if value == "" {
		return ""
	}
	return notUUID(name, value)
}

// requiredUUID also rejects an empty value that is known.
func requiredUUID(name string, in property.Map) string {
	if !in.At(name).IsString() {
		return ""
	}
	return notUUID(name, in.Text(name))
}

func notUUID(name, value string) string {
	return unless(uuid.MatchString(value), fmt.Sprintf("expected %q to be a valid UUID, got %s", name, value))
}

// uuids returns a validator that requires known values of these properties to be UUIDs.
func uuids(names ...string) func(in property.Map) map[string]string {
	return func(in property.Map) map[string]string {
		reasons := reasons{}
		for _, name := range names {
			reasons.add(name, wrongUUID(name, in.Text(name)))
		}
		return reasons
	}
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

// validCredential: application_federated_identity_credential_resource.go in
// internal/services/applications.
func validCredential(in property.Map) map[string]string {
	reasons := reasons{}
	if name := in.At("displayName"); name.IsString() && (in.Text("displayName") == "" || len(in.Text("displayName")) > 120) {
		reasons["displayName"] = fmt.Sprintf("expected length of displayName to be in the range (1 - 120), got %s", in.Text("displayName"))
	}
	if n := len(in.Texts("audiences")); n > 1 {
		reasons["audiences"] = fmt.Sprintf("Too many list items: expected at most 1, got %d", n)
	}
	if id := in.Text("applicationId"); id != "" {
		objectID, is := strings.CutPrefix(id, "/applications/")
		reasons.add("applicationId", cmp.Or(unless(is, fmt.Sprintf("parsing %q: expected /applications/<ID>", id)), wrongUUID("ID", objectID)))
	}
	return reasons
}
