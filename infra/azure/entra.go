package azure

const (
	// GraphClientID is the client ID of Microsoft Graph, the same in every tenant:
	// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in.
	GraphClientID = "00000003-0000-0000-c000-000000000000"
	// TokenExchangeAudience is the audience of the tokens that AKS issues for workload
	// identity: https://learn.microsoft.com/entra/workload-id/workload-identity-federation.
	TokenExchangeAudience = "api://AzureADTokenExchange"
	// DefaultAppRole is the app role of applications that define none:
	// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto.
	DefaultAppRole = "00000000-0000-0000-0000-000000000000"
)

// Values of an application's properties:
// https://learn.microsoft.com/graph/api/resources/application.
const (
	// AudienceMyOrg is the signInAudience of an application for accounts of its tenant only.
	AudienceMyOrg = "AzureADMyOrg"
	// MembershipApplicationGroup is the groupMembershipClaims for the groups that are
	// assigned to the application.
	MembershipApplicationGroup = "ApplicationGroup"
	// MembershipSecurityGroup is the groupMembershipClaims for all security groups of a
	// user.
	MembershipSecurityGroup = "SecurityGroup"
)

// SignInScopes returns the delegated permissions of Microsoft Graph for signing in.
func SignInScopes() []string { return []string{"openid", "profile", "email", "User.Read"} }
