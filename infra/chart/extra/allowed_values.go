package extra

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// allowedServerEnv reports whether argocd-server can have an environment variable. Variables
// can set all its flags, such as ARGOCD_SERVER_DISABLE_AUTH.
func allowedServerEnv(name string) bool {
	return slices.Contains([]string{
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "GOMAXPROCS", "GOMEMLIMIT", "GOGC", "TZ", "ARGOCD_API_SERVER_REPLICAS", "ARGOCD_GRPC_MAX_SIZE_MB",
	}, strings.ToUpper(name))
}

// allowedEnv reports whether the other components can have an environment variable.
func allowedEnv(name string) bool {
	for _, word := range []string{"AZURE_", "KUBERNETES_", "KUBECONFIG", "TLS", "INSECURE", "PLAINTEXT", "DISABLE_AUTH"} {
		if strings.Contains(strings.ToUpper(name), word) {
			return false
		}
	}
	return true
}

// serverValueArgs are flags of argocd-server that do not affect trust or sign-in, with the
// value in the same argument; serverSwitchArgs need no value.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/server-commands/argocd-server/
var (
	serverValueArgs = []string{
		"--app-state-cache-expiration", "--application-namespaces", "--appset-allowed-scm-providers", "--appset-scm-root-ca-path",
		"--connection-status-cache-expiration", "--content-security-policy", "--default-cache-expiration", "--enable-k8s-event", "--gloglevel", "--logformat",
		"--loglevel", "--oidc-cache-expiration", "--otlp-address", "--otlp-attrs", "--otlp-headers", "--repo-cache-expiration",
		"--repo-server-timeout-seconds", "--revision-cache-expiration", "--webhook-parallelism-limit", "--x-frame-options",
	}
	serverSwitchArgs = []string{
		"--appset-enable-github-api-metrics", "--appset-enable-new-git-file-globbing", "--appset-enable-scm-providers", "--enable-gzip",
		"--enable-proxy-extension", "--hydrator-enabled", "--otlp-insecure", "--sync-with-replace-allowed",
	}
)

// allowedServerArg reports whether argocd-server can have an argument.
func allowedServerArg(text string) bool {
	name, _, hasValue := strings.Cut(text, "=")
	return slices.Contains(serverSwitchArgs, name) || hasValue && slices.Contains(serverValueArgs, name)
}

// harmlessArgs are flags whose names contain words that allowedArg rejects.
var harmlessArgs = []string{"--application-namespaces", "--applicationset-namespaces", "--helm-user-agent", "--otlp-insecure", "--token-ref-strict-mode"}

// allowedArg reports whether the other components can have an argument: it must not affect
// TLS or their identity in Kubernetes (kubectl's flags, which all components have).
func allowedArg(text string) bool {
	name, _, _ := strings.Cut(text, "=")
	if name = strings.ToLower(name); !strings.HasPrefix(name, "-") {
		return true
	}
	if !strings.HasPrefix(name, "--") { // its value may follow without a separator
		return false
	}
	if slices.Contains(harmlessArgs, name) {
		return true
	}
	for _, word := range []string{
		"tls", "plaintext", "insecure", "certificate", "client-", "kubeconfig", "namespace", "token", "user", "password", "context", "secret", "config-map",
	} {
		if strings.Contains(name, word) {
			return false
		}
	}
	elsewhere := strings.HasPrefix(name, "--redis") || strings.HasPrefix(name, "--sentinel") || strings.HasSuffix(name, "repo-server")
	return !elsewhere && !slices.Contains([]string{"--as", "--as-group", "--as-uid", "--server", "--cluster", "--proxy-url"}, name)
}

// allowedInstallerEnv reports whether the installer of UI extensions can have an environment
// variable: those that its script reads.
// https://github.com/argoproj-labs/argocd-extension-installer/blob/main/install.sh
func allowedInstallerEnv(name string) bool {
	return slices.Contains([]string{
		"EXTENSION_NAME", "EXTENSION_ENABLED", "EXTENSION_URL", "EXTENSION_VERSION", "EXTENSION_CHECKSUM_URL", "MAX_DOWNLOAD_SEC",
	}, name)
}

// isOneWord reports whether the installer's script, which does not quote its variables, reads
// a value as one word that is not an option or a pattern.
func isOneWord(value string) bool {
	return !strings.HasPrefix(value, "-") && !strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("*?[$`\\\"'", r) })
}

// hasNoReference reports whether an environment value does not refer to another variable,
// which may hold a secret: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
func hasNoReference(value string) bool { return !strings.Contains(value, "$(") }

// isOutsideCluster reports whether a host name is outside the cluster, so Argo CD's components
// do not use it to reach each other.
func isOutsideCluster(name string) bool {
	return strings.Contains(name, ".") && !strings.HasPrefix(name, "argocd-") && !regexp.MustCompile(`\.(svc|local)$|\.svc\.`).MatchString(name)
}

// hasNoLibraries reports whether Lua health checks and actions use only the libraries that
// Argo CD provides by default.
func hasNoLibraries(text string) bool { return !strings.Contains(text, "useOpenLibs") }

// secretReference matches a reference to a Secret in the settings of proxy extensions:
// $<name>:<key>, or $<key> for argocd-secret (ReplaceMapSecrets in util/settings of Argo CD 3.2).
var secretReference = regexp.MustCompile(`\$([A-Za-z0-9._-]+)(:?)`)

// hasNoSessionKey reports whether no reference points to argocd-secret or to another Secret
// of Argo CD.
func hasNoSessionKey(text string) bool {
	for _, found := range secretReference.FindAllStringSubmatch(text, -1) {
		if found[2] == "" || strings.HasPrefix(found[1], "argocd-") {
			return false
		}
	}
	return true
}

var pageURL = regexp.MustCompile(`^(?i:https://[^\s]+|[^\s:/?#]*([/?#][^\s]*)?)$`)

// isWebPage reports whether a browser reads a text as an https URL or a path, and not as a
// script, as with javascript: or data:.
func isWebPage(text string) bool { return pageURL.MatchString(text) }

// isOneOf returns a function that reports whether a value is one of these.
func isOneOf(values ...string) func(value string) bool {
	return func(value string) bool { return slices.Contains(values, value) }
}
