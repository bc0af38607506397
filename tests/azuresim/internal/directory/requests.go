package directory

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// azuread gives a new application or principal a temporary property and then the final one, to
// wait until Microsoft Graph knows the object: applicationResourceCreate and
// servicePrincipalResourceCreate in https://github.com/hashicorp/terraform-provider-azuread,
// internal/services.
const (
	Rename     = "rename"
	RenameBack = "rename back"
	Describe   = "describe"
)

func final(in property.Map) property.Map { return in }

// temporary returns a function that sets a property to a temporary value.
func temporary(key resource.PropertyKey) func(in property.Map) property.Map {
	return func(in property.Map) property.Map {
		in = in.Copy()
		in[key] = resource.NewStringProperty("TERRAFORM_UPDATE_" + guid.New())
		return in
	}
}

// named returns a function that returns the IDs in some properties.
func named(paths ...string) func(in property.Map) []string {
	return func(in property.Map) (ids []string) {
		for _, path := range paths {
			ids = append(ids, in.Text(path))
		}
		return ids
	}
}

// applicationIDs returns the ID of the application with a client ID, if it exists.
func (s *Service) applicationIDs(clientID string) []string {
	if app := s.Application(clientID); app != nil {
		return []string{app.ID}
	}
	return nil
}

// applicationOf returns the application of a credential: azuread creates, changes and deletes one
// credential of an application at a time (tf.LockByName).
func applicationOf(r store.Request) string {
	if r.ID == "" {
		return r.Inputs.Text("applicationId")
	}
	objectID, _, _ := strings.Cut(r.ID, "/")
	return "/applications/" + objectID
}

// existingPrincipal returns azuread's error for a principal that it finds before a create.
func (s *Service) existingPrincipal(in property.Map) error {
	found := s.Principal(in.Text("clientId"))
	if found == nil || s.objects.Seen(found.ID) == nil {
		return nil
	}
	return fmt.Errorf("A resource with the ID %q already exists: To be managed via Terraform, this resource needs to be imported into the State. Please see the resource documentation for \"azuread_service_principal\" for more information.", found.ID) //nolint:staticcheck // azuread's error
}
