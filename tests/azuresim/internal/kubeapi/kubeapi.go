// Package kubeapi simulates the clusters' Kubernetes APIs: their addresses and
// certificates, the kubeconfig from AKS, and authentication and authorization.
package kubeapi

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/authorization"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/internet"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Domain is the domain of the APIs, with a leading dot.
const Domain = ".azmk8s.io"

// ServerApplication is the audience of tokens for a Kubernetes API in every tenant:
// https://learn.microsoft.com/azure/aks/kubelogin-authentication.
const ServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630"

// Service is the Kubernetes APIs of a subscription.
type Service struct {
	clusters *aks.Service
	roles    *authorization.Service
	tenant   *oidc.Issuer
	// authorities issue the clusters' certificates, by cluster ID.
	authorities map[string]*internet.Authority
}

// New returns the service. It trusts tokens that tenant signs.
func New(clusters *aks.Service, roles *authorization.Service, tenant *oidc.Issuer) *Service {
	return &Service{clusters: clusters, roles: roles, tenant: tenant, authorities: map[string]*internet.Authority{}}
}

// Functions returns the functions of azure-native that the service answers.
func (s *Service) Functions() map[string]store.Function {
	return map[string]store.Function{"azure-native:containerservice/v20250101:listManagedClusterUserCredentials": s.kubeconfigs}
}

// Authorize checks whether an Entra token gives access to a cluster's API. The token must
// be a version 1 token for AKS's server application. The cluster must use Azure RBAC for
// Kubernetes authorization, and the principal must have the role on it. Kubernetes role
// bindings are not simulated. https://learn.microsoft.com/azure/aks/manage-azure-rbac
func (s *Service) Authorize(token, clusterID string) error {
	cluster := s.clusters.ByID(clusterID)
	if cluster == nil {
		return store.Refuse(404, "ResourceNotFound", "The Resource '%s' was not found.", clusterID)
	}
	answer := s.clusters.Answer(cluster)
	issuer := "https://sts.windows.net/" + answer.Text("aadProfile.tenantID") + "/"
	claims, err := s.tenant.Verify(token, jwt.WithAudience(ServerApplication), jwt.WithIssuer(issuer))
	if err != nil { // also for a cluster without Entra, which trusts no tenant
		return store.Refuse(401, "Unauthorized", "Unauthorized: %v", err)
	}
	principal, _ := claims["oid"].(string)
	return store.First(
		store.RefuseIf(!answer.Flag("aadProfile.enableAzureRBAC"), 403, "Forbidden", "User %q cannot do that", principal),
		store.RefuseIf(!s.roles.Has(principal, authorization.ClusterAdmin, cluster.ID), 403, "Forbidden",
			"User %q cannot do that: User does not have access to the resource in Azure. Update role assignment to allow access.", principal),
	)
}

// kubeconfigs is listManagedClusterUserCredentials. Only the kubeconfig of a cluster
// without Entra contains a key.
// https://learn.microsoft.com/azure/aks/control-kubeconfig-access
func (s *Service) kubeconfigs(args property.Map) (resource.PropertyMap, error) {
	cluster, err := s.clusters.Read(args.Text("resourceGroupName"), args.Text("resourceName"))
	if err != nil {
		return nil, err
	}
	authority, err := s.authority(cluster)
	if err != nil {
		return nil, err
	}
	answer := s.clusters.Answer(cluster)
	user := map[string]any{"client-certificate-data": "Y2VydGlmaWNhdGU=", "client-key-data": "a2V5", "token": "secret"}
	if answer.Flag("aadProfile.managed") {
		user = map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin", "env": nil,
			"args": []string{"get-token", "--environment", "AzurePublicCloud", "--server-id", ServerApplication, "--tenant-id", answer.Text("aadProfile.tenantID")},
		}}
	}
	name := answer.Text("name")
	config, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": map[string]any{
			"server": "https://" + host(answer) + ":443", "certificate-authority-data": base64.StdEncoding.EncodeToString(authority.PEM()),
		}}},
		"users":    []any{map[string]any{"name": "clusterUser_" + name, "user": user}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": "clusterUser_" + name}}},
	})
	return resource.NewPropertyMapFromMap(map[string]any{
		"kubeconfigs": []any{map[string]any{"name": "clusterUser", "value": base64.StdEncoding.EncodeToString(config)}},
	}), err
}

// host returns the API's host, which is the private one for a private cluster.
func host(answer property.Map) string {
	if private := answer.Text("privateFQDN"); private != "" {
		return private
	}
	return answer.Text("fqdn")
}

func (s *Service) authority(cluster *store.Object) (*internet.Authority, error) {
	if s.authorities[cluster.ID] == nil {
		authority, err := internet.NewAuthority("ca")
		if err != nil {
			return nil, err
		}
		s.authorities[cluster.ID] = authority
	}
	return s.authorities[cluster.ID], nil
}

// at returns the cluster whose API has this host, or nil.
func (s *Service) at(name string) *store.Object {
	name, _, _ = strings.Cut(name, ":")
	return s.clusters.Find(func(answer property.Map) bool { return host(answer) == name })
}

// Certificate returns the API's certificate for its host.
func (s *Service) Certificate(name string) (*tls.Certificate, error) {
	cluster := s.at(name)
	if cluster == nil {
		return nil, fmt.Errorf("no cluster has the API host %s", name)
	}
	authority, err := s.authority(cluster)
	if err != nil {
		return nil, err
	}
	leaf, err := authority.Issue(time.Now().Add(time.Hour), name)
	return &leaf, err
}

// Handler serves the APIs' version to authorized callers.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, r *http.Request) {
		cluster, token := s.at(r.Host), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if cluster == nil {
			http.NotFound(w, r)
			return
		}
		if err := s.Authorize(token, cluster.ID); err != nil {
			refusal := &store.Error{Status: http.StatusInternalServerError}
			_ = errors.As(err, &refusal)
			oidc.Answer(w, refusal.Status, map[string]any{
				"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": refusal.Status, "reason": refusal.Code, "message": refusal.Message,
			})
			return
		}
		oidc.Answer(w, http.StatusOK, map[string]any{"gitVersion": "v" + s.clusters.Answer(cluster).Text("currentKubernetesVersion")})
	})
	return mux
}
