package azure

// The parts of Microsoft Graph's responses that are read, without the values of secrets and
// keys and the hints with the first characters of a secret.

// application is https://learn.microsoft.com/graph/api/resources/application.
type application struct {
	ID                     string     `json:"id"`
	AppID                  string     `json:"appId"`
	Created                string     `json:"createdDateTime"`
	SignInAudience         string     `json:"signInAudience"`
	GroupMembershipClaims  string     `json:"groupMembershipClaims"`
	IsFallbackPublicClient bool       `json:"isFallbackPublicClient"`
	IsDeviceOnly           bool       `json:"isDeviceOnlyAuthSupported"`
	RequirePost            bool       `json:"oauth2RequirePostResponse"`
	DefaultRedirectURI     string     `json:"defaultRedirectUri"`
	EncryptionKey          string     `json:"tokenEncryptionKeyId"`
	IdentifierURIs         []string   `json:"identifierUris"`
	API                    webAPI     `json:"api"`
	Web                    webClient  `json:"web"`
	PublicClient           redirects  `json:"publicClient"`
	Spa                    redirects  `json:"spa"`
	OptionalClaims         *tokenSets `json:"optionalClaims"`
	AppRoles               []appRole  `json:"appRoles"`
	// RequiredAccess is https://learn.microsoft.com/graph/api/resources/requiredresourceaccess.
	RequiredAccess []struct {
		AppID  string `json:"resourceAppId"`
		Access []struct {
			ID   string `json:"id"`
			Type string `json:"type"`
		} `json:"resourceAccess"`
	} `json:"requiredResourceAccess"`
	credentials
}

// webAPI is https://learn.microsoft.com/graph/api/resources/apiapplication.
type webAPI struct {
	Scopes []struct {
		ID    string `json:"id"`
		Value string `json:"value"`
	} `json:"oauth2PermissionScopes"`
	PreAuthorized []struct {
		AppID string `json:"appId"`
	} `json:"preAuthorizedApplications"`
	KnownClients []string `json:"knownClientApplications"`
	MappedClaims bool     `json:"acceptMappedClaims"`
	TokenVersion int      `json:"requestedAccessTokenVersion"`
}

// appRole is https://learn.microsoft.com/graph/api/resources/approle.
type appRole struct {
	ID          string   `json:"id"`
	Value       string   `json:"value"`
	MemberTypes []string `json:"allowedMemberTypes"`
}

type redirects struct {
	URIs []string `json:"redirectUris"`
}

type webClient struct {
	redirects
	LogoutURL string `json:"logoutUrl"`
	Implicit  struct {
		AccessTokens bool `json:"enableAccessTokenIssuance"`
		IDTokens     bool `json:"enableIdTokenIssuance"`
	} `json:"implicitGrantSettings"`
}

// tokenSets is https://learn.microsoft.com/graph/api/resources/optionalclaims.
type tokenSets struct {
	IDToken     []optionalClaim `json:"idToken"`
	AccessToken []optionalClaim `json:"accessToken"`
	SAML2Token  []optionalClaim `json:"saml2Token"`
}

// optionalClaim is https://learn.microsoft.com/graph/api/resources/optionalclaim.
type optionalClaim struct {
	Name       string   `json:"name"`
	Source     string   `json:"source"`
	Essential  bool     `json:"essential"`
	Properties []string `json:"additionalProperties"`
}

// credentials are the secrets and certificates of an application or a service principal.
type credentials struct {
	Passwords []credential `json:"passwordCredentials"`
	Keys      []credential `json:"keyCredentials"`
}

type credential struct {
	ID   string `json:"keyId"`
	Name string `json:"displayName"`
	Ends string `json:"endDateTime"`
}

// principal is https://learn.microsoft.com/graph/api/resources/serviceprincipal.
type principal struct {
	ID                 string `json:"id"`
	Enabled            bool   `json:"accountEnabled"`
	AssignmentRequired bool   `json:"appRoleAssignmentRequired"`
	SingleSignOn       string `json:"preferredSingleSignOnMode"`
	// ReplyURLs are the application's redirect URIs and additional ones.
	ReplyURLs []string `json:"replyUrls"`
	// Scopes are the delegated permissions that an API publishes.
	Scopes []struct {
		ID    string `json:"id"`
		Value string `json:"value"`
	} `json:"oauth2PermissionScopes"`
	credentials
}

// federatedCredential is
// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential.
type federatedCredential struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Issuer    string   `json:"issuer"`
	Subject   string   `json:"subject"`
	Audiences []string `json:"audiences"`
}

// object is https://learn.microsoft.com/graph/api/resources/directoryobject. It has no name if
// the caller cannot read that kind of object.
type object struct {
	Type string `json:"@odata.type"`
	ID   string `json:"id"`
	Name string `json:"displayName"`
}

// assignment is https://learn.microsoft.com/graph/api/resources/approleassignment.
type assignment struct {
	ID            string `json:"id"`
	PrincipalID   string `json:"principalId"`
	PrincipalName string `json:"principalDisplayName"`
	PrincipalType string `json:"principalType"`
	RoleID        string `json:"appRoleId"`
	ResourceID    string `json:"resourceId"`
	ResourceName  string `json:"resourceDisplayName"`
}

// directoryRole is https://learn.microsoft.com/graph/api/resources/unifiedroleassignment.
type directoryRole struct {
	DefinitionID string `json:"roleDefinitionId"`
	Scope        string `json:"directoryScopeId"`
}

// grant is https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant.
type grant struct {
	ID          string `json:"id"`
	ConsentType string `json:"consentType"`
	ResourceID  string `json:"resourceId"`
	Scope       string `json:"scope"`
}

// The paths of the requests. Their permissions are documented under
// https://learn.microsoft.com/graph/api/: application-get, serviceprincipal-get, …-list-… with
// the name of the listed resource, and rbacapplication-list-roleassignments for directory roles.
func applicationPath(clientID, below string) string {
	return "applications(appId='" + clientID + "')" + below
}

func principalPath(clientID string) string { return "servicePrincipals(appId='" + clientID + "')" }

// belowPrincipal takes an object ID, the only documented ID for owners.
func belowPrincipal(objectID, below string) string { return "servicePrincipals/" + objectID + below }
