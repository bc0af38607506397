package chart

import (
	"slices"
	"strings"
)

// forServer says whether argocd-server may have an environment variable: all its
// flags can be set by one (ARGOCD_SERVER_DISABLE_AUTH), and so can what it
// trusts.
func forServer(name string) bool {
	return slices.Contains([]string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "GOMAXPROCS", "GOMEMLIMIT", "GOGC", "TZ"}, strings.ToUpper(name))
}

// forOthers says the same of the other parts.
func forOthers(name string) bool {
	for _, word := range []string{"AZURE_", "KUBERNETES_", "KUBECONFIG", "TLS", "INSECURE", "PLAINTEXT", "DISABLE_AUTH"} {
		if strings.Contains(strings.ToUpper(name), word) {
			return false
		}
	}
	return true
}

// serverFlag says whether argocd-server may have a flag.
func serverFlag(text string) bool {
	name, _, inOne := strings.Cut(text, "=")
	return name == "--enable-gzip" || inOne && slices.Contains([]string{"--loglevel", "--logformat", "--enable-gzip"}, name)
}

// otherFlag says the same of the other parts: nothing about TLS, nor about who
// they are to Kubernetes (the flags of kubectl, which all have).
func otherFlag(text string) bool {
	name, _, _ := strings.Cut(text, "=")
	if name = strings.ToLower(name); !strings.HasPrefix(name, "-") {
		return true
	}
	for _, word := range []string{"tls", "plaintext", "insecure", "certificate", "client-", "kubeconfig", "namespace", "token", "user", "password", "context"} {
		if strings.Contains(name, word) {
			return false
		}
	}
	return !slices.Contains([]string{"-n", "-s", "--as", "--as-group", "--as-uid", "--server", "--cluster", "--proxy-url"}, name)
}
