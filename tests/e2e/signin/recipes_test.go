package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/util/notification/settings"
	"github.com/argoproj/notifications-engine/pkg/api"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// recipe is a block of docs/recipes.md, the first of its kind below a heading.
func recipe(t *testing.T, heading, fence string) string {
	t.Helper()
	_, section, _ := strings.Cut(e2e.Read(t, "docs/recipes.md"), "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return e2e.Block(t, section, "\n", fence+"\n")
}

// cook deploys a shipped stack with a block of the page, and returns what Argo CD's
// chart makes of it on a cluster that serves some more APIs.
func cook(t *testing.T, name, block string, apis ...string) (*engine.Stack, *azuresim.Azure, e2e.Objects) {
	t.Helper()
	stack, azure := e2e.Open(t, name)
	e2e.Paste(t, stack, block)
	e2e.Succeed(t, stack.Up)
	return stack, azure, e2e.Rendered(t, azure, apis...)
}

// unlimited lists what the safeguards of AKS would refuse or change: containers
// without requests and limits, or with less than the minimum of
// https://learn.microsoft.com/azure/aks/deployment-safeguards.
func unlimited(pods map[string]corev1.PodTemplateSpec) []string {
	least := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("100Mi")}
	var wrong []string
	for workload, pod := range pods {
		for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
			for name, minimum := range least {
				request, limit := container.Resources.Requests[name], container.Resources.Limits[name]
				if request.Cmp(minimum) < 0 || limit.Cmp(request) < 0 {
					wrong = append(wrong, fmt.Sprintf("%s, %s: %s %s of %s", workload, container.Name, name, &request, &limit))
				}
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// TestLimitsRecipe: every container and init container of every workload that the
// chart renders for the two shipped stacks has requests and limits, and without the
// recipe none has.
func TestLimitsRecipe(t *testing.T) {
	t.Parallel()
	for name, containers := range map[string]int{"dev": 8, "prod": 13} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bare, azure := e2e.Open(t, name)
			e2e.Succeed(t, bare.Up)
			if wrong := unlimited(e2e.Pods(t, e2e.Rendered(t, azure))); len(wrong) < 2*containers {
				t.Errorf("without the recipe only %d lack: %s", len(wrong), wrong)
			}
			_, _, all := cook(t, name, recipe(t, "Requests and limits for every container", "```yaml"))
			found := e2e.Pods(t, all)
			for _, line := range unlimited(found) {
				t.Error(line)
			}
			count := 0
			for _, pod := range found {
				count += len(pod.Spec.InitContainers) + len(pod.Spec.Containers)
			}
			if count != containers {
				t.Errorf("%d containers, want %d", count, containers)
			}
		})
	}
}

// monitor is as much of a ServiceMonitor as the chart uses.
type monitor struct {
	APIVersion string `json:"apiVersion"`
	Metadata   struct{ Name string }
	Spec       struct {
		Endpoints         []struct{ Port, Path string }
		NamespaceSelector struct{ MatchNames []string }
		Selector          struct{ MatchLabels map[string]string }
	}
}

func monitors(t *testing.T, all e2e.Objects) []monitor {
	t.Helper()
	var found []monitor
	for _, object := range all {
		if object["kind"] != "ServiceMonitor" {
			continue
		}
		content, err := json.Marshal(object)
		var m monitor
		if err = errors.Join(err, json.Unmarshal(content, &m)); err != nil {
			t.Fatal(err)
		}
		found = append(found, m)
	}
	return found
}

// TestMetricsRecipe: Azure Monitor finds four monitors, each leads to one service,
// and that to the port of one part's pods on which it has metrics.
func TestMetricsRecipe(t *testing.T) {
	t.Parallel()
	const azure, others = "azmonitoring.coreos.com/v1", "monitoring.coreos.com/v1"
	_, deployed, all := cook(t, "dev", recipe(t, "Metrics for Azure Monitor", "```yaml"), azure, others)
	ports := map[string]int32{}
	for _, m := range monitors(t, all) {
		if m.APIVersion != azure || !slices.Equal(m.Spec.NamespaceSelector.MatchNames, []string{"argocd"}) || len(m.Spec.Endpoints) != 1 {
			t.Errorf("%+v", m)
		}
		for _, service := range e2e.As[corev1.Service](t, all, "Service") {
			if !selects(m.Spec.Selector.MatchLabels, service.Labels) {
				continue
			}
			for _, port := range service.Spec.Ports {
				if port.Name == m.Spec.Endpoints[0].Port && m.Spec.Endpoints[0].Path == "/metrics" {
					part, number := behind(t, e2e.Pods(t, all), service.Spec.Selector, port.TargetPort.StrVal)
					ports[part] = number
				}
			}
		}
	}
	want := map[string]int32{
		"StatefulSet argocd-application-controller": 8082, "Deployment argocd-server": 8083, "Deployment argocd-repo-server": 8084,
		"Deployment argocd-applicationset-controller": 8080,
	}
	if !maps.Equal(ports, want) {
		t.Errorf("scraped: %v, want %v", ports, want)
	}
	if left := monitors(t, e2e.Rendered(t, deployed, others)); len(left) > 0 {
		t.Errorf("on a cluster without the add-on: %+v", left)
	}
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}

// behind is the one workload that a service leads to, and its port of that name.
func behind(t *testing.T, pods map[string]corev1.PodTemplateSpec, selector map[string]string, port string) (workload string, number int32) {
	t.Helper()
	for name, pod := range pods {
		if !selects(selector, pod.Labels) {
			continue
		}
		for _, container := range pod.Spec.Containers {
			for _, p := range container.Ports {
				if p.Name == port && workload != "" {
					t.Errorf("%s and %s have a port %s for %v", workload, name, port, selector)
				}
				if p.Name == port {
					workload, number = name, p.ContainerPort
				}
			}
		}
	}
	return workload, number
}

// TestSignInQueryRecipe: the codes that the page explains are in the table of
// symptoms, whose rows are tested.
func TestSignInQueryRecipe(t *testing.T) {
	t.Parallel()
	query := recipe(t, "Metrics for Azure Monitor", "```kusto")
	if !strings.HasPrefix(query, "SigninLogs\n") || !strings.Contains(query, `AppId == "<clientId>" and ResultType != "0"`) {
		t.Errorf("the query: %s", query)
	}
	_, section, _ := strings.Cut(e2e.Read(t, "docs/recipes.md"), "### Failed sign-ins")
	section, _, _ = strings.Cut(section, "\n## ")
	codes := regexp.MustCompile(`\b\d{5,7}\b`).FindAllString(section, -1)
	if len(codes) < 7 {
		t.Errorf("only the codes %s", codes)
	}
	symptoms := e2e.Read(t, "docs/troubleshooting.md")
	for _, code := range codes {
		if !strings.Contains(symptoms, "| AADSTS"+code+" ") {
			t.Errorf("AADSTS%s is no symptom", code)
		}
	}
}

// secretProviderClass is as much of one as the page uses.
type secretProviderClass struct {
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		Provider      string
		Parameters    map[string]string
		SecretObjects []struct {
			SecretName string `yaml:"secretName"`
			Data       []struct {
				ObjectName string `yaml:"objectName"`
				Key        string
			}
		} `yaml:"secretObjects"`
	}
}

// TestNotificationsRecipe: with the secret that the driver would make, Argo CD's own
// notifications engine sends what the page says when a sync fails, and only then. The
// chart makes no such secret; the pod mounts what makes it, as the service account
// that the page's federated credential trusts.
func TestNotificationsRecipe(t *testing.T) {
	t.Parallel()
	const heading = "Notifications with a secret from Key Vault"
	var class secretProviderClass
	e2e.Parse(t, recipe(t, heading, "```yml"), &class)
	_, _, all := cook(t, "dev", recipe(t, heading, "```yaml"))

	made := class.Spec.SecretObjects[0]
	if strings.Count(class.Spec.Parameters["objects"], "objectName: "+made.Data[0].ObjectName+"\n") != 1 {
		t.Errorf("the driver reads %q, and the secret wants %s", class.Spec.Parameters["objects"], made.Data[0].ObjectName)
	}
	for _, secret := range e2e.As[corev1.Secret](t, all, "Secret") {
		if secret.Name == made.SecretName {
			t.Errorf("the chart has a secret %s", secret.Name)
		}
	}
	pod := e2e.Pods(t, all)["Deployment argocd-notifications-controller"].Spec
	volume, container := pod.Volumes[0], pod.Containers[0]
	if csi := volume.CSI; csi == nil || csi.Driver != "secrets-store.csi.k8s.io" || csi.ReadOnly == nil || !*csi.ReadOnly ||
		csi.VolumeAttributes["secretProviderClass"] != class.Metadata.Name || class.Metadata.Namespace != "argocd" {
		t.Errorf("volume %+v, class %+v", volume, class.Metadata)
	}
	if !slices.ContainsFunc(container.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume.Name && m.ReadOnly }) {
		t.Errorf("mounts %+v", container.VolumeMounts)
	}
	if !slices.Contains(container.Args, "--secret-name="+made.SecretName) {
		t.Errorf("%s does not look for %s", container.Args, made.SecretName)
	}
	if commands := recipe(t, heading, "```sh"); !strings.Contains(commands, "--subject system:serviceaccount:argocd:"+pod.ServiceAccountName+" ") {
		t.Errorf("the credential does not trust %s: %s", pod.ServiceAccountName, commands)
	}
	notifies(t, all, made.Data[0].Key)
}

// notifies has Argo CD's notifications engine read the chart's ConfigMap and a secret
// with that key, and fail and succeed to sync an application.
func notifies(t *testing.T, all e2e.Objects, key string) {
	t.Helper()
	got := make(chan string, 10)
	channel := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		message, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- string(message)
	}))
	defer channel.Close()
	maps := e2e.As[corev1.ConfigMap](t, all, "ConfigMap")
	cm := maps[slices.IndexFunc(maps, func(m corev1.ConfigMap) bool { return m.Name == "argocd-notifications-cm" })]
	secret := corev1.Secret{Data: map[string][]byte{key: []byte(channel.URL + "/powerautomate/workflows/x")}}
	config, err := api.ParseConfig(&cm, &secret)
	if err != nil {
		t.Fatal(err)
	}
	variables, err := settings.GetFactorySettings(nil, "", "", false).InitGetVars(config, &cm, &secret)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := api.NewAPI(*config, variables)
	if err != nil {
		t.Fatal(err)
	}
	for _, phase := range []string{"Succeeded", "Failed"} {
		application := map[string]any{
			"metadata": map[string]any{"name": "cart"}, "status": map[string]any{"operationState": map[string]any{"phase": phase}},
		}
		for trigger, destinations := range config.GetGlobalDestinations(nil) {
			results, err := engine.RunTrigger(trigger, application)
			if err != nil {
				t.Fatal(err)
			}
			for _, result := range results {
				for _, destination := range destinations {
					if !result.Triggered {
						continue
					}
					if err := engine.Send(application, result.Templates, destination); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
	if len(got) != 1 {
		t.Fatalf("the channel got %d messages", len(got))
	}
	if message := <-got; !strings.Contains(message, "cart could not be synced: https://localhost:9000/applications/cart") {
		t.Errorf("the channel got %s", message)
	}
}

// TestNamespacesRecipe: the real API server takes a team's application in its own
// namespace, and refuses it elsewhere: to the team by its role, to an admin by the
// project, and where Argo CD does not look by the setting. The chart hands it to all
// that read applications, and gives the API server the right to write them.
func TestNamespacesRecipe(t *testing.T) {
	t.Parallel()
	const heading = "Applications in any namespace"
	azure, users := signedIn(t, recipe(t, heading, "```yaml"), "alice", "carol")
	alice, carol, all := users[0], users[1], e2e.Rendered(t, azure)
	e2e.Write(t, filepath.Join(alice.Dir, "project.yaml"), recipe(t, heading, "```yml"))
	e2e.Run(t, alice, "proj", "create", "-f", "project.yaml")

	create := func(namespace, project string) []string {
		return []string{
			"app", "create", "cart", "--app-namespace", namespace, "--project", project, "--repo", "https://github.com/contoso/shop", "--path", ".",
			"--dest-server", "https://kubernetes.default.svc", "--dest-namespace", "shop", "--validate=false",
		}
	}
	e2e.Run(t, carol, create("team-shop", "shop")...)
	e2e.Run(t, carol, "app", "get", "team-shop/cart")
	e2e.Refused(t, carol, "permission denied", create("argocd", "shop")...)
	e2e.Refused(t, carol, "permission denied", create("team-bank", "shop")...)
	e2e.Refused(t, carol, "permission denied", create("team-shop", "default")...)
	e2e.Refused(t, alice, "not allowed", create("team-bank", "shop")...)
	e2e.Run(t, alice, "proj", "create", "open", "--src", "*", "--dest", "*,*", "--source-namespaces", "*")
	e2e.Run(t, alice, create("team-bank", "open")...)
	e2e.Refused(t, alice, "namespace 'kube-system' is not permitted", create("kube-system", "open")...)

	for _, workload := range []string{"Deployment argocd-server", "StatefulSet argocd-application-controller", "Deployment argocd-notifications-controller"} {
		pod := e2e.Pods(t, all)[workload]
		if pod.Annotations["checksum/cmd-params"] == "" {
			t.Errorf("%s goes on with the former settings", workload)
		}
		if !slices.ContainsFunc(pod.Spec.Containers[0].Env, func(v corev1.EnvVar) bool {
			return v.Name == "ARGOCD_APPLICATION_NAMESPACES" && v.ValueFrom.ConfigMapKeyRef.Key == "application.namespaces" &&
				v.ValueFrom.ConfigMapKeyRef.Name == "argocd-cmd-params-cm"
		}) {
			t.Errorf("%s does not read the setting", workload)
		}
	}
	for _, role := range e2e.As[rbacv1.ClusterRole](t, all, "ClusterRole") {
		if role.Name == "argocd-server" && !slices.ContainsFunc(role.Rules, func(r rbacv1.PolicyRule) bool {
			return slices.Contains(r.Resources, "applications") && slices.Contains(r.Verbs, "create") && slices.Contains(r.Verbs, "delete")
		}) {
			t.Errorf("argocd-server may not write applications: %+v", role.Rules)
		}
	}
}

// TestDefaultProjectRecipe: after the page's command, an admin's application in the
// default project is refused, which was taken before.
func TestDefaultProjectRecipe(t *testing.T) {
	t.Parallel()
	const heading = "A default project that allows nothing"
	_, users := signedIn(t, "", "alice")
	alice := users[0]
	create := func(name string) []string {
		return []string{
			"app", "create", name, "--repo", "https://github.com/contoso/shop", "--path", ".",
			"--dest-server", "https://kubernetes.default.svc", "--dest-namespace", "shop", "--validate=false",
		}
	}
	e2e.Run(t, alice, create("cart")...)
	command := strings.Fields(recipe(t, heading, "```sh"))
	e2e.Write(t, filepath.Join(alice.Dir, "default.yaml"), recipe(t, heading, "```yml"))
	e2e.Run(t, alice, command[1:]...)
	e2e.Refused(t, alice, "is not permitted in project 'default'", create("checkout")...)
}

// signedIn deploys the dev stack with a block of the page, and signs users in with
// the argocd CLI.
func signedIn(t *testing.T, block string, users ...string) (azure *azuresim.Azure, clis []*argocd.CLI) {
	t.Helper()
	stack, azure := e2e.Open(t, "dev")
	port := e2e.Localhost(t, stack)
	e2e.Paste(t, stack, block)
	e2e.Succeed(t, stack.Up)
	internet := e2e.Connect(t, azure)
	e2e.Start(t, azure, internet, port)
	for _, user := range users {
		cli := argocd.NewCLI(internet, t.TempDir())
		cli.Dir = t.TempDir()
		if err := cli.Login(t.Context(), e2e.Output(t, stack, "loginCommand"), e2e.Browse(t, internet, user)); err != nil {
			t.Fatal(err)
		}
		clis = append(clis, cli)
	}
	return azure, clis
}

// platformCluster is a cluster of another team, which a block of the page names, but
// for the subscription. It returns the block with that.
func platformCluster(t *testing.T, azure *azuresim.Azure, name, block string, properties map[string]any) string {
	t.Helper()
	inputs := map[string]any{
		"resourceName": name, "resourceGroupName": "platform", "location": "westeurope", "dnsPrefix": name,
		"identity": map[string]any{"type": "SystemAssigned"}, "oidcIssuerProfile": map[string]any{"enabled": true},
		"securityProfile":   map[string]any{"workloadIdentity": map[string]any{"enabled": true}},
		"agentPoolProfiles": []any{map[string]any{"name": "default", "count": 3, "mode": "System", "vmSize": "Standard_D4s_v5"}},
	}
	maps.Copy(inputs, properties)
	_, _, err := azure.Create(azuresim.ResourceGroup, map[string]any{"resourceGroupName": "platform", "location": "westeurope"})
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := azure.Create(azuresim.Cluster, inputs)
	if err != nil {
		t.Fatal(err)
	}
	subscription, _, _ := strings.Cut(strings.TrimPrefix(id, "/subscriptions/"), "/")
	named := strings.ReplaceAll(block, "<subscription>", subscription)
	if !strings.Contains(strings.ToLower(named), strings.ToLower("existingId: "+id+"\n")) {
		t.Fatalf("another cluster than %s: %s", id, block)
	}
	return named
}

// onPlatform deploys the dev stack on that cluster with a block of the page, and
// signs somebody in.
func onPlatform(t *testing.T, azure *azuresim.Azure, block string) {
	t.Helper()
	stack, port := e2e.OpenOn(t, azure, "dev"), e2e.FreePort(t)
	e2e.Set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
	e2e.Unset(t, stack, "region")
	e2e.Paste(t, stack, block)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ExistingResources})
	signIn(t, azure, port)
}

func signIn(t *testing.T, azure *azuresim.Azure, port int) {
	t.Helper()
	internet := e2e.Connect(t, azure)
	if err := e2e.Web(t.Context(), azure, internet, e2e.Start(t, azure, internet, port)); err != nil {
		t.Error(err)
	}
}

// TestAutomaticRecipe: with the two recipes the chart's objects are what the page
// says of each safeguard, and without them they are not.
func TestAutomaticRecipe(t *testing.T) {
	t.Parallel()
	const heading = "An AKS Automatic cluster"
	azure := azuresim.New()
	block := platformCluster(t, azure, "automatic", recipe(t, heading, "```yaml"), map[string]any{"sku": map[string]any{"name": "Automatic", "tier": "Standard"}})
	_, limits, _ := strings.Cut(recipe(t, "Requests and limits for every container", "```yaml"), "extraSettings:\n")
	onPlatform(t, azure, block+limits)

	all := e2e.Rendered(t, azure)
	found := e2e.Pods(t, all)
	for _, line := range slices.Concat(unlimited(found), shared(e2e.As[corev1.Service](t, all, "Service")), exposed(found)) {
		t.Error(line)
	}
	if got := unprobed(found); !slices.Equal(got, []string{"Job argocd-redis-secret-init, secret-init"}) {
		t.Errorf("without probes: %s", got)
	}

	_, _, bare := cook(t, "dev", recipe(t, "Metrics for Azure Monitor", "```yaml"))
	if got := unprobed(e2e.Pods(t, bare)); len(got) < 5 {
		t.Errorf("without the recipe only %s have no probes", got)
	}
	if got := shared(e2e.As[corev1.Service](t, bare, "Service")); len(got) != 3 {
		t.Errorf("with metrics, services with one selector: %s", got)
	}
}

// unprobed lists the containers that lack a liveness or a readiness probe.
func unprobed(pods map[string]corev1.PodTemplateSpec) []string {
	var wrong []string
	for workload, pod := range pods {
		for _, container := range pod.Spec.Containers {
			if container.LivenessProbe == nil || container.ReadinessProbe == nil {
				wrong = append(wrong, workload+", "+container.Name)
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// shared lists the services that select the same pods as another.
func shared(services []corev1.Service) []string {
	var wrong []string
	for i, service := range services {
		for _, other := range services[:i] {
			if maps.Equal(service.Spec.Selector, other.Spec.Selector) {
				wrong = append(wrong, other.Name+" and "+service.Name)
			}
		}
	}
	return wrong
}

// exposed lists what the baseline of Kubernetes' pod security standards forbids, and
// pods and images that the other safeguards refuse.
func exposed(pods map[string]corev1.PodTemplateSpec) []string {
	var wrong []string
	for workload, pod := range pods {
		spec := pod.Spec
		if spec.HostNetwork || spec.HostPID || spec.HostIPC {
			wrong = append(wrong, workload+" is in the host's namespaces")
		}
		if slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool { return v.HostPath != nil }) {
			wrong = append(wrong, workload+" mounts the host's files")
		}
		if len(spec.TopologySpreadConstraints) == 0 && (spec.Affinity == nil || spec.Affinity.PodAntiAffinity == nil) {
			wrong = append(wrong, workload+" is not spread")
		}
		for _, c := range slices.Concat(spec.InitContainers, spec.Containers) {
			if _, tag, tagged := strings.Cut(c.Image, ":"); !tagged || tag == "latest" {
				wrong = append(wrong, workload+" has the image "+c.Image)
			}
			if c.SecurityContext != nil && c.SecurityContext.Privileged != nil && *c.SecurityContext.Privileged {
				wrong = append(wrong, workload+" is privileged")
			}
			if slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 }) {
				wrong = append(wrong, workload+" takes a port of the host")
			}
		}
	}
	return wrong
}

// TestPrivateRecipe: both private clusters get Argo CD, and users sign in; the list
// of hosts has that of the tenant's issuer and those that Microsoft asks for.
func TestPrivateRecipe(t *testing.T) {
	t.Parallel()
	const heading = "A private cluster"
	own := recipe(t, heading, "```yaml")
	_, section, _ := strings.Cut(e2e.Read(t, "docs/recipes.md"), "\n## "+heading+"\n")
	theirs := e2e.Block(t, section, "installs on\nit:", "```yaml\n")

	t.Run("of the stack", func(t *testing.T) {
		t.Parallel()
		stack, azure := e2e.Open(t, "dev")
		port := e2e.FreePort(t)
		e2e.Set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
		e2e.Paste(t, stack, own)
		e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
		for id, cluster := range azure.Inputs(azuresim.Cluster) {
			if access := cluster["apiServerAccessProfile"]; !access.IsObject() || !access.ObjectValue()["enablePrivateCluster"].IsBool() ||
				!access.ObjectValue()["enablePrivateCluster"].BoolValue() {
				t.Errorf("%s is not private: %v", id, access)
			}
		}
		signIn(t, azure, port)
		issuer, err := url.Parse(e2e.Output(t, stack, "entraIssuerUrl"))
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{issuer.Host, "management.azure.com", "<region>.dp.kubernetesconfiguration.azure.com", "mcr.microsoft.com"} {
			if !strings.Contains(section, "\n| `"+host+"`") {
				t.Errorf("no row for %s", host)
			}
		}
	})
	t.Run("of another team", func(t *testing.T) {
		t.Parallel()
		azure := azuresim.New()
		onPlatform(t, azure, platformCluster(t, azure, "private", theirs, map[string]any{
			"apiServerAccessProfile": map[string]any{"enablePrivateCluster": true}, "networkProfile": map[string]any{"outboundType": "userDefinedRouting"},
		}))
	})
}
