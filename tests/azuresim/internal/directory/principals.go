package directory

import (
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Principal returns the service principal of the application with a client ID, or nil.
func (s *Service) Principal(clientID string) *store.Object {
	return s.objects.Find(ServicePrincipal, func(o *store.Object) bool { return o.Inputs.Text("clientId") == clientID })
}

// HasPrincipal reports whether a service principal or a workload has this object ID.
func (s *Service) HasPrincipal(objectID string) bool {
	return s.exists(ServicePrincipal, objectID) || s.hasWorkload(objectID)
}

func (s *Service) createPrincipal(in property.Map) (string, map[string]any, error) {
	clientID, objectID := in.Text("clientId"), guid.New()
	return objectID, map[string]any{"objectId": objectID}, store.First(
		store.RefuseIf(s.Application(clientID) == nil, 400, "NoBackingApplicationObject", "The appId '%s' of the service principal does not reference a valid application object.", clientID),
		store.RefuseIf(s.Principal(clientID) != nil, 409, "Request_MultipleObjectsWithSameKeyValue", "The service principal cannot be created because the name %s is already in use.", clientID),
	)
}

func isPrincipalOf(o, parent *store.Object) bool {
	return parent.Type == Application && o.Inputs.Text("clientId") == parent.Computed.Text("clientId")
}
