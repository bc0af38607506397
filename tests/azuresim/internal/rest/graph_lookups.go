package rest

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

var (
	byName  = regexp.MustCompile(`^displayName eq '((?:[^']|'')*)'$`)
	byAppID = regexp.MustCompile(`^appId eq '([^']*)'$`)

	groupReaders = []string{"Group.Read.All", "Directory.Read.All"}
)

// groups answers group-list.md with a filter by name, which ignores case.
func (s *Service) groups(r *http.Request) (any, error) {
	filter := r.URL.Query().Get("$filter")
	match := byName.FindStringSubmatch(filter)
	if match == nil {
		return nil, store.Refuse(400, "Request_BadRequest", "Invalid filter clause: '%s'.", filter)
	}
	all := []document{}
	for _, group := range s.directory.AllGroups() {
		if strings.EqualFold(group.DisplayName, strings.ReplaceAll(match[1], "''", "'")) {
			all = append(all, groupDocument(group))
		}
	}
	return page(r, all)
}

// group answers group-get.md, group-list-members.md and group-list-owners.md.
func (s *Service) group(r *http.Request) (any, error) {
	for _, group := range s.directory.AllGroups() {
		if !strings.EqualFold(group.ObjectID, r.PathValue("id")) {
			continue
		}
		switch r.PathValue("list") {
		case "members":
			return page(r, s.references(group.Members))
		case "owners":
			return page(r, nil)
		}
		return groupDocument(group), nil
	}
	return nil, notFound(r.PathValue("id"))
}

func groupDocument(group directory.Group) document {
	properties := group.Properties()
	return document{
		"id": group.ObjectID, "displayName": group.DisplayName, "securityEnabled": properties.Flag("securityEnabled"),
		"mailEnabled": !properties.Flag("securityEnabled"), "visibility": null(properties.Text("visibility")),
		"groupTypes": texts(properties.Texts("types")), "membershipRule": null(membershipRule(group)),
	}
}

func membershipRule(group directory.Group) string {
	for _, dynamic := range group.Properties().Maps("dynamicMemberships") {
		return dynamic.Text("rule")
	}
	return ""
}

// references returns the documents of users, groups and service principals by object ID.
func (s *Service) references(ids []string) (all []document) {
	for _, id := range ids {
		name, kind := s.directory.Named(id)
		all = append(all, document{"@odata.type": "#microsoft.graph." + strings.ToLower(kind[:1]) + kind[1:], "id": id, "displayName": null(name)})
	}
	return all
}

// directoryObject answers directoryobject-get.md.
func (s *Service) directoryObject(r *http.Request) (any, error) {
	return s.references([]string{r.PathValue("id")})[0], nil
}

// principals answers serviceprincipal-list.md with a filter by client ID.
func (s *Service) principals(r *http.Request) (any, error) {
	filter := r.URL.Query().Get("$filter")
	match := byAppID.FindStringSubmatch(filter)
	if match == nil {
		return nil, store.Refuse(400, "Request_BadRequest", "Invalid filter clause: '%s'.", filter)
	}
	if match[1] == directory.GraphClientID {
		return page(r, []document{s.principal(nil)})
	}
	found := s.directory.Read(s.directory.Principal(match[1]))
	if found == nil {
		return page(r, nil)
	}
	return page(r, []document{s.principal(found)})
}

// item answers the get request of an object in a list.
func (s *Service) item(c collection) answer {
	return func(r *http.Request) (any, error) {
		found := s.directory.Read(c.find(r))
		if found == nil {
			return nil, notFound(r.PathValue("item"))
		}
		return c.answer(found), nil
	}
}
