package azuresim

import (
	"net/url"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func createApplication(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	if err := checkApplication(a, in); err != nil {
		return "", nil, err
	}
	objectID := newGUID()
	return "/applications/" + objectID, map[string]any{"objectId": objectID, "clientId": newGUID(), "publisherDomain": "contoso.example"}, nil
}

func checkApplication(a *Azure, in resource.PropertyMap) error {
	if text(in, "displayName") == "" {
		return refuse(400, "Request_BadRequest", "Invalid value specified for property 'displayName' of resource 'Application'.")
	}
	for _, owner := range texts(in, "owners") {
		if !slices.Contains(a.directory.deployers, owner) {
			return refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", owner)
		}
	}
	for platform, isWeb := range map[resource.PropertyKey]bool{"web": true, "publicClient": false} {
		for _, uri := range texts(child(in, platform), "redirectUris") {
			if !redirectAllowed(uri, isWeb) {
				return refuse(400, "InvalidRedirectUri", "Reply URL '%s' is not valid.", uri)
			}
		}
	}
	return checkPermissions(a, in)
}

// redirectAllowed has the rules of
// https://learn.microsoft.com/entra/identity-platform/reply-url
func redirectAllowed(uri string, web bool) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || u.Fragment != "" || len(uri) > 256 || strings.Contains(uri, "*") {
		return false
	}
	return u.Scheme == "https" || (u.Scheme == "http" && u.Hostname() == "localhost") || (!web && u.Scheme != "http")
}

func checkPermissions(a *Azure, in resource.PropertyMap) error {
	published := map[string]bool{}
	for _, id := range a.directory.scopes {
		published[id] = true
	}
	for _, access := range children(in, "requiredResourceAccesses") {
		if app := text(access, "resourceAppId"); app != graphClientID {
			return refuse(400, "InvalidAppId", "The resource application '%s' does not exist.", app)
		}
		for _, permission := range children(access, "resourceAccesses") {
			if id := text(permission, "id"); !published[id] {
				return refuse(400, "InvalidPermission", "Permission '%s' is not published by Microsoft Graph.", id)
			}
		}
	}
	return nil
}

func createPrincipal(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	clientID := text(in, "clientId")
	if a.application(clientID) == nil {
		return "", nil, refuse(400, "NoBackingApplicationObject", "The appId '%s' of the service principal does not reference a valid application object.", clientID)
	}
	for _, other := range a.all(tokenPrincipal) {
		if text(other.inputs, "clientId") == clientID {
			return "", nil, refuse(409, "Request_MultipleObjectsWithSameKeyValue", "The service principal cannot be created because the name %s is already in use.", clientID)
		}
	}
	objectID := newGUID()
	return objectID, map[string]any{"objectId": objectID}, nil
}

func (a *Azure) application(clientID string) *object {
	for _, o := range a.all(tokenApplication) {
		if text(o.computed, "clientId") == clientID {
			return o
		}
	}
	return nil
}

func createCredential(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	applicationID := text(in, "applicationId")
	if _, exists := a.objects[applicationID]; !exists {
		return "", nil, refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist.", applicationID)
	}
	if err := checkCredential(a, nil, in); err != nil {
		return "", nil, err
	}
	id := newGUID()
	return strings.TrimPrefix(applicationID, "/applications/") + "/federatedIdentityCredential/" + id, map[string]any{"credentialId": id}, nil
}

// checkCredential has the limits of
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
func checkCredential(a *Azure, self *object, in resource.PropertyMap) error {
	if issuer, err := url.Parse(text(in, "issuer")); err != nil || issuer.Scheme != "https" {
		return refuse(400, "Request_BadRequest", "Issuer '%s' must be a valid https URL.", text(in, "issuer"))
	}
	if len(texts(in, "audiences")) != 1 {
		return refuse(400, "Request_BadRequest", "A federated identity credential has exactly one audience.")
	}
	if n := len(text(in, "displayName")); n < 3 || n > 120 {
		return refuse(400, "Request_BadRequest", "The name of a federated identity credential has 3 to 120 characters.")
	}
	others := 0
	for _, other := range a.all(tokenCredential) {
		if other == self || text(other.inputs, "applicationId") != text(in, "applicationId") {
			continue
		}
		others++
		if text(other.inputs, "displayName") == text(in, "displayName") ||
			(text(other.inputs, "issuer") == text(in, "issuer") && text(other.inputs, "subject") == text(in, "subject")) {
			return refuse(409, "Request_MultipleObjectsWithSameKeyValue", "FederatedIdentityCredential with name or issuer and subject already exists.")
		}
	}
	if others >= 20 {
		return refuse(400, "Request_BadRequest", "An application has at most 20 federated identity credentials.")
	}
	return nil
}

func createGrant(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	if err := checkGrant(a, in); err != nil {
		return "", nil, err
	}
	for _, other := range a.all(tokenGrant) {
		if text(other.inputs, "servicePrincipalObjectId") == text(in, "servicePrincipalObjectId") {
			return "", nil, refuse(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
		}
	}
	return newGUID(), nil, nil
}

func checkGrant(a *Azure, in resource.PropertyMap) error {
	if principal := text(in, "servicePrincipalObjectId"); a.objects[principal] == nil {
		return refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist.", principal)
	}
	if graph := text(in, "resourceServicePrincipalObjectId"); graph != a.directory.graph {
		return refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist.", graph)
	}
	for _, value := range texts(in, "claimValues") {
		if a.directory.scopes[value] == "" {
			return refuse(400, "Request_BadRequest", "Scope '%s' is not published by Microsoft Graph.", value)
		}
	}
	return nil
}

func createAssignment(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	principal, target := text(in, "principalObjectId"), text(in, "resourceObjectId")
	if a.objects[target] == nil {
		return "", nil, refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist.", target)
	}
	if !a.directory.hasGroup(principal) {
		return "", nil, refuse(400, "Request_BadRequest", "Not a valid reference update: principal '%s'.", principal)
	}
	if role := text(in, "appRoleId"); role != "00000000-0000-0000-0000-000000000000" {
		return "", nil, refuse(400, "Request_BadRequest", "Permission being assigned was not found on application: '%s'.", role)
	}
	for _, other := range a.all(tokenAssignment) {
		if text(other.inputs, "principalObjectId") == principal && text(other.inputs, "resourceObjectId") == target {
			return "", nil, refuse(400, "Request_BadRequest", "Permission being assigned already exists on the object.")
		}
	}
	return target + "/appRoleAssignment/" + newGUID(), nil, nil
}
