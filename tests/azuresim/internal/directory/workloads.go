package directory

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
)

// Workload is an identity outside the stack, such as a managed identity: a service
// principal that trusts one subject of one issuer.
type Workload struct{ Name, ClientID, ObjectID, Issuer, Subject string }

// AddWorkload adds a workload. Its IDs depend on its name only.
func (s *Service) AddWorkload(name, issuer, subject string) Workload {
	added := Workload{
		Name: name, ClientID: guid.Of("client of workload " + name), ObjectID: guid.Of("workload " + name),
		Issuer: issuer, Subject: subject,
	}
	s.workloads = append(s.workloads, added)
	return added
}

// Workload returns the workload with a client ID.
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
