package extra

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// CheckValue returns an error if the value of an extra setting does not stay one value with
// this text in the objects that the chart renders.
func CheckValue(path []string, value string) error {
	read, typed := helmReads(value)
	switch {
	case strings.Contains(value, "{{") && (!matches(path, literalSettings...) || matches(path, templateSettings...)):
		return errors.New("has {{ in its value, which the chart would run as a template; remove it")
	case strings.HasPrefix(value, "{"):
		// parser.val in helm.sh/helm/v3/pkg/strvals.
		return errors.New("has a value that begins with {, which Helm reads as a list; begin JSON with a space, and set the elements of a list one by one, such as [0]")
	case read != value:
		return errors.New("has a value that Helm reads differently; write true, false, null and numbers in their plain form")
	case strings.ContainsFunc(value, isControl):
		rest := value[strings.IndexFunc(value, isControl):]
		return fmt.Errorf("has the character %q in its value; use plain text, with LF as the line break", []rune(rest)[0])
	case matches(path, indentedSettings...) && strings.TrimLeftFunc(value, unicode.IsSpace) != value:
		return errors.New("has a value that begins with space, which YAML reads as indentation; remove the space")
	case value == "" && slices.ContainsFunc(path, isIndex):
		return errors.New("is an empty list element, which Helm may or may not keep; remove it")
	case isBelowText(path):
		return errors.New(`is below a label or an annotation, which is one text; write \. for a dot in its name`)
	case isLabel(path) && !labelValue.MatchString(value):
		return errors.New("has a value that is not a valid label; use at most 63 letters, digits and - _ . between letters or digits")
	case isLabel(path) && typed:
		return errors.New("has a value that Helm reads as a number or a boolean, but a label must be a string; begin it with a letter, such as v1")
	case decimalNumber.MatchString(value) && len(value) > 3 && strings.HasSuffix(strings.ToLower(path[len(path)-1]), "replicas"):
		return errors.New("is more than 999 replicas, and the chart may render objects for each; use a smaller number")
	case !keepsText(path) && !isPlainScalar(value) && !(matches(path, "configs clusterCredentials * namespaces") && namespaceList.MatchString(value)):
		return errors.New("has a value that the chart prints without quotes and YAML reads differently; " +
			"use one line of letters, digits, spaces and . _ / : @ + = % * ~ -")
	}
	if read == "null" { // which removes the chart's default
		return onlyIf(!matches(path, "configs repositories"), errString)
	}
	if err := checkShape(path); err != nil {
		return err
	}
	return checkType(path, value)
}

// labelValue matches https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set.
var labelValue = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)

// isLabel reports whether a path is a label of an object or part of a selector.
func isLabel(path []string) bool {
	n := len(path)
	return n > 1 && strings.HasSuffix(strings.ToLower(path[n-2]), "labels") && !isIndex(path[n-1]) && !matches(path, textSettings...) && !matches(path, copiedSettings...)
}

// isBelowText reports whether a path is below a label or an annotation.
func isBelowText(path []string) bool {
	ofObject := matches(path, "configs * annotations", "configs * labels")
	if matches(path, textSettings...) && !ofObject || matches(path, copiedSettings...) || matches(path, "controller metrics applicationLabels", "** relabelings", "** metricRelabelings") {
		return false
	}
	for i, name := range path[:len(path)-1] {
		lower := strings.ToLower(name)
		if (strings.HasSuffix(lower, "labels") || strings.HasSuffix(lower, "annotations")) && (i+2 < len(path) || isIndex(path[i+1])) {
			return true
		}
	}
	return false
}

// isControl reports whether a character is not plain text. YAML 1.1 reads some of these as
// line breaks (https://yaml.org/spec/1.1/#b-char); text editors and reviewers do not.
func isControl(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || slices.Contains([]rune{'\u2028', '\u2029', '\ufeff', unicode.ReplacementChar}, r))
}
