package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/util/notification/settings"
	"github.com/argoproj/notifications-engine/pkg/api"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// chartSettings is the folder of the examples of chart settings.
const chartSettings = "examples/chart-settings/"

// TestLimitsRecipe checks that with the example, all containers and init containers of dev and prod
// have requests and limits. Without it, none has.
func TestLimitsRecipe(t *testing.T) {
	t.Parallel()
	for name, containers := range map[string]int{"dev": 8, "prod": 13} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bare, azure := e2e.Open(t, name)
			e2e.Succeed(t, bare.Up)
			if wrong := unlimited(e2e.Pods(t, e2e.Rendered(t, azure))); len(wrong) < 2*containers {
				t.Errorf("without the recipe only %d lack limits: %s", len(wrong), wrong)
			}
			_, all := deployRecipe(t, name, e2e.Read(t, chartSettings+"requests-and-limits.yaml"))
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

// unlimited lists the containers that AKS deployment safeguards would reject or change: those
// without requests and limits, or with less than the minimum of
// https://learn.microsoft.com/azure/aks/deployment-safeguards
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

// monitor is the part of a ServiceMonitor that the chart uses.
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

// TestMetricsRecipe checks that Azure Monitor finds four monitors, and that each selects one
// service with the metrics port of one component's pods.
func TestMetricsRecipe(t *testing.T) {
	t.Parallel()
	const azure, others = "azmonitoring.coreos.com/v1", "monitoring.coreos.com/v1"
	deployed, all := deployRecipe(t, "dev", recipe(t, "operations.md", "Metrics", "```yaml"), azure, others)
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

// behind returns the only workload of a service, and its port of that name.
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

// secretProviderClass is the part of a SecretProviderClass that the page uses.
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

// TestNotificationsRecipe checks that Argo CD's notifications engine sends a message for a failed
// sync and none for a successful one, with the Secret that the CSI driver creates. The chart does
// not create that Secret. The pod mounts the driver's volume with the service account of the
// README's federated credential.
func TestNotificationsRecipe(t *testing.T) {
	t.Parallel()
	var class secretProviderClass
	e2e.Parse(t, e2e.Read(t, chartSettings+"secret-provider-class.yaml"), &class)
	_, all := deployRecipe(t, "dev", e2e.Read(t, chartSettings+"notifications.yaml"))

	made := class.Spec.SecretObjects[0]
	if strings.Count(class.Spec.Parameters["objects"], "objectName: "+made.Data[0].ObjectName+"\n") != 1 {
		t.Errorf("the driver reads %q, the Secret needs %s", class.Spec.Parameters["objects"], made.Data[0].ObjectName)
	}
	for _, secret := range e2e.As[corev1.Secret](t, all, "Secret") {
		if secret.Name == made.SecretName {
			t.Errorf("the chart renders a Secret %s", secret.Name)
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
		t.Errorf("%s does not name %s", container.Args, made.SecretName)
	}
	if commands := e2e.Read(t, chartSettings+"README.md"); !strings.Contains(commands, "--subject system:serviceaccount:argocd:"+pod.ServiceAccountName+" ") {
		t.Errorf("the credential does not trust %s: %s", pod.ServiceAccountName, commands)
	}
	notifies(t, all, made.Data[0].Key)
}

// notifies reads the chart's ConfigMap and a Secret with that key with Argo CD's notifications
// engine, for a failed and a successful sync.
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
	e2e.NoError(t, err)
	variables, err := settings.GetFactorySettings(nil, "", "", false).InitGetVars(config, &cm, &secret)
	e2e.NoError(t, err)
	engine, err := api.NewAPI(*config, variables)
	e2e.NoError(t, err)
	for _, phase := range []string{"Succeeded", "Failed"} {
		application := map[string]any{
			"metadata": map[string]any{"name": "cart"}, "status": map[string]any{"operationState": map[string]any{"phase": phase}},
		}
		for trigger, destinations := range config.GetGlobalDestinations(nil) {
			results, err := engine.RunTrigger(trigger, application)
			e2e.NoError(t, err)
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
