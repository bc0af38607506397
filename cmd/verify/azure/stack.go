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

// Stack is what a deployed stack wants there to be: its outputs, and of its state
// the inputs that outputs do not tell.
type Stack struct {
	ClientID       string   `json:"clientId"`
	TenantID       string   `json:"tenantId"`
	EntraIssuerURL string   `json:"entraIssuerUrl"`
	OIDCIssuerURL  string   `json:"oidcIssuerUrl"`
	RedirectURIs   []string `json:"redirectUris"`
	PipelineScope  string   `json:"pipelineScope"`

	// Deployers are the object IDs of the identities that deploy the stack, if the user
	// names them.
	Deployers []string `json:"-"`

	// Applications are all that the stack has created; one of them has ClientID.
	Applications []Application `json:"-"`
	Extension    Installation  `json:"-"`

	// history are the stack's operations, the last one first; nil if they are not known.
	history []operation
}

// Application is one that the stack has created.
type Application struct {
	Name, ClientID string
	// Owners are the object IDs that it and its service principal were created with.
	Owners []string
	// Components are the parts of Argo CD that sign in as it: server, repo-server,
	// application-controller.
	Components []string
	// AssignmentRequired says that only the assigned may sign in, Consent that an
	// administrator has consented for everybody.
	AssignmentRequired, Consent bool
	// SecurityGroups says that tokens have all security groups of a user, and none is
	// assigned to the application.
	SecurityGroups bool
	// AppRoles are what pipelines are assigned to, and Pipelines who is.
	AppRoles  []appRole
	Pipelines []Pipeline
	// Groups are those that the stack assigns, by the names of its resources.
	Groups []string
	// WebURIs and ClientURIs are the redirect URIs of the web platform and of public
	// clients.
	WebURIs, ClientURIs []string
	// IdentifierURIs are what clients ask for a token for, TokenVersion is its version; 0
	// is Entra's own.
	IdentifierURIs []string
	TokenVersion   int
	// Roles are those in Azure.
	Roles []Role

	principalID string
}

// askedOf reads what a program asks for of an application.
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

// Pipeline is a service principal, in lower case, with the app role that it has.
type Pipeline struct{ PrincipalID, RoleID string }

// Installation is the cluster extension. Values of protected settings stay unread.
type Installation struct {
	ID                      string            `json:"-"`
	Settings                map[string]string `json:"configurationSettings"`
	ReleaseTrain            string            `json:"releaseTrain"`
	Version                 string            `json:"version"`
	AutoUpgradeMinorVersion bool              `json:"autoUpgradeMinorVersion"`

	// ProtectedKeys are the keys of the protected settings. KeysHidden says that the state
	// encrypts them with their values.
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

// ParseState reads what `pulumi stack export` prints.
func ParseState(r io.Reader) (*Stack, error) {
	var state struct {
		Deployment struct {
			Resources []entry `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.NewDecoder(r).Decode(&state); err != nil {
		return nil, fmt.Errorf("stack state: not the output of `pulumi stack export`: %w", err)
	}
	s, applications := &Stack{}, map[string]*Application{}
	for _, e := range state.Deployment.Resources {
		if e.Delete { // replaced, and still to be deleted
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

// expose says which API the stack asks an application to be: that of its pipelines, or
// none. It goes by the outputs, as a refresh writes what others have added into the inputs.
func (s *Stack) expose(app *Application) {
	app.IdentifierURIs, app.TokenVersion = nil, 0
	if s.PipelineScope != "" && app.ClientID == s.ClientID {
		app.IdentifierURIs, app.TokenVersion = []string{strings.TrimSuffix(s.PipelineScope, "/.default")}, 2
	}
}

// restrict goes by what a refresh does not write where inputs say that more is allowed:
// applications without sign-in require assignment, only pipelines have app roles, and
// groups are assigned unless tokens have all of a user.
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
		if app := applications[in.ApplicationID]; app != nil { // a state lists what others depend on first
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

// groupName ends the logical name of a group's assignment.
var groupName = regexp.MustCompile(`-group-(` + azure.GUID + `)$`)

// readAssignment keeps the pipelines, and the groups by the names of their assignments: a
// refresh writes manual changes into the inputs, and leaves the names.
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

// fields reads properties, if there are any.
func fields(properties json.RawMessage, into any) error {
	if len(properties) == 0 {
		return nil
	}
	return json.Unmarshal(properties, into)
}

// component is the part of Argo CD that a federated credential is for, by its
// logical name: a refresh writes manual changes into the inputs, and
// leaves the name.
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

// clusterID is the extension's cluster.
func (s *Stack) clusterID() string {
	id, _, _ := strings.Cut(s.Extension.ID, "/providers/Microsoft.KubernetesConfiguration/")
	return id
}

// groupLine gives a group a role in policy.csv, by its object ID. Pipelines and
// accounts have lines there too.
var groupLine = regexp.MustCompile(`(?m)^g, "(` + azure.GUID + `)", role:`)

// groups are those that have a role.
func (s *Stack) groups() []string {
	var ids []string
	for _, match := range groupLine.FindAllStringSubmatch(s.Extension.Settings[`configs.rbac.policy\.csv`], -1) {
		ids = append(ids, strings.ToLower(match[1]))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
