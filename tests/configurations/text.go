package configurations

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// marker is a placeholder for the value of the setting with an index.
func marker(i int) string { return fmt.Sprintf("qz%dzq", i) }

var markers = regexp.MustCompile(`qz([0-9]+)zq`)

// oneText compares objects with placeholders and objects with values. It returns an error unless
// each value is exactly one text in the objects and nothing else differs.
func oneText(withMarkers, withValues []object, values []string) error {
	want, got := leaves(withMarkers), leaves(withValues)
	names := map[string]bool{}
	for path, text := range want {
		path = fill(path, values)
		names[path] = true
		value, is := got[path]
		if !is {
			return fmt.Errorf("%s is missing", path)
		}
		if meant := fill(text, values); !same(meant, value) && !sameYAML(text, value, values) {
			return fmt.Errorf("%s is %q, want %q", path, value, meant)
		}
	}
	for path := range got {
		if !names[path] {
			return fmt.Errorf("%s is new: %q", path, got[path])
		}
	}
	return nil
}

// fill replaces the placeholders with the values.
func fill(text string, values []string) string {
	return markers.ReplaceAllStringFunc(text, func(found string) string {
		i, err := strconv.Atoi(found[2 : len(found)-2])
		if err != nil || i >= len(values) {
			return found
		}
		return values[i]
	})
}

// same reports whether two texts are equal except for trailing line breaks, which YAML's block
// scalars clip, and trailing zeros of a decimal.
func same(meant, text string) bool {
	if strings.TrimRight(meant, "\n") == strings.TrimRight(text, "\n") {
		return true
	}
	first, err := strconv.ParseFloat(meant, 64)
	second, other := strconv.ParseFloat(text, 64)
	return err == nil && other == nil && first == second && strings.HasPrefix(meant, text)
}

// sameYAML compares texts that contain YAML, as in a ConfigMap, whose quotes may differ.
func sameYAML(text, value string, values []string) bool {
	var want, got any
	if !strings.ContainsAny(text, ":-") || yaml.Unmarshal([]byte(text), &want) != nil || yaml.Unmarshal([]byte(value), &got) != nil {
		return false
	}
	wanted, found := map[string]string{}, map[string]string{}
	flatten("", want, wanted)
	flatten("", got, found)
	for path := range wanted {
		wanted[path] = fill(wanted[path], values)
	}
	return maps.EqualFunc(wanted, found, same)
}

// leaves returns all values of the objects by object and path. The path contains the object's name
// and its position among objects of the same name.
func leaves(objects []object) map[string]string {
	all := map[string]string{}
	count := map[string]int{}
	for _, o := range objects {
		id := o.text("apiVersion") + " " + o.id()
		count[id]++
		flatten(fmt.Sprintf("%s %d", id, count[id]), map[string]any(o), all)
	}
	return all
}

func flatten(path string, value any, all map[string]string) {
	switch value := value.(type) {
	case map[string]any:
		all[path+" keys"] = strconv.Itoa(len(value))
		for key, below := range value {
			// The hash of another object changes with its content.
			if !strings.HasPrefix(key, "checksum/") {
				flatten(path+"."+key, below, all)
			}
		}
	case []any:
		all[path+" length"] = strconv.Itoa(len(value))
		for i, below := range value {
			flatten(fmt.Sprintf("%s[%d]", path, i), below, all)
		}
	default:
		text := fmt.Sprint(value)
		if strings.HasPrefix(path, "v1 Secret ") && strings.Contains(path, ".data.") {
			if content, err := base64.StdEncoding.DecodeString(text); err == nil {
				text = string(content)
			}
		}
		all[path] = text
	}
}

// checkNames returns an error if two objects have the same name.
func checkNames(objects []object) error {
	var ids []string
	for _, o := range objects {
		id := o.id() + " in " + o.text("metadata", "namespace")
		if slices.Contains(ids, id) {
			return fmt.Errorf("two of %s", id)
		}
		ids = append(ids, id)
	}
	return nil
}
