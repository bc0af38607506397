// Package rest simulates the read APIs: Microsoft Graph v1.0 and the resource manager. It
// rejects requests that it does not simulate.
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

// The hosts, which are also the audiences of their tokens.
const (
	GraphHost   = "graph.microsoft.com"
	ManagerHost = "management.azure.com"
)

// Service answers for a tenant and a subscription.
type Service struct {
	objects   *store.Objects
	directory *directory.Service
	tenant    *oidc.Issuer
	// callers are the Graph permissions and the subscription roles, by the identity's
	// object ID.
	callers map[string][]string
	// attached are the lists of attachments, by attachment ID.
	attached map[string]string
}

// New returns the service. It trusts tokens that tenant signs.
func New(objects *store.Objects, entra *directory.Service, tenant *oidc.Issuer) *Service {
	return &Service{objects: objects, directory: entra, tenant: tenant, callers: map[string][]string{}, attached: map[string]string{}}
}

// AddCaller adds an application with permissions, such as Application.Read.All, and roles,
// such as Reader. It returns the object ID.
func (s *Service) AddCaller(permissions ...string) string {
	id := guid.New()
	s.callers[id] = permissions
	return id
}

// Allow sets the permissions and roles of an identity.
func (s *Service) Allow(id string, permissions ...string) { s.callers[id] = permissions }

// Token returns a caller's token for a resource, such as https://graph.microsoft.com.
func (s *Service) Token(caller, resource string) (string, error) {
	return s.tenant.Sign(time.Hour, jwt.MapClaims{"aud": resource, "oid": caller, "tid": s.directory.TenantID})
}

// answer returns a document or an error.
type answer func(r *http.Request) (any, error)

// serve answers GET requests. The mux rejects other methods.
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

// Errors of a token.
const (
	noToken = iota + 1
	badToken
	wrongAudience
)

// bearer returns the caller of the request, or the error of its token.
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

// allowed reports whether a caller has one of several permissions.
func (s *Service) allowed(caller string, permissions []string) bool {
	return slices.ContainsFunc(s.callers[caller], func(has string) bool { return slices.Contains(permissions, has) })
}

// null returns nil for "", which JSON encodes as null.
func null(text string) any {
	if text == "" {
		return json.RawMessage("null")
	}
	return text
}
