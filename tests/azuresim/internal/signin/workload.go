package signin

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/devops"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/kubeapi"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// caller is an identity that signs in without a user: an application or a workload.
type caller struct {
	name, clientID string
	// principalID is empty without a service principal.
	principalID string
	trusts      []trust
}

// trust is a federated credential.
type trust struct {
	issuer, subject string
	audiences       []string
}

// caller returns the identity with a client ID.
func (s *Service) caller(clientID string) (caller, error) {
	if app := s.application(clientID); app != nil {
		return s.callerOf(app), nil
	}
	if workload, is := s.directory.Workload(clientID); is {
		return caller{
			name: workload.Name, clientID: clientID, principalID: workload.ObjectID,
			trusts: []trust{{workload.Issuer, workload.Subject, []string{"api://AzureADTokenExchange"}}},
		}, nil
	}
	return caller{}, unknownApplication(clientID)
}

func (s *Service) callerOf(app *store.Object) caller {
	c := caller{name: app.Inputs.Text("displayName"), clientID: app.Computed.Text("clientId")}
	if principal := s.principal(c.clientID); principal != nil {
		c.principalID = principal.ID
	}
	for _, credential := range s.directory.Credentials(app.ID) {
		if s.directory.Replicated(credential) {
			in := credential.Inputs
			c.trusts = append(c.trusts, trust{in.Text("issuer"), in.Text("subject"), in.Texts("audiences")})
		}
	}
	return c
}

// microsoftResources are resources of Microsoft in every tenant, limited to those that clients here
// use.
var microsoftResources = []string{"https://containerregistry.azure.net", "https://management.azure.com", "https://graph.microsoft.com", devops.ClientID}

// issueAppToken issues a token for the resource in a scope, <resource>/.default. The caller
// needs a service principal in the tenant.
func (s *Service) issueAppToken(w http.ResponseWriter, c caller, scope string) error {
	if c.principalID == "" {
		return deny("AADSTS7000229", "The client application %s is missing service principal in the tenant %s.", c.clientID, s.directory.TenantID).as(401, "invalid_client")
	}
	target, found := property.First(strings.Fields(scope), func(s string) bool { return strings.HasSuffix(s, "/.default") })
	if !found {
		return deny("AADSTS1002012", "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.", scope).as(400, "invalid_scope")
	}
	resource := strings.TrimSuffix(target, "/.default")
	issuer, claims := s.Issuer, jwt.MapClaims{"aud": resource, "appid": c.clientID}
	if resource == kubeapi.ServerApplication {
		issuer, claims["oid"] = s.version1(), c.principalID
	} else if !slices.Contains(microsoftResources, resource) {
		var err error
		if issuer, claims, err = s.accessClaims(c, resource); err != nil {
			return err
		}
	}
	token, err := issuer.Sign(time.Hour, claims)
	if err != nil {
		return err
	}
	oidc.Answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": token})
	return nil
}

// accessClaims returns the issuer and claims of a token for an application of the tenant,
// in the version that the application requests. Each version has its own issuer; only
// version 2 always uses the client ID as audience.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func (s *Service) accessClaims(c caller, resource string) (*oidc.Issuer, jwt.MapClaims, error) {
	app := s.directory.Resource(resource)
	var principal *store.Object
	if s.directory.Replicated(app) {
		principal = s.principal(app.Computed.Text("clientId"))
	}
	if principal == nil {
		return nil, nil, deny("AADSTS500011", "The resource principal named %s was not found in the tenant named Contoso. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.", resource).as(400, "invalid_resource")
	}
	clientID := app.Computed.Text("clientId")
	roles, assigned := s.directory.AssignedRoles(principal, c.principalID)
	if principal.Inputs.Flag("appRoleAssignmentRequired") && !assigned {
		return nil, nil, deny("AADSTS501051", "Application '%s'(%s) is not assigned to a role for the application '%s'(%s).", c.clientID, c.name, clientID, app.Inputs.Text("displayName")).as(400, "invalid_grant")
	}
	claims := jwt.MapClaims{"sub": c.principalID, "oid": c.principalID, "tid": s.directory.TenantID}
	if len(roles) > 0 {
		claims["roles"] = roles
	}
	if app.Inputs.Number("api.requestedAccessTokenVersion") == 2 {
		claims["ver"], claims["aud"], claims["azp"], claims["azpacr"] = "2.0", clientID, c.clientID, "2"
		return s.Issuer, claims, nil
	}
	claims["ver"], claims["aud"], claims["appid"], claims["appidacr"] = "1.0", resource, c.clientID, "2"
	return s.version1(), claims, nil
}

// version1 returns the issuer of version 1 tokens.
func (s *Service) version1() *oidc.Issuer {
	return s.Issuer.Under("https://sts.windows.net/" + s.directory.TenantID + "/")
}
