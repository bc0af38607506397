package rest

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// field pairs a property of Microsoft Graph with azuread's property. Both are paths.
type field struct {
	graph, azuread string
	// separator separates the values of a list that Graph writes as one string.
	separator string
	// of are the fields of the objects in a list.
	of []field
}

// The properties that a program can write, from
// https://github.com/hashicorp/terraform-provider-azuread, internal/services, expand
// functions, and https://learn.microsoft.com/graph/api/resources/application and the pages
// of the other resources.
var (
	applicationFields = []field{
		{graph: "displayName", azuread: "displayName"},
		{graph: "description", azuread: "description"},
		{graph: "notes", azuread: "notes"},
		{graph: "signInAudience", azuread: "signInAudience"},
		{graph: "serviceManagementReference", azuread: "serviceManagementReference"},
		{graph: "isFallbackPublicClient", azuread: "fallbackPublicClientEnabled"},
		{graph: "isDeviceOnlyAuthSupported", azuread: "deviceOnlyAuthEnabled"},
		{graph: "oauth2RequirePostResponse", azuread: "oauth2PostResponseRequired"},
		{graph: "groupMembershipClaims", azuread: "groupMembershipClaims", separator: ","},
		{graph: "identifierUris", azuread: "identifierUris"},
		{graph: "tags", azuread: "tags"},
		{graph: "publicClient.redirectUris", azuread: "publicClient.redirectUris"},
		{graph: "spa.redirectUris", azuread: "singlePageApplication.redirectUris"},
		{graph: "web.redirectUris", azuread: "web.redirectUris"},
		{graph: "web.homePageUrl", azuread: "web.homepageUrl"},
		{graph: "web.logoutUrl", azuread: "web.logoutUrl"},
		{graph: "web.implicitGrantSettings.enableAccessTokenIssuance", azuread: "web.implicitGrant.accessTokenIssuanceEnabled"},
		{graph: "web.implicitGrantSettings.enableIdTokenIssuance", azuread: "web.implicitGrant.idTokenIssuanceEnabled"},
		{graph: "api.acceptMappedClaims", azuread: "api.mappedClaimsEnabled"},
		{graph: "api.knownClientApplications", azuread: "api.knownClientApplications"},
		{graph: "api.requestedAccessTokenVersion", azuread: "api.requestedAccessTokenVersion"},
		{graph: "api.oauth2PermissionScopes", azuread: "api.oauth2PermissionScopes", of: scopeFields},
		{graph: "appRoles", azuread: "appRoles", of: roleFields},
		{graph: "optionalClaims.accessToken", azuread: "optionalClaims.accessTokens", of: claimFields},
		{graph: "optionalClaims.idToken", azuread: "optionalClaims.idTokens", of: claimFields},
		{graph: "optionalClaims.saml2Token", azuread: "optionalClaims.saml2Tokens", of: claimFields},
		{graph: "requiredResourceAccess", azuread: "requiredResourceAccesses", of: []field{
			{graph: "resourceAppId", azuread: "resourceAppId"},
			{graph: "resourceAccess", azuread: "resourceAccesses", of: []field{{graph: "id", azuread: "id"}, {graph: "type", azuread: "type"}}},
		}},
	}
	roleFields = []field{
		{graph: "id", azuread: "id"}, {graph: "value", azuread: "value"}, {graph: "isEnabled", azuread: "enabled"},
		{graph: "displayName", azuread: "displayName"}, {graph: "description", azuread: "description"},
		{graph: "allowedMemberTypes", azuread: "allowedMemberTypes"},
	}
	scopeFields = []field{
		{graph: "id", azuread: "id"}, {graph: "value", azuread: "value"}, {graph: "type", azuread: "type"}, {graph: "isEnabled", azuread: "enabled"},
		{graph: "adminConsentDescription", azuread: "adminConsentDescription"}, {graph: "adminConsentDisplayName", azuread: "adminConsentDisplayName"},
		{graph: "userConsentDescription", azuread: "userConsentDescription"}, {graph: "userConsentDisplayName", azuread: "userConsentDisplayName"},
	}
	claimFields = []field{
		{graph: "name", azuread: "name"}, {graph: "source", azuread: "source"}, {graph: "essential", azuread: "essential"},
		{graph: "additionalProperties", azuread: "additionalProperties"},
	}
	principalFields = []field{
		{graph: "appId", azuread: "clientId"},
		{graph: "accountEnabled", azuread: "accountEnabled"},
		{graph: "appRoleAssignmentRequired", azuread: "appRoleAssignmentRequired"},
		{graph: "description", azuread: "description"},
		{graph: "loginUrl", azuread: "loginUrl"},
		{graph: "notes", azuread: "notes"},
		{graph: "preferredSingleSignOnMode", azuread: "preferredSingleSignOnMode"},
		{graph: "alternativeNames", azuread: "alternativeNames"},
		{graph: "notificationEmailAddresses", azuread: "notificationEmailAddresses"},
		{graph: "tags", azuread: "tags"},
	}
	credentialFields = []field{
		{graph: "name", azuread: "displayName"}, {graph: "description", azuread: "description"},
		{graph: "issuer", azuread: "issuer"}, {graph: "subject", azuread: "subject"}, {graph: "audiences", azuread: "audiences"},
	}
	grantFields = []field{
		{graph: "clientId", azuread: "servicePrincipalObjectId"}, {graph: "resourceId", azuread: "resourceServicePrincipalObjectId"},
		{graph: "principalId", azuread: "userObjectId"}, {graph: "scope", azuread: "claimValues", separator: " "},
	}
	assignmentFields = []field{
		{graph: "appRoleId", azuread: "appRoleId"}, {graph: "principalId", azuread: "principalObjectId"}, {graph: "resourceId", azuread: "resourceObjectId"},
	}
)

// written returns properties after a request. Properties that the request omits keep their
// value; an empty value removes a property.
func written(before property.Map, fields []field, request document) property.Map {
	after := before
	for _, f := range fields {
		if value, given := lookUp(request, f.graph); given {
			after = with(after, f.azuread, f.value(value))
		}
	}
	return after
}

// value returns azuread's form of a value.
func (f field) value(given any) resource.PropertyValue {
	text, isText := given.(string)
	objects, isList := given.([]any)
	switch {
	case f.separator != "" && isText:
		values := []resource.PropertyValue{}
		for _, one := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(f.separator+" ", r) }) {
			values = append(values, resource.NewStringProperty(one))
		}
		return resource.NewArrayProperty(values)
	case f.of != nil && isList:
		values := []resource.PropertyValue{}
		for _, object := range objects {
			element, _ := object.(document)
			values = append(values, f.element(element))
		}
		return resource.NewArrayProperty(values)
	}
	return resource.NewPropertyValue(given)
}

// element returns azuread's form of an object in a list, which keeps false and "".
func (f field) element(given document) resource.PropertyValue {
	all := resource.PropertyMap{}
	for _, part := range f.of {
		if value := given[part.graph]; value != nil {
			all[resource.PropertyKey(part.azuread)] = part.value(value)
		}
	}
	return resource.NewObjectProperty(all)
}

func lookUp(d document, path string) (value any, given bool) {
	name, rest, deeper := strings.Cut(path, ".")
	value, given = d[name]
	if !deeper || !given {
		return value, given
	}
	below, is := value.(document)
	if !is {
		return nil, true // null also removes the nested properties
	}
	return lookUp(below, rest)
}

// with returns a copy with a value at a path. An empty value removes the property.
func with(m property.Map, path string, value resource.PropertyValue) property.Map {
	name, rest, deeper := strings.Cut(path, ".")
	if deeper {
		value = resource.NewObjectProperty(resource.PropertyMap(with(m.Map(name), rest, value)))
	}
	changed := m.Copy()
	if empty(value) {
		delete(changed, resource.PropertyKey(name))
	} else {
		changed[resource.PropertyKey(name)] = value
	}
	return changed
}

func empty(v resource.PropertyValue) bool {
	return v.IsNull() || v.IsString() && v.StringValue() == "" || v.IsBool() && !v.BoolValue() ||
		v.IsArray() && len(v.ArrayValue()) == 0 || v.IsObject() && len(v.ObjectValue()) == 0
}
