package rest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// exchange carries out a request to Microsoft Graph. It returns the ID of the object for the
// log of operations.
type exchange func(r *http.Request, body document) (id string, answer any, err error)

// Graph serves Microsoft Graph, v1.0 and beta alike. It takes the store's lock itself,
// because requests of the azuread plugin can hang in a fault.
func (s *Service) Graph(all *store.Store) http.Handler {
	mux := http.NewServeMux()
	read := func(pattern string, answer answer, permissions ...string) {
		mux.HandleFunc("GET "+pattern, s.front(all, readOf, http.StatusOK, s.guarded(answer, permissions)))
	}
	read("/", s.graph)
	read("/{version}/groups", s.groups, groupReaders...)
	read("/{version}/groups/{id}", s.group, groupReaders...)
	read("/{version}/groups/{id}/{list}", s.group, groupReaders...)
	read("/{version}/directoryObjects/{id}", s.directoryObject, readers...)
	read("/{version}/servicePrincipals", s.principals, readers...)
	for _, c := range s.collections() {
		list := "/{version}/" + c.path
		write := func(method, pattern, verb string, status int, do exchange) {
			of := func(*http.Request) (string, string) { return verb, c.token }
			mux.HandleFunc(method+" "+pattern, s.front(all, of, status, do))
		}
		write("POST", list, "create", http.StatusCreated, s.create(c))
		write("PATCH", list+"/{item}", "update", http.StatusNoContent, s.update(c))
		write("DELETE", list+"/{item}", "delete", http.StatusNoContent, s.remove(c))
		switch c.token {
		case directory.FederatedCredential, directory.DelegatedGrant:
			read(list+"/{item}", s.item(c), readers...)
		case directory.Application, directory.ServicePrincipal:
			write("POST", list+"/{item}/owners/$ref", "update", http.StatusNoContent, s.addOwner(c))
			write("DELETE", list+"/{item}/owners/{owner}/$ref", "update", http.StatusNoContent, s.removeOwner(c))
			write("GET", list+"/{item}/owners/{owner}/$ref", "read", http.StatusOK, s.owner(c))
		}
	}
	return mux
}

// guarded returns the exchange of a read that needs one of several permissions. Without any,
// the answer checks them itself.
func (s *Service) guarded(answer answer, permissions []string) exchange {
	return func(r *http.Request, _ document) (id string, found any, err error) {
		if permissions != nil {
			if _, err := s.permitted(r, permissions); err != nil {
				return "", nil, err
			}
		}
		found, err = answer(r)
		return "", found, err
	}
}

// plugin is in the User-Agent of the real azuread plugin: userAgent in
// https://github.com/hashicorp/terraform-provider-azuread, internal/common/client_options.go.
// Its requests are operations of an engine, which faults affect. Those of verify and recover
// are not.
const plugin = "terraform-provider-azuread/"

// front answers requests. of returns the verb and the type of the operation.
func (s *Service) front(all *store.Store, of func(r *http.Request) (verb, token string), status int, do exchange) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := decode(r.Body)
		if err != nil {
			fail(w, store.Refuse(http.StatusBadRequest, "BadRequest", "Unable to read JSON request payload. %v", err))
			return
		}
		var answer any
		carryOut := func() (id string, err error) {
			id, answer, err = do(r, body)
			return id, err
		}
		switch verb, token := of(r); {
		case !strings.Contains(r.UserAgent(), plugin):
			all.Lock()
			_, err = carryOut()
			all.Unlock()
		case verb == "invoke":
			err = all.Invoke(r.Context(), store.Request{Verb: verb, Type: token}, func() error { return second(carryOut()) })
		default:
			err = all.Operate(r.Context(), store.Request{Verb: verb, Type: token}, carryOut)
		}
		switch {
		case err != nil:
			fail(w, err)
		case status == http.StatusNoContent:
			w.WriteHeader(status)
		default:
			oidc.Answer(w, status, answer)
		}
	}
}

func decode(from io.Reader) (body document, err error) {
	if err = json.NewDecoder(from).Decode(&body); errors.Is(err, io.EOF) {
		return nil, nil // no body
	}
	return body, err
}

// fail writes Graph's error. Each 429 and 503 has a Retry-After:
// https://learn.microsoft.com/graph/throttling
func fail(w http.ResponseWriter, err error) {
	refusal, is := errors.AsType[*store.Error](err)
	if !is {
		refusal = &store.Error{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: err.Error()}
	}
	if refusal.Status == http.StatusTooManyRequests || refusal.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(refusal.RetryAfter.Seconds()))))
	}
	oidc.Answer(w, refusal.Status, map[string]any{"error": map[string]string{"code": refusal.Code, "message": refusal.Message}})
}

// The operations that the plugin's reads belong to, by path. The first match counts.
var reads = []struct {
	path        *regexp.Regexp
	verb, token string
}{
	{regexp.MustCompile(`^/[^/]+/groups`), "invoke", "azuread:index/getGroup:getGroup"},
	{regexp.MustCompile(`^/[^/]+/applications/[^/]+/federatedIdentityCredentials`), "read", directory.FederatedCredential},
	{regexp.MustCompile(`^/[^/]+/applications`), "read", directory.Application},
	{regexp.MustCompile(`^/[^/]+/servicePrincipals/[^/]+/appRoleAssignedTo`), "read", directory.AppRoleAssignment},
	{regexp.MustCompile(`^/[^/]+/servicePrincipals`), "read", directory.ServicePrincipal},
	{regexp.MustCompile(`^/[^/]+/oauth2PermissionGrants`), "read", directory.DelegatedGrant},
}

func readOf(r *http.Request) (verb, token string) {
	if r.URL.Query().Get("$filter") == "appId eq '"+directory.GraphClientID+"'" {
		return "invoke", "azuread:index/getServicePrincipal:getServicePrincipal"
	}
	for _, one := range reads {
		if one.path.MatchString(r.URL.Path) {
			return one.verb, one.token
		}
	}
	return "read", ""
}

func notFound(id string) error {
	return store.Refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)
}

func forbidden(refused bool) error {
	return store.RefuseIf(refused, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

// tokenError returns Graph's error for a token.
func tokenError(wrong int) error {
	return store.First(
		store.RefuseIf(wrong == noToken, 401, "InvalidAuthenticationToken", "Access token is empty."),
		store.RefuseIf(wrong == badToken, 401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed or not trusted."),
		store.RefuseIf(wrong == wrongAudience, 401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience."),
	)
}

// addressedApplication and addressedPrincipal return the object whose object ID is the item.
func (s *Service) addressedApplication(r *http.Request) *store.Object {
	return s.objects.Get("/applications/" + r.PathValue("item"))
}

func (s *Service) addressedPrincipal(r *http.Request) *store.Object {
	found := s.objects.Get(r.PathValue("item"))
	if found == nil || found.Type != directory.ServicePrincipal {
		return nil
	}
	return found
}
