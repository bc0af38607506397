package extra

import "slices"

// configMapRules are the rules for argocd-cm.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/
var configMapRules = slices.Concat(
	reject(errLibraries, "configs cm resource.customizations.useOpenLibs*"),
	rejectUnless(hasNoLibraries, errLibraries, "configs cm resource.customizations"),
	rejectUnless(hasNoSessionKey, errPasswords, "configs cm extension.config*"),
	// The web application uses these as href and src: ui/src/app/ui-banner, help, app.tsx
	// and shared/components/badge-panel of Argo CD 3.2. It checks application.links,
	// project.links and resource.links itself.
	rejectUnless(isWebPage, errLinks, below("configs cm", "help.chatUrl", "help.download*", "statusbadge.url", "ui.bannerurl", "ui.cssurl")...),
	allow(below("configs cm", "annotations", "application.*", "resource.*", "resourceExclusionsAdditional", "timeout.*", "kustomize.*", "helm.*", "jsonnet.*", "ui.*",
		"help.*", "ga.*", "statusbadge.*", "exec.*", "globalProjects", "project.links", "cluster.*", "sourceHydrator.*", "server.maxPodLogsToRender",
		"installationID", "webhook.*", "hydrator.*", "commit.*")...),
	reject(errSignIn, "configs cm"),
)

// parameterRules are the rules for argocd-cmd-params-cm.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cmd-params-cm-yaml/
var parameterRules = slices.Concat(
	allow(below("configs params", "annotations", "otlp.*")...),
	rejectUnless(isOneOf("1.2", "1.3"), ErrTLS, "configs params *.tls.minversion"),
	reject(ErrTLS, below("configs params", "*tls*", "*plaintext*")...),
	rejectUnless(isOneOf("true", "false"), errBoolean, "configs params server.insecure"), // TLS can end in front of Argo CD
	reject(ErrTLS, "configs params *insecure*"),
	reject(errServer, "configs params *auth*"),
	rejectUnless(decimalNumber.MatchString, errRedis, "configs params redis.db"),
	reject(errRedisServer, "configs params redis.server"),
	allow(below("configs params", "controller.*", "reposerver.*", "applicationsetcontroller.*", "notificationscontroller.*", "commitserver.*", "hydrator.*",
		"dexserver.log.*", "application.namespaces", "log.format.timestamp", "redis.compression", "server.log.*", "server.enable.gzip",
		"server.enable.proxy.extension", "server.k8sclient.*", "server.*.cache.expiration", "server.repo.server.timeout.seconds",
		"server.http.cookie.maxnumber", "server.webhook.*", "server.metrics.*", "server.glob.cache.size", "server.sync.replace.allowed",
		"server.x.frame.options", "server.content.security.policy")...),
	reject(errServer, "configs params"),
)

var rbacRules = slices.Concat(allow("configs rbac annotations"), reject(errRBAC, "configs rbac"))

// secretRules are the rules for argocd-secret and the Secrets with credentials.
var secretRules = slices.Concat(
	allow(below("configs secret", "annotations", "labels")...),
	requireSecret(below("configs secret", "githubSecret", "gitlabSecret", "bitbucketServerSecret", "bitbucketUUID", "gogsSecret", "azureDevops")...),
	reject(errPasswords, "configs secret"),
	requireSecret(below("configs credentialTemplates *", repositorySecrets...)...),
	requireSecret(below("configs repositories *", repositorySecrets...)...),
	reject(errClusterCommand, below("configs clusterCredentials * config", "execProviderConfig", "awsAuthConfig")...),
	// These would become the names of Secrets that credentialTemplates and repo-server use.
	reject(errNames, below("configs repositories", "creds-*", "server-tls")...),
	requireSecret("configs clusterCredentials * config", "notifications secret items", "* certificateSecret key"),
)

// repositorySecrets are the secret values of a repository.
var repositorySecrets = []string{
	"password", "sshPrivateKey", "bearerToken", "tlsClientCertKey", "githubAppPrivateKey", "gcpServiceAccountKey", "azureServicePrincipalClientSecret",
}
