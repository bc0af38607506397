package chart

import (
	"fmt"
	"slices"
	"strings"
)

// guard says what a part of the chart's values decides. Extra settings may set
// what decides nothing about signing in, accounts, RBAC, TLS, service accounts
// and the namespace.
type guard struct {
	// path is the beginning of a path, in names with a blank between them. A * stands
	// for any name, and at the end of a name for any end.
	path string
	// changes is what a setting there would change; empty: nothing of that kind.
	changes string
	// unless has values that are fine.
	unless func(value string) bool
	// secret says that a value is one, which no Reader of the resource shall see.
	secret bool
}

const (
	changesSignIn   = "how users sign in, and with which accounts; this program does that with domain, group, roles and requireAssignment"
	changesRBAC     = "who may do what; use roles, policies and defaultRole"
	changesSecrets  = "passwords, accounts or the key that signs sessions"
	changesServer   = "what argocd-server runs with, and so how users sign in"
	changesTLS      = "TLS"
	changesAccount  = "a service account, which workload identity trusts by its name"
	changesNames    = "names by which the parts of Argo CD, and the federated credential, find each other"
	changesIdentity = "the workload identity"
	changesObjects  = "any object of the cluster; deploy your own with an Application, or kubectl"
	changesPart     = "the identity or the TLS of a part of Argo CD; name list elements one by one, such as env[0].name"
	changesIngress  = "the ingress, which the key ingress describes; only labels and extraHosts are free"
)

// guards are read from the top; the first that fits decides. Inside argocd-cm and
// argocd-cmd-params-cm, and in argocd-server's own parts, what is not known to be
// harmless is guarded: Azure upgrades Argo CD, and new versions have new
// settings.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/
// https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cmd-params-cm-yaml/
// https://github.com/argoproj/argo-helm/blob/main/charts/argo-cd/values.yaml
var guards = slices.Concat(
	free("configs cm", "annotations", "application.*", "resource.*", "resourceExclusionsAdditional", "timeout.*", "kustomize.*", "helm.*", "ui.*", "help.*",
		"ga.*", "statusbadge.*", "exec.*", "globalProjects", "cluster.*", "extension.config*", "sourceHydrator.*", "server.maxPodLogsToRender",
		"installationID", "webhook.*", "hydrator.*", "commit.*"),
	[]guard{{path: "configs cm", changes: changesSignIn}},

	free("configs params", "annotations", "otlp.*"),
	[]guard{
		{path: "configs params *tls*", changes: changesTLS},
		{path: "configs params *plaintext*", changes: changesTLS},
		// Where TLS ends in front of Argo CD, on a domain.
		{path: "configs params server.insecure", changes: changesTLS},
		{path: "configs params *insecure*", changes: changesTLS},
		{path: "configs params *auth*", changes: changesServer},
	},
	free("configs params", "controller.*", "reposerver.*", "applicationsetcontroller.*", "notificationscontroller.*", "commitserver.*", "hydrator.*",
		"application.namespaces", "log.format.timestamp", "redis.compression", "server.log.*", "server.enable.gzip", "server.enable.proxy.extension",
		"server.k8sclient.*", "server.*.cache.expiration", "server.repo.server.timeout.seconds", "server.http.cookie.maxnumber", "server.webhook.*",
		"server.metrics.*", "server.glob.cache.size", "server.sync.replace.allowed", "server.x.frame.options", "server.content.security.policy"),
	[]guard{{path: "configs params", changes: changesServer}},

	free("configs rbac", "annotations"),
	[]guard{{path: "configs rbac", changes: changesRBAC}},

	free("configs secret", "annotations", "labels"),
	secrets("configs secret", "githubSecret", "gitlabSecret", "bitbucketServerSecret", "bitbucketUUID", "gogsSecret", "azureDevops"),
	[]guard{{path: "configs secret", changes: changesSecrets}},
	secrets("configs credentialTemplates *", credentialFields...),
	secrets("configs repositories *", credentialFields...),
	secrets("configs clusterCredentials *", "config"),
	secrets("notifications secret", "items"),
	secrets("externalRedis", "username", "password"),

	[]guard{
		{path: "global image repository", changes: changesServer},
		{path: "global image tag", changes: changesServer},
		{path: "global env * name", changes: changesServer, unless: forServer},
		{path: "global extraVolumeMounts", changes: changesServer},
		{path: "* podLabels azure.workload.identity/*", changes: changesIdentity},
		{path: "* podAnnotations azure.workload.identity/*", changes: changesIdentity},
		{path: "azure", changes: changesIdentity},

		{path: "server image", changes: changesServer},
		{path: "server env * name", changes: changesServer, unless: forServer},
		{path: "server extraArgs *", changes: changesServer, unless: serverFlag},
		{path: "server certificate", changes: changesTLS},
		{path: "server certificateSecret", changes: changesTLS},
	},
	secrets("* certificateSecret", "key"),
	under("server", changesServer, "envFrom", "lifecycle", "extraContainers", "initContainers", "volumes", "volumeMounts"),

	free("server ingress", "labels", "extraHosts"),
	under("server", changesAccount, "serviceAccount", "automountServiceAccountToken"),
	under("repoServer", changesAccount, "serviceAccount", "automountServiceAccountToken"),
	free("* serviceAccount", "annotations", "labels"),
	[]guard{
		{path: "* serviceAccount", changes: changesAccount},
		{path: "* automountServiceAccountToken", changes: changesAccount},
		{path: "* name", changes: changesNames},
		{path: "* env * name", changes: changesPart, unless: forOthers},
		{path: "* extraEnv * name", changes: changesPart, unless: forOthers},
		{path: "* extraArgs *", changes: changesPart, unless: otherFlag},
		{path: "nameOverride", changes: changesNames},
		{path: "fullnameOverride", changes: changesNames},
		{path: "namespaceOverride", changes: "the namespace, which the federated credential trusts"},
		{path: "extraObjects", changes: changesObjects},
	},
)

// credentialFields are what the chart puts into the secret of a repository.
var credentialFields = []string{
	"password", "sshPrivateKey", "bearerToken", "tlsClientCertKey", "githubAppPrivateKey", "gcpServiceAccountKey",
}

// parts and switches are what the chart has at its top. Helm ignores any other
// name in silence.
var (
	parts = []string{
		"apiVersionOverrides", "applicationSet", "azure", "commitServer", "configs", "controller", "crds", "dex", "externalRedis", "extraObjects",
		"global", "notifications", "openshift", "redis", "redis-ha", "redisSecretInit", "repoServer", "server",
	}
	switches = []string{
		"createAggregateRoles", "createClusterRoles", "fullnameOverride", "kubeVersionOverride", "nameOverride", "namespaceOverride",
	}
)

// ownTemplates says whether the chart leaves a template in a value alone: Argo CD
// has its own there, with the same braces.
func ownTemplates(path []string) bool {
	return fits("configs cm", path) || fits("configs cmp", path) || fits("configs styles", path) ||
		slices.ContainsFunc([]string{"templates", "triggers", "subscriptions", "notifiers", "context"}, func(name string) bool {
			return fits("notifications "+name, path)
		})
}

// refusal says why Argo CD must not be told this; empty: it may.
func (s Settings) refusal(extra extraSetting) string {
	path := extra.path
	switch {
	case slices.Contains(switches, path[0]):
	case !slices.Contains(parts, path[0]):
		return "is no part of the argo-cd chart, which has " + strings.Join(parts, ", ")
	case len(path) == 1:
		return "is a whole part of the chart; name what shall change in it"
	}
	if len(path) > 3 && path[0] == "configs" && slices.Contains([]string{"cm", "params", "rbac"}, path[1]) && path[2] != "annotations" && !isIndex(path[3]) {
		return fmt.Sprintf(`is not a key of a ConfigMap: write a dot inside one as \. (configs.%s.%s)`, path[1], strings.Join(path[2:], `\.`))
	}
	if strings.Contains(extra.value, "{{") && !ownTemplates(path) {
		return "has {{ in its value, which the chart would run as a template"
	}
	if strings.ContainsRune(extra.value, 0) {
		return "has a NUL in its value, which Kubernetes does not take"
	}
	for _, g := range guards {
		if fits(g.path, path) {
			return s.judge(g, extra)
		}
	}
	if s.Ingress != nil && fits("server ingress", path) {
		return "would change " + changesIngress
	}
	// A value in place of all that is below it.
	for _, g := range guards {
		names := strings.Fields(g.path)
		if len(path) > 1 && g.changes != "" && len(names) > len(path) && fits(strings.Join(names[:len(path)], " "), path) {
			return "would change " + g.changes
		}
	}
	return ""
}

func (s Settings) judge(g guard, extra extraSetting) string {
	switch {
	case g.secret && !extra.secret:
		return "is a secret; put it into secretSettings (pulumi config set --secret --path)"
	case g.changes == "" || g.unless != nil && g.unless(extra.value):
		return ""
	case g.path == "configs params server.insecure" && s.Ingress == nil && !s.Domain.Local():
		if extra.value != "true" && extra.value != "false" {
			return "is neither true nor false"
		}
		return ""
	}
	return "would change " + g.changes
}

// fits says whether a path begins as a pattern says.
func fits(pattern string, path []string) bool {
	names := strings.Fields(pattern)
	if len(names) > len(path) {
		return false
	}
	for i, name := range names {
		if !fitsName(name, path[i]) {
			return false
		}
	}
	return true
}

// fitsName takes * for any text.
func fitsName(pattern, name string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	for i := len(first); i <= len(name); i++ {
		if fitsName(rest, name[i:]) {
			return true
		}
	}
	return false
}

func free(below string, names ...string) []guard { return under(below, "", names...) }

func under(below, changes string, names ...string) []guard {
	all := make([]guard, len(names))
	for i, name := range names {
		all[i] = guard{path: below + " " + name, changes: changes}
	}
	return all
}

func secrets(below string, names ...string) []guard {
	all := under(below, "", names...)
	for i := range all {
		all[i].secret = true
	}
	return all
}

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
