package rest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// pageSize is far below Graph's own, so clients that ignore the next link find too little:
// https://learn.microsoft.com/graph/paging.
const pageSize = 1

// The application permissions that allow a read, by kind of object and list: the tables in
// https://github.com/microsoftgraph/microsoft-graph-docs-contrib,
// api-reference/v1.0/includes/permissions, without write permissions.
var (
	readers       = []string{"Application.Read.All", "Directory.Read.All"}
	policyReaders = []string{"Policy.Read.All"}
	writers       = []string{"Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"}
	whoMay        = map[string][]string{
		"applications": readers, "applications/owners": readers,
		"applications/federatedIdentityCredentials": {"Application.Read.All"},
		"servicePrincipals":                         readers, "servicePrincipals/owners": readers, "servicePrincipals/appRoleAssignedTo": readers,
		"servicePrincipals/oauth2PermissionGrants": {"Directory.Read.All"},
		"servicePrincipals/appRoleAssignments":     readers, "servicePrincipals/transitiveMemberOf": readers,
		// application-list-tokenlifetimepolicies.md,
		// serviceprincipal-list-claimsmappingpolicies.md and similar pages in
		// api-reference/v1.0/api also require a write permission.
		"applications/tokenLifetimePolicies": policyReaders, "servicePrincipals/tokenLifetimePolicies": policyReaders,
		"servicePrincipals/claimsMappingPolicies": policyReaders, "servicePrincipals/homeRealmDiscoveryPolicies": policyReaders,
		// rbacapplication-list-roleassignments.md in api-reference/v1.0/api.
		"roleManagement/directory/roleAssignments": {"Directory.Read.All"},
	}
)

// graphPath matches an object by ID or application ID, and one of its lists.
var graphPath = regexp.MustCompile(`^/v1\.0/(applications|servicePrincipals)(?:\(appId='([^'/]*)'\)|/([^/()]+))(?:/(\w+))?$`)

// Graph serves Microsoft Graph.
func (s *Service) Graph() http.Handler { return serve(s.graph) }

func (s *Service) graph(r *http.Request) (any, error) {
	caller, wrong := s.bearer(r, "https://"+GraphHost)
	match := graphPath.FindStringSubmatch(r.URL.Path)
	all := false
	switch r.URL.Path {
	case "/v1.0/applications":
		match, all = []string{"", "applications", "", "", ""}, true
	case "/v1.0/roleManagement/directory/roleAssignments":
		match, all = []string{"", "roleManagement", "", "", "directory/roleAssignments"}, true
	}
	if match == nil {
		match = make([]string, 5)
	}
	kind, list := match[1], match[4]
	permissions, known := whoMay[kind+segment(list)]
	if err := store.First(
		store.RefuseIf(wrong == noToken, 401, "InvalidAuthenticationToken", "Access token is empty."),
		store.RefuseIf(wrong == badToken, 401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed or not trusted."),
		store.RefuseIf(wrong == wrongAudience, 401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience."),
		store.RefuseIf(!known, 400, "BadRequest", "Resource not found for the segment '%s'.", r.URL.Path),
		queryAllowed(r, list != "" || all, all),
		store.RefuseIf(!s.allowed(caller, permissions) || strings.HasSuffix(list, "Policies") && !s.allowed(caller, writers), 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
	); err != nil {
		return nil, err
	}
	if all {
		found, err := s.filtered(kind, r)
		if err != nil {
			return nil, err
		}
		return page(r, found)
	}
	found, err := s.addressed(kind, match[2], match[3])
	if err != nil {
		return nil, err
	}
	switch kind + segment(list) {
	case "applications":
		return s.application(found), nil
	case "applications/federatedIdentityCredentials":
		return page(r, s.credentials(found))
	case "applications/owners", "servicePrincipals/owners":
		return page(r, s.owners(found))
	case "servicePrincipals/appRoleAssignedTo":
		return page(r, s.assignments(found))
	case "servicePrincipals/appRoleAssignments":
		return page(r, s.permissions(found))
	case "servicePrincipals/transitiveMemberOf":
		return page(r, s.memberships(found))
	case "servicePrincipals/oauth2PermissionGrants":
		return page(r, s.grants(found))
	case "applications/tokenLifetimePolicies", "servicePrincipals/tokenLifetimePolicies",
		"servicePrincipals/claimsMappingPolicies", "servicePrincipals/homeRealmDiscoveryPolicies":
		return page(r, s.policies(found, list))
	}
	return s.principal(found), nil
}

func segment(list string) string {
	if list == "" {
		return ""
	}
	return "/" + list
}

// byPrincipal is the one simulated filter of directory roles. Single quotes in values are
// doubled. https://learn.microsoft.com/graph/filter-query-parameter
var byPrincipal = regexp.MustCompile(`^principalId eq '((?:[^']|'')*)'$`)

// filtered returns the applications (application-list.md) or directory roles
// (rbacapplication-list-roleassignments.md) that match a filter.
func (s *Service) filtered(kind string, r *http.Request) ([]document, error) {
	if kind == "applications" {
		return s.applications(r)
	}
	filter := r.URL.Query().Get("$filter")
	match := byPrincipal.FindStringSubmatch(filter)
	if match == nil {
		return nil, store.Refuse(400, "Request_BadRequest", "Invalid filter clause: '%s'.", filter)
	}
	return s.directoryRoles(match[1]), nil
}

// queryAllowed accepts the next links of the simulation and, for lists with a filter, the
// filter's parameters.
func queryAllowed(r *http.Request, list, filter bool) error {
	for key := range r.URL.Query() {
		if !(key == "$skiptoken" && list || filter && slices.Contains([]string{"$filter", "$expand", "$count"}, key)) {
			return store.Refuse(400, "Request_UnsupportedQuery", "The query parameter '%s' is not simulated here.", key)
		}
	}
	return nil
}

// addressed returns the addressed application or service principal.
func (s *Service) addressed(kind, appID, id string) (*store.Object, error) {
	var found *store.Object
	switch {
	case kind == "servicePrincipals" && (appID == directory.GraphClientID || id == s.directory.GraphPrincipal()):
		return nil, nil // Microsoft Graph itself, which is not in the store
	case kind == "servicePrincipals" && appID != "":
		found = s.directory.Principal(appID)
	case kind == "servicePrincipals":
		found = s.objects.Find(directory.ServicePrincipal, func(o *store.Object) bool { return o.ID == id })
	case appID != "":
		found = s.directory.Application(appID)
	default:
		found = s.objects.Find(directory.Application, func(o *store.Object) bool { return o.Computed.Text("objectId") == id })
	}
	return found, store.RefuseIf(found == nil, 404, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", appID+id)
}

// page returns a page of a list with a link to the next page.
func page(r *http.Request, all []document) (any, error) {
	from, err := 0, error(nil)
	if token := r.URL.Query().Get("$skiptoken"); token != "" {
		if from, err = strconv.Atoi(token); err != nil || from < 0 || from > len(all) {
			return nil, store.Refuse(400, "Request_BadRequest", "The skip token '%s' is not valid.", token)
		}
	}
	to := min(from+pageSize, len(all))
	answer := document{"value": append([]document{}, all[from:to]...)} // never null
	if to < len(all) {
		next := r.URL.Query()
		next.Set("$skiptoken", strconv.Itoa(to))
		answer["@odata.nextLink"] = "https://" + GraphHost + r.URL.Path + "?" + next.Encode()
	}
	return answer, nil
}
