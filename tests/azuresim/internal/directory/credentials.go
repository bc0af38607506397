package directory

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
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
		store.RefuseIf(!s.exists(Application, applicationID), 404, "Request_ResourceNotFound", "Resource '%s' does not exist.", applicationID),
		s.checkCredential(nil, in),
	)
}

// credentialName matches names that are valid in a URL.
var credentialName = regexp.MustCompile(`^[A-Za-z0-9._~-]{3,120}$`)

// checkCredential applies the limits of
// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential and
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations,
// and the errors of https://github.com/Azure/azure-dev/issues/1482 (name) and
// https://github.com/Azure/azure-workload-identity/issues/434 (issuer and subject).
func (s *Service) checkCredential(self *store.Object, in property.Map) error {
	issuer, err := url.Parse(in.Text("issuer"))
	name, subject := in.Text("displayName"), in.Text("subject")
	others, sameName, samePair := 0, false, false
	for _, other := range s.Credentials(in.Text("applicationId")) {
		if other != self {
			others++
			sameName = sameName || other.Inputs.Text("displayName") == name
			samePair = samePair || other.Inputs.Text("issuer") == in.Text("issuer") && other.Inputs.Text("subject") == subject
		}
	}
	return store.First(
		store.RefuseIf(err != nil || issuer.Scheme != "https", 400, "Request_BadRequest", "Issuer '%s' must be a valid https URL.", in.Text("issuer")),
		store.RefuseIf(len(in.Texts("audiences")) != 1, 400, "Request_BadRequest", "A federated identity credential has exactly one audience."),
		store.RefuseIf(!credentialName.MatchString(name), 400, "Request_BadRequest", "The name '%s' of a federated identity credential must have 3 to 120 characters that can stand in a URL.", name),
		store.RefuseIf(sameName, 409, "Request_MultipleObjectsWithSameKeyValue", "FederatedIdentityCredential with name %s already exists.", name),
		store.RefuseIf(samePair, 400, "InvalidFederatedIdentityCredentialValue", "The combination of issuer and subject must be unique for the application. Issuer %s and Subject: %s already exist.", in.Text("issuer"), subject),
		store.RefuseIf(others >= 20, 400, "Request_BadRequest", "An application has at most 20 federated identity credentials."),
	)
}
