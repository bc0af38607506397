package directory

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Application returns the application with a client ID, or nil.
func (s *Service) Application(clientID string) *store.Object {
	return s.objects.Find(Application, func(o *store.Object) bool { return o.Computed.Text("clientId") == clientID })
}

// FindApplication returns an application that matches, or nil.
func (s *Service) FindApplication(matches func(*store.Object) bool) *store.Object {
	return s.objects.Find(Application, matches)
}

func (s *Service) createApplication(in property.Map) (string, map[string]any, error) {
	objectID := guid.New()
	computed := map[string]any{"objectId": objectID, "clientId": guid.New(), "publisherDomain": "contoso.example"}
	return "/applications/" + objectID, computed, s.checkApplication(nil, in)
}

func (s *Service) checkApplication(self *store.Object, in property.Map) error {
	unknown, found := property.First(in.Texts("owners"), func(owner string) bool { return !slices.Contains(s.deployers, owner) && !s.hasUser(owner) })
	web, invalidWeb := property.First(in.Texts("web.redirectUris"), func(uri string) bool { return !redirectAllowed(uri, true) })
	client, invalidClient := property.First(in.Texts("publicClient.redirectUris"), func(uri string) bool { return !redirectAllowed(uri, false) })
	uris := len(in.Texts("web.redirectUris")) + len(in.Texts("publicClient.redirectUris"))
	return store.First(
		store.RefuseIf(uris > 256, 400, "Request_BadRequest", "The number of redirect URIs, %d, is beyond the limit of 256.", uris),
		store.RefuseIf(in.Text("displayName") == "" || utf8.RuneCountInString(in.Text("displayName")) > 256, 400, "Request_BadRequest", "Invalid value specified for property 'displayName' of resource 'Application'."),
		store.RefuseIf(found, 404, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", unknown),
		store.RefuseIf(invalidWeb, 400, "InvalidRedirectUri", "Reply URL '%s' is not valid.", web),
		store.RefuseIf(invalidClient, 400, "InvalidRedirectUri", "Reply URL '%s' is not valid.", client),
		s.checkPermissions(in),
		checkRoles(in),
		s.checkURIs(self, in),
	)
}

// redirectAllowed applies the rules of
// https://learn.microsoft.com/entra/identity-platform/reply-url
func redirectAllowed(uri string, web bool) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || u.Fragment != "" || len(uri) > 256 || strings.Contains(uri, "*") {
		return false
	}
	return u.Scheme == "https" || (u.Scheme == "http" && u.Hostname() == "localhost") || (!web && u.Scheme != "http")
}

func (s *Service) checkPermissions(in property.Map) error {
	published := map[string]bool{}
	for _, id := range s.scopes {
		published[id] = true
	}
	for _, access := range in.Maps("requiredResourceAccesses") {
		if app := access.Text("resourceAppId"); app != GraphClientID {
			return store.Refuse(400, "InvalidAppId", "The resource application '%s' does not exist.", app)
		}
		for _, permission := range access.Maps("resourceAccesses") {
			if id := permission.Text("id"); !published[id] {
				return store.Refuse(400, "InvalidPermission", "Permission '%s' is not published by Microsoft Graph.", id)
			}
		}
	}
	return nil
}
