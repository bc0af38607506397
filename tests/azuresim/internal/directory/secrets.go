package directory

import (
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
)

// Secret is a client secret or certificate of an application or a service principal, added
// outside the providers.
type Secret struct {
	Name, KeyID string
	Certificate bool
	// Hint is the first three characters of a client secret.
	// https://learn.microsoft.com/graph/api/resources/passwordcredential
	Hint string
}

// AddSecret adds a secret to an object. remove removes all of its secrets.
func (s *Service) AddSecret(objectID, name string, certificate bool) (remove func()) {
	secret := Secret{Name: name, KeyID: guid.New(), Certificate: certificate, Hint: "Qx~"}
	s.secrets[objectID] = append(s.secrets[objectID], secret)
	return func() { delete(s.secrets, objectID) }
}

// Secrets returns the secrets of an object.
func (s *Service) Secrets(objectID string) []Secret { return s.secrets[objectID] }

// PreAuthorize lets a client get tokens for an application without consent, until remove.
// azuread's application has no such property.
// https://learn.microsoft.com/graph/api/resources/preauthorizedapplication
func (s *Service) PreAuthorize(objectID, client string) (remove func()) {
	s.preAuthorized[objectID] = append(s.preAuthorized[objectID], client)
	return func() { delete(s.preAuthorized, objectID) }
}

// PreAuthorized returns the pre-authorized clients of an application.
func (s *Service) PreAuthorized(objectID string) []string { return s.preAuthorized[objectID] }

// Named returns the name of an object, or "", and its kind: User, Group or
// ServicePrincipal.
func (s *Service) Named(objectID string) (name, kind string) {
	for _, user := range s.Users {
		if user.ObjectID == objectID {
			name, _, _ = strings.Cut(user.Name, "@")
			return name, "User"
		}
	}
	for _, group := range s.groups() {
		if group.ObjectID == objectID {
			return group.DisplayName, "Group"
		}
	}
	for _, workload := range s.workloads {
		if workload.ObjectID == objectID {
			return workload.Name, "ServicePrincipal"
		}
	}
	return "", "ServicePrincipal"
}
