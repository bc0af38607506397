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
	// ReplicationDelay is how far the token endpoint and Azure's roles lag behind Microsoft
	// Graph. Advance and waits of azuread move the clock.
	ReplicationDelay time.Duration
	// TokenLife is the lifetime of ID tokens. New sets it to one hour.
	TokenLife time.Duration
	// DeployerPermissions are the Graph permissions with which the azuread plugin runs. New
	// sets them to those of an administrator.
	DeployerPermissions []string

	store      *store.Store
	directory  *directory.Service
	clusters   *aks.Service
	signin     *signin.Service
	registries *registry.Service
	devops     *devops.Organization
	kubernetes *kubeapi.Service
	extensions *extension.Service
	rest       *rest.Service
	roles      *authorization.Service
}

// New returns an Azure whose tenant has Contoso's users and groups and whose subscription
// is empty.
func New() *Azure {
	a := &Azure{TenantID: guid.Of("tenant"), SubscriptionID: guid.Of("subscription"), TokenLife: time.Hour, DeployerPermissions: administrator}
	a.store = store.New()
	objects := &a.store.Objects
	groups := arm.New(objects, a.SubscriptionID)
	a.directory = directory.New(objects, a.TenantID)
	a.directory.Delay = func() time.Duration { return a.ReplicationDelay }
	a.clusters = aks.New(objects, groups, a.directory)
	a.signin = signin.New(a.directory, a.clusters)
	a.signin.TokenLife = func() time.Duration { return a.TokenLife }
	roles := authorization.New(objects, a.directory)
	a.roles = roles
	a.registries = registry.New(groups, a.directory, roles, a.signin.Issuer)
	a.kubernetes = kubeapi.New(a.clusters, roles, a.signin.Issuer)
	roles.Exists = func(id string) bool { return a.registries.Has(id) || a.clusters.ByID(id) != nil || groups.Has(id) }
	a.devops = devops.New(a.directory, a.signin.Issuer)
	a.extensions = extension.New(objects, a.clusters)
	a.rest = rest.New(objects, a.directory, a.signin.Issuer)
	for _, service := range []interface{ Kinds() map[string]store.Kind }{groups, a.directory, a.clusters, roles, a.extensions} {
		objects.Register(service.Kinds())
	}
	return a
}

// Advance moves the simulation's clock forward.
func (a *Azure) Advance(d time.Duration) {
	a.store.Lock()
	defer a.store.Unlock()
	a.store.Advance(d)
}

// Serve offers the providers to Pulumi engines on loopback, until stop. It returns the
// value of PULUMI_DEBUG_PROVIDERS that makes an engine use them.
func (a *Azure) Serve() (debugProviders string, stop func() error, err error) {
	functions := a.directory.Functions()
	maps.Copy(functions, a.clusters.Functions())
	maps.Copy(functions, a.kubernetes.Functions())
	maps.Copy(functions, a.roles.Functions(a.SubscriptionID))
	return provider.Serve(a.store, functions)
}

// Internet is the network that Connect opens.
type Internet = internet.Internet

// Outage is a kind of failure for Internet.Cut.
type Outage = internet.Outage

// The kinds of outages.
const (
	Refused = internet.Refused
	Hanging = internet.Hanging
	Broken  = internet.Broken
)

// Connect serves the tenant's and the clusters' HTTPS endpoints, the clusters' Kubernetes
// APIs, Microsoft Graph, and the read-only API of the resource manager. It writes the
// certificate authority to caFile.
func (a *Azure) Connect(caFile string) (*Internet, error) {
	opened, err := internet.Open(caFile, map[string]http.Handler{
		signin.Host:      a.locked(a.signin.Handler()),
		aks.IssuerDomain: a.locked(a.clusters.Handler()),
		rest.GraphHost:   a.rest.Graph(a.store),
		rest.ManagerHost: a.locked(a.rest.Manager()),
	})
	if err == nil {
		a.signin.Reachable = opened.Reachable
		opened.PublishAs(kubeapi.Domain, a.locked(a.kubernetes.Handler()), a.apiCertificate)
	}
	return opened, err
}

// apiCertificate returns a certificate of the authority in the cluster's kubeconfig.
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
