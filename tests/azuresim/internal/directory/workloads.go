package directory

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
)

// Workload is another team's identity, such as a managed identity: a service
// principal that trusts one subject of one issuer.
type Workload struct{ Name, ClientID, ObjectID, Issuer, Subject string }

// AddWorkload adds one to the tenant. Its IDs are those of its name in every tenant.
func (s *Service) AddWorkload(name, issuer, subject string) Workload {
	added := Workload{
		Name: name, ClientID: guid.Of("client of workload " + name), ObjectID: guid.Of("workload " + name),
		Issuer: issuer, Subject: subject,
	}
	s.workloads = append(s.workloads, added)
	return added
}

// Workload returns the one with a client ID.
func (s *Service) Workload(clientID string) (Workload, bool) {
	i := slices.IndexFunc(s.workloads, func(w Workload) bool { return w.ClientID == clientID })
	if i < 0 {
		return Workload{}, false
	}
	return s.workloads[i], true
}

func (s *Service) hasWorkload(objectID string) bool {
	return slices.ContainsFunc(s.workloads, func(w Workload) bool { return w.ObjectID == objectID })
}
