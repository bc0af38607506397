package configurations

import "strings"

// row is a configuration on top of a plain one (Admins on argocd.example.com),
// with the program's verdict: empty for accepted, else a part of its one message.
type row struct {
	name    string
	changes map[string]string
	verdict string
	// secret are the keys that are set with --secret.
	secret []string
}

const onDomain = "argocd.example.com"

// extra is a row of one extra setting.
func extra(key, value, verdict string) row {
	return row{"extraSettings " + key + "=" + value, map[string]string{"extraSettings": asJSON(map[string]string{key: value})}, verdict, nil}
}

// extras is a row of several.
func extras(settings map[string]string, verdict string) row {
	return row{"extraSettings " + asJSON(settings), map[string]string{"extraSettings": asJSON(settings)}, verdict, nil}
}

// beside is a row of an extra setting beside an ingress.
func beside(ingress, key, value, verdict string) row {
	return row{"ingress and " + key + "=" + value, map[string]string{"ingress": ingress, "extraSettings": asJSON(map[string]string{key: value})}, verdict, nil}
}

// installer is a row of a variable of the installer of extensions.
func installer(name, value, verdict string) row {
	const extension = "server.extensions.extensionList[0]"
	return extras(map[string]string{
		"server.extensions.enabled": "true", extension + ".name": "x", extension + ".env[0].name": name, extension + ".env[0].value": value,
	}, verdict)
}

// policies is a row of policy lines, which define the role a.
func policies(verdict string, lines ...string) row {
	changes := map[string]string{"policies": asJSON(lines)}
	return row{"policies " + asJSON(lines), changes, verdict, nil}
}

func domain(name, verdict string) row {
	return row{"domain " + name, map[string]string{"domain": name}, verdict, nil}
}

func key(name, value, verdict string) row {
	return row{name + " " + value, map[string]string{name: value}, verdict, nil}
}

// first is a row of a first application in a repository.
func first(repository, verdict string) row {
	return key("bootstrap", asJSON(map[string]string{"repoUrl": repository}), verdict)
}

// firstIn is one with another field.
func firstIn(field, value, verdict string) row {
	return key("bootstrap", asJSON(map[string]string{"repoUrl": "https://github.com/contoso/platform", field: value}), verdict)
}

const (
	signIn        = "would change how users sign in"
	server        = "would change what argocd-server runs with"
	tls           = "would change TLS"
	managed       = "is managed by this program"
	account       = "would change a service account"
	part          = "would change the identity or the TLS of a part"
	path          = "is not a Helm --set path"
	names         = "would change names by which"
	isSecret      = "is a secret; put it into secretSettings"
	isSecretURL   = "has a URL with a user or a password"
	unquoted      = "has a value that the chart would print without quotes"
	changedRights = "would change the rights of a part"
	plainHTTP     = "would serve plain HTTP outside the cluster"
	passthrough   = `{"className":"haproxy","tlsSecret":"argocd-server-tls","tls":"passthrough"}`
	// Service principals of pipelines.
	releaseID = "0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a"
	auditID   = "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"
	traefik   = `{"className":"traefik","tlsSecret":"argocd-tls"`
)

var extraRows = []row{
	// Authentication.
	extra(`configs.params.server\.disable\.auth`, "true", server),
	extra("server.extraArgs[0]", "--disable-auth", server),
	extra("server.extraArgs[0]", "--disable-auth=true", server),
	extra("server.extraArgs", "--disable-auth", server),
	extra("server.extraArgs", "{--disable-auth}", server),
	extra("server.extraArgs[0]", "-insecure", server),
	extra("server.extraArgs[0]", "--insecure", server),
	extra("server.extraArgs[0]", "--loglevel=debug", ""),
	extra("server.extraArgs[0]", "--loglevel", server),
	extra("server.extraArgs[0]", "--enable-gzip", ""),
	extra("server.extraArgs[0]", "--rootpath=/argocd", server),
	extras(map[string]string{"server.env[0].name": "ARGOCD_SERVER_DISABLE_AUTH", "server.env[0].value": "true"}, server),
	extras(map[string]string{"global.env[0].name": "ARGOCD_SERVER_DISABLE_AUTH", "global.env[0].value": "true"}, server),
	extras(map[string]string{"server.env[0].name": "ARGOCD_SERVER_INSECURE", "server.env[0].value": "true"}, server),
	extras(map[string]string{"server.env[0].name": "SSL_CERT_FILE", "server.env[0].value": "/tmp/ca.pem"}, server),
	extras(map[string]string{"server.env[0].name": "AZURE_FEDERATED_TOKEN_FILE", "server.env[0].value": "/tmp/token"}, server),
	extras(map[string]string{"server.env[0].name": "HTTPS_PROXY", "server.env[0].value": "http://proxy.example:3128"}, ""),
	extras(map[string]string{"global.env[0].name": "NO_PROXY", "global.env[0].value": ".svc,10.0.0.0/8"}, ""),
	extra("server.env", "x", server),
	extra("server.env[0].value", "x", `"server.env[0]" has no name`),
	extra("server.env[0]", "x", server),
	extra("server.envFrom[0].configMapRef.name", "x", server),
	extra("server.lifecycle.postStart.exec.command[0]", "sh", server),
	extra("server.extraContainers[0].name", "x", server),
	extra("server.initContainers[0].name", "x", server),
	extra("server.volumes[0].name", "x", server),
	extra("server.volumeMounts[0].mountPath", "/app/config/server/tls", server),
	extra("global.extraVolumeMounts[0].mountPath", "/etc/ssl/certs", server),
	extra("server.image.repository", "evil.example/argocd", server),
	extra("server.image.tag", "v2.0.0", server),
	extra("global.image.repository", "evil.example/argocd", server),
	extra("global.image.tag", "v2.0.0", server),
	extra("global.image.imagePullPolicy", "Always", ""),
	extra("server", "null", "is a whole part"),
	extra("configs", "null", managed),
	extra("controller", "null", "is a whole part"),

	// argocd-cm.
	extra(`configs.cm.users\.anonymous\.enabled`, "true", signIn),
	extra(`configs.cm.users\.session\.duration`, "8760h", signIn),
	extra(`configs.cm.accounts\.admin\.enabled`, "true", signIn),
	extra(`configs.cm.accounts\.eve`, "login", signIn),
	extra(`configs.cm.accounts\.eve`, "apiKey, login", signIn),
	extra(`configs.cm.admin\.enabled`, "true", managed),
	extra(`configs.cm.admin.enabled`, "true", managed),
	extra(`configs.cm.oidc\.config`, "name: x", managed),
	extra(`configs.cm.oidc.config`, "name: x", managed),
	extra(`configs.cm.oidc\.config.name`, "x", managed),
	// Refresh tokens on the server, which fail with workload identity.
	extra(`configs.cm.oidc\.config`, "requestedScopes: [openid, profile, email, offline_access]\nrefreshTokenThreshold: 5m\n", managed),
	extra(`configs.cm.oidc\.config.refreshTokenThreshold`, "5m", managed),
	extra(`configs.cm.oidc\.config.requestedScopes[0]`, "offline_access", managed),
	extra(`configs.cm.oidc\.refreshTokenThreshold`, "5m", signIn),
	extra(`configs.cm.oidc\.config\.refreshTokenThreshold`, "5m", managed),
	extra(`configs.cm.oidc\.tls\.insecure\.skip\.verify`, "true", signIn),
	extra(`configs.cm.dex\.config`, "connectors: []", signIn),
	extra(`configs.cm.url`, "https://evil.example", signIn),
	extra(`configs.cm.additionalUrls`, "[https://evil.example]", signIn),
	extra(`configs.cm.passwordPattern`, "^.$", signIn),
	extra(`configs.cm.server\.rbac\.disableApplicationFineGrainedRBACInheritance`, "false", signIn),
	extra(`configs.cm.create`, "false", signIn),
	extra(`configs.cm`, "null", managed),
	extra(`configs.cm[0]`, "x", managed),
	extra(`configs.cm.unknown\.in\.this\.version`, "true", signIn),
	extra(`configs.cm.application.instanceLabelKey`, "x", `write a dot inside one as \. (configs.cm.application\.instanceLabelKey)`),
	extra(`configs.cm.application\.instanceLabelKey`, "argocd.argoproj.io/app", ""),
	extra(`configs.cm.application\.resourceTrackingMethod`, "annotation", ""),
	extra(`configs.cm.resource\.customizations\.health\.cert-manager\.io_Certificate`, "hs = {}\nreturn hs\n", ""),
	extra(`configs.cm.resource\.customizations\.ignoreDifferences\.apps_Deployment`, "jsonPointers:\n- /spec/replicas\n", ""),
	extra(`configs.cm.resource\.exclusions`, "- apiGroups: ['']\n", ""),
	extra(`configs.cm.resource\.compareoptions`, "ignoreAggregatedRoles: true\n", ""),
	extra(`configs.cm.application\.links`, "- url: https://x.example/{{.app.metadata.name}}\n", ""),
	extra(`configs.cm.kustomize\.buildOptions`, "--enable-helm", ""),
	extra(`configs.cm.timeout\.reconciliation`, "300s", ""),
	extra(`configs.cm.help\.chatUrl`, "https://chat.example", ""),
	extra(`configs.cm.ui\.bannercontent`, "Production", ""),
	extra(`configs.cm.statusbadge\.enabled`, "true", ""),
	extra(`configs.cm.exec\.enabled`, "true", ""),
	extra(`configs.cm.annotations.team`, "platform", ""),
	extra(`configs.cm.ga\.trackingid`, "UA-1", ""),

	// argocd-rbac-cm.
	extra(`configs.rbac.policy\.csv`, "g, x, role:admin", managed),
	extra(`configs.rbac.policy\.default`, "role:admin", managed),
	extra(`configs.rbac.policy\.x\.csv`, "g, x, role:admin", "would change who may do what"),
	extra(`configs.rbac.policy\.matchMode`, "regex", "would change who may do what"),
	extra(`configs.rbac.scopes`, "[email]", "would change who may do what"),
	extra(`configs.rbac.create`, "false", "would change who may do what"),
	extra(`configs.rbac`, "null", managed),
	extra(`configs.rbac.annotations.team`, "platform", ""),

	// argocd-cmd-params-cm.
	extra(`configs.params.create`, "false", server),
	extra(`configs.params`, "null", server),
	extra(`configs.params.server\.rootpath`, "/argocd", server),
	extra(`configs.params.server\.basehref`, "/argocd", server),
	extra(`configs.params.server\.staticassets`, "/tmp", server),
	extra(`configs.params.server\.api\.content\.types`, "", server),
	extra(`configs.params.server\.dex\.server`, "https://evil.example", server),
	extra(`configs.params.server\.listen\.address`, "127.0.0.1", server),
	extra(`configs.params.server\.tls\.minversion`, "1.0", tls),
	extra(`configs.params.server\.repo\.server\.plaintext`, "true", tls),
	extra(`configs.params.reposerver\.disable\.tls`, "true", tls),
	extra(`configs.params.controller\.repo\.server\.plaintext`, "true", tls),
	extra(`configs.params.server\.insecure`, "true", ""),
	extra(`configs.params.server\.insecure`, "yes", "must be one of true, false"),
	{"server.insecure on localhost", map[string]string{"domain": "localhost:9000", "extraSettings": `{"configs.params.server\\.insecure":"true"}`}, tls, nil},
	{"server.insecure beside an ingress", map[string]string{"ingress": traefik + "}", "extraSettings": `{"configs.params.server\\.insecure":"false"}`}, managed, nil},
	{"--insecure beside passthrough", map[string]string{
		"ingress": `{"className":"haproxy","tlsSecret":"argocd-server-tls","tls":"passthrough"}`, "extraSettings": `{"server.extraArgs[0]":"--insecure"}`,
	}, server, nil},
	extra(`configs.params.server.insecure`, "true", `write a dot inside one as \.`),
	extra(`configs.params.server\.log\.level`, "debug", ""),
	extra(`configs.params.server\.enable\.gzip`, "true", ""),
	extra(`configs.params.controller\.status\.processors`, "50", ""),
	extra(`configs.params.reposerver\.parallelism\.limit`, "10", ""),
	extra(`configs.params.application\.namespaces`, "team-*", ""),
	extra(`configs.params.applicationsetcontroller\.allowed\.scm\.providers`, "https://github.example", ""),
	extra(`configs.params.otlp\.address`, "otel:4317", ""),
	extra(`configs.params.server\.x\.frame\.options`, "", ""),

	// argocd-secret, and what is a secret.
	extra("configs.secret.argocdServerAdminPassword", "$2a$10$x", "would change passwords"),
	extra("configs.secret.createSecret", "false", "would change passwords"),
	extra(`configs.secret.extra.server\.secretkey`, "x", "would change passwords"),
	extra(`configs.secret.extra.accounts\.eve\.password`, "x", "would change passwords"),
	extra("configs.secret.extra", "x", "would change passwords"),
	extra("configs.secret.githubSecret", "s3cret", isSecret),
	extra("configs.repositories.private.password", "s3cret", isSecret),
	extra("configs.credentialTemplates.github.sshPrivateKey", "s3cret", isSecret),
	extra("configs.clusterCredentials.other.config.bearerToken", "s3cret", isSecret),
	extra("notifications.secret.items.slack-token", "s3cret", isSecret),
	extra("externalRedis.password", "s3cret", isSecret),
	extra("repoServer.certificateSecret.key", "s3cret", isSecret),
	extra("configs.repositories.private.url", "https://git.example/x", ""),
	secretRow("configs.secret.githubSecret", ""),
	secretRow("configs.secret.azureDevops.password", ""),
	secretRow("configs.repositories.private.password", ""),
	secretRow("notifications.secret.items.slack-token", ""),
	secretRow("configs.secret.argocdServerAdminPassword", "would change passwords"),
	secretRow(`configs.cm.accounts\.eve`, signIn),
	secretRow(`configs.rbac.policy\.x\.csv`, "would change who may do what"),
	secretRow(`configs.cm.oidc\.config`, managed),
	{"secret settings in plain text", map[string]string{"secretSettings": `{"configs.secret.githubSecret":"s3cret"}`}, "secretSettings is not encrypted", nil},
	{"one key in both", map[string]string{
		"extraSettings": `{"server.replicas":"2"}`, "secretSettings": `{"server.replicas":"3"}`,
	}, "cannot be combined with", []string{"secretSettings"}},
	{"a secret group", map[string]string{"group": "Admins"}, "group is a secret", []string{"group"}},
	{"secret extra settings", map[string]string{"extraSettings": `{"server.replicas":"2"}`}, "extraSettings is a secret", []string{"extraSettings"}},
	{"secret policies", map[string]string{"policies": `["p, role:a, logs, get, shop/*, allow"]`}, "policies is a secret", []string{"policies"}},

	// Identities, names and the namespace.
	extra("server.serviceAccount.name", "default", account),
	extra("server.serviceAccount.create", "false", account),
	extra(`server.serviceAccount.annotations.azure\.workload\.identity/client-id`, "x", "would change the workload identity"),
	extra("server.serviceAccount", "null", account),
	extra("server.automountServiceAccountToken", "false", account),
	extra("repoServer.serviceAccount.name", "x", account),
	extra("controller.serviceAccount.name", "x", account),
	extra("controller.serviceAccount.create", "false", account),
	extra("controller.serviceAccount.annotations.team", "platform", ""),
	extra(`server.podLabels.azure\.workload\.identity/use`, "false", "would change the workload identity"),
	extra(`global.podLabels.azure\.workload\.identity/use`, "false", "would change the workload identity"),
	extra(`server.podAnnotations.azure\.workload\.identity/skip-containers`, "server", "would change the workload identity"),
	extra("server.podLabels.team", "platform", ""),
	extra("azure.workloadIdentity.enabled", "false", managed),
	extra("azure.workloadIdentity.tenantId", "x", "would change the workload identity"),
	extra("azure", "null", "is managed"),
	extra("namespaceOverride", "other", "would change the namespace"),
	extra("nameOverride", "other", names),
	extra("fullnameOverride", "other", names),
	extra("server.name", "other", names),
	extra("repoServer.name", "other", names),
	extra("global.domain", "evil.example", managed),
	extra("global.domain", onDomain, managed),
	extra("redis-ha.enabled", "true", managed),
	extra("extraObjects[0].kind", "ConfigMap", "would change any object"),
	extra("extraObjects[0]", "{{ lookup }}", "would change any object"),
	extras(map[string]string{"configs.cm.create": "false", "server.replicas": "2"}, signIn),

	// Keys that Helm and a reader may take differently.
	extra("configs[+0]", "x", path),
	extra("configs[0].x", "x", managed),
	extra("configs[00].x", "x", path),
	extra("configs[-1]", "x", path),
	extra("configs[0]x", "x", path),
	extra("configs[0", "x", path),
	extra("configs]", "x", path),
	extra("server.extraArgs[70000]", "x", path),
	extra(`a\`, "x", path),
	extra("a[", "x", path),
	extra(`configs\.cm.x`, "x", "is no part of the argo-cd chart"),
	extra(`glo\bal.domain`, "x", path),
	extra("", "x", path),
	extra(".server", "x", path),
	extra("server..replicas", "x", path),
	extra("server.", "x", path),
	extra("server.replicas ", "x", path),
	extra("server replicas", "x", path),
	extra("server.replicas=1,global.domain", "x", path),
	extra("{server}", "x", path),
	extra("server.replicas\n", "x", path),
	extra("ѕerver.replicas", "2", path),       // a Cyrillic s
	extra("server\u200b.replicas", "2", path), // a space of no width
	extra("Server.replicas", "2", "is no part of the argo-cd chart"),
	extra("config-maps.argocd-cm.data.x", "y", "is no part of the argo-cd chart"),
	extra("deployWithHighAvailability", "true", "is no part of the argo-cd chart"),
	extra("replicas", "2", "is no part of the argo-cd chart"),
	extras(map[string]string{"controller.resources": "x", "controller.resources.limits.cpu": "1"}, "cannot be combined with"),
	extras(map[string]string{"controller.tolerations[0].key": "x", "controller.tolerations.key": "y"}, "cannot be combined with"),
	extras(map[string]string{"controller.tolerations[1].key": "x"}, "has no [0]"),
	extras(map[string]string{"controller.tolerations[0].key": "x", "controller.tolerations[2].key": "y"}, "has no [1]"),
	extra("server.ingress.annotations.x", "{{ .Release.Namespace }}", "has {{ in its value"),
	extras(map[string]string{"controller.env[0].name": "x", "controller.env[0].value": `{{ lookup "v1" "Secret" "argocd" "argocd-secret" }}`}, "has {{ in its value"),

	// The other parts of Argo CD.
	extra("controller.extraArgs[0]", "--namespace=other", part),
	extra("controller.extraArgs[0]", "-n", part),
	extra("controller.extraArgs[0]", "--kubeconfig=/tmp/x", part),
	extra("controller.extraArgs[0]", "--repo-server-plaintext", part),
	extra("controller.extraArgs[0]", "--app-resync=60", ""),
	extra("controller.extraArgs[0]", "x\x00y", "has the character"),
	extra("repoServer.extraArgs[0]", "--disable-tls", part),
	extras(map[string]string{"repoServer.env[0].name": "AZURE_CLIENT_ID", "repoServer.env[0].value": "x"}, part),
	extras(map[string]string{"repoServer.env[0].name": "ARGOCD_EXEC_TIMEOUT", "repoServer.env[0].value": "180s"}, ""),
	extras(map[string]string{"repoServer.env[0].name": "HTTPS_PROXY", "repoServer.env[0].value": "http://proxy.example:3128"}, ""),
	extra("repoServer.env", "x", part),
	extra("server.certificate.enabled", "true", tls),
	extra("server.certificateSecret.enabled", "true", tls),
	extra("server.replicas", "3", ""),
	extra("server.autoscaling.enabled", "true", ""),
	extra("controller.replicas", "2", ""),
	extra("controller.resources.limits.memory", "2Gi", ""),
	extra("controller.metrics.enabled", "true", ""),
	extra("server.metrics.serviceMonitor.enabled", "true", ""),
	extra("global.networkPolicy.create", "true", ""),
	extra("global.logging.level", "debug", ""),
	extra("global.nodeSelector.pool", "user", ""),
	extra("global.tolerations[0].operator", "Exists", ""),
	extra("server.service.type", "LoadBalancer", ""),
	extra("server.pdb.enabled", "true", ""),
	extra("dex.enabled", "false", ""),
	extra("notifications.enabled", "false", ""),
	extra(`notifications.templates.template\.app-deployed`, "message: |\n  {{.app.metadata.name}} is there\n", ""),
	extra(`notifications.triggers.trigger\.on-deployed`, "- when: app.status.operationState.phase in ['Succeeded']\n", ""),
	extra("configs.ssh.extraHosts", "git.example ssh-ed25519 AAAA", ""),
	extra(`configs.tls.certificates.git\.example`, "-----BEGIN CERTIFICATE-----", ""),
	extra("configs.gpg.keys.4AEE18F83AFDEB23", "-----BEGIN PGP PUBLIC KEY BLOCK-----", ""),
	extra("configs.styles", ".nav-bar { background: red }", ""),
	extra("createClusterRoles", "false", ""),
	extra("controller.clusterRoleRules.enabled", "true", ""),
	extra("crds.keep", "true", ""),
	extras(map[string]string{"server.httproute.enabled": "true", "server.httproute.parentRefs[0].name": "public", `configs.params.server\.insecure`: "true"}, ""),

	// A value that is more than one in an object.
	extra("server.livenessProbe.initialDelaySeconds", "10\n        args:\n        - /usr/local/bin/argocd-server\n        - --disable-auth", unquoted),
	extra("server.readinessProbe.timeoutSeconds", "1\n        env:\n        - name: ARGOCD_SERVER_DISABLE_AUTH\n          value: \"true\"", unquoted),
	extra("server.terminationGracePeriodSeconds", "30\n      initContainers:\n      - name: x", unquoted),
	extra("applicationSet.dnsPolicy", "ClusterFirst\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-rbac-cm", unquoted),
	extra("applicationSet.dnsPolicy", "ClusterFirst # x", unquoted),
	extra("applicationSet.dnsPolicy", "ClusterFirst: x", unquoted),
	extra("applicationSet.dnsPolicy", "&x ClusterFirst", unquoted),
	extra("applicationSet.dnsPolicy", "!x ClusterFirst", unquoted),
	extra("applicationSet.dnsPolicy", "*x", unquoted),
	extra("applicationSet.dnsPolicy", "[x]", unquoted),
	extra("applicationSet.dnsPolicy", "x\u0085hostNetwork: true", "has the character"),
	extra("applicationSet.dnsPolicy", "x\u2028hostNetwork: true", "has the character"),
	extra("applicationSet.dnsPolicy", "x\rhostNetwork: true", "has the character"),
	extra("configs.styles", "é☃\r", "has the character"),
	extra("applicationSet.dnsPolicy", "on", unquoted),
	extra("applicationSet.dnsPolicy", "1e3", unquoted),
	extra("applicationSet.dnsPolicy", "0777", unquoted),
	extra("applicationSet.dnsPolicy", "ClusterFirst", ""),
	extra("applicationSet.dnsPolicy", "Cluster First", ""),
	extra("redis.image.tag", "8.10", ""),
	extra("redis.image.tag", "8.2.3-alpine@sha256:0123", ""),
	extra("redis.livenessProbe.enabled", "True", "Helm reads as another text"),
	extra("redis-ha.redis.livenessProbe.periodSeconds", "+5", "Helm reads as another text"),
	extra("redis-ha.labels.team", "x\n  app: y", unquoted),
	extra("redis-ha.haproxy.image.tag", "x\n        command: [sh]", unquoted),
	extra("notifications.extraArgs[0]", "--x='\n  y", unquoted),
	extra("redis.extraArgs[0]", "--save # x", unquoted),
	extra("notifications.argocdUrl", "https://x.example\ny: z", unquoted),
	extra("configs.styles", "a\rb: c", "has the character"),
	extra("configs.styles", "  a\n b", "begins with space"),
	extra("configs.ssh.extraHosts", "git.example ssh-ed25519 AAAA\nother.example ssh-ed25519 BBBB\n", ""),
	extra(`configs.cm.resource\.customizations`, "{x}", "which Helm reads as a list"),
	extra(`configs.cm.ui\.bannercontent`, "Change freeze: 24 to 26 December, see \"calendar\" # 1", ""),
	extra(`configs.cm.statusbadge\.url`, "{{ .Release.Name }}", "has {{ in its value"),
	extra(`server.podAnnotations.x`, "a: [b]\n# c", ""),
	extras(map[string]string{"controller.env[0].name": "X", "controller.env[0].value": "a: b\n# c\n---\n"}, ""),
	extra("controller.metrics.rules.spec[0].expr", `absent(argocd_app_info{x!="y"} == 1)`, ""),
	extra("configs.clusterCredentials.other.server", "https://x.example\n  data: y", unquoted),
	extra("configs.repositories.a#b.url", "https://git.example/x", path),
	extra("configs.repositories.&a.url", "https://git.example/x", path),
	secretRow("configs.repositories.private.sshPrivateKey", ""),
	secretValue("configs.repositories.private.password", "s3cret {{x}} # 'x'", ""),
	secretValue("configs.repositories.private.password", "s3cret\r", "has the character"),

	// Objects of one name, and of another's.
	extra("notifications.secret.name", "argocd-secret", names),
	extra("redis-ha.fullnameOverride", "argocd-server", names),
	extra("redis-ha.nameOverride", "x", names),
	{"two secrets of one name", map[string]string{"secretSettings": asJSON(map[string]string{
		"notifications.secret.name": "argocd-secret", `notifications.secret.items.server\.secretkey`: "s3cret",
	})}, names, []string{"secretSettings"}},
	extras(map[string]string{"configs.repositories.creds-x.url": "https://git.example/x", "configs.credentialTemplates.x.url": "https://git.example"}, names),

	// Around argocd-server's pod, and the identities.
	extra("server.extensions.image.repository", "evil.example/x", server),
	extra("server.extensions.image.tag", "v1", server),
	extras(map[string]string{
		"server.extensions.enabled": "true", "server.extensions.extensionList[0].name": "x", "server.extensions.extensionList[0].env[0].name": "EXTENSION_URL",
		"server.extensions.extensionList[0].env[0].value": "https://x.example/x.tar",
	}, ""),
	extra("redis-ha.haproxy.serviceAccountName", "argocd-server", account),
	extra("redis-ha.serviceAccount.name", "argocd-server", account),
	extra("redis-ha.haproxy.serviceAccount.create", "false", account),
	extra("repoServer.rbac[0].resources[0]", "serviceaccounts/token", changedRights),
	extra("repoServer.clusterRoleRules.rules[0].resources[0]", "serviceaccounts/token", changedRights),
	extra("repoServer.clusterRoleRules.enabled", "true", changedRights),
	extra("server.clusterRoleRules.rules[0].resources[0]", "secrets", changedRights),
	extra("applicationSet.roleRules[0].resources[0]", "secrets", changedRights),
	extra("controller.clusterRoleRules.rules[0].resources[0]", "configmaps", ""),
	extra(`global.additionalLabels.azure\.workload\.identity/use`, "true", "would change the workload identity"),
	extra(`repoServer.deploymentLabels.azure\.workload\.identity/use`, "true", "would change the workload identity"),
	extra(`global.additionalLabels.app\.kubernetes\.io/part-of`, "x", "would change labels"),
	extra(`global.podLabels.app\.kubernetes\.io/name`, "x", "would change labels"),
	extra(`server.podLabels.app\.kubernetes\.io/instance`, "x", "would change labels"),
	extra(`configs.secret.labels.app\.kubernetes\.io/part-of`, "x", "would change labels"),
	extra(`configs.secret.labels.argocd\.argoproj\.io/secret-type`, "cluster", "would change labels"),
	extra(`configs.cm.annotations.helm\.sh/hook`, "test", "would change which objects Helm installs"),
	extra("global.additionalLabels.team", "platform", ""),
	extras(map[string]string{
		`server.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app\.kubernetes\.io/name`: "argocd-server",
		"server.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey":                                        "kubernetes.io/hostname",
	}, ""),

	installer("EXTENSION_URL", "https://x.example/x.tar", ""),
	installer("MAX_DOWNLOAD_SEC", "30 --data-binary @/var/run/secrets/azure/tokens/azure-identity-token", server),
	installer("EXTENSION_URL", "-K/tmp/x", server),
	installer("HOME", "/tmp", server),
	installer("LD_PRELOAD", "/tmp/x.so", server),
	extra("server.extensions.containerSecurityContext.privileged", "true", server),
	extra(`server.podAnnotations.sidecar\.istio\.io/proxyImage`, "evil.example/p", server),
	extra(`server.podLabels.sidecar\.istio\.io/inject`, "true", server),
	extra(`global.podAnnotations.dapr\.io/sidecar-image`, "evil.example/p", server),
	extra(`server.podAnnotations.vault\.hashicorp\.com/agent-inject-secret-x`, "x", server),
	extra(`server.podAnnotations.prometheus\.io/scrape`, "true", ""),
	extra("server.dnsConfig.nameservers[0]", "203.0.113.66", server),
	extra("server.dnsConfig.options[0].name", "ndots", ""),
	extra("global.hostAliases[0].hostnames[0]", "argocd-repo-server", server),
	extra("global.hostAliases[0].hostnames[0]", "git.corp.example", ""),
	extras(map[string]string{"server.env[0].name": "TZ", "server.env[0].valueFrom.secretKeyRef.name": "x"}, server),
	extras(map[string]string{"global.env[0].name": "TZ", "global.env[0].valueFrom.secretKeyRef.name": "x"}, server),
	extras(map[string]string{"server.env[0].name": "HTTPS_PROXY", "server.env[0].value": "$(TZ)"}, server),
	extras(map[string]string{"controller.env[0].name": "X", "controller.env[0].valueFrom.secretKeyRef.name": "argocd-secret"}, "would hand out argocd-secret"),
	extra("repoServer.envFrom[0].secretRef.name", "argocd-secret", "would hand out argocd-secret"),
	extra("dex.volumes[0].secret.secretName", "argocd-secret", "would hand out argocd-secret"),
	extra("redis-ha.existingSecret", "argocd-secret", "would hand out argocd-secret"),
	secretValue("configs.clusterCredentials.x.config.execProviderConfig.command", "sh", "which command argocd-server runs"),
	secretValue("configs.clusterCredentials.x.config.awsAuthConfig.clusterName", "x", "which command argocd-server runs"),
	extra(`configs.cm.extension\.config`, "extensions: [{backend: {services: [{url: https://evil.example, headers: [{name: x, value: $server.secretkey}]}]}}]", "would change passwords"),
	extra(`configs.cm.extension\.config\.x`, "value: $argocd-repo-x:password", "would change passwords"),
	extra(`configs.cm.extension\.config`, "value: $metrics-token:key", ""),
	extra(`configs.cm.resource\.customizations\.useOpenLibs\.ConfigMap`, "true", "what Lua of resource.customizations can do"),
	extra(`configs.cm.resource\.customizations`, "ConfigMap:\n  health.lua.useOpenLibs: true\n", "what Lua of resource.customizations can do"),
	extra("notifications.extraArgs[0]", "--secret-name=argocd-secret", part),
	extra("notifications.extraArgs[0]", "--config-map-name=x", part),
	extra("controller.extraArgs[0]", "--repo-server=evil.example:8081", part),
	extra("controller.extraArgs[0]", "--redis=evil.example:6379", part),
	extra("applicationSet.extraArgs[0]", "--argocd-repo-server=evil.example:8081", part),
	extra("controller.extraArgs[0]", "-nkube-system", part),
	extra("controller.extraArgs[0]", "--repo-server-timeout-seconds=120", ""),
	extra("configs.repositories.server-tls.url", "https://git.example", names),
	extra("redis-ha.replicas", "2000000", "more than 999 replicas"),
	extras(map[string]string{"controller.env[0].name": "X", "controller.env[0].value": ""}, "is empty in a list"),
	secretValue("configs.repositories.private.password", "+1234", "Helm reads as another text"),

	extras(map[string]string{
		"controller.metrics.rules.spec[0].alert": "x", "controller.metrics.rules.spec[0].annotations.summary": "Application {{ $labels.name }} is not healthy",
	}, ""),
	extras(map[string]string{"server.env[0].name": "ARGOCD_API_SERVER_REPLICAS", "server.env[0].value": "2"}, ""),
	extra(`configs.cm.project\.links`, "- url: https://x.example\n", ""),
	extra("redis.automountServiceAccountToken", "false", ""),
	extra("repoServer.certificateSecret.enabled", "true", ""),
	extra("repoServer.certificateSecret.enabled", ":z", tls),
	extra("redis.automountServiceAccountToken", "true", account),

	// Secrets.
	extras(map[string]string{"repoServer.env[0].name": "HTTPS_PROXY", "repoServer.env[0].value": "user:s3cret@proxy.example:3128"}, isSecretURL),
	extra("configs.repositories.private.url", "https://user:s3cret@git.example/x", isSecretURL),
	extra("configs.repositories.private.url", "https://s3cret@git.example/x", isSecretURL),
	extra("configs.repositories.private.url", "ssh://git@git.example/x", ""),
	extra("configs.repositories.private.url", "git@github.com:contoso/shop", ""),
	extra("configs.repositories.private.proxy", "http://user:s3cret@proxy.example", isSecretURL),
	extras(map[string]string{"repoServer.env[0].name": "HTTPS_PROXY", "repoServer.env[0].value": "http://user:s3cret@proxy.example:3128"}, isSecretURL),
	extra("configs.repositories.private.azureServicePrincipalClientSecret", "s3cret", isSecret),
	extra("redis-ha.redisPassword", "s3cret", isSecret),
	secretValue("configs.repositories.private.url", "https://user:s3cret@git.example/x", ""),

	// Size.
	extra(`notifications.templates.template\.x`, long, "bytes"),
	extras(map[string]string{`notifications.templates.template\.x`: long[:len(long)/2], `configs.cm.help\.chatText`: long[:len(long)/2]}, "bytes"),

	// Ways to Argo CD.
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.ingress.enabled": "true"}, plainHTTP),
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.ingress.enabled": "true", "server.ingress.tls": "true"}, ""),
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.ingressGrpc.enabled": "true"}, plainHTTP),
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.ingress.aws.serviceType": "LoadBalancer"}, plainHTTP),
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.listenerset.protocol": "HTTP"}, plainHTTP),
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.route.termination_policy": "Allow"}, plainHTTP),
	extra(`server.ingress.annotations.nginx\.ingress\.kubernetes\.io/ssl-redirect`, "false", "would undo TLS"),
	extra(`server.ingress.annotations.nginx\.ingress\.kubernetes\.io/configuration-snippet`, "x", "configuration as text"),
	extra(`server.ingressGrpc.annotations.nginx\.ingress\.kubernetes\.io/permanent-redirect`, "https://evil.example", "to another server"),
	extra(`server.ingress.annotations.nginx\.ingress\.kubernetes\.io/proxy-body-size`, "8m", ""),
	extra("server.ingress.extraPaths[0].path", "/auth/callback", "to another server"),
	extra("server.httproute.rules[0].filters[0].type", "RequestMirror", "to another server"),
	key("ingress", `{"className":"traefik","tlsSecret":"argocd-secret"}`, "begins as Argo CD's own Secrets do"),

	// Plain HTTP.
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.service.type": "LoadBalancer"}, plainHTTP),
	extras(map[string]string{`configs.params.server\.insecure`: "true", "server.service.type": "ClusterIP"}, ""),
	beside(traefik+"}", "server.service.type", "LoadBalancer", plainHTTP),
	beside(traefik+"}", "server.service.type", "NodePort", plainHTTP),
	beside(traefik+"}", "server.hostNetwork", "true", plainHTTP),
	beside(traefik+"}", "server.service.externalIPs[0]", "10.0.0.4", plainHTTP),
	beside(traefik+"}", "server.ingressGrpc.enabled", "true", "beside the ingress"),
	beside(traefik+"}", "server.httproute.enabled", "true", "beside the ingress"),
	beside(traefik+"}", "server.grpcroute.enabled", "true", "beside the ingress"),
	beside(passthrough, "server.ingressGrpc.enabled", "true", "beside the ingress"),
	beside(passthrough, "server.service.type", "LoadBalancer", ""),
	beside(traefik+"}", "server.ingress.extraHosts[0].name", "cd.example.com", "would add a host that ingress.tlsSecret is not used for"),
	beside(`{"className":"traefik","certManagerIssuer":"letsencrypt"}`, "server.ingress.extraHosts[0].name", "cd.example.com", ""),
	beside(`{"className":"traefik","certManagerIssuer":"letsencrypt"}`, "server.ingress.extraHosts[0].path", "/", "has no name"),

	// Beside the ingress.
	{"labels of the ingress", map[string]string{"ingress": traefik + "}", "extraSettings": `{"server.ingress.labels.team":"platform"}`}, "", nil},
	{"another host of the ingress", map[string]string{"ingress": traefik + "}", "extraSettings": `{"server.ingress.hostname":"evil.example"}`}, "would change the ingress", nil},
	{"a path of the ingress", map[string]string{"ingress": traefik + "}", "extraSettings": `{"server.ingress.extraPaths[0].path":"/auth/callback"}`}, "would change the ingress", nil},
	{"no ingress after all", map[string]string{"ingress": traefik + "}", "extraSettings": `{"server.ingress.enabled":"false"}`}, managed, nil},
	{"an ingress of one's own", map[string]string{"extraSettings": `{"server.ingress.enabled":"true","server.ingress.ingressClassName":"traefik"}`}, "", nil},
	{"a proxy beside the registry", map[string]string{
		"containerRegistry": "/subscriptions/" + tenantID + "/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts",
		"extraSettings":     `{"repoServer.env[0].name":"HTTPS_PROXY","repoServer.env[0].value":"http://proxy.example:3128"}`,
	}, "", nil},
	{"settings beside spoke clusters", map[string]string{
		"clusters": asJSON([]string{spokeID + "shop"}),
		"extraSettings": asJSON(map[string]string{
			"controller.volumes[0].name": "a", "controller.volumes[0].emptyDir.medium": "Memory", "controller.volumeMounts[0].name": "a", "controller.volumeMounts[0].mountPath": "/a",
			"controller.env[0].name": "HTTPS_PROXY", "controller.env[0].value": "http://proxy.example:3128",
		}),
	}, "", nil},
	{"a volume of the name of that for spoke clusters", map[string]string{
		"clusters": asJSON([]string{spokeID + "shop"}), "extraSettings": `{"controller.volumes[0].name":"entra-token"}`,
	}, "is the name of the volume with which Argo CD signs in", nil},
	{"a mount in place of that for spoke clusters", map[string]string{
		"clusters":      asJSON([]string{spokeID + "shop"}),
		"extraSettings": `{"controller.volumeMounts[0].name":"x","controller.volumeMounts[0].mountPath":"/var/run/secrets/entra"}`,
	}, "is the folder from which Argo CD signs in", nil},
	{"a mount over that for spoke clusters", map[string]string{
		"clusters":      asJSON([]string{spokeID + "shop"}),
		"extraSettings": `{"controller.volumeMounts[0].name":"x","controller.volumeMounts[0].mountPath":"//run/./secrets"}`,
	}, "is the folder from which Argo CD signs in", nil},
	{"a list in place of that for spoke clusters", map[string]string{
		"clusters": asJSON([]string{spokeID + "shop"}), "extraSettings": `{"controller.volumes":"null"}`,
	}, part, nil},
	{"a token in place of that for spoke clusters", map[string]string{
		"clusters": asJSON([]string{spokeID + "shop"}), "extraSettings": `{"controller.env[0].name":"AZURE_FEDERATED_TOKEN_FILE","controller.env[0].value":"/tmp/token"}`,
	}, part, nil},
	{"too much for a ConfigMap", map[string]string{"extraSettings": asJSON(map[string]string{`configs.cm.resource\.exclusions`: long})}, "a release of Helm has 1048576", nil},
}

func secretRow(key, verdict string) row { return secretValue(key, "s3cret", verdict) }

func secretValue(key, value, verdict string) row {
	return row{"secretSettings " + key + " " + value, map[string]string{"secretSettings": asJSON(map[string]string{key: value})}, verdict, []string{"secretSettings"}}
}

var otherRows = []row{
	domain("argocd.example.com", ""), domain("localhost:9000", ""), domain("argocd.localhost", ""), domain("a-b.example:8443", ""), domain("1.example", ""),
	domain("xn--mller-kva.example", ""), domain("xn--80ak6aa92e.example", ""), domain("argocd", ""),
	domain("127.1", "ends in a number"), domain("a.1", "ends in a number"), domain("a.0x7f", "ends in a number"), domain("10.0.0.4", "ends in a number"),
	domain("2130706433", "ends in a number"), domain("xn--a.example", "which no browser reads"), domain("xn--.example", "lower case"),
	domain("xn--abc.example", "which no browser reads"), domain("xn---000a", "which no browser reads"), domain("argocd.example.com:443", `write "argocd.example.com"`), domain("argocd.example.com:0", "has a port"),
	domain("argocd.example.com:08443", "has a port"), domain("https://argocd.example.com", "has a scheme"), domain("argocd.example.com/", "has a path"),
	domain("argocd.example.com?x", "has a path"), domain("user@argocd.example.com", "lower case"), domain("Argocd.example.com", "lower case"),
	domain("argocd.example.com.", "lower case"), domain("*.example.com", "is a wildcard"), domain("argocd..com", "lower case"), domain("argöcd.example", "lower case"),
	domain("[::1]", "has a port"), domain("argocd.example.com ", "lower case"), domain("{{.Values.x}}", "lower case"), domain("a b", "lower case"),
	domain(label(60)+"."+label(60)+"."+label(60)+"."+label(56), "characters, and Entra takes 256"), domain(label(64)+".example", "lower case"),

	key("additionalDomains", `["argocd.corp.example"]`, ""),
	key("additionalDomains", `["localhost:9000","argocd.corp.example:8443","argocd"]`, ""),
	key("additionalDomains", `[]`, ""),
	key("additionalDomains", `["argocd.example.com"]`, `additionalDomains[0] "argocd.example.com" is the domain itself`),
	key("additionalDomains", `["a.example","b.example","a.example"]`, `additionalDomains[2] "a.example" is there twice`),
	key("additionalDomains", `["a.example","https://b.example"]`, `additionalDomains[1] "https://b.example" has a scheme`),
	key("additionalDomains", `["ARGOCD.EXAMPLE.COM"]`, "lower case"),
	key("additionalDomains", `["*.example.com"]`, "is a wildcard"),
	key("additionalDomains", `["a.example\n- https://evil.example"]`, "has a scheme"),
	key("additionalDomains", `["a.example\n- evil"]`, "lower case"),
	key("additionalDomains", `[""]`, "additionalDomains[0] is empty"),
	key("additionalDomains", `"a.example"`, "additionalDomains cannot be read"),
	key("additionalDomains", `["`+label(60)+"."+label(60)+"."+label(60)+"."+label(56)+`"]`, "additionalDomains[0]"),
	key("additionalDomains", manyDomains(254), ""),
	key("additionalDomains", manyDomains(255), "additionalDomains need 257 redirect URIs, and an application has at most 256"),
	{"additional domains without the CLI", map[string]string{"additionalDomains": manyDomains(255), "cli": "false"}, "", nil},
	{"additional domains to sign out at", map[string]string{"additionalDomains": manyDomains(127), "signOutOfEntra": "true"}, "need 257 redirect URIs", nil},
	{"additional domains of an ingress", map[string]string{"additionalDomains": `["argocd.corp.example"]`, "ingress": traefik + "}"}, "", nil},
	{"an additional port of an ingress", map[string]string{"additionalDomains": `["a.example:8443"]`, "ingress": traefik + "}"}, `additionalDomains[0] "a.example:8443" has a port`, nil},
	{"localhost beside an ingress", map[string]string{"additionalDomains": `["localhost:9000"]`, "ingress": traefik + "}"}, "use ingress.tls passthrough", nil},
	{"localhost beside passthrough", map[string]string{
		"additionalDomains": `["localhost:9000"]`, "ingress": `{"className":"haproxy","tlsSecret":"argocd-server-tls","tls":"passthrough"}`,
	}, "", nil},
	{"localhost first", map[string]string{"domain": "localhost:9000", "additionalDomains": `["argocd.example.com"]`}, "", nil},
	{"additional hosts twice", map[string]string{
		"additionalDomains": `["a.example"]`, "ingress": traefik + "}", "extraSettings": `{"server.ingress.extraHosts[0].name":"b.example"}`,
	}, managed, nil},
	{"TLS in front of an additional domain", map[string]string{"additionalDomains": `["a.example"]`, "extraSettings": `{"configs.params.server\\.insecure":"true"}`}, "", nil},
	{"no TLS on localhost beside a domain", map[string]string{
		"additionalDomains": `["localhost:9000"]`, "extraSettings": `{"configs.params.server\\.insecure":"true"}`,
	}, tls, nil},
	extra("configs.cm.additionalUrls", "- https://a.example", signIn),

	key("ingress", traefik+"}", ""),
	key("ingress", traefik+`,"annotations":{"traefik.ingress.kubernetes.io/router.entrypoints":"websecure"}}`, ""),
	key("ingress", traefik+`,"annotations":{"traefik.ingress.kubernetes.io/router.entrypoints":"web"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"traefik.ingress.kubernetes.io/router.entrypoints":"websecure, web"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"traefik.ingress.kubernetes.io/router.tls":"false"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-redirect":false}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/force-ssl-redirect":"false"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/force-ssl-redirect":"true"}}`, ""),
	key("ingress", traefik+`,"annotations":{"appgw.ingress.kubernetes.io/ssl-redirect":"False"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"kubernetes.io/ingress.allow-http":"true"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/configuration-snippet":"return 200;"}}`, "configuration as text"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/backend-protocol":"HTTPS"}}`, "speak TLS to Argo CD"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-passthrough":"true"}}`, "needs tls passthrough"),
	key("ingress", `{"className":"haproxy","tlsSecret":"argocd-server-tls","tls":"passthrough","annotations":{"haproxy-ingress.github.io/ssl-passthrough":"true"}}`, ""),
	key("ingress", traefik+`,"annotations":{"kubernetes.io/ingress.class":"nginx"}}`, "is what className says"),
	key("ingress", traefik+`,"annotations":{"x.example/y":"{{ .Release.Name }}"}}`, "has {{ in its value"),
	key("ingress", traefik+`,"annotations":{"x.example/y":"a, b=c"}}`, ""),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-redirect":"0"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-redirect":"f"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/force-ssl-redirect":"F"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-redirect":"no"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-redirect":"1"}}`, ""),
	key("ingress", traefik+`,"annotations":{"kubernetes.io/ingress.allow-http":"1"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"kubernetes.io/ingress.allow-http":"0"}}`, ""),
	key("ingress", traefik+`,"annotations":{"traefik.ingress.kubernetes.io/router.tls":"0"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"haproxy-ingress.github.io/ssl-redirect-code":"301"}}`, ""),
	key("ingress", traefik+`,"annotations":{"haproxy-ingress.github.io/no-tls-redirect-locations":"/"}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/mirror-target":"https://evil.example"}}`, "would send users"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/permanent-redirect":"https://evil.example"}}`, "would send users"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/temporal-redirect":"https://evil.example"}}`, "would send users"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/rewrite-target":"https://evil.example/"}}`, "would send users"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/rewrite-target":"/"}}`, ""),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/auth-url":"https://evil.example"}}`, "would send users"),
	key("ingress", traefik+`,"annotations":{"haproxy-ingress.github.io/redirect-to":"https://evil.example"}}`, "would send users"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/server-alias":"x.example"}}`, "would add hosts"),
	key("ingress", traefik+`,"annotations":{"haproxy-ingress.github.io/config-backend":"http-request return"}}`, "configuration as text"),
	key("ingress", traefik+`,"annotations":{"haproxy-ingress.github.io/backend-config-snippet":"x"}}`, "configuration as text"),
	key("ingress", traefik+`,"annotations":{"helm.sh/hook":"test"}}`, "would change which objects Helm installs"),
	key("ingress", traefik+`,"annotations":{"x.example/y":"{\"a\":1}"}}`, "which Helm reads as a list"),
	key("ingress", traefik+`,"annotations":{"nginx.ingress.kubernetes.io/ssl-redirect":0}}`, "would undo TLS"),
	key("ingress", traefik+`,"annotations":{"a,b":"x"}}`, "is not an annotation's name"),
	key("ingress", `{"className":"traefik","certManagerIssuer":"letsencrypt"}`, ""),
	key("ingress", `{"className":"traefik","certManagerIssuer":"letsencrypt","annotations":{"cert-manager.io/issuer":"mine"}}`, "is what certManagerIssuer says"),
	key("ingress", `{"className":"traefik","certManagerIssuer":"letsencrypt","tlsSecret":"x"}`, "one of both"),
	key("ingress", `{"ClassName":"traefik","tlsSecret":"argocd-tls"}`, "ClassName is spelt className"),
	key("ingress", `{"className":"traefik.io","tlsSecret":"argocd.tls-1"}`, ""),
	key("ingress", `{"className":"traefik","tlsSecret":"a..b"}`, `ingress.tlsSecret "a..b" is not the name of a secret`),
	key("ingress", `{"className":"traefik","tlsSecret":"a.-b"}`, "is not the name of a secret"), key("ingress", `{"className":"traefik","tlsSecret":"a-.b"}`, "is not the name of a secret"),
	key("ingress", `{"className":"a..b","tlsSecret":"argocd-tls"}`, `ingress.className "a..b" is not the name of an IngressClass`),
	key("ingress", `{"className":"traefik","certManagerIssuer":"a..b"}`, `ingress.certManagerIssuer "a..b" is not the name of a ClusterIssuer`),
	key("ingress", `{"className":"`+label(253)+`","tlsSecret":"`+label(253)+`"}`, ""), key("ingress", `{"className":"`+label(254)+`","tlsSecret":"argocd-tls"}`, "is not the name of an IngressClass"),
	key("ingress", traefik+`,"annotations":{"a..b/c":"x"}}`, `"a..b/c" is not an annotation's name`), key("ingress", traefik+`,"annotations":{"a-.b/c":"x"}}`, "is not an annotation's name"),
	key("ingress", traefik+`,"annotations":{"`+label(254)+`/c":"x"}}`, "is not an annotation's name"), key("ingress", traefik+`,"annotations":{"c":"x","a.b/C_d":"x"}}`, ""),

	first("https://github.com/contoso/platform", ""),
	first("https://github.com/contoso/platform.git", ""),
	first("https://dev.azure.com/contoso/shop/_git/platform%20team", ""),
	first("https://git.example:8443/platform", ""),
	first("git@github.com:contoso/platform.git", ""),
	first("git@ssh.dev.azure.com:v3/contoso/shop/platform", ""),
	first("ssh://git@git.example:2222/contoso/platform.git", ""),
	first("", ""), // as without the key
	first("https://contoso:s3cret@github.com/contoso/platform", "bootstrap.repoUrl has a user, a password or a token before an @"),
	first("https://s3cret@dev.azure.com/contoso/shop/_git/platform", "has a user, a password or a token before an @"),
	first("https://contoso:s3/cret@github.com/contoso/platform", "has a user, a password or a token before an @"),
	first("ssh://git:s3cret@git.example/contoso/platform", "has a user, a password or a token before an @"),
	first("git:s3cret@github.com:contoso/platform", "has a user, a password or a token before an @"),
	first("https://git.example/platform?private_token=s3cret", "has a query or a fragment, which may be a token"),
	first("https://git.example/platform#s3cret", "has a query or a fragment, which may be a token"),
	first("http://github.com/contoso/platform", "is not the address of a Git repository over https or SSH"),
	first("file:///tmp/platform", "is not the address of a Git repository over https or SSH"),
	first("oci://contoso.azurecr.io/platform", "is not the address of a Git repository over https or SSH"),
	first("github.com/contoso/platform", "is not the address of a Git repository over https or SSH"),
	first("https://github.com", "is not the address of a Git repository over https or SSH"),
	first("https:///contoso/platform", "is not the address of a Git repository over https or SSH"),
	first("ssh://git.example/contoso/platform", "is not the address of a Git repository over https or SSH"),
	first("git@github.com:", "before an @"),
	first("https://github.com/<owner>/argocd-on-aks", "has a character that is in no URL, such as a blank or the < of a placeholder"),
	first("https://github.com/contoso/platform\n", "has a character that is in no URL"),
	first("https://github.com/contoso/pl\u0430tform", "has a character that is in no URL"), // a Cyrillic a
	first("contoso@vs-ssh.visualstudio.com:v3/contoso/shop/platform", ""), first("ssh://git@ssh.github.com:443/contoso/platform.git", ""),
	first("https://git.example:65535/platform", ""), first("https://[2001:db8::1]:8443/platform", ""), first("https://git/platform", ""),
	first("git@-oProxyCommand=calc:contoso/platform", "has a host, a user or a path that ssh would take for an option"),
	first("ssh://git@-oProxyCommand=calc/contoso/platform", "ssh would take for an option"), first("ssh://-oProxyCommand=calc@git.example/platform", "ssh would take for an option"),
	first("-oProxyCommand=calc@git.example:platform", "ssh would take for an option"), first("git@git.example:-oProxyCommand=calc", "ssh would take for an option"),
	first("https://-git.example/platform", "has a host that is not a valid host name"), first("https://%2doProxyCommand=calc/platform", "is not a valid host name"),
	first("git@git..example:platform", "is not a valid host name"), first("git@git.example,x:platform", "is not a valid host name"),
	first("https://git.example:99999/platform", "has a port that is not 1 to 65535"), first("ssh://git@git.example:99999/platform", "has a port that is not 1 to 65535"),
	first("https://git.example:0/platform", "has a port that is not 1 to 65535"), first("https://git.example:/platform", "has a port that is not 1 to 65535"),
	first("ssh://git@git.example:0022/platform", "has a port that is not 1 to 65535"),
	firstIn("path", "clusters/prod", ""), firstIn("path", ".", ""), firstIn("path", "./clusters/prod/", ""), firstIn("path", "a b", ""),
	firstIn("path", "..clusters", ""), firstIn("path", "007", ""), firstIn("path", "true", ""), firstIn("path", "{{x}}", ""),
	firstIn("path", "/clusters", `bootstrap.path "/clusters" is not a folder from the repository's root`),
	firstIn("path", "../other", "is not a folder from the repository's root"),
	firstIn("path", "clusters/../../other", "is not a folder from the repository's root"),
	firstIn("path", "clusters/..", "is not a folder from the repository's root"),
	firstIn("path", `clusters\prod`, "is not a folder from the repository's root"),
	firstIn("path", "clusters\nspec: {}", "line break"),
	firstIn("revision", "main", ""), firstIn("revision", "refs/heads/main", ""), firstIn("revision", "v1.2.3", ""), firstIn("revision", "1.2", ""),
	firstIn("revision", "1e3", ""), firstIn("revision", ">=1.0.0 <2.0.0", ""), firstIn("revision", "0123456789012345678901234567890123456789", ""),
	firstIn("revision", "--upload-pack=x", `bootstrap.revision "--upload-pack=x" would be an option of git`),
	firstIn("revision", "main ", "space at an end"),
	firstIn("revision", "main\u200b", "a character that nobody sees"),
	firstIn("name", "platform", ""), firstIn("name", "platform.prod", ""), firstIn("name", "1", ""),
	firstIn("name", label(253), ""), firstIn("name", label(254), "bootstrap.name"),
	firstIn("name", "Platform", `bootstrap.name "Platform" must be 1 to 253 lower-case letters`),
	firstIn("name", "a..b", "must be 1 to 253"), firstIn("name", "-a", "must be 1 to 253"), firstIn("name", "a_b", "must be 1 to 253"),
	firstIn("name", "argocd/root", "must be 1 to 253"), firstIn("name", "root\n", "must be 1 to 253"),
	firstIn("project", "platform", ""), firstIn("project", "*", `bootstrap.project "*" must be 1 to 253`), firstIn("project", "shop/x", "must be 1 to 253"),
	firstIn("server", "https://kubernetes.default.svc", "bootstrap cannot be read (server is not known)"),
	firstIn("repoURL", "https://github.com/contoso/platform", "repoURL is spelt repoUrl"),
	key("bootstrap", "{}", ""),
	key("bootstrap", `{"path":"clusters/prod"}`, "bootstrap.repoUrl is required; use one such as https://github.com/contoso/platform"),
	key("bootstrap", `"https://github.com/contoso/platform"`, "bootstrap cannot be read (it must be an object, not a text)"),
	key("bootstrap", `{"repoUrl":"https://github.com/contoso/platform","revision":1.2}`, "revision must be a text, not the number 1.2: put it into quotes"),
	{"a secret first application", map[string]string{"bootstrap": `{"repoUrl":"https://github.com/contoso/platform"}`}, "bootstrap is a secret", []string{"bootstrap"}},

	key("containerRegistry", "/subscriptions/"+tenantID+"/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts", ""),
	key("containerRegistry", "/subscriptions/"+tenantID+"/resourceGroups/../providers/Microsoft.ContainerRegistry/registries/shopcharts", "is not the ID of a container registry"),
	key("containerRegistry", "shopcharts.azurecr.io", "is not the ID of a container registry"),
	key("containerRegistry", "/subscriptions/------------------------------------/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts", "is not the ID of a container registry"),
	key("clusters", `["/subscriptions/------------------------------------/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/orders"]`, "is not the ID of an AKS cluster"),
	key("clusters", `["/subscriptions/`+tenantID+`/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/-orders"]`, "is not the ID of an AKS cluster"),
	key("clusters", `["/subscriptions/`+tenantID+`/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/`+label(64)+`"]`, "is not the ID of an AKS cluster"),

	key("tags", `{"owner":"platform","kostenträger":"größe","hidden-title":"Argo CD","Microsoft team":"no"}`, `tags "Microsoft team" begins with microsoft, which Azure reserves`),
	key("tags", `{"azure":"x"}`, "begins with azure, which Azure reserves"), key("tags", `{"Azure-Env":"x"}`, "begins with azure"), key("tags", `{"WINDOWS_x":"x"}`, "begins with windows"),
	key("tags", `{"my-azure":"microsoft windows azure","hidden-title":"Argo CD ⚠️","kostenträger":"größe שלום"}`, ""),
	key("tags", `{"own\u202eer":"x"}`, `tags "own\u202eer" has a character that nobody sees`), key("tags", `{"owner":"plat\u202eform"}`, `tags "owner": the value "plat\u202eform" has a character that nobody sees`),
	key("tags", `{"owner":"a\nb"}`, "has a character that nobody sees"), key("tags", `{"owner":"a\u001b[2J"}`, "nobody sees"), key("tags", `{"o\u200bwner":"x"}`, "nobody sees"),
	key("tags", `{"owner\u3164":"x"}`, "nobody sees"), key("tags", `{"owner":"\u2800"}`, "nobody sees"), key("tags", `{"owner":"a\u00a0b"}`, "nobody sees"),
	key("tags", asJSON(map[string]string{strings.Repeat("é", 512): strings.Repeat("é", 256)}), ""), key("tags", asJSON(map[string]string{strings.Repeat("é", 513): "x"}), "a name has 1 to 512 characters"),
	key("tags", asJSON(map[string]string{"x": strings.Repeat("é", 257)}), "a value has 256 at most"),
	key("names", asJSON(map[string]string{"application": "Argo CD (größe)"}), ""), key("names", asJSON(map[string]string{"application": strings.Repeat("é", 256)}), ""),
	key("names", asJSON(map[string]string{"application": strings.Repeat("é", 257)}), "names.application"),
	key("names", asJSON(map[string]string{"application": "Argo\u202eCD"}), `names.application "Argo\u202eCD" has a line break, space at an end, or a character that nobody sees`),
	key("names", asJSON(map[string]string{"application": "Argo\nCD"}), "nobody sees"), key("names", asJSON(map[string]string{"application": " Argo CD"}), "space at an end"),
	key("names", asJSON(map[string]string{"application": "Argo\u00a0CD"}), "nobody sees"), key("names", asJSON(map[string]string{"application": "Argo\ufeffCD"}), "nobody sees"),
	key("names", asJSON(map[string]string{"application": "\u3164"}), "nobody sees"), key("names", asJSON(map[string]string{"application": "  "}), "space at an end"),
	key("group", "Admins\u3164", "a character that nobody sees"), key("cluster", `{"adminGroups":["Admins\u202e"]}`, "cluster.adminGroups[0]"),
	key("azureDevOps", "true", ""),
	key("azureDevOps", "contoso", `azureDevOps "contoso" is not true or false`),
	{"Azure DevOps and a registry", map[string]string{
		"azureDevOps": "true", "containerRegistry": "/subscriptions/" + tenantID + "/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts",
	}, "", nil},
	{"repo-server as somebody else", map[string]string{"azureDevOps": "true", "extraSettings": `{"repoServer.env[0].name":"AZURE_CLIENT_ID"}`}, part, nil},
	{"a proxy beside Azure DevOps", map[string]string{
		"azureDevOps": "true", "extraSettings": `{"repoServer.env[0].name":"HTTPS_PROXY","repoServer.env[0].value":"http://proxy.example:3128"}`,
	}, "", nil},
	key("clusters", asJSON([]string{spokeID + "shop", spokeID + "orders"}), ""),
	key("clusters", "[]", ""),
	key("clusters", asJSON([]string{spokeID + "shop", spokeID + "SHOP"}), "is there twice"),
	key("clusters", asJSON([]string{spokeID + "shop", strings.Replace(spokeID, "/spokes/", "/others/", 1) + "shop"}), "has the name of another"),
	key("clusters", asJSON([]string{spokeID + "in-cluster"}), "the name that Argo CD gives to its own cluster"),
	key("clusters", asJSON([]string{"shop"}), "is not the ID of an AKS cluster"),
	key("clusters", asJSON([]string{spokeID + "../shop"}), "is not the ID of an AKS cluster"),
	key("clusters", asJSON(spokeID+"shop"), "it must be a list, not a text"),
	key("clusters", asJSON([]string{strings.Replace(spokeID, "/spokes/", "/argocd-dev/", 1) + "Argocd-Dev"}), "is the cluster that Argo CD runs on"),
	key("clusters", asJSON([]string{strings.Replace(spokeID, "/spokes/", "/others/", 1) + "shop"}), "ResourceNotFound"),
	{"clusters of an application with a long name", map[string]string{
		"clusters": asJSON([]string{spokeID + "shop"}), "names": `{"application":"` + label(241) + `"}`,
	}, "the clusters' application adds -argocd-clusters", nil},
	key("cluster", `{"existingId":"/subscriptions/`+tenantID+`/resourceGroups/../providers/Microsoft.ContainerService/managedClusters/x"}`, "is not the ID of an AKS cluster"),
	key("cluster", `{"nodeCount":2,"nodeCount":3}`, "nodeCount is there twice"),
	key("tags", manyTags(50), ""),
	key("tags", manyTags(51), "are 51, and Azure takes 50"),
	key("tags", `{"Owner":"a","owner":"b"}`, "does not tell capitals apart"),
	key("tags", `{"owner":["a"]}`, `"owner" is not a text`),
	key("names", `{"cluster":"a","Cluster":"b"}`, "Cluster is spelt cluster"),
	key("protect", "yes", `"yes" is not true or false`),
	key("protect", "true", ""),
}
