// Package rest is what Azure answers to those who only read: Microsoft Graph v1.0
// and the resource manager. It refuses what it does not know rather than guess.
package rest

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// The hosts, which are also the audiences of the tokens for them.
const (
	GraphHost   = "graph.microsoft.com"
	ManagerHost = "management.azure.com"
)

// Service answers for one tenant and one subscription.
type Service struct {
	objects   *store.Objects
	directory *directory.Service
	tenant    *oidc.Issuer
	// callers are the permissions of Microsoft Graph, and Azure's roles on the
	// subscription, of who has a token.
	callers map[string][]string
	// attached are the lists of locks and policy assignments, by ID.
	attached map[string]string
}

// New returns the service for tokens that tenant signs.
func New(objects *store.Objects, entra *directory.Service, tenant *oidc.Issuer) *Service {
	return &Service{objects: objects, directory: entra, tenant: tenant, callers: map[string][]string{}, attached: map[string]string{}}
}

// AddCaller adds an application with permissions, such as Application.Read.All,
// and roles, such as Reader. It returns its object ID.
func (s *Service) AddCaller(permissions ...string) string {
	id := guid.New()
	s.callers[id] = permissions
	return id
}

// Allow gives an identity permissions and roles.
func (s *Service) Allow(id string, permissions ...string) { s.callers[id] = permissions }

// Token signs a caller in for a resource, such as https://graph.microsoft.com.
func (s *Service) Token(caller, resource string) (string, error) {
	return s.tenant.Sign(time.Hour, jwt.MapClaims{"aud": resource, "oid": caller, "tid": s.directory.TenantID})
}

// answer is a document, or a refusal.
type answer func(r *http.Request) (any, error)

// serve answers to those who read: the mux refuses any other method.
func serve(answer answer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		document, err := answer(r)
		if err == nil {
			oidc.Answer(w, http.StatusOK, document)
			return
		}
		refusal, is := errors.AsType[*store.Error](err)
		if !is {
			refusal = &store.Error{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: err.Error()}
		}
		oidc.Answer(w, refusal.Status, map[string]any{"error": map[string]string{"code": refusal.Code, "message": refusal.Message}})
	})
	return mux
}

// What is wrong with a token.
const (
	noToken = iota + 1
	badToken
	wrongAudience
)

// bearer is who has signed the request, or what is wrong with the token.
func (s *Service) bearer(r *http.Request, audiences ...string) (caller string, wrong int) {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !given {
		return "", noToken
	}
	claims, err := s.tenant.Verify(token)
	if err != nil {
		return "", badToken
	}
	audience, _ := claims["aud"].(string)
	if !slices.Contains(audiences, strings.TrimSuffix(audience, "/")) {
		return "", wrongAudience
	}
	caller, _ = claims["oid"].(string)
	return caller, 0
}

// may says whether a caller has one of several permissions.
func (s *Service) may(caller string, permissions []string) bool {
	return slices.ContainsFunc(s.callers[caller], func(has string) bool { return slices.Contains(permissions, has) })
}

// null is how a document says that there is nothing.
func null(text string) any {
	if text == "" {
		return json.RawMessage("null")
	}
	return text
}
