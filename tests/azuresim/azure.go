package azuresim

import (
	"crypto/tls"
	"maps"
	"net/http"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/authorization"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/devops"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/extension"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/internet"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/kubeapi"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/provider"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/registry"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/rest"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/signin"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Azure is one tenant and one subscription.
type Azure struct {
	TenantID, SubscriptionID string
	// ReplicationDelay is how long it takes, by the clock that Advance moves, until
	// the token endpoint and Azure's roles know of a new object of the directory.
	ReplicationDelay time.Duration
	// TokenLife is how long Entra's ID tokens are good; an hour when New returns.
	TokenLife time.Duration

	store      *store.Store
	directory  *directory.Service
	clusters   *aks.Service
	signin     *signin.Service
	registries *registry.Service
	devops     *devops.Organization
	kubernetes *kubeapi.Service
	extensions *extension.Service
	rest       *rest.Service
}

// New returns an Azure with Contoso's users and groups in its tenant and an
// empty subscription.
func New() *Azure {
	a := &Azure{TenantID: guid.Of("tenant"), SubscriptionID: guid.Of("subscription"), TokenLife: time.Hour}
	a.store = store.New()
	objects := &a.store.Objects
	groups := arm.New(objects, a.SubscriptionID)
	a.directory = directory.New(objects, a.TenantID)
	a.directory.Delay = func() time.Duration { return a.ReplicationDelay }
	a.clusters = aks.New(objects, groups, a.directory)
	a.signin = signin.New(a.directory, a.clusters)
	a.signin.TokenLife = func() time.Duration { return a.TokenLife }
	roles := authorization.New(objects, a.directory)
	a.registries = registry.New(groups, a.directory, roles, a.signin.Issuer)
	a.kubernetes = kubeapi.New(a.clusters, roles, a.signin.Issuer)
	roles.Exists = func(id string) bool { return a.registries.Has(id) || a.clusters.ByID(id) != nil || groups.Has(id) }
	a.devops = devops.New(a.directory, a.signin.Issuer)
	a.extensions = extension.New(objects, a.clusters)
	a.rest = rest.New(objects, a.directory, a.signin.Issuer)
	for _, service := range []interface{ Kinds() map[string]store.Kind }{groups, a.directory, a.clusters, roles, a.extensions} {
		objects.Learn(service.Kinds())
	}
	return a
}

// Advance moves the clock of the directory's replication on.
func (a *Azure) Advance(d time.Duration) {
	a.store.Lock()
	defer a.store.Unlock()
	a.store.Advance(d)
}

// Serve offers the Azure to Pulumi engines on loopback. It returns the value of
// PULUMI_DEBUG_PROVIDERS that leads an engine here, and stops with stop.
func (a *Azure) Serve() (debugProviders string, stop func() error, err error) {
	functions := a.directory.Functions()
	maps.Copy(functions, a.clusters.Functions())
	maps.Copy(functions, a.kubernetes.Functions())
	return provider.Serve(a.store, functions)
}

// Internet is what Connect opens.
type Internet = internet.Internet

// Outage is what becomes of the way to a host, for Internet.Cut.
type Outage = internet.Outage

// The outages of a host.
const (
	Refused = internet.Refused
	Hanging = internet.Hanging
	Broken  = internet.Broken
)

// Connect serves the tenant's and the clusters' HTTPS endpoints, their Kubernetes APIs
// too, and the APIs of
// those who only read: Microsoft Graph and the resource manager. The authority's
// certificate is written to caFile.
func (a *Azure) Connect(caFile string) (*Internet, error) {
	opened, err := internet.Open(caFile, map[string]http.Handler{
		signin.Host:      a.locked(a.signin.Handler()),
		aks.IssuerDomain: a.locked(a.clusters.Handler()),
		rest.GraphHost:   a.locked(a.rest.Graph()),
		rest.ManagerHost: a.locked(a.rest.Manager()),
	})
	if err == nil {
		a.signin.Reaches = opened.Reaches
		opened.PublishAs(kubeapi.Domain, a.locked(a.kubernetes.Handler()), a.apiCertificate)
	}
	return opened, err
}

// apiCertificate is of the authority that the cluster's kubeconfig names.
func (a *Azure) apiCertificate(host string) (*tls.Certificate, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.kubernetes.Certificate(host)
}

func (a *Azure) locked(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.store.Lock()
		defer a.store.Unlock()
		handler.ServeHTTP(w, r)
	})
}
