package extra

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	plainText = regexp.MustCompile(`^[A-Za-z0-9 ._/:@+=%*~-]*$`)
	// namespaceList matches a list of namespaces, which YAML reads as one string.
	namespaceList   = regexp.MustCompile(`^[a-z][a-z0-9-]*(,[a-z0-9-]+)+$`)
	decimalNumber   = regexp.MustCompile(`^[0-9]+$`)
	decimalFraction = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)
	// yaml11Boolean matches booleans of YAML 1.1, which Kubernetes accepts and yaml.v3 does not.
	yaml11Boolean = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$`)
)

// isPlainScalar reports whether YAML reads a value without quotes as the same text, number,
// boolean or null.
func isPlainScalar(value string) bool {
	if value == "" {
		return true
	}
	if !plainText.MatchString(value) || yaml11Boolean.MatchString(value) {
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
		return decimalFraction.MatchString(value)
	case "!!bool":
		return value == "true" || value == "false"
	case "!!null":
		return value == "null"
	case "!!str", "!!timestamp": // Kubernetes reads a timestamp as a string
		return true
	}
	return false
}

// helmReads returns a value as Helm writes it back, and reports whether it is then a boolean,
// null or a number instead of a string: typedVal in helm.sh/helm/v3/pkg/strvals.
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
