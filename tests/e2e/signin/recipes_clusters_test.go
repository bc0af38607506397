package signin

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// platformCluster creates the cluster of another team that a block of the page names. It returns
// the block with the subscription.
func platformCluster(t *testing.T, azure *azuresim.Azure, name, block string, properties map[string]any) string {
	t.Helper()
	inputs := map[string]any{
		"resourceName": name, "resourceGroupName": "platform", "location": "westeurope", "dnsPrefix": name,
		"identity": map[string]any{"type": "SystemAssigned"}, "oidcIssuerProfile": map[string]any{"enabled": true},
		"securityProfile":   map[string]any{"workloadIdentity": map[string]any{"enabled": true}},
		"agentPoolProfiles": []any{map[string]any{"name": "default", "count": 3, "mode": "System", "vmSize": "Standard_D4s_v5"}},
	}
	maps.Copy(inputs, properties)
	e2e.New(t, azure, azuresim.ResourceGroup, map[string]any{"resourceGroupName": "platform", "location": "westeurope"})
	id, _ := e2e.New(t, azure, azuresim.Cluster, inputs)
	subscription, _, _ := strings.Cut(strings.TrimPrefix(id, "/subscriptions/"), "/")
	named := strings.ReplaceAll(block, "<subscription>", subscription)
	if !strings.Contains(strings.ToLower(named), strings.ToLower("existingId: "+id+"\n")) {
		t.Fatalf("the block names another cluster than %s: %s", id, block)
	}
	return named
}

// onPlatform deploys dev on that cluster with a block of the page, and signs a user in.
func onPlatform(t *testing.T, azure *azuresim.Azure, block string) {
	t.Helper()
	stack, port := e2e.OpenOn(t, azure, "dev"), e2e.FreePort(t)
	e2e.Set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
	e2e.Unset(t, stack, "region")
	e2e.Paste(t, stack, block)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ExistingResources})
	signIn(t, azure, port)
}

// TestAutomaticRecipe checks the page's statement on each safeguard against the chart's objects,
// with and without the two recipes.
func TestAutomaticRecipe(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	block := platformCluster(t, azure, "automatic", recipe(t, "clusters.md", "AKS Automatic", "```yaml"), map[string]any{"sku": map[string]any{"name": "Automatic", "tier": "Standard"}})
	_, limits, _ := strings.Cut(e2e.Read(t, chartSettings+"requests-and-limits.yaml"), "extraSettings:\n")
	onPlatform(t, azure, block+limits)

	all := e2e.Rendered(t, azure)
	found := e2e.Pods(t, all)
	for _, line := range slices.Concat(unlimited(found), shared(e2e.As[corev1.Service](t, all, "Service")), exposed(found)) {
		t.Error(line)
	}
	if got := unprobed(found); !slices.Equal(got, []string{"Job argocd-redis-secret-init, secret-init"}) {
		t.Errorf("without probes: %s", got)
	}

	_, bare := deployRecipe(t, "dev", recipe(t, "operations.md", "Metrics", "```yaml"))
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

// shared lists the services with the same selector as another.
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

// exposed lists pods and images that the baseline of Kubernetes' pod security standards and the
// other safeguards reject.
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

// TestPrivateClusters checks the sign-in on a private cluster of the stack and on one of another
// team. The page lists the hosts of the tenant's issuer and of the extension.
func TestPrivateClusters(t *testing.T) {
	t.Parallel()
	t.Run("of the stack", func(t *testing.T) {
		t.Parallel()
		stack, azure := e2e.Open(t, "dev")
		port := e2e.FreePort(t)
		e2e.Set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
		e2e.Paste(t, stack, recipe(t, "networking.md", "Private clusters", "```yaml"))
		e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
		for id, cluster := range azure.Inputs(azuresim.Cluster) {
			if access := cluster["apiServerAccessProfile"]; !access.IsObject() || !access.ObjectValue()["enablePrivateCluster"].IsBool() ||
				!access.ObjectValue()["enablePrivateCluster"].BoolValue() {
				t.Errorf("%s is not private: %v", id, access)
			}
		}
		signIn(t, azure, port)
		issuer, err := url.Parse(e2e.Output(t, stack, "entraIssuerUrl"))
		e2e.NoError(t, err)
		hosts := recipeSection(t, "networking.md", "Outbound access")
		for _, host := range []string{issuer.Host, "management.azure.com", "<region>.dp.kubernetesconfiguration.azure.com", "mcr.microsoft.com"} {
			if !strings.Contains(hosts, "\n| `"+host+"`") {
				t.Errorf("no row for %s", host)
			}
		}
	})
	t.Run("of another team", func(t *testing.T) {
		t.Parallel()
		azure := azuresim.New()
		existing := recipe(t, "clusters.md", "Existing clusters", "```yaml")
		onPlatform(t, azure, platformCluster(t, azure, "shared", existing, map[string]any{
			"apiServerAccessProfile": map[string]any{"enablePrivateCluster": true}, "networkProfile": map[string]any{"outboundType": "userDefinedRouting"},
		}))
	})
}

// TestNetworkingPage checks that a stack on a domain accepts each block of docs/networking.md.
func TestNetworkingPage(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(e2e.Read(t, "docs/networking.md"), -1)
	if len(blocks) < 6 {
		t.Errorf("only %d blocks", len(blocks))
	}
	for _, block := range blocks {
		stack, _ := e2e.Open(t, "dev")
		e2e.Set(t, stack, "domain", "argocd.example.com")
		e2e.Paste(t, stack, block[1])
		e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	}
}
