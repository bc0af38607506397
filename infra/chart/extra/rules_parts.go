package extra

import "slices"

// anywhereRules are the rules for names with the same meaning in all sections of the chart.
var anywhereRules = slices.Concat(
	reject(errIdentity, "** azure.workload.identity/*"),
	reject(ErrHelm, "** *helm.sh/*"),
	allow("** matchLabels"),
	reject(errLabels, "** *abels app.kubernetes.io/*", "** *abels argocd.argoproj.io/*"),
	reject(errNames, "** nameOverride", "** fullnameOverride"),
	reject(errNamespace, "** namespaceOverride"),
	reject(errAnyObject, "extraObjects"),
	reject(errIdentity, "azure"),
)

// globalRules are the rules for settings of all components, including argocd-server.
var globalRules = slices.Concat(
	reject(errImage, below("global image", "repository", "tag")...),
	rejectUnless(allowedServerEnv, errServer, "global env * name"),
	rejectUnless(hasNoReference, errServer, "global env * value"),
	reject(errServer, "global env * valueFrom"),
	rejectUnless(isOutsideCluster, errServer, "global hostAliases * hostnames *"),
	reject(errServer, below("global", "extraVolumeMounts", "extraVolumes")...),
	rejectInjectors("global podAnnotations", "global podLabels"),
)

var serverRules = slices.Concat(
	allow("server image imagePullPolicy"),
	reject(errImage, "server image"),
	reject(errServer, below("server extensions", "image", "containerSecurityContext")...),
	rejectUnless(allowedInstallerEnv, errServer, "server extensions extensionList * env * name"),
	rejectUnless(isOneWord, errServer, "server extensions extensionList * env * value"),
	reject(errServer, "server extensions extensionList * env * valueFrom"),
	rejectUnless(decimalNumber.MatchString, errServer, "server containerPorts"),
	reject(errServer, "server dnsPolicy", "server dnsConfig nameservers"),
	rejectUnless(allowedServerEnv, errServer, "server env * name"),
	rejectUnless(hasNoReference, errServer, "server env * value"),
	reject(errServer, "server env * valueFrom"),
	rejectUnless(allowedServerArg, errServer, "server extraArgs *"),
	reject(ErrTLS, below("server", "certificate", "certificateSecret")...),
	rejectInjectors("server podAnnotations", "server podLabels"),
	allow("server lifecycle preStop sleep"),
	reject(errServer, below("server", "envFrom", "lifecycle", "extraContainers", "initContainers", "volumes", "volumeMounts")...),
)

// rejectInjectors rejects annotations and labels by which admission webhooks inject
// containers and volumes, such as those of Istio, Dapr, Vault and OpenTelemetry.
func rejectInjectors(paths ...string) []rule {
	var all []rule
	for _, path := range paths {
		all = append(all, reject(errServer,
			below(path, "*image*", "*Image*", "*inject*", "*Volume*", "*volume*", "*agent-*", "*emplate*", "*sidecar*")...)...)
	}
	return all
}

// serviceAccountRules include the permissions that the chart binds to service accounts.
var serviceAccountRules = slices.Concat(
	allow(below("** serviceAccount", "annotations", "labels")...),
	reject(errServiceAccount, below("server", "serviceAccount", "automountServiceAccountToken")...),
	reject(errServiceAccount, below("repoServer", "serviceAccount", "automountServiceAccountToken")...),
	rejectUnless(isOneOf("false"), errServiceAccount, "** automountServiceAccountToken"),
	reject(errServiceAccount, below("**", "serviceAccount", "serviceAccountName")...),
	allow("controller clusterRoleRules"), // these restrict the default, all permissions
	reject(errRights, "* clusterRoleRules", "* roleRules", "** rbac"),
)

var redisRules = slices.Concat(
	requireSecret(below("externalRedis", "username", "password")...),
	requireSecret(below("redis-ha", "redisPassword", "sentinel password", "restore s3 access_key", "restore s3 secret_key", "restore ssh key")...),
	rejectUnless(isOneOf("true"), errRedis, "redisSecretInit enabled", "redis-ha auth"),
	rejectUnless(isOneOf("ClusterIP"), errRedis, "redis-ha haproxy service type"),
	reject(errRedis, below("redis-ha haproxy service", "externalIPs", "nodePort")...),
	reject(errLabels, below("redis-ha *abels", "app", "component", "release")...),
)

// partRules are the rules for all components of Argo CD.
var partRules = slices.Concat(
	rejectUnless(isOneOf("true", "false"), ErrTLS, "repoServer certificateSecret enabled"),
	reject(errNames, "* name", "* secret name"),
	rejectUnless(allowedEnv, errPart, below("**", "env * name", "extraEnv * name")...),
	rejectUnless(allowedArg, errPart, "* extraArgs *"),
)
