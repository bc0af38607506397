package configurations

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// unchanged returns an error if extra settings change a part of the objects that sign-in, accounts,
// TLS, service accounts or the namespace depend on. It does not use the program's rules.
func unchanged(with, without []object) error {
	// Settings may enable and disable components, except those for sign-in.
	both := slices.Concat(essential, common(with, without))
	if difference := cmp.Diff(vital(without, both), vital(with, both)); difference != "" {
		return fmt.Errorf("without the extra settings (-), with them (+): %s", difference)
	}
	return nil
}

// essential lists the objects that always exist.
var essential = []string{
	"ConfigMap argocd-cm", "ConfigMap argocd-cmd-params-cm", "ConfigMap argocd-rbac-cm", "Secret argocd-secret",
	"Deployment argocd-server", "Deployment argocd-repo-server", "ServiceAccount argocd-server", "ServiceAccount argocd-repo-server",
}

func common(a, b []object) []string {
	var ids []string
	for _, o := range a {
		if slices.ContainsFunc(b, func(other object) bool { return other.id() == o.id() }) {
			ids = append(ids, o.id())
		}
	}
	return ids
}

// vital lists the parts of these objects that must not change. Objects of the same name are all
// listed.
func vital(objects []object, ids []string) []string {
	var all []string
	add := func(o object, format string, args ...any) {
		all = append(all, o.id()+": "+fmt.Sprintf(format, args...))
	}
	for _, o := range objects {
		if !slices.Contains(ids, o.id()) {
			continue
		}
		if space := o.text("metadata", "namespace"); space != namespace && o.text("kind") != "ClusterRole" && o.text("kind") != "ClusterRoleBinding" {
			add(o, "in namespace %q", space)
		}
		switch o.text("kind") {
		case "ServiceAccount":
			add(o, "%v, %v", o.at("automountServiceAccountToken"), identity(o.at("metadata", "annotations")))
		case "ConfigMap", "Secret":
			add(o, "%q", vitalKeys(o))
		case "Deployment", "StatefulSet":
			pod, _ := o.at("spec", "template").(map[string]any)
			for _, line := range vitalPod(object(pod), o.text("metadata", "name")) {
				add(o, "%s", line)
			}
		}
	}
	slices.Sort(all)
	return all
}

func identity(values any) []string {
	var all []string
	below, _ := values.(map[string]any)
	for key, value := range below {
		if strings.Contains(key, "azure.workload.identity") {
			all = append(all, fmt.Sprint(key, "=", value))
		}
	}
	slices.Sort(all)
	return all
}

var (
	vitalSettings = regexp.MustCompile(`^(url|additionalUrls|dex\.|oidc\.|admin\.|accounts\.|users\.|passwordPattern|server\.rbac)`)
	vitalParams   = regexp.MustCompile(`disable\.tls|\.tls\.|repo\.server\.strict\.tls|plaintext|^server\.(insecure|disable\.auth|rootpath|basehref|listen|staticassets|api)`)
	webhook       = regexp.MustCompile(`^webhook\.`)
)

// vitalKeys returns the keys of a ConfigMap or a Secret that must not change, with the content of
// those for sign-in.
func vitalKeys(o object) []string {
	vital := map[string]func(string) bool{
		"ConfigMap argocd-cm":            vitalSettings.MatchString,
		"ConfigMap argocd-cmd-params-cm": vitalParams.MatchString,
		"ConfigMap argocd-rbac-cm":       func(string) bool { return true },
		"Secret argocd-secret":           func(key string) bool { return !webhook.MatchString(key) },
	}[o.id()]
	var all []string
	below, _ := o.at("data").(map[string]any)
	for key, value := range below {
		// Stricter TLS is permitted.
		strict := strings.HasSuffix(key, "strict.tls") && (value == "true" || value == "false") ||
			strings.HasSuffix(key, "tls.minversion") && (value == "1.2" || value == "1.3")
		if vital != nil && vital(key) && !strict {
			all = append(all, fmt.Sprint(key, "=", value))
		}
	}
	slices.Sort(all)
	return all
}

// harmless matches flags and variables that settings may add, including the password of an external
// Redis. The flags concern logs, traces, caches, limits, response headers and features that
// argocd-cmd-params-cm also controls. None concerns sign-in, TLS or the servers that argocd-server
// trusts.
var harmless = regexp.MustCompile(`^(--(loglevel|logformat|enable-gzip|otlp-address|x-frame-options|hydrator-enabled|repo-server-timeout-seconds|otlp-insecure|application(set)?-namespaces)(=|$)|--(port|metrics-port)=[0-9]+$|(?i)(HTTPS?_PROXY|NO_PROXY|GOMAXPROCS|GOMEMLIMIT|GOGC|TZ|ARGOCD_API_SERVER_REPLICAS|ARGOCD_GRPC_MAX_SIZE_MB|REDIS_USERNAME|REDIS_PASSWORD)$)`)

// vitalPod lists the identity of a pod, and for argocd-server all that it runs.
func vitalPod(pod object, name string) []string {
	all := []string{
		fmt.Sprint("service account ", pod.at("spec", "serviceAccountName")),
		fmt.Sprint("identity ", identity(pod.at("metadata", "labels")), identity(pod.at("metadata", "annotations"))),
	}
	containers, _ := pod.at("spec", "containers").([]any)
	for _, c := range containers {
		container := asObject(c)
		args, _ := container.at("args").([]any)
		env, _ := container.at("env").([]any)
		for _, arg := range args {
			if text := fmt.Sprint(arg); !harmless.MatchString(text) && (name == "argocd-server" || strings.HasPrefix(text, "-") && suspicious.MatchString(text)) {
				all = append(all, "flag "+text)
			}
		}
		for _, e := range env {
			variable := asObject(e)
			if text := variable.text("name"); !harmless.MatchString(text) && (name == "argocd-server" || suspicious.MatchString(text)) {
				all = append(all, fmt.Sprint("variable ", text, " ", variable["value"], variable["valueFrom"]))
			}
		}
		if name == "argocd-server" {
			all = append(all, fmt.Sprint("container ", container["name"], container["image"], without(container["volumeMounts"], isExtensions), container["envFrom"], container.at("lifecycle", "preStop", "exec"), container.at("lifecycle", "preStop", "httpGet"), container.at("lifecycle", "postStart")))
		}
	}
	// Other components may run without a token.
	if name == "argocd-server" || name == "argocd-repo-server" {
		all = append(all, fmt.Sprint("mounts a token ", pod.at("spec", "automountServiceAccountToken")))
	}
	if name == "argocd-server" {
		all = append(all, fmt.Sprint("pod ", without(pod.at("spec", "initContainers"), installs), without(pod.at("spec", "volumes"), isScratch)))
	}
	return all
}

// asObject returns an element of a list as an object. Kubernetes rejects other elements.
func asObject(element any) object {
	fields, _ := element.(map[string]any)
	return fields
}

// without removes elements of a list.
func without(list any, leave func(object) bool) []any {
	all, _ := list.([]any)
	return slices.DeleteFunc(slices.Clone(all), func(element any) bool { return leave(asObject(element)) })
}

// isExtensions reports whether an object is the volume of the extensions of Argo CD's web
// application, or their installer. Settings may add them: SECURITY.md describes the risk.
func isExtensions(o object) bool { return o.text("name") == "extensions" }

// isScratch reports whether a volume is an emptyDir.
func isScratch(o object) bool { return o.at("emptyDir") != nil }

func installs(o object) bool {
	return strings.HasPrefix(o.text("image"), "quay.io/argoprojlabs/argocd-extension-installer:")
}

var suspicious = regexp.MustCompile(`(?i)tls|plaintext|insecure|azure_|namespace|kubeconfig`)
