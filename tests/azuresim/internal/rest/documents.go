package rest

import (
	"path"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// document is a response of Microsoft Graph. The shapes are those of the examples in
// https://github.com/microsoftgraph/microsoft-graph-docs-contrib, api-reference/v1.0/api,
// reduced to the simulated properties.
type document = map[string]any

// application answers application-get.md.
func (s *Service) application(o *store.Object) document {
	in := s.objects.Answer(o)
	return s.withSecrets(o, document{
		"id": o.Computed.Text("objectId"), "appId": o.Computed.Text("clientId"), "displayName": in.Text("displayName"),
		"createdDateTime": o.Created.UTC().Format(time.RFC3339),
		"signInAudience":  in.Text("signInAudience"), "groupMembershipClaims": null(strings.Join(in.Texts("groupMembershipClaims"), ", ")),
		"isFallbackPublicClient": in.Flag("fallbackPublicClientEnabled"), "isDeviceOnlyAuthSupported": in.Flag("deviceOnlyAuthEnabled"), "oauth2RequirePostResponse": in.Flag("oauth2PostResponseRequired"),
		"optionalClaims": optionalClaims(in), "appRoles": appRoles(in),
		"requiredResourceAccess": requiredAccess(in),
		"identifierUris":         texts(in.Texts("identifierUris")), "api": s.api(o, in),
		"publicClient": document{"redirectUris": texts(in.Texts("publicClient.redirectUris"))},
		"spa":          document{"redirectUris": texts(in.Texts("singlePageApplication.redirectUris"))},
		"web": document{"redirectUris": texts(in.Texts("web.redirectUris")), "logoutUrl": null(in.Text("web.logoutUrl")), "implicitGrantSettings": document{
			"enableAccessTokenIssuance": in.Flag("web.implicitGrant.accessTokenIssuanceEnabled"),
			"enableIdTokenIssuance":     in.Flag("web.implicitGrant.idTokenIssuanceEnabled"),
		}},
	})
}

// api returns apiApplication.md in api-reference/v1.0/resources.
func (s *Service) api(o *store.Object, in property.Map) document {
	scopes := []document{}
	for _, scope := range in.Maps("api.oauth2PermissionScopes") {
		scopes = append(scopes, document{
			"id": scope.Text("id"), "value": scope.Text("value"), "type": scope.Text("type"), "isEnabled": scope.Flag("enabled"),
		})
	}
	clients := []document{}
	for _, client := range s.directory.PreAuthorized(o.ID) {
		clients = append(clients, document{"appId": client, "delegatedPermissionIds": []string{}})
	}
	return document{
		"acceptMappedClaims": in.Flag("api.mappedClaimsEnabled"), "knownClientApplications": texts(in.Texts("api.knownClientApplications")),
		"oauth2PermissionScopes": scopes, "preAuthorizedApplications": clients,
		"requestedAccessTokenVersion": in.At("api.requestedAccessTokenVersion").Mappable(),
	}
}

func appRoles(in property.Map) []document {
	roles := []document{}
	for _, role := range in.Maps("appRoles") {
		roles = append(roles, document{
			"id": role.Text("id"), "value": role.Text("value"), "displayName": role.Text("displayName"), "description": role.Text("description"),
			"isEnabled": true, "origin": "Application", "allowedMemberTypes": texts(role.Texts("allowedMemberTypes")),
		})
	}
	return roles
}

// requiredAccess returns requiredresourceaccess.md in api-reference/v1.0/resources.
func requiredAccess(in property.Map) []document {
	all := []document{}
	for _, api := range in.Maps("requiredResourceAccesses") {
		access := []document{}
		for _, one := range api.Maps("resourceAccesses") {
			access = append(access, document{"id": one.Text("id"), "type": one.Text("type")})
		}
		all = append(all, document{"resourceAppId": api.Text("resourceAppId"), "resourceAccess": access})
	}
	return all
}

func optionalClaims(in property.Map) any {
	if !in.At("optionalClaims").IsObject() {
		return null("")
	}
	ofToken := func(list string) []document {
		claims := []document{}
		for _, claim := range in.Maps("optionalClaims." + list) {
			claims = append(claims, document{"name": claim.Text("name"), "essential": claim.Flag("essential"), "source": null(claim.Text("source")), "additionalProperties": texts(claim.Texts("additionalProperties"))})
		}
		return claims
	}
	return document{"idToken": ofToken("idTokens"), "accessToken": ofToken("accessTokens"), "saml2Token": ofToken("saml2Tokens")}
}

// principal answers serviceprincipal-get.md. A nil object stands for Microsoft Graph.
func (s *Service) principal(o *store.Object) document {
	if o == nil {
		scopes := []document{}
		for value, id := range s.directory.Scopes() {
			scopes = append(scopes, document{"id": id, "value": value, "type": "User", "isEnabled": true})
		}
		return document{"id": s.directory.GraphPrincipal(), "appId": directory.GraphClientID, "displayName": "Microsoft Graph", "oauth2PermissionScopes": scopes}
	}
	in := s.objects.Answer(o)
	return s.withSecrets(o, document{
		"id": o.ID, "appId": in.Text("clientId"), "servicePrincipalType": "Application",
		"accountEnabled": in.Flag("accountEnabled"), "appRoleAssignmentRequired": in.Flag("appRoleAssignmentRequired"),
		"preferredSingleSignOnMode": null(in.Text("preferredSingleSignOnMode")), "replyUrls": s.replyURLs(in),
	})
}

// replyURLs returns those of the application.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
func (s *Service) replyURLs(principal property.Map) []string {
	all := []string{}
	if app := s.directory.Application(principal.Text("clientId")); app != nil {
		for _, platform := range []string{"web", "publicClient", "singlePageApplication"} {
			all = append(all, app.Inputs.Texts(platform+".redirectUris")...)
		}
	}
	return all
}

// withSecrets adds secrets and certificates without their values: passwordcredential.md and
// keycredential.md in api-reference/v1.0/resources.
func (s *Service) withSecrets(o *store.Object, d document) document {
	passwords, keys := []document{}, []document{}
	for _, secret := range s.directory.Secrets(o.ID) {
		entry := document{"keyId": secret.KeyID, "displayName": secret.Name, "customKeyIdentifier": null(""),
			"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
		if secret.Certificate {
			entry["type"], entry["usage"], entry["key"] = "AsymmetricX509Cert", "Verify", null("")
			keys = append(keys, entry)
			continue
		}
		entry["hint"], entry["secretText"] = secret.Hint, null("")
		passwords = append(passwords, entry)
	}
	d["passwordCredentials"], d["keyCredentials"] = passwords, keys
	return d
}

// credentials answers application-list-federatedidentitycredentials.md.
func (s *Service) credentials(app *store.Object) (all []document) {
	for _, o := range s.directory.Credentials(app.ID) {
		all = append(all, document{
			"id": o.Computed.Text("credentialId"), "name": o.Inputs.Text("displayName"), "description": null(o.Inputs.Text("description")),
			"issuer": o.Inputs.Text("issuer"), "subject": o.Inputs.Text("subject"), "audiences": texts(o.Inputs.Texts("audiences")),
		})
	}
	return all
}

// owners answers application-list-owners.md and serviceprincipal-list-owners.md.
func (s *Service) owners(o *store.Object) (all []document) {
	for _, id := range o.Inputs.Texts("owners") {
		name, kind := s.directory.Named(id)
		all = append(all, document{"@odata.type": "#microsoft.graph." + strings.ToLower(kind[:1]) + kind[1:], "id": id, "displayName": null(name)})
	}
	return all
}

// assignments answers serviceprincipal-list-approleassignedto.md.
func (s *Service) assignments(principal *store.Object) (all []document) {
	for _, o := range s.objects.All(directory.AppRoleAssignment) {
		if o.Inputs.Text("resourceObjectId") == principal.ID {
			name, kind := s.directory.Named(o.Inputs.Text("principalObjectId"))
			all = append(all, document{
				"id": path.Base(o.ID), "appRoleId": o.Inputs.Text("appRoleId"), "principalId": o.Inputs.Text("principalObjectId"),
				"principalDisplayName": null(name), "principalType": kind, "resourceId": principal.ID,
			})
		}
	}
	return all
}

// permissions answers serviceprincipal-list-approleassignments.md.
func (s *Service) permissions(principal *store.Object) (all []document) {
	for _, o := range s.objects.All(directory.AppRoleAssignment) {
		if principal != nil && o.Inputs.Text("principalObjectId") == principal.ID {
			api := o.Inputs.Text("resourceObjectId")
			all = append(all, document{
				"id": path.Base(o.ID), "appRoleId": o.Inputs.Text("appRoleId"), "principalId": principal.ID, "principalType": "ServicePrincipal",
				"resourceId": api, "resourceDisplayName": null(s.nameOfAPI(api)),
			})
		}
	}
	return all
}

func (s *Service) nameOfAPI(objectID string) string {
	if objectID == s.directory.GraphPrincipal() {
		return "Microsoft Graph"
	}
	return ""
}

// memberships answers serviceprincipal-list-transitivememberof.md, which omits directory
// roles with a limited scope.
func (s *Service) memberships(principal *store.Object) (all []document) {
	for _, group := range s.directory.GroupsAbove(principal.ID) {
		all = append(all, document{"@odata.type": "#microsoft.graph.group", "id": group.ObjectID, "displayName": group.DisplayName})
	}
	for _, role := range s.directory.Roles(principal.ID) {
		if role.Scope == "/" {
			all = append(all, document{"@odata.type": "#microsoft.graph.directoryRole", "id": role.ID, "displayName": role.Name, "roleTemplateId": role.DefinitionID})
		}
	}
	return all
}

// directoryRoles answers rbacapplication-list-roleassignments.md.
func (s *Service) directoryRoles(principal string) (all []document) {
	for _, role := range s.directory.Roles(principal) {
		all = append(all, document{"id": role.ID, "principalId": principal, "roleDefinitionId": role.DefinitionID, "directoryScopeId": role.Scope})
	}
	return all
}

// grants answers serviceprincipal-list-oauth2permissiongrants.md.
func (s *Service) grants(principal *store.Object) (all []document) {
	for _, o := range s.objects.All(directory.DelegatedGrant) {
		if o.Inputs.Text("servicePrincipalObjectId") != principal.ID {
			continue
		}
		consent, user := "AllPrincipals", o.Inputs.Text("userObjectId")
		if user != "" {
			consent = "Principal"
		}
		all = append(all, document{
			"id": o.ID, "clientId": principal.ID, "consentType": consent, "principalId": null(user),
			"resourceId": o.Inputs.Text("resourceServicePrincipalObjectId"), "scope": strings.Join(o.Inputs.Texts("claimValues"), " "),
		})
	}
	return all
}

// texts returns a copy that JSON never encodes as null.
func texts(all []string) []string { return append([]string{}, all...) }
