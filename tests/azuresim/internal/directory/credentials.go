package directory

import (
	"net/url"
	"strings"

	"argocd-on-aks/tests/azuresim/internal/guid"
	"argocd-on-aks/tests/azuresim/internal/property"
	"argocd-on-aks/tests/azuresim/internal/store"
)

// Credentials returns the federated credentials of the application with an ID.
func (s *Service) Credentials(applicationID string) []*store.Object {
	var all []*store.Object
	for _, o := range s.objects.All(FederatedCredential) {
		if o.Inputs.Text("applicationId") == applicationID {
			all = append(all, o)
		}
	}
	return all
}

func (s *Service) createCredential(in property.Map) (string, map[string]any, error) {
	applicationID, credentialID := in.Text("applicationId"), guid.New()
	id := strings.TrimPrefix(applicationID, "/applications/") + "/federatedIdentityCredential/" + credentialID
	return id, map[string]any{"credentialId": credentialID}, store.First(
		store.RefuseIf(s.objects.Get(applicationID) == nil, 404, "Request_ResourceNotFound", "Resource '%s' does not exist.", applicationID),
		s.checkCredential(nil, in),
	)
}

// checkCredential has the limits of
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
func (s *Service) checkCredential(self *store.Object, in property.Map) error {
	issuer, err := url.Parse(in.Text("issuer"))
	name := in.Text("displayName")
	others, taken := 0, false
	for _, other := range s.Credentials(in.Text("applicationId")) {
		if other != self {
			others++
			taken = taken || sameCredential(other.Inputs, in)
		}
	}
	return store.First(
		store.RefuseIf(err != nil || issuer.Scheme != "https", 400, "Request_BadRequest", "Issuer '%s' must be a valid https URL.", in.Text("issuer")),
		store.RefuseIf(len(in.Texts("audiences")) != 1, 400, "Request_BadRequest", "A federated identity credential has exactly one audience."),
		store.RefuseIf(len(name) < 3 || len(name) > 120, 400, "Request_BadRequest", "The name of a federated identity credential has 3 to 120 characters."),
		store.RefuseIf(taken, 409, "Request_MultipleObjectsWithSameKeyValue", "FederatedIdentityCredential with name or issuer and subject already exists."),
		store.RefuseIf(others >= 20, 400, "Request_BadRequest", "An application has at most 20 federated identity credentials."),
	)
}

func sameCredential(a, b property.Map) bool {
	return a.Text("displayName") == b.Text("displayName") || (a.Text("issuer") == b.Text("issuer") && a.Text("subject") == b.Text("subject"))
}
