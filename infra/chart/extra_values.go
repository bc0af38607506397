package chart

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// copied are names in the chart's values below which it copies all as YAML (toYaml) or
// quotes it, so that any text stays one value. Everywhere else, but for texts, it prints
// a value as it is, and a line break in one could begin a field of any object.
// TestChartValues sets every value of the pinned chart and compares the objects.
var copied = []string{
	// Of Kubernetes' own types.
	"affinity", "containerSecurityContext", "dnsConfig", "env", "envFrom", "extraArgs", "extraContainers", "extraEnv", "extraEnvFrom",
	"extraVolumeMounts", "extraVolumes", "hostAliases", "imagePullSecrets", "initContainers", "lifecycle", "nodeSelector", "resources",
	"securityContext", "tolerations", "topologySpreadConstraints", "volumeMounts", "volumes",
	// Of Ingresses, the Gateway API and the Prometheus operator.
	"extraPaths", "extraRules", "extraTls", "hostnames", "metricRelabelings", "parentRefs", "relabelings",
}

// copiedAt are more of them, by their paths.
var copiedAt = []string{"* metrics rules spec", "controller clusterRoleRules"}

// texts are the paths of ConfigMaps and Secrets, whose values the chart quotes, indents
// or encodes.
var texts = []string{
	"configs cm", "configs cmp plugins", "configs credentialTemplates", "configs gpg keys", "configs params", "configs repositories", "configs secret",
	"configs ssh", "configs styles", "configs tls certificates", "externalRedis password", "externalRedis username",
	"notifications context", "notifications notifiers", "notifications secret items", "notifications subscriptions", "notifications templates",
	"notifications triggers", "repoServer certificateSecret",
}

// notRun are the paths in which the chart runs no templates: {{ is one of Argo CD's or
// Prometheus', or part of a password. run are the exceptions.
var (
	notRun = append([]string{"controller metrics rules spec"}, texts...)
	run    = []string{"configs cm url", "configs cm statusbadge.url"}
)

// notCopied are the exceptions: values that the chart prints without quotes, with quotes
// that a value can end, or not at all, and the chart of redis-ha, which differs.
var notCopied = []string{
	"commitServer extraEnvFrom", "controller metrics applicationLabels", "crds", "global affinity", "notifications extraArgs", "redis extraArgs",
	"redis-ha", "repoServer copyutil",
}

// indented are those of the texts that the chart only indents. YAML takes the space before
// the first line for the indentation.
var indented = []string{"configs cmp", "configs ssh", "configs styles"}

// anyText reports whether the chart keeps any text at a path as one value.
func anyText(path []string) bool {
	if fitsAny(notCopied, path) {
		return false
	}
	isCopied := func(name string) bool {
		return slices.Contains(copied, name) || strings.HasSuffix(strings.ToLower(name), "annotations") || strings.HasSuffix(strings.ToLower(name), "labels")
	}
	return fitsAny(texts, path) || fitsAny(copiedAt, path) || slices.ContainsFunc(path[:len(path)-1], isCopied)
}

// checkValue returns an error if the value of an extra setting would not be one value
// with this text in the objects that the chart renders.
func checkValue(path []string, value string) error {
	read, typed := helmReads(value)
	switch {
	case strings.Contains(value, "{{") && (!fitsAny(notRun, path) || fitsAny(run, path)):
		return errors.New("has {{ in its value, which the chart would run as a template; leave it out")
	case strings.HasPrefix(value, "{"):
		// parser.val in helm.sh/helm/v3/pkg/strvals.
		return errors.New("has a value that begins with {, which Helm reads as a list; begin JSON with a space, and set the elements of a list one by one, such as [0]")
	case read != value:
		return errors.New("has a value that Helm reads as another text; write true, false, null and numbers in their plain form")
	case strings.ContainsFunc(value, isControl):
		rest := value[strings.IndexFunc(value, isControl):]
		return fmt.Errorf("has the character %q in its value; use plain text, with LF as the line break", []rune(rest)[0])
	case fitsAny(indented, path) && strings.TrimLeftFunc(value, unicode.IsSpace) != value:
		return errors.New("has a value that begins with space, which YAML takes for indentation; leave it out")
	case value == "" && slices.ContainsFunc(path, isIndex):
		return errors.New("is empty in a list, which Helm leaves out, or not, depending on the order; leave it out")
	case isLabel(path) && !labelValue.MatchString(value):
		return errors.New("has a value that is not a valid label; use at most 63 letters, digits and - _ . between letters or digits")
	case isLabel(path) && typed:
		return errors.New("has a value that Helm reads as a number or a boolean, and a label must be a text; begin it with a letter, such as v1")
	case number.MatchString(value) && len(value) > 3 && strings.HasSuffix(strings.ToLower(path[len(path)-1]), "replicas"):
		return errors.New("is more than 999 replicas, for each of which the chart may render objects")
	case !anyText(path) && !plainScalar(value) && !(fits("configs clusterCredentials * namespaces", path) && namespaces.MatchString(value)):
		return errors.New("has a value that the chart would print without quotes, where YAML reads it as something else; " +
			"use one line of letters, digits, spaces and . _ / : @ + = % * ~ -")
	}
	return nil
}

// labelValue is that of https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set.
var labelValue = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)

// isLabel reports whether a path is that of a label of an object, or one that selects them.
func isLabel(path []string) bool {
	n := len(path)
	return n > 1 && strings.HasSuffix(strings.ToLower(path[n-2]), "labels") && !isIndex(path[n-1]) && !fitsAny(texts, path) && !fitsAny(copiedAt, path)
}

// helmReads returns a value as Helm writes it after it has read it, and whether it is then
// a boolean, null or a number and no text: typedVal in helm.sh/helm/v3/pkg/strvals.
func helmReads(value string) (text string, typed bool) {
	lower := strings.ToLower(value)
	if lower == "true" || lower == "false" || lower == "null" {
		return lower, true
	}
	if number, err := strconv.ParseInt(value, 10, 64); err == nil && (value == "0" || value[0] != '0') {
		return strconv.FormatInt(number, 10), true
	}
	return value, false
}

// isControl reports whether a character is no part of plain text. YAML 1.1 takes some
// of them as line breaks (https://yaml.org/spec/1.1/#b-char), text editors and reviewers
// do not.
func isControl(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || slices.Contains([]rune{'\u2028', '\u2029', '\ufeff', unicode.ReplacementChar}, r))
}

var (
	unquoted = regexp.MustCompile(`^[A-Za-z0-9 ._/:@+=%*~-]*$`)
	// namespaces are the names of some, which YAML reads as one text.
	namespaces = regexp.MustCompile(`^[a-z][a-z0-9-]*(,[a-z0-9-]+)+$`)
	decimal    = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)
	// yaml11 are the booleans of YAML 1.1, which Kubernetes reads and yaml.v3 does not.
	yaml11 = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$`)
)

// plainScalar reports whether YAML reads a value as this very text, number, true, false
// or null, also without quotes.
func plainScalar(value string) bool {
	if value == "" {
		return true
	}
	if !unquoted.MatchString(value) || yaml11.MatchString(value) {
		return false
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte("x: "+value), &document); err != nil || len(document.Content) != 1 || len(document.Content[0].Content) != 2 {
		return false
	}
	read := document.Content[0].Content[1]
	if read.Kind != yaml.ScalarNode || read.Style != 0 || read.Value != value {
		return false
	}
	switch read.ShortTag() {
	case "!!int":
		number, err := strconv.ParseInt(value, 10, 64)
		return err == nil && strconv.FormatInt(number, 10) == value
	case "!!float":
		return decimal.MatchString(value)
	case "!!bool":
		return value == "true" || value == "false"
	case "!!null":
		return value == "null"
	case "!!str", "!!timestamp": // which Kubernetes' own reader leaves a text
		return true
	}
	return false
}
