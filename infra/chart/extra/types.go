package extra

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Helm turns true, false and decimal numbers into booleans and numbers. helm --set cannot quote a
// value (typedVal in helm.sh/helm/v3/pkg/strvals), and no public source shows that the extension
// can. Kubernetes, or a function of the chart, may require another type.
var (
	errString = problem.Errorf("has a value that Helm reads as a number or a boolean, but a string is required; " +
		"use a value with other letters, or for a parameter of Argo CD, a setting in configs.params")
	errFlag     = errors.New("has a value that Helm reads as a boolean, but the chart requires a string; write t or f, which Argo CD reads as well")
	errNumber   = errors.New("must be a number")
	errQuantity = errors.New("must be a quantity such as 500m or 2Gi")
)

// kubernetesNumbers and kubernetesBooleans are the fields of pods, Ingresses and the chart's custom
// resources that are not strings. TestKubernetesFields and TestCustomResourceFields compare them with
// Kubernetes' types and the resources' schemas.
var (
	kubernetesNumbers = []string{
		"activeDeadlineSeconds", "containerPort", "defaultMode", "denominator", "durationSeconds", "evictAfterOOMSeconds",
		"expirationSeconds", "expr", "factor", "failureThreshold", "fsGroup", "hostPort", "initialDelaySeconds", "lun", "maxAge",
		"maxExpirationSeconds", "maxSkew", "memoryAggregationIntervalCount", "memoryAggregationIntervalSeconds", "minDomains",
		"mode", "modulus", "number", "numerator", "partition", "percent", "periodSeconds", "port", "priority", "runAsGroup",
		"runAsUser", "seconds", "statusCode", "successThreshold", "supplementalGroups", "terminationGracePeriodSeconds",
		"timeoutSeconds", "tolerationSeconds", "weight",
	}
	kubernetesBooleans = []string{
		"allowCredentials", "allowPrivilegeEscalation", "automountServiceAccountToken", "chapAuthDiscovery", "chapAuthSession",
		"enableServiceLinks", "honorLabels", "hostIPC", "hostNetwork", "hostPID", "hostProcess", "hostUsers", "insecureSkipVerify",
		"optional", "privileged", "readOnly", "readOnlyRootFilesystem", "runAsNonRoot", "setHostnameAsFQDN",
		"shareProcessNamespace", "sslEnabled", "stdin", "stdinOnce", "tty",
	}
	// customResources are settings of resources in which a port is a number and a mode is a string.
	customResources = []string{"** grpcroute", "** httproute", "** listenerset", "** vpa"}
)

// kubernetesQuantities are fields with a quantity, and those below which there are quantities:
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
var (
	kubernetesQuantities = []string{
		"divisor", "limits", "maxAllowed", "minAllowed", "oomBumpUpRatio", "oomMinBumpUp", "quantity", "requests", "size", "sizeLimit",
	}
	quantity = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$`)
)

// These lists group the chart's values by how it prints them. TestChartValues sets each value to
// numbers and booleans, and decodes the objects with Kubernetes' types.
var (
	// encodedSettings are not quoted, in contrast to the other textSettings.
	encodedSettings = []string{
		"configs gpg keys", "configs repositories", "configs secret", "configs ssh", "configs styles",
		"configs tls certificates", "controller metrics rules namespace", "externalRedis password", "externalRedis username",
		"notifications notifiers", "notifications secret items", "notifications templates", "notifications triggers",
		"redis-ha prometheusRule namespace", "* certificateSecret ca", "* certificateSecret crt", "* certificateSecret key",
		"* certificateSecret labels", "** nodeSelector", "** selector",
	}
	// copiedAnnotations are not quoted, in contrast to other annotations.
	copiedAnnotations = []string{
		"** serviceMonitor annotations", "** vpa annotations", "** httproute annotations", "** grpcroute annotations", "** listenerset annotations",
		"** backendTLSPolicy annotations", "** metrics rules annotations", "controller metrics rules spec", "redis-ha",
	}
	// stringNames and numericNames match values outside of copied ones.
	stringNames = regexp.MustCompile(`^(type|dnsPolicy|imagePullPolicy|pullPolicy|hostname|ingressClassName|path|pathType|clusterIP|[pP]ortName|servicePort\w+Name` +
		`|servicePort\w+AppProtocol|priorityClassName|runtimeClassName|httpPath|httpScheme|existingSecret|ipFamilyPolicy|storageClass|podManagementPolicy` +
		`|masterGroupName|registry|trafficDistribution|backendProtocolVersion|serviceType|sessionAffinity|secretName|certMountPath|customConfig|script` +
		`|listenerName|mode|protocol|scheme|interval|scrapeTimeout|telemetryPath|timeout|domain` +
		`|extraConfig|authClients|authKey|whenUnsatisfiable|topologyKey|affinity|podAntiAffinity|io/os|name|annotations)$`)
	numericNames = regexp.MustCompile(`(?i)(port|ports|replicas|seconds|threshold|percentage|limit|available)$|^(servicePort(Grpc|Http|Https|Metrics)?|runAsUser|fsGroup|maxSkew)$`)
)

// checkType rejects a value of another type than Kubernetes or the chart requires.
func checkType(path []string, value string) error {
	_, typed := helmReads(value)
	isNumber := typed && decimalNumber.MatchString(strings.TrimPrefix(value, "-"))
	field, above := fieldOf(path), path[max(0, len(path)-2)]
	isAnnotation := isBelow(path, "annotations")
	isText := isAnnotation || isLabel(path) || matches(path, textSettings...)
	isCustom := matches(path, customResources...)
	isFraction := decimalFraction.MatchString(value) // for YAML, without quotes
	switch {
	case value == "":
		return nil
	case typed && !isNumber && matches(path, "configs repositories"):
		return errFlag // boolOrFalse in util/db/secrets.go of Argo CD 3.2
	case isFraction && matches(path, "redis-ha prometheusRule namespace"):
		return errString
	case typed && (matches(path, encodedSettings...) || isAnnotation && matches(path, copiedAnnotations...)):
		return onlyIf(matches(path, "configs secret annotations", "configs secret createSecret"), errString)
	case isText:
		return onlyIf(!isFraction || !matches(path, "redis-ha"), errString)
	case slices.Contains(kubernetesBooleans, field):
		return onlyIf(typed && !isNumber, errBoolean)
	case slices.Contains(kubernetesQuantities, field) || slices.Contains(kubernetesQuantities, above):
		return onlyIf(quantity.MatchString(value), errQuantity)
	case isInCopied(path) && slices.Contains(kubernetesNumbers, field) && !(isCustom && field == "mode"):
		return onlyIf(isNumber || !typed && (field == "expr" || field == "port" && !isCustom), errNumber)
	case isInCopied(path):
		return onlyIf(!typed, errString)
	case numericNames.MatchString(field), above == "containerPorts":
		return onlyIf(isNumber || !typed && !isFraction && strings.HasSuffix(field, "vailable"), errNumber)
	case typed || isFraction:
		return onlyIf(!isIndex(path[len(path)-1]) && !stringNames.MatchString(field), errString)
	}
	return nil
}

// onlyIf returns err unless a condition is true.
func onlyIf(condition bool, err error) error {
	if condition {
		return nil
	}
	return err
}

// isBelow reports whether a path is below a name with a suffix in lower case.
func isBelow(path []string, suffix string) bool {
	return slices.ContainsFunc(path[:len(path)-1], func(name string) bool { return strings.HasSuffix(strings.ToLower(name), suffix) })
}

// fieldOf returns the last name of a path that is no index.
func fieldOf(path []string) string {
	for _, name := range slices.Backward(path) {
		if !isIndex(name) {
			return name
		}
	}
	return ""
}
