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
