package faults

import "github.com/OWNER/argocd-on-aks/tests/azuresim"

// option is a set of choices in addition to the shipped configuration. Any combination of
// choices of different options is valid.
type option struct {
	name string
	// stack is the stack that has the option, empty for both.
	stack string
	// irreversible marks choices that AKS cannot revert.
	irreversible bool
	choices      []set
}

// set are configuration values by path. Nil removes one.
type set = map[string]any

var options = []option{
	{name: "region", choices: []set{{"region": "northeurope"}}},
	{name: "name", choices: []set{{"name": "gitops"}}},
	{name: "credential", choices: []set{{"names.federatedCredential": "argocd-sso"}}},
	{name: "protect", choices: []set{{"protect": true}, {"protect": nil}}},
	{name: "tags", choices: []set{
		{"tags": nil},
		{"tags": set{"owner": "platform"}},
		{"tags": set{"owner": "operations", "cost": "42"}},
	}},
	{name: "address", stack: "dev", choices: []set{
		{"domain": "localhost:9443"},
		{"domain": "argocd.example.com", "additionalDomains": []any{"argocd.corp.example"}},
		{"domain": "argocd.example.com", "ingress": set{"className": "traefik", "tlsSecret": "argocd-tls"}},
		{"domain": "localhost:9000", "additionalDomains": []any{"argocd.corp.example"}, "ingress": nil},
	}},
	{name: "address", stack: "prod", choices: []set{
		{"domain": "argo.example.com"},
		{"additionalDomains": []any{"argocd.corp.example"}},
		{"ingress": set{"className": "nginx", "tlsSecret": "argocd-server-tls", "tls": "passthrough"}},
		{"ingress": nil},
	}},
	{name: "groups", stack: "dev", choices: []set{
		{"group": developers},
		{"roles": []any{readers(auditors)}},
		{"group": admins, "roles": []any{readers(developers), readers(auditors)}},
	}},
	{name: "groups", stack: "prod", choices: []set{
		{"group": developers, "roles": []any{readers(auditors)}},
		{"roles": nil},
		{"roles": []any{readers(auditors), readers(developers)}},
	}},
	{name: "admission", choices: []set{
		{"requireAssignment": false, "groupClaims": nil},
		{"requireAssignment": true, "groupClaims": nil},
		{"requireAssignment": false, "groupClaims": "security"},
	}},
	{name: "consent", choices: []set{{"preConsent": false}}},
	{name: "cli", choices: []set{{"cli": false}}},
	{name: "sign-out", choices: []set{{"signOutOfEntra": true}, {"signOutOfEntra": false}}},
	{name: "pipelines", choices: []set{
		{"pipelines": []any{pipeline("release", "readonly")}},
		{"pipelines": []any{pipeline("release", "admin"), pipeline("audit", "readonly")}},
	}},
	{name: "accounts", choices: []set{{"accounts": []any{set{"name": "ci", "role": "readonly"}}}}},
	{name: "default role", choices: []set{{"defaultRole": "readonly"}}},
	{name: "train", choices: []set{
		{"releaseTrain": "Preview"},
		{"releaseTrain": "Stable"},
		{"releaseTrain": nil, "extensionVersion": "1.0.2"},
	}},
	{name: "chart", choices: []set{
		{"extraSettings": set{"server.replicas": "3"}},
		{"extraSettings": set{`configs.cm.timeout\.reconciliation`: "300s"}},
	}},
	{name: "repositories", choices: []set{
		{"containerRegistry": registry},
		{"azureDevOps": true},
		{"containerRegistry": registry, "azureDevOps": true},
	}},
	{name: "tier", choices: []set{{"cluster.tier": "Premium"}, {"cluster.tier": "Standard"}}},
	{name: "upgrades", choices: []set{
		{"cluster.upgradeChannel": "none", "cluster.maintenance": nil},
		{"cluster.nodeOsUpgradeChannel": "SecurityPatch"},
		{"cluster.maintenance": set{"day": "Saturday", "start": "03:00", "hours": 8}},
	}},
	{name: "cleaner", choices: []set{{"cluster.imageCleanerHours": 72}, {"cluster.imageCleanerHours": nil}}},
	{name: "lock", choices: []set{{"cluster.lockNodeResourceGroup": true}, {"cluster.lockNodeResourceGroup": nil}}},
	{name: "ranges", choices: []set{
		{"cluster.authorizedIpRanges": []any{"198.51.100.0/24"}},
		{"cluster.authorizedIpRanges": nil},
	}},
	{name: "version", irreversible: true, choices: []set{{"cluster.kubernetesVersion": "1.36"}}},
	{name: "network", stack: "prod", choices: []set{
		{"cluster.network": set{"plugin": "azure", "pluginMode": "overlay", "podCidr": "10.100.0.0/16"}},
	}},
	{name: "network", stack: "dev", irreversible: true, choices: []set{
		{"cluster.network": set{"plugin": "azure", "pluginMode": "overlay"}},
	}},
	{name: "Entra", stack: "prod", choices: []set{
		{"cluster.azureRbac": false},
		{"cluster.adminGroups": nil},
		{"cluster.disableLocalAccounts": false},
	}},
	{name: "nodes", stack: "dev", choices: []set{
		{"cluster.nodeCount": 2, "cluster.vmSize": nil},
		{"cluster.vmSize": "Standard_D4s_v5"},
		{"cluster.nodeCount": 4, "highAvailability": true},
		{"cluster.userPool": set{"nodeCount": 4}, "highAvailability": true},
		{"cluster.userPool": set{"name": "blue"}, "highAvailability": nil},
	}},
	{name: "nodes", stack: "prod", choices: []set{
		{"cluster.maxCount": 6},
		{"cluster.userPool": pool("user", "Standard_D8s_v5")},
		{"cluster.userPool": pool("blue", "Standard_D4s_v5")},
		{"cluster.userPool": nil, "highAvailability": false},
		{"cluster.vmSize": "Standard_D8s_v5"},
		{"highAvailability": false},
	}},
}

// ci is the issuer of the pipelines' tokens.
const ci = "https://ci.example"

// Groups of the tenant.
const (
	admins     = "237da8bd-fae0-4cbe-b77f-32c36673c4af"
	developers = "39892d2b-9166-4079-81b6-40df286988fe"
	auditors   = "93084df7-91c6-4d6e-9786-9151de53c340"
)

func readers(group string) set { return set{"group": group, "role": "readonly"} }

// addReferenced adds the objects that configurations refer to.
func addReferenced(azure *azuresim.Azure) {
	azure.AddRegistry("contoso")
	for _, name := range []string{"release", "audit"} {
		azure.AddWorkload(name, ci, "main")
	}
}

var registry = azuresim.New().AddRegistry("contoso")

func pipeline(name, role string) set {
	workload := azuresim.New().AddWorkload(name, ci, "main")
	return set{"name": name, "role": role, "principalId": workload.ObjectID}
}

func pool(name, size string) set {
	return set{"name": name, "vmSize": size, "minCount": 4, "maxCount": 8, "zones": []any{1, 2, 3}}
}
