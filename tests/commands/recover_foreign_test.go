package commands

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestRecoverAdopt checks that --adopt adopts a skipped application by its object ID, and that
// recover and verify print its foreign parts.
func TestRecoverAdopt(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.Application)
	planted := e2e.Only(t, r.azure, azuresim.Application)
	restore := e2e.Break(t, r.azure, azuresim.Application, func(in resource.PropertyMap) { in["owners"] = e2e.List(r.azure.UserID("alice")) })
	forget, err := r.azure.AddSecret(azuresim.Application, "backup", false)
	e2e.NoError(t, err)
	objectID := strings.TrimPrefix(planted, "/applications/")
	r.planOnly(t, 0, "FOREIGN      entra-application")
	r.recover(t, 0, "ADOPT="+objectID)
	if strings.Contains(string(r.state(t)), "entra-application") {
		t.Fatal("recover adopted the application of another identity")
	}
	r.recover(t, 2, "no candidate has this ID", "--adopt", r.azure.UserID("alice"))
	printed := r.recover(t, 0, "ADOPT        entra-application", "--adopt", objectID)
	e2e.WantText(t, printed, `user "alice"`, `client secret "backup"`, "selected by --adopt", "run pulumi up, then make verify STACK=dev AZURE=1")
	r.recover(t, 0, "", "--adopt", objectID) // already adopted
	r.wantComplete(t)
	if got := e2e.Only(t, r.azure, azuresim.Application); got != planted {
		t.Errorf("the stack has the application %s, not the one of --adopt", got)
	}
	// The owner differs from the stack's for each caller.
	internet := e2e.Connect(t, r.azure)
	for _, verifier := range []*e2e.AzureVerifier{
		e2e.NewAzureVerifier(t, r.Stack, r.azure, internet, e2e.AzurePermissions...), deployerVerifier(t, r.Stack, r.azure, internet),
	} {
		checks := verifier.Run(t)
		e2e.Failing(t, "owners", `user "alice"`, checks)
		e2e.Failing(t, "client secrets", `"backup"`, checks)
	}
	forget()
	restore()
}

// TestRecoverTakenURI checks that recover names an application with the identifier URI that the
// pipelines of the stack need.
func TestRecoverTakenURI(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	addPipeline(t, r.Stack, r.azure)
	uri := "api://" + r.azure.TenantID + "/argocd-dev"
	id, client := register(t, r.azure, map[string]any{"displayName": "invoices", "identifierUris": []any{uri}, "owners": []any{r.azure.UserID("alice")}})
	printed := r.recover(t, 1, "MANUAL       entra-application: application with the client ID "+client, "--plan")
	e2e.WantText(t, printed, "has the application ID URI "+uri, `its display name is "invoices"`)
	r.azure.Delete(id)
	r.lose(t, azuresim.Application)
	restore := e2e.Break(t, r.azure, azuresim.Application, func(in resource.PropertyMap) { in["owners"] = e2e.List(r.azure.UserID("alice")) })
	r.planOnly(t, 1, "has the application ID URI api://"+r.azure.TenantID+"/argocd-dev, which pulumi up needs")
	restore()
	r.recover(t, 0, "ADOPT        entra-application")
	r.wantComplete(t)
}

// TestRecoverTakenByOthers checks that recover names the application that has the identifier URI of
// an update. Entra's error does not name it.
func TestRecoverTakenByOthers(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.wantComplete(t)
	addPipeline(t, r.Stack, r.azure)
	id, client := register(t, r.azure, map[string]any{
		"displayName": "invoices", "identifierUris": []any{"api://" + r.azure.TenantID + "/argocd-dev"}, "owners": []any{r.azure.UserID("alice")},
	})
	e2e.WantError(t, e2e.Err(r.Up(t.Context())), "identifierUris already exists", "up")
	printed := r.recover(t, 1, "MANUAL       entra-application: application with the client ID "+client)
	e2e.WantText(t, printed, "has the application ID URI api://"+r.azure.TenantID+"/argocd-dev, which pulumi up needs", `its display name is "invoices"`, `user "alice"`)
	if strings.Contains(printed, "ADOPT=") {
		t.Errorf("recover adopted the application:\n%s", printed)
	}
	r.azure.Delete(id)
	r.recover(t, 0, "OK ")
	r.wantComplete(t)
}

// TestRecoverTemporaryName checks that recover finds an application with the temporary name that
// azuread uses during its creation.
func TestRecoverTemporaryName(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.Application)
	ours := e2e.Only(t, r.azure, azuresim.Application)
	e2e.Break(t, r.azure, azuresim.Application, e2e.Text("displayName", "TERRAFORM_UPDATE_5b1d2c3e-0000-4000-8000-000000000001"))
	r.recover(t, 0, "ADOPT        entra-application")
	r.wantComplete(t)
	if got := e2e.Only(t, r.azure, azuresim.Application); got != ours || r.azure.Inputs(azuresim.Application)[ours]["displayName"].StringValue() != "argocd-dev" {
		t.Errorf("the stack has %s, named %v", got, r.azure.Inputs(azuresim.Application)[ours]["displayName"])
	}
}

// TestRecoverOtherDeployer checks that recover does not adopt an application of another deploying
// identity, and prints the command that adopts it.
func TestRecoverOtherDeployer(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.Application)
	left := strings.TrimPrefix(e2e.Only(t, r.azure, azuresim.Application), "/applications/")
	first := r.azure.Deployer()
	r.azure.ChangeDeployer()
	printed := r.recover(t, 0, "FOREIGN      entra-application")
	e2e.WantText(t, printed, first, r.azure.Deployer()+" is not an owner", "make recover STACK=dev ADOPT="+left)
	r.recover(t, 0, "ADOPT        entra-application", "--adopt", "/applications/"+left)
	r.wantComplete(t)
}

// TestRecoverLookAlike checks that recover names a second application of another owner, and does
// not ask the user to delete it.
func TestRecoverLookAlike(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.wantComplete(t)
	in := r.azure.Inputs(azuresim.Application)[e2e.Only(t, r.azure, azuresim.Application)].Mappable()
	in["owners"] = []any{r.azure.UserID("alice")}
	id, client := register(t, r.azure, in)
	r.planOnly(t, 0, "FOREIGN      entra-application: second application: application with the client ID "+client)
	for _, check := range e2e.VerifyAzure(t, r.Stack, r.azure, e2e.Connect(t, r.azure)) {
		if check.Name == "second application" && !(check.OK && check.Warning && strings.Contains(check.Detail, client) && strings.Contains(check.Detail, `user "alice"`)) {
			t.Errorf("%+v", check)
		}
	}
	r.azure.Delete(id)
}

// TestRecoverStaleRefresh checks an application that a refresh from a stale replica removed from the
// state. Its service principal in the state does not make its owners and secrets trusted.
func TestRecoverStaleRefresh(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.wantComplete(t)
	r.azure.Inject(azuresim.Fault{Verb: "read", Type: azuresim.Application, Err: &azuresim.Error{Status: 404, Code: "ResourceNotFound", Message: "not found"}})
	e2e.Succeed(t, r.Refresh)
	for _, do := range []func(*testing.T, *azuresim.Azure) func(){
		owner(azuresim.Application), secret(azuresim.Application, "backup", false), secret(azuresim.ServicePrincipal, "backup", false),
		owner(azuresim.ServicePrincipal), plantedTrust,
	} {
		undo := do(t, r.azure)
		r.planOnly(t, 0, "FOREIGN      entra-application")
		undo()
	}
	r.recover(t, 0, "ADOPT        entra-application")
	r.wantComplete(t)
}

func plantedTrust(t *testing.T, azure *azuresim.Azure) func() {
	t.Helper()
	return e2e.Create(t, azure, azuresim.FederatedCredential, map[string]any{
		"applicationId": e2e.Only(t, azure, azuresim.Application), "displayName": "pipeline", "audiences": []any{"api://AzureADTokenExchange"},
		"issuer": "https://token.actions.githubusercontent.com", "subject": "repo:someone/else:ref:refs/heads/main",
	})
}

// TestRecoverForeign checks for each other type that recover skips an object of the same name that
// differs from the stack's, and adopts it without the difference.
func TestRecoverForeign(t *testing.T) {
	t.Parallel()
	type change struct {
		do   func(*testing.T, *azuresim.Azure) (undo func())
		says string
	}
	for _, c := range []struct {
		stack, token, name string
		config             map[string]string
		changes            []change
	}{
		{"dev", azuresim.ServicePrincipal, "entra-principal", nil, []change{
			{changed(azuresim.ServicePrincipal, owned("alice")), `user "alice"`},
			{changed(azuresim.ServicePrincipal, func(in resource.PropertyMap) { delete(in, "owners") }), "is not an owner"},
			{owner(azuresim.ServicePrincipal), `user "alice"`},
			{secret(azuresim.ServicePrincipal, "backup", false), `client secret "backup"`},
			{secret(azuresim.ServicePrincipal, "CN=backup", true), `certificate "CN=backup"`},
			{entraPolicy(azuresim.ServicePrincipal, "claimsMappingPolicies", "everybody is anna"), `claims mapping policy "everybody is anna"`},
			{entraPolicy(azuresim.ServicePrincipal, "homeRealmDiscoveryPolicies", "passwords"), `home realm discovery policy "passwords"`},
			{entraPolicy(azuresim.ServicePrincipal, "tokenLifetimePolicies", "a day"), `token lifetime policy "a day"`},
		}},
		{"dev", azuresim.FederatedCredential, "entra-argocd-server", nil, []change{
			{changed(azuresim.FederatedCredential, e2e.Text("issuer", "https://elsewhere.example/")), "https://elsewhere.example/"},
			{changed(azuresim.FederatedCredential, e2e.Text("subject", "system:serviceaccount:default:default")), "system:serviceaccount:default:default"},
			{changed(azuresim.FederatedCredential, func(in resource.PropertyMap) { in["audiences"] = e2e.List("api://other") }), "api://other"},
		}},
		{"dev", azuresim.DelegatedGrant, "entra-consent", nil, []change{
			{changed(azuresim.DelegatedGrant, func(in resource.PropertyMap) {
				in["claimValues"] = e2e.List("openid", "profile", "email", "User.Read", "Group.Read.All")
			}), "Group.Read.All"},
		}},
		{"dev", azuresim.RoleAssignment, "entra-registry-pull", map[string]string{"containerRegistry": "contoso"}, []change{
			{changed(azuresim.RoleAssignment, e2e.Text("condition", "@Resource[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'x'")), "condition"},
		}},
		{"dev", azuresim.ResourceGroup, "aks-group", map[string]string{"tags.owner": "platform"}, []change{
			{changed(azuresim.ResourceGroup, func(in resource.PropertyMap) { delete(in, "tags") }), `tag "owner" is missing`},
			{changed(azuresim.ResourceGroup, tagged("owner")), `tag "owner" is "finance"`},
			{changed(azuresim.ResourceGroup, tagged("team")), `tag "team" is "finance"`},
			{changed(azuresim.ResourceGroup, e2e.Text("location", "westeurope")), "location is westeurope"},
			{changed(azuresim.ResourceGroup, e2e.Text("managedBy", "/subscriptions/other")), "managedBy"},
			{assignedOn(azuresim.ResourceGroup), "role assignment"},
			{attached(azuresim.ResourceGroup, "", (*azuresim.Azure).Lock), `lock "planted"`},
			{attached(azuresim.ResourceGroup, "", (*azuresim.Azure).AssignAzurePolicy), `policy assignment "planted"`},
			{attached(azuresim.ResourceGroup, "/providers/Microsoft.Network/virtualNetworks/x", (*azuresim.Azure).Lock), `lock "planted"`},
		}},
		{"dev", azuresim.Cluster, "aks-cluster", nil, []change{
			{changed(azuresim.Cluster, object("linuxProfile", map[string]any{"adminUsername": "x", "ssh": map[string]any{"publicKeys": []any{map[string]any{"keyData": "ssh-rsa x"}}}})), "linuxProfile"},
			{changed(azuresim.Cluster, object("httpProxyConfig", map[string]any{"httpsProxy": "https://elsewhere.example"})), "httpProxyConfig"},
			{changed(azuresim.Cluster, object("bootstrapProfile", map[string]any{"artifactSource": "Cache", "containerRegistryId": "x"})), "bootstrapProfile"},
			{changed(azuresim.Cluster, object("addonProfiles", map[string]any{"gitops": map[string]any{"enabled": true}})), "addonProfiles"},
			{changed(azuresim.Cluster, object("aadProfile", map[string]any{"managed": true, "adminGroupObjectIDs": []any{"x"}})), "aadProfile"},
			{changed(azuresim.Cluster, object("identity", map[string]any{"type": "UserAssigned", "userAssignedIdentities": []any{"/subscriptions/x"}})), "identity"},
			{changed(azuresim.Cluster, object("servicePrincipalProfile", map[string]any{"clientId": "5b1d2c3e-0000-4000-8000-000000000001"})), "servicePrincipalProfile"},
			{changed(azuresim.Cluster, tagged("team")), `tag "team" is "finance"`},
			{changed(azuresim.Cluster, e2e.Text("location", "westeurope")), "location is westeurope"},
			{changed(azuresim.Cluster, func(in resource.PropertyMap) {
				pools := in["agentPoolProfiles"].ArrayValue()
				other := pools[0].ObjectValue().Copy()
				other["name"] = resource.NewStringProperty("batch")
				in["agentPoolProfiles"] = resource.NewArrayProperty(append(slices.Clone(pools), resource.NewObjectProperty(other)))
			}), `node pool "batch"`},
			{changed(azuresim.Cluster, pooled("vnetSubnetID", "/subscriptions/x")), "vnetSubnetID"},
			{changed(azuresim.Cluster, pooled("enableNodePublicIP", true)), "enableNodePublicIP is true"},
			{changed(azuresim.Cluster, object("ingressProfile", map[string]any{"webAppRouting": map[string]any{"enabled": true}})), "ingressProfile.webAppRouting.enabled"},
			{changed(azuresim.Cluster, e2e.Text("nodeResourceGroup", "others")), "nodeResourceGroup is others"},
			{assignedOn(azuresim.Cluster), "role assignment"},
			{attached(azuresim.Cluster, "", (*azuresim.Azure).Lock), `lock "planted"`},
			{attached(azuresim.Cluster, "", (*azuresim.Azure).AssignAzurePolicy), `policy assignment "planted"`},
			{anExtension("flux"), `extension "flux"`},
		}},
		{"prod", azuresim.AgentPool, "aks-pool-user", nil, []change{
			{changed(azuresim.AgentPool, e2e.Text("vmSize", "Standard_D8s_v5")), "vmSize is Standard_D8s_v5"},
			{changed(azuresim.AgentPool, e2e.Text("vnetSubnetID", "/subscriptions/x")), "vnetSubnetID"},
			{changed(azuresim.AgentPool, tagged("team")), `tag "team" is "finance"`},
		}},
		{"dev", azuresim.ArgoExtension, "argocd-extension", nil, []change{
			{changed(azuresim.ArgoExtension, e2e.Setting("azure.workloadIdentity.entraSSOClientId", "another")), "azure.workloadIdentity.entraSSOClientId differs"},
			{changed(azuresim.ArgoExtension, e2e.Setting("server.extraArgs[0]", "--disable-auth")), "server.extraArgs[0] is not in the stack"},
			{changed(azuresim.ArgoExtension, e2e.Text("extensionType", "microsoft.flux")), "extensionType is microsoft.flux"},
			{changed(azuresim.ArgoExtension, object("scope", map[string]any{"cluster": map[string]any{"releaseNamespace": "default"}})), "scope"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := openRecoverable(t, c.stack)
			for key, value := range c.config {
				if key == "containerRegistry" {
					value = r.azure.AddRegistry(value)
				}
				e2e.Set(t, r.Stack, key, value)
			}
			// Locks and policies of the subscription apply to all its resources.
			r.azure.Lock("/subscriptions/"+r.azure.SubscriptionID, "of the subscription")
			r.azure.AssignAzurePolicy("/subscriptions/"+r.azure.SubscriptionID, "of the subscription")
			r.lose(t, c.token)
			for _, change := range c.changes {
				undo := change.do(t, r.azure)
				printed := r.recover(t, 1, "MANUAL       "+c.name, "--plan")
				if !strings.Contains(printed, change.says) || strings.Contains(printed, "WOULD ADOPT  "+c.name) {
					t.Errorf("recover does not print %q, or adopts the object:\n%s", change.says, printed)
				}
				undo()
			}
			r.recover(t, 0, "ADOPT        "+c.name)
			r.wantComplete(t)
		})
	}
}

func object(key resource.PropertyKey, value map[string]any) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { in[key] = resource.NewPropertyValue(value) }
}

func owned(name string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { in["owners"] = e2e.List(azuresim.New().UserID(name)) }
}

func tagged(key resource.PropertyKey) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		tags := resource.PropertyMap{}
		if in["tags"].IsObject() {
			tags = in["tags"].ObjectValue().Copy()
		}
		tags[key] = resource.NewStringProperty("finance")
		in["tags"] = resource.NewObjectProperty(tags)
	}
}

// pooled changes the first node pool of a cluster.
func pooled(key resource.PropertyKey, value any) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		pools := slices.Clone(in["agentPoolProfiles"].ArrayValue())
		first := pools[0].ObjectValue().Copy()
		first[key] = resource.NewPropertyValue(value)
		pools[0] = resource.NewObjectProperty(first)
		in["agentPoolProfiles"] = resource.NewArrayProperty(pools)
	}
}

// assignedOn assigns a role on the one object of a type to another team's identity.
func assignedOn(token string) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		t.Helper()
		other := azure.AddWorkload("other", "https://ci.example", "main")
		return e2e.Create(t, azure, azuresim.RoleAssignment, map[string]any{
			"scope": e2e.Only(t, azure, token), "principalId": other.ObjectID, "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + azure.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
		})
	}
}

// attached adds a lock or a policy assignment to the one object of a type, or below it.
func attached(token, below string, attach func(azure *azuresim.Azure, scope, name string) func()) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		return attach(azure, e2e.Only(t, azure, token)+below, "planted")
	}
}

// anExtension adds another extension to the one cluster.
func anExtension(name string) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		t.Helper()
		id := e2e.Only(t, azure, azuresim.Cluster) + "/providers/Microsoft.KubernetesConfiguration/extensions/" + name
		azure.Restore(azuresim.ArgoExtension, id, resource.PropertyMap{"extensionName": resource.NewStringProperty(name)}, resource.PropertyMap{"name": resource.NewStringProperty(name)})
		return func() { azure.Delete(id) }
	}
}
