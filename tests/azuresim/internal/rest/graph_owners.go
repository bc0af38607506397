package rest

import (
	"net/http"
	"path"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// addOwner answers application-post-owners.md and serviceprincipal-post-owners.md.
func (s *Service) addOwner(c collection) exchange {
	return func(r *http.Request, body document) (id string, answer any, err error) {
		o, err := s.writable(r, c)
		if err != nil {
			return "", nil, err
		}
		reference, _ := body["@odata.id"].(string)
		owners := o.Inputs.Texts("owners")
		if slices.Contains(owners, path.Base(reference)) {
			return o.ID, nil, store.Refuse(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'owners'.")
		}
		return o.ID, nil, s.setOwners(c, o, append(owners, path.Base(reference)))
	}
}

// owner answers a request for the reference of one owner.
func (s *Service) owner(c collection) exchange {
	return func(r *http.Request, _ document) (id string, answer any, err error) {
		owner := r.PathValue("owner")
		found := s.directory.Read(c.find(r))
		if found == nil || !slices.Contains(found.Inputs.Texts("owners"), owner) {
			return "", nil, notFound(owner)
		}
		return found.ID, document{"id": owner}, nil
	}
}

// removeOwner answers application-delete-owners.md and serviceprincipal-delete-owners.md.
func (s *Service) removeOwner(c collection) exchange {
	return func(r *http.Request, _ document) (id string, answer any, err error) {
		o, err := s.writable(r, c)
		if err != nil {
			return "", nil, err
		}
		owners := slices.DeleteFunc(o.Inputs.Texts("owners"), func(owner string) bool { return owner == r.PathValue("owner") })
		return o.ID, nil, s.setOwners(c, o, owners)
	}
}

func (s *Service) setOwners(c collection, o *store.Object, owners []string) error {
	values := []resource.PropertyValue{}
	for _, owner := range owners {
		values = append(values, resource.NewStringProperty(owner))
	}
	return second(s.objects.Update(c.token, o.ID, with(o.Inputs, "owners", resource.NewArrayProperty(values))))
}
