package chart

import "slices"

// guard says what a part of the chart's values decides. Extra settings may set
// what decides nothing about signing in, accounts, RBAC, TLS, service accounts
// and the namespace.
type guard struct {
	// path is the beginning of a path, in names with a blank between them. A * stands
	// for any text in a name, ** at the start for any names.
	path string
	// changes is what a setting there would change; empty: nothing of that kind.
	changes string
	// unless has values that are fine.
	unless func(value string) bool
	// secret says that a value is one, which no Reader of the resource shall see.
	secret bool
}

const (
	changesSignIn    = "how users sign in, and with which accounts; this program does that with domain, group, roles and requireAssignment"
	changesRBAC      = "who may do what; use roles, policies and defaultRole"
	changesSecrets   = "passwords, accounts or the key that signs sessions"
	changesServer    = "what argocd-server runs with, and so how users sign in"
	changesImage     = "argocd-server's image, which sees every session; leave it out, as only other parts can have an image of a mirror, such as repoServer.image.repository"
	changesLinks     = "what users' browsers open or load; use an https URL or a path"
	changesTLS       = "TLS"
	changesAccount   = "a service account, which workload identity trusts by its name"
	changesNames     = "names by which the parts of Argo CD, and the federated credential, find each other"
	changesIdentity  = "the workload identity"
	changesObjects   = "any object of the cluster; deploy your own with an Application, or kubectl"
	changesPart      = "the identity or the TLS of a part of Argo CD; name list elements one by one, such as env[0].name"
	changesRights    = "the rights of a part of Argo CD in Kubernetes, which could take over another part; bind a role of your own with an Application, or kubectl"
	changesLabels    = "labels by which Kubernetes and Argo CD find objects"
	changesRedis     = "the password or the reach of Redis, whose content argocd-server trusts"
	changesLibraries = "what Lua of resource.customizations can do: with all its libraries it runs commands in Argo CD"
	changesCommand   = "which command argocd-server runs to sign in to a cluster; use clusters, or a service account's token"
	changesHelm      = "which objects Helm installs"
	changesIngress   = "the ingress, which the key ingress describes; only labels and extraHosts are free"
)

// guards are read from the top; the first that fits decides. Inside argocd-cm and
// argocd-cmd-params-cm, and in argocd-server's own parts, what is not known to be
// harmless is guarded: Azure upgrades Argo CD, and new versions have new
// settings.
// https://github.com/argoproj/argo-helm/blob/main/charts/argo-cd/values.yaml
var guards = slices.Concat(
	anywhereGuards, configMapGuards, parameterGuards, rbacGuards, secretGuards, globalGuards, serverGuards, accountGuards, redisGuards, partGuards,
)

var anywhereGuards = []guard{
	{path: "** azure.workload.identity/*", changes: changesIdentity},
	{path: "** *helm.sh/*", changes: changesHelm},
	{path: "** matchLabels"},
	{path: "** *abels app.kubernetes.io/*", changes: changesLabels},
	{path: "** *abels argocd.argoproj.io/*", changes: changesLabels},
	{path: "** nameOverride", changes: changesNames},
	{path: "** fullnameOverride", changes: changesNames},
	{path: "** namespaceOverride", changes: "the namespace, which the federated credential trusts"},
	{path: "extraObjects", changes: changesObjects},
	{path: "azure", changes: changesIdentity},
}

// configMapGuards are those of argocd-cm.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/
var configMapGuards = slices.Concat(
	[]guard{
		{path: "configs cm resource.customizations.useOpenLibs*", changes: changesLibraries},
		{path: "configs cm resource.customizations", changes: changesLibraries, unless: withoutLibraries},
		{path: "configs cm extension.config*", changes: changesSecrets, unless: noSessionKey},
		// What the web application puts into href and src: ui/src/app/ui-banner,
		// help, app.tsx and shared/components/badge-panel of Argo CD 3.2. It checks
		// the links of application.links, project.links and resource.links itself.
		{path: "configs cm help.chatUrl", changes: changesLinks, unless: webPage},
		{path: "configs cm help.download*", changes: changesLinks, unless: webPage},
		{path: "configs cm statusbadge.url", changes: changesLinks, unless: webPage},
		{path: "configs cm ui.bannerurl", changes: changesLinks, unless: webPage},
		{path: "configs cm ui.cssurl", changes: changesLinks, unless: webPage},
	},
	free("configs cm", "annotations", "application.*", "resource.*", "resourceExclusionsAdditional", "timeout.*", "kustomize.*", "helm.*", "jsonnet.*", "ui.*",
		"help.*", "ga.*", "statusbadge.*", "exec.*", "globalProjects", "project.links", "cluster.*", "sourceHydrator.*", "server.maxPodLogsToRender",
		"installationID", "webhook.*", "hydrator.*", "commit.*"),
	[]guard{{path: "configs cm", changes: changesSignIn}},
)

// parameterGuards are those of argocd-cmd-params-cm.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cmd-params-cm-yaml/
var parameterGuards = slices.Concat(
	free("configs params", "annotations", "otlp.*"),
	[]guard{
		{path: "configs params *.tls.minversion", changes: changesTLS, unless: oneOf("1.2", "1.3")},
		{path: "configs params *tls*", changes: changesTLS},
		{path: "configs params *plaintext*", changes: changesTLS},
		// Where TLS ends in front of Argo CD, on a domain.
		{path: "configs params server.insecure", changes: changesTLS},
		{path: "configs params *insecure*", changes: changesTLS},
		{path: "configs params *auth*", changes: changesServer},
		{path: "configs params redis.db", changes: changesRedis, unless: number.MatchString},
	},
	free("configs params", "controller.*", "reposerver.*", "applicationsetcontroller.*", "notificationscontroller.*", "commitserver.*", "hydrator.*",
		"dexserver.log.*", "application.namespaces", "log.format.timestamp", "redis.compression", "server.log.*", "server.enable.gzip",
		"server.enable.proxy.extension", "server.k8sclient.*", "server.*.cache.expiration", "server.repo.server.timeout.seconds",
		"server.http.cookie.maxnumber", "server.webhook.*", "server.metrics.*", "server.glob.cache.size", "server.sync.replace.allowed",
		"server.x.frame.options", "server.content.security.policy"),
	[]guard{{path: "configs params", changes: changesServer}},
)

var rbacGuards = append(free("configs rbac", "annotations"), guard{path: "configs rbac", changes: changesRBAC})

// secretGuards are those of argocd-secret, and of the Secrets with credentials.
var secretGuards = slices.Concat(
	free("configs secret", "annotations", "labels"),
	secrets("configs secret", "githubSecret", "gitlabSecret", "bitbucketServerSecret", "bitbucketUUID", "gogsSecret", "azureDevops"),
	[]guard{{path: "configs secret", changes: changesSecrets}},
	secrets("configs credentialTemplates *", credentialFields...),
	secrets("configs repositories *", credentialFields...),
	[]guard{
		{path: "configs clusterCredentials * config execProviderConfig", changes: changesCommand},
		{path: "configs clusterCredentials * config awsAuthConfig", changes: changesCommand},
		// These become the names of Secrets that credentialTemplates and repo-server have.
		{path: "configs repositories creds-*", changes: changesNames},
		{path: "configs repositories server-tls", changes: changesNames},
	},
	secrets("configs clusterCredentials *", "config"),
	secrets("notifications secret", "items"),
	secrets("* certificateSecret", "key"),
)

// globalGuards are those of settings for all parts, argocd-server among them.
var globalGuards = slices.Concat(
	[]guard{
		{path: "global image repository", changes: changesImage},
		{path: "global image tag", changes: changesImage},
		{path: "global env * name", changes: changesServer, unless: forServer},
		{path: "global env * value", changes: changesServer, unless: noReference},
		{path: "global env * valueFrom", changes: changesServer},
		{path: "global hostAliases * hostnames *", changes: changesServer, unless: outsideCluster},
		{path: "global extraVolumeMounts", changes: changesServer},
		{path: "global extraVolumes", changes: changesServer},
	},
	injectors("global podAnnotations", "global podLabels"),
)

var serverGuards = slices.Concat(
	free("server image", "imagePullPolicy"),
	[]guard{
		{path: "server image", changes: changesImage},
		{path: "server extensions image", changes: changesServer},
		{path: "server extensions containerSecurityContext", changes: changesServer},
		{path: "server extensions extensionList * env * name", changes: changesServer, unless: forInstaller},
		{path: "server extensions extensionList * env * value", changes: changesServer, unless: oneWord},
		{path: "server extensions extensionList * env * valueFrom", changes: changesServer},
		{path: "server containerPorts", changes: changesServer, unless: number.MatchString},
		{path: "server dnsPolicy", changes: changesServer},
		{path: "server dnsConfig nameservers", changes: changesServer},
		{path: "server env * name", changes: changesServer, unless: forServer},
		{path: "server env * value", changes: changesServer, unless: noReference},
		{path: "server env * valueFrom", changes: changesServer},
		{path: "server extraArgs *", changes: changesServer, unless: serverFlag},
		{path: "server certificate", changes: changesTLS},
		{path: "server certificateSecret", changes: changesTLS},
	},
	injectors("server podAnnotations", "server podLabels"),
	free("server lifecycle preStop", "sleep"),
	under("server", changesServer, "envFrom", "lifecycle", "extraContainers", "initContainers", "volumes", "volumeMounts"),
	free("server ingress", "labels", "extraHosts"),
)

// accountGuards are those of the parts' service accounts.
var accountGuards = slices.Concat(
	free("** serviceAccount", "annotations", "labels"),
	under("server", changesAccount, "serviceAccount", "automountServiceAccountToken"),
	under("repoServer", changesAccount, "serviceAccount", "automountServiceAccountToken"),
	[]guard{
		{path: "** automountServiceAccountToken", changes: changesAccount, unless: oneOf("false")},
		{path: "** serviceAccount", changes: changesAccount},
		{path: "** serviceAccountName", changes: changesAccount},
	},
	free("controller", "clusterRoleRules"), // it has all rights, and these are less
	[]guard{
		{path: "* clusterRoleRules", changes: changesRights},
		{path: "* roleRules", changes: changesRights},
		{path: "** rbac", changes: changesRights},
	},
)

var redisGuards = slices.Concat(
	secrets("externalRedis", "username", "password"),
	secrets("redis-ha", "redisPassword", "sentinel password", "restore s3 access_key", "restore s3 secret_key", "restore ssh key"),
	[]guard{
		{path: "redisSecretInit enabled", changes: changesRedis, unless: oneOf("true")},
		{path: "redis-ha auth", changes: changesRedis, unless: oneOf("true")},
		{path: "redis-ha haproxy service type", changes: changesRedis, unless: oneOf("ClusterIP")},
		{path: "redis-ha haproxy service externalIPs", changes: changesRedis},
		{path: "redis-ha haproxy service nodePort", changes: changesRedis},
		{path: "redis-ha *abels app", changes: changesLabels},
		{path: "redis-ha *abels component", changes: changesLabels},
		{path: "redis-ha *abels release", changes: changesLabels},
	},
)

// partGuards are those of any part of Argo CD.
var partGuards = []guard{
	{path: "repoServer certificateSecret enabled", changes: changesTLS, unless: oneOf("true", "false")},
	{path: "* name", changes: changesNames},
	{path: "* secret name", changes: changesNames},
	{path: "** env * name", changes: changesPart, unless: forOthers},
	{path: "** extraEnv * name", changes: changesPart, unless: forOthers},
	{path: "* extraArgs *", changes: changesPart, unless: otherFlag},
}

// credentialFields are what the chart puts into the secret of a repository.
var credentialFields = []string{
	"password", "sshPrivateKey", "bearerToken", "tlsClientCertKey", "githubAppPrivateKey", "gcpServiceAccountKey", "azureServicePrincipalClientSecret",
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

func free(below string, names ...string) []guard { return under(below, "", names...) }

func under(below, changes string, names ...string) []guard {
	all := make([]guard, len(names))
	for i, name := range names {
		all[i] = guard{path: below + " " + name, changes: changes}
	}
	return all
}

// injectors are the names by which admission webhooks put containers and volumes into a
// pod, such as those of Istio, Dapr, Vault and OpenTelemetry.
func injectors(below ...string) (all []guard) {
	for _, path := range below {
		all = append(all, under(path, changesServer, "*image*", "*Image*", "*inject*", "*Volume*", "*volume*", "*agent-*", "*emplate*", "*sidecar*")...)
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
