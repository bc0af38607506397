package identities

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/discovery"
	clientcmd "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/yaml"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// kubernetesAPI is the application of AKS, the audience of tokens for its Kubernetes APIs.
const kubernetesAPI = "6dae42f8-4368-4678-94ff-3960e28e3630"

// spokesOf decodes cluster Secrets with the types of Kubernetes and Argo CD.
func spokesOf(t *testing.T, secrets string) map[string]*v1alpha1.Cluster {
	t.Helper()
	found := map[string]*v1alpha1.Cluster{}
	for document := range strings.SplitSeq(secrets, "\n---\n") {
		var secret corev1.Secret
		e2e.NoError(t, yaml.UnmarshalStrict([]byte(document), &secret))
		if kind := secret.Labels["argocd.argoproj.io/secret-type"]; kind != "cluster" || secret.Namespace != "argocd" {
			t.Errorf("a secret of type %q in %s", kind, secret.Namespace)
		}
		secret.Data = map[string][]byte{}
		for key, value := range secret.StringData {
			secret.Data[key] = []byte(value)
		}
		cluster, err := db.SecretToCluster(&secret)
		e2e.NoError(t, err)
		found[cluster.Name] = cluster
	}
	return found
}

// serverPod returns the environment of argocd-server's pod from the webhook of workload identity:
// the client ID for users, and the token in a folder of the pod.
func serverPod(t *testing.T, azure *azuresim.Azure, users string) []string {
	t.Helper()
	extension, file := e2e.Installed(t, azure), filepath.Join(t.TempDir(), "azure-identity-token")
	token, err := azure.MintToken(extension.Issuer, extension.Namespace, "argocd-server")
	e2e.NoError(t, err)
	e2e.Write(t, file, token)
	return []string{
		"AZURE_CLIENT_ID=" + users, "AZURE_TENANT_ID=" + azure.TenantID, "AZURE_AUTHORITY_HOST=https://login.microsoftonline.com/", "AZURE_FEDERATED_TOKEN_FILE=" + file,
	}
}

// controllerPod returns the environment of the application controller's pod in the chart, with the
// token that a node projects into it.
func controllerPod(t *testing.T, azure *azuresim.Azure) (environment []string) {
	t.Helper()
	pod := e2e.Pods(t, e2e.Rendered(t, azure))["StatefulSet argocd-application-controller"].Spec
	extension, node := e2e.Installed(t, azure), t.TempDir()
	for _, volume := range pod.Volumes {
		if volume.Projected == nil || volume.Projected.Sources[0].ServiceAccountToken == nil {
			continue
		}
		mounted := slices.IndexFunc(pod.Containers[0].VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume.Name })
		projected := volume.Projected.Sources[0].ServiceAccountToken
		if projected.Audience != argocd.Audience || mounted < 0 {
			t.Fatalf("a token for %q, mounted: %v", projected.Audience, mounted >= 0)
		}
		token, err := azure.MintToken(extension.Issuer, extension.Namespace, pod.ServiceAccountName)
		e2e.NoError(t, err)
		folder := filepath.Join(node, pod.Containers[0].VolumeMounts[mounted].MountPath)
		e2e.NoError(t, os.MkdirAll(folder, 0o700))
		e2e.Write(t, filepath.Join(folder, projected.Path), token)
	}
	for _, variable := range pod.Containers[0].Env {
		if variable.ValueFrom == nil {
			environment = append(environment, variable.Name+"="+strings.Replace(variable.Value, "/var/run/", node+"/var/run/", 1))
		}
	}
	return environment
}

// ask gets the version of a spoke with Argo CD's client and argocd-k8s-auth, in the environment of
// a pod.
func ask(t *testing.T, internet *azuresim.Internet, spoke *v1alpha1.Cluster, pod []string) error {
	t.Helper()
	config, err := spoke.RawRestConfig()
	e2e.NoError(t, err)
	proxy, err := url.Parse(internet.ProxyURL)
	e2e.NoError(t, err)
	config.Proxy = http.ProxyURL(proxy)
	binary, err := exec.LookPath("argocd")
	e2e.NoError(t, err)
	// Argo CD's image has the same binary with this name.
	config.ExecProvider.Command = filepath.Join(t.TempDir(), config.ExecProvider.Command)
	e2e.NoError(t, os.Symlink(binary, config.ExecProvider.Command))
	// The command inherits the pod's environment. Its own variables take precedence.
	var inherited []clientcmd.ExecEnvVar
	for _, variable := range slices.Concat(internet.Env(), pod) {
		name, value, _ := strings.Cut(variable, "=")
		inherited = append(inherited, clientcmd.ExecEnvVar{Name: name, Value: value})
	}
	config.ExecProvider.Env = append(inherited, config.ExecProvider.Env...)
	client, err := discovery.NewDiscoveryClientForConfig(config)
	e2e.NoError(t, err)
	var version struct{ GitVersion string }
	result := client.RESTClient().Get().AbsPath("/version").Do(t.Context())
	if err := result.Error(); err != nil {
		return err
	}
	raw, err := result.Raw()
	if err == nil {
		err = json.Unmarshal(raw, &version)
	}
	if err == nil && version.GitVersion == "" {
		err = errors.New("the version is empty")
	}
	return err
}

// TestClusters checks that Argo CD's code in the pods of argocd-server and the application
// controller reaches public and private spokes with the Secrets of the output, only while it has
// the role.
func TestClusters(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	first, second := e2e.AddSpoke(t, azure, "orders", false), e2e.AddSpoke(t, azure, "shop", true)
	stack := e2e.OpenOn(t, azure, "dev")
	e2e.Set(t, stack, "clusters[0]", first)
	e2e.Set(t, stack, "clusters[1]", second)
	const resources = e2e.DevResources + e2e.ClustersResources + 2
	e2e.Succeed(t, stack.Up)
	wantIdentities(t, azure, map[string]identity{
		usersApp:    {trusts: []string{"argocd-server"}},
		clustersApp: {[]string{"argocd-server", "argocd-application-controller"}, []string{clusterAdmin + " on " + first, clusterAdmin + " on " + second}},
	})
	e2e.Want(t, stack.Up, map[string]int{"same": resources})

	internet, spokes := e2e.Connect(t, azure), spokesOf(t, e2e.Output(t, stack, "clusterSecrets"))
	server, controller := serverPod(t, azure, e2e.Output(t, stack, "clientId")), controllerPod(t, azure)
	if len(spokes) != 2 || !strings.Contains(spokes["shop"].Server, ".privatelink.") {
		t.Fatalf("spokes %+v", spokes)
	}
	for name, spoke := range spokes {
		c := spoke.Config
		if c.BearerToken != "" || c.Username != "" || c.Password != "" || len(c.KeyData) > 0 || len(c.CertData) > 0 || c.Insecure || len(c.CAData) == 0 {
			t.Errorf("%s: got a credential or no TLS: %+v", name, c)
		}
		e2e.WantError(t, ask(t, internet, spoke, server), "", "argocd-server at %s", name)
		e2e.WantError(t, ask(t, internet, spoke, controller), "", "the application controller at %s", name)
	}
	e2e.WantError(t, ask(t, internet, spokes["orders"], nil), "argocd-k8s-auth failed with exit code 20", "a pod without a token")
	annotations := spokes["orders"].Annotations
	if annotations["resource_group"] != "orders" || annotations["subscription_id"] != azure.SubscriptionID || annotations["tenant_id"] != azure.TenantID ||
		!strings.HasPrefix(annotations["oidc_issuer_url"], "https://westeurope.oic.prod-aks.azure.com/") {
		t.Errorf("annotations %v", annotations)
	}

	azure.Remove(azuresim.RoleAssignment)
	e2e.WantError(t, ask(t, internet, spokes["orders"], controller), "User does not have access to the resource in Azure", "without the role")
	e2e.Want(t, stack.Refresh, map[string]int{"same": resources - 2, "delete": 2})
	e2e.Want(t, stack.Up, map[string]int{"same": resources - 2, "create": 2})
	e2e.WantError(t, ask(t, internet, spokes["orders"], controller), "", "with the restored role")

	e2e.Unset(t, stack, "clusters[1]")
	e2e.Want(t, stack.Up, map[string]int{"same": resources - 1, "delete": 1})
	e2e.WantError(t, ask(t, internet, spokes["shop"], controller), "Update role assignment to allow access", "an excluded spoke")
	e2e.Unset(t, stack, "clusters")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 1, "update": 1, "delete": e2e.ClustersResources + 1})
	e2e.WantError(t, ask(t, internet, spokes["orders"], controller), "argocd-k8s-auth failed with exit code 20", "a deleted application")
}

// TestClustersIdentity checks that only these pods get the application's token, that spokes accept
// no other token, and that no user can sign in to the application.
func TestClustersIdentity(t *testing.T) {
	t.Parallel()
	stack, azure, spoke := openSpoke(t, false)
	registry := azure.AddRegistry("contoso")
	e2e.Set(t, stack, "containerRegistry", registry)
	e2e.Succeed(t, stack.Up)
	wantIdentities(t, azure, map[string]identity{
		usersApp:    {trusts: []string{"argocd-server"}},
		chartsApp:   {[]string{"argocd-repo-server"}, []string{"AcrPull on " + registry}},
		clustersApp: {[]string{"argocd-server", "argocd-application-controller"}, []string{clusterAdmin + " on " + spoke}},
	})
	internet := e2e.Connect(t, azure)
	config := spokesOf(t, e2e.Output(t, stack, "clusterSecrets"))["orders"].Config
	clusters, users, charts := config.ExecProviderConfig.Env["AZURE_CLIENT_ID"], e2e.Output(t, stack, "clientId"), e2e.Output(t, stack, "registryClientId")
	own := e2e.Installed(t, azure)
	elsewhere, foreign := own, own
	elsewhere.Namespace = "default"
	for _, cluster := range azure.Answers(azuresim.Cluster) {
		if cluster["name"].StringValue() == "orders" {
			foreign.Issuer = cluster["oidcIssuerProfile"].ObjectValue()["issuerURL"].StringValue()
		}
	}
	for _, c := range []struct {
		account, client, resource, want string
		in                              azuresim.Extension
	}{
		{"argocd-server", clusters, kubernetesAPI, "", own},
		{"argocd-application-controller", clusters, kubernetesAPI, "", own},
		{"argocd-repo-server", clusters, kubernetesAPI, "AADSTS700213", own},
		{"argocd-applicationset-controller", clusters, kubernetesAPI, "AADSTS700213", own},
		{"argocd-application-controller", clusters, kubernetesAPI, "AADSTS700213", elsewhere},
		{"argocd-application-controller", clusters, kubernetesAPI, "AADSTS700211", foreign},
		{"argocd-application-controller", users, kubernetesAPI, "AADSTS700213", own},
		{"argocd-server", users, kubernetesAPI, "Forbidden", own},
		{"argocd-repo-server", charts, kubernetesAPI, "Forbidden", own},
		{"argocd-application-controller", clusters, "https://management.azure.com", "Unauthorized", own},
	} {
		caller := argocd.Pod{Azure: azure, Internet: internet, Extension: c.in, Dir: t.TempDir(), ServiceAccount: c.account}
		token, err := caller.Token(t.Context(), c.client, c.resource)
		if err == nil {
			err = azure.Kubernetes(token, spoke)
		}
		e2e.WantError(t, err, c.want, "%s in %s as %s for %s", c.account, c.in.Namespace, c.client, c.resource)
	}
	token, err := e2e.Pod(t, azure, internet, "argocd-application-controller").Token(t.Context(), clusters, "https://containerregistry.azure.net")
	if err == nil {
		err = azure.Pull(token, registry)
	}
	e2e.WantError(t, err, "DENIED", "the controller at the registry")
	notForUsers(t, azure, internet, clusters)
}

// TestUnsuitableSpokes checks that the program rejects a spoke that would not authorize Argo CD's
// role, with the command to correct it, before it creates a resource. The Kubernetes API rejects
// the token, too.
func TestUnsuitableSpokes(t *testing.T) {
	t.Parallel()
	stack, azure, spoke := openSpoke(t, false)
	before := azure.IDs()
	for name, c := range map[string]struct {
		change func(resource.PropertyMap)
		want   string
	}{
		"no Azure RBAC": {func(in resource.PropertyMap) {
			in["aadProfile"] = resource.NewPropertyValue(map[string]any{"managed": true})
		}, "az aks update --resource-group orders --name orders --enable-azure-rbac"},
		"no Entra": {func(in resource.PropertyMap) { delete(in, "aadProfile") }, "--enable-aad --enable-azure-rbac"},
	} {
		undo := e2e.Break(t, azure, azuresim.Cluster, c.change)
		_, err := stack.Up(t.Context())
		e2e.WantError(t, err, c.want, "%s", name)
		e2e.SameObjects(t, azure, before, "%s: after the refused up", name)
		undo()
	}
	// The first attempt created the stack itself.
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources + e2e.ClustersResources, "same": 1})
	internet := e2e.Connect(t, azure)
	token, err := e2e.Pod(t, azure, internet, "argocd-server").Token(t.Context(),
		spokesOf(t, e2e.Output(t, stack, "clusterSecrets"))["orders"].Config.ExecProviderConfig.Env["AZURE_CLIENT_ID"], kubernetesAPI)
	e2e.NoError(t, err)
	e2e.WantError(t, azure.Kubernetes(token, spoke), "", "with Azure RBAC")
	inputs := azure.Inputs(azuresim.Cluster)[spoke].Mappable()
	inputs["aadProfile"] = map[string]any{"managed": true, "enableAzureRBAC": false}
	e2e.NoError(t, azure.Update(azuresim.Cluster, spoke, inputs))
	e2e.WantError(t, azure.Kubernetes(token, spoke), "Forbidden", "without Azure RBAC")
	inputs["aadProfile"] = map[string]any{"managed": true, "enableAzureRBAC": true}
	e2e.NoError(t, azure.Update(azuresim.Cluster, spoke, inputs))
}

// TestClustersCommand runs the command of docs/clusters.md after pulumi up.
func TestClustersCommand(t *testing.T) {
	t.Parallel()
	stack, _, _ := openSpoke(t, true)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources + e2e.ClustersResources + 1})
	printed, applied := e2e.RunOnCluster(t, stack, e2e.Block(t, e2e.Read(t, "docs/clusters.md"), "\n### Register spoke clusters\n", "```sh\n"), "argocd-dev")
	if !strings.HasSuffix(printed, "exitcode=0\nclusters.yaml\n") {
		t.Error(printed)
	}
	if wanted := e2e.Output(t, stack, "clusterSecrets"); strings.TrimSpace(applied) != strings.TrimSpace(wanted) {
		t.Errorf("applied %s, want %s", applied, wanted)
	}
}

// TestClustersDrift checks that verify --azure accepts the application of the stack, and finds
// manual additions.
func TestClustersDrift(t *testing.T) {
	t.Parallel()
	stack, azure, _ := openSpoke(t, false)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources + e2e.ClustersResources + 1})
	verifier := e2e.NewAzureVerifier(t, stack, azure, e2e.Connect(t, azure), e2e.AzurePermissions...)
	if found := e2e.Failed(verifier.Run(t)); len(found) > 0 {
		t.Errorf("as deployed: %q", found)
	}
	var application, controller string
	for id, in := range azure.Inputs(azuresim.Application) {
		if in["displayName"].StringValue() == "argocd-dev-argocd-clusters" {
			application = id
		}
	}
	for id, in := range azure.Inputs(azuresim.FederatedCredential) {
		if strings.HasSuffix(in["subject"].StringValue(), ":argocd-application-controller") {
			controller = id
		}
	}
	undo := e2e.Create(t, azure, azuresim.FederatedCredential, map[string]any{
		"applicationId": application, "displayName": "intruder", "audiences": []any{argocd.Audience},
		"issuer": "https://token.actions.githubusercontent.com", "subject": "repo:someone/else:ref:refs/heads/main",
	})
	e2e.Failing(t, "federated credentials of argocd-dev-argocd-clusters", "repo:someone/else", verifier.Run(t))
	undo()
	azure.Delete(controller)
	e2e.Failing(t, "federated credentials of argocd-dev-argocd-clusters", "system:serviceaccount:argocd:argocd-application-controller", verifier.Run(t))
	e2e.Want(t, stack.Refresh, map[string]int{"same": e2e.DevResources + e2e.ClustersResources, "delete": 1})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources + e2e.ClustersResources, "create": 1})
	if found := e2e.Failed(verifier.Run(t)); len(found) > 0 {
		t.Errorf("after the up that reverts it: %q", found)
	}
}
