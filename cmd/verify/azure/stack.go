package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// Stack holds the expected objects of a deployed stack: its outputs, and inputs from its state.
type Stack struct {
	ClientID       string   `json:"clientId"`
	TenantID       string   `json:"tenantId"`
	EntraIssuerURL string   `json:"entraIssuerUrl"`
	OIDCIssuerURL  string   `json:"oidcIssuerUrl"`
	RedirectURIs   []string `json:"redirectUris"`
	PipelineScope  string   `json:"pipelineScope"`

	// Deployers are the object IDs of the deploying identities, if the user sets them.
	Deployers []string `json:"-"`

	// Applications are the stack's applications; one of them has ClientID.
	Applications []Application `json:"-"`
	Extension    Installation  `json:"-"`

	// history are the stack's operations, the last one first; nil if unknown.
	history []operation
}

// Application is an application of the stack.
type Application struct {
	Name, ClientID string
	// Owners are the object IDs of the owners of it and its service principal.
	Owners []string
	// Components are the components of Argo CD that sign in as it: server, repo-server,
	// application-controller.
	Components []string
	// AssignmentRequired reports whether only assigned principals can sign in, Consent whether
	// the stack grants consent for all users.
	AssignmentRequired, Consent bool
	// SecurityGroups reports whether tokens contain all security groups of a user. No group is
	// assigned to the application then.
	SecurityGroups bool
	// AppRoles are the app roles of pipelines, and Pipelines their assignments.
	AppRoles  []appRole
	Pipelines []Pipeline
	// Groups are the groups that the stack assigns, from the logical names of the assignments.
	Groups []string
	// WebURIs and ClientURIs are the redirect URIs of the web platform and of public
	// clients.
	WebURIs, ClientURIs []string
	// IdentifierURIs are the application ID URIs for clients, TokenVersion is the version of
	// access tokens; 0 is Entra's default.
	IdentifierURIs []string
	TokenVersion   int
	// Roles are its roles in Azure.
	Roles []Role

	principalID string
}

// askedOf reads an application from its inputs.
func askedOf(inputs json.RawMessage) (Application, error) {
	var in struct {
		DisplayName    string    `json:"displayName"`
		Owners         []string  `json:"owners"`
		AppRoles       []appRole `json:"appRoles"`
		Claims         []string  `json:"groupMembershipClaims"`
		Web            redirects `json:"web"`
		PublicClient   redirects `json:"publicClient"`
		IdentifierURIs []string  `json:"identifierUris"`
		API            webAPI    `json:"api"`
	}
	err := fields(inputs, &in)
	return Application{
		Name: in.DisplayName, Owners: in.Owners, AppRoles: in.AppRoles,
		SecurityGroups: slices.Equal(in.Claims, []string{azure.MembershipSecurityGroup}),
		WebURIs:        in.Web.URIs, ClientURIs: in.PublicClient.URIs,
		IdentifierURIs: in.IdentifierURIs, TokenVersion: in.API.TokenVersion,
	}, err
}

// Pipeline is a service principal, in lower case, and its app role.
type Pipeline struct{ PrincipalID, RoleID string }

// Installation is the cluster extension, without the values of protected settings.
type Installation struct {
	ID                      string            `json:"-"`
	Settings                map[string]string `json:"configurationSettings"`
	ReleaseTrain            string            `json:"releaseTrain"`
	Version                 string            `json:"version"`
	AutoUpgradeMinorVersion bool              `json:"autoUpgradeMinorVersion"`

	// ProtectedKeys are the keys of the protected settings. KeysHidden reports whether the state
	// encrypts them together with their values.
	ProtectedKeys []string `json:"-"`
	KeysHidden    bool     `json:"-"`
}

// secretSignature marks an encrypted value in a state: SigKey in
// https://github.com/pulumi/pulumi, sdk/go/common/resource/sig/sig.go.
const secretSignature = "4dabf18193072939515e22adb298388d"

// readProtected reads the keys of the protected settings.
func (i *Installation) readProtected(inputs json.RawMessage) error {
	var in struct {
		Protected map[string]json.RawMessage `json:"configurationProtectedSettings"`
	}
	err := fields(inputs, &in)
	if _, i.KeysHidden = in.Protected[secretSignature]; !i.KeysHidden {
		i.ProtectedKeys = slices.Sorted(maps.Keys(in.Protected))
	}
	return err
}

// entry is a resource in a state.
type entry struct {
	URN     string          `json:"urn"`
	Type    string          `json:"type"`
	ID      string          `json:"id"`
	Inputs  json.RawMessage `json:"inputs"`
	Outputs json.RawMessage `json:"outputs"`
	Delete  bool            `json:"delete"`
}

// The types of the resources that are read.
const (
	typeStack       = "pulumi:pulumi:Stack"
	typeApplication = "azuread:index/application:Application"
	typeCredential  = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"
	typePrincipal   = "azuread:index/servicePrincipal:ServicePrincipal"
	typeGrant       = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"
	typeAssignment  = "azuread:index/appRoleAssignment:AppRoleAssignment"
	typeRole        = "azure-native:authorization:RoleAssignment"
	typeExtension   = "azure-native:kubernetesconfiguration:Extension"
)

// ParseState reads the output of pulumi stack export.
func ParseState(r io.Reader) (*Stack, error) {
	var state struct {
		Deployment struct {
			Resources []entry `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.NewDecoder(r).Decode(&state); err != nil {
		return nil, fmt.Errorf("stack state: must be the output of `pulumi stack export`: %w", err)
	}
	s, applications := &Stack{}, map[string]*Application{}
	for _, e := range state.Deployment.Resources {
		if e.Delete { // replaced and pending deletion
			continue
		}
		if err := s.read(e, applications); err != nil {
			return nil, fmt.Errorf("stack state: %s: %w", e.URN, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(applications)) {
		s.expose(applications[id])
		s.restrict(applications[id])
		s.Applications = append(s.Applications, *applications[id])
	}
	return s, s.check()
}

// expose sets the API of an application: that of the stack's pipelines, or none. It uses the
// outputs, because a refresh writes manual changes to the inputs.
func (s *Stack) expose(app *Application) {
	app.IdentifierURIs, app.TokenVersion = nil, 0
	if s.PipelineScope != "" && app.ClientID == s.ClientID {
		app.IdentifierURIs, app.TokenVersion = []string{strings.TrimSuffix(s.PipelineScope, "/.default")}, 2
	}
}

// restrict ignores inputs that are wider than values which a refresh does not write:
// applications without users require assignment, only pipelines have app roles, and with
// assigned groups tokens do not contain all security groups.
func (s *Stack) restrict(app *Application) {
	if app.ClientID != s.ClientID {
		app.AssignmentRequired = true
	}
	if app.ClientID != s.ClientID || s.PipelineScope == "" {
		app.AppRoles, app.Pipelines = nil, nil
	}
	app.SecurityGroups = app.SecurityGroups && len(app.Groups) == 0
}

func (s *Stack) read(e entry, applications map[string]*Application) error {
	switch e.Type {
	case typeStack:
		return fields(e.Outputs, s)
	case typeApplication:
		var out struct {
			ClientID string `json:"clientId"`
		}
		asked, err := askedOf(e.Inputs)
		err = errors.Join(err, fields(e.Outputs, &out))
		asked.ClientID = out.ClientID
		applications[e.ID] = &asked
		return err
	case typeCredential:
		var in struct {
			ApplicationID string `json:"applicationId"`
		}
		err := fields(e.Inputs, &in)
		if app := applications[in.ApplicationID]; app != nil { // dependencies precede dependents in a state
			app.Components = append(app.Components, component(e.URN))
		}
		return err
	case typePrincipal:
		var in struct {
			ClientID string   `json:"clientId"`
			Required bool     `json:"appRoleAssignmentRequired"`
			Owners   []string `json:"owners"`
		}
		err := fields(e.Inputs, &in)
		for _, app := range applications {
			if app.ClientID == in.ClientID {
				app.principalID, app.AssignmentRequired = e.ID, in.Required
				app.Owners = append(app.Owners, in.Owners...)
			}
		}
		return err
	case typeGrant:
		var in struct {
			PrincipalID string `json:"servicePrincipalObjectId"`
		}
		err := fields(e.Inputs, &in)
		for _, app := range applications {
			app.Consent = app.Consent || app.principalID == in.PrincipalID
		}
		return err
	case typeAssignment:
		return readAssignment(e, applications)
	case typeRole:
		var in struct {
			PrincipalID  string `json:"principalId"`
			Scope        string `json:"scope"`
			DefinitionID string `json:"roleDefinitionId"`
		}
		err := fields(e.Inputs, &in)
		for _, app := range applications {
			if app.principalID != "" && strings.EqualFold(lastPart(app.principalID), in.PrincipalID) {
				app.Roles = append(app.Roles, Role{in.Scope, in.DefinitionID})
			}
		}
		return err
	case typeExtension:
		s.Extension.ID = e.ID
		return errors.Join(fields(e.Inputs, &s.Extension), s.Extension.readProtected(e.Inputs))
	}
	return nil
}

// groupName matches the end of the logical name of a group's assignment.
var groupName = regexp.MustCompile(`-group-(` + azure.GUID + `)$`)

// readAssignment reads pipelines, and groups from the logical names of their assignments,
// because a refresh writes manual changes to the inputs but not to the names.
func readAssignment(e entry, applications map[string]*Application) error {
	var in struct {
		ResourceID  string `json:"resourceObjectId"`
		PrincipalID string `json:"principalObjectId"`
		RoleID      string `json:"appRoleId"`
	}
	err := fields(e.Inputs, &in)
	for _, app := range applications {
		if app.principalID != in.ResourceID {
			continue
		}
		match := groupName.FindStringSubmatch(e.URN)
		switch {
		case match != nil:
			app.Groups = append(app.Groups, strings.ToLower(match[1]))
		case in.RoleID == azure.DefaultAppRole:
			app.Groups = append(app.Groups, strings.ToLower(in.PrincipalID))
		default:
			app.Pipelines = append(app.Pipelines, Pipeline{PrincipalID: strings.ToLower(in.PrincipalID), RoleID: in.RoleID})
		}
	}
	return err
}

// fields decodes properties, if there are any.
func fields(properties json.RawMessage, into any) error {
	if len(properties) == 0 {
		return nil
	}
	return json.Unmarshal(properties, into)
}

// component returns the component of Argo CD in the logical name of a federated credential,
// because a refresh writes manual changes to the inputs but not to the name.
func component(urn string) string {
	switch {
	case strings.HasSuffix(urn, "-repo-server"), strings.HasSuffix(urn, "-registry"):
		return "repo-server"
	case strings.HasSuffix(urn, "-clusters-controller"):
		return "application-controller"
	}
	return "server"
}

func (s *Stack) check() error {
	var errs []error
	for _, want := range []struct{ what, value string }{
		{"output clientId", s.ClientID}, {"output tenantId", s.TenantID},
		{"output oidcIssuerUrl", s.OIDCIssuerURL}, {"output entraIssuerUrl", s.EntraIssuerURL}, {"extension", s.Extension.ID},
	} {
		if want.value == "" {
			errs = append(errs, fmt.Errorf("stack state has no %s; run pulumi up first", want.what))
		}
	}
	return errors.Join(errs...)
}

// clusterID returns the resource ID of the extension's cluster.
func (s *Stack) clusterID() string {
	id, _, _ := strings.Cut(s.Extension.ID, "/providers/Microsoft.KubernetesConfiguration/")
	return id
}

// groupLine matches a line of policy.csv that assigns a role to a group. Lines of pipelines and
// accounts have no object ID.
var groupLine = regexp.MustCompile(`(?m)^g, "(` + azure.GUID + `)", role:`)

// groups returns the groups with a role.
func (s *Stack) groups() []string {
	var ids []string
	for _, match := range groupLine.FindAllStringSubmatch(s.Extension.Settings[`configs.rbac.policy\.csv`], -1) {
		ids = append(ids, strings.ToLower(match[1]))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
