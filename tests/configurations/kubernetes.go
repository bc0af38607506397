package configurations

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// unknownFields decodes the objects with Kubernetes' types and returns the unknown fields.
// Kubernetes rejects a value of another type at the installation.
func unknownFields(objects []object) (unknown []string) {
	for _, o := range objects {
		kind := schema.FromAPIVersionAndKind(o.text("apiVersion"), o.text("kind"))
		typed, err := scheme.Scheme.New(kind)
		if err != nil {
			continue // of another API
		}
		err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(o, typed, true)
		if strict, is := runtime.AsStrictDecodingError(err); is {
			for _, field := range strict.Errors() {
				unknown = append(unknown, o.id()+": "+field.Error())
			}
		}
	}
	return unknown
}

// checkLabels checks that labels and annotations are strings.
func checkLabels(objects []object) error {
	for _, o := range objects {
		for _, at := range [][]string{{"metadata"}, {"spec", "template", "metadata"}} {
			for _, name := range []string{"labels", "annotations"} {
				all, _ := o.at(append(slices.Clone(at), name)...).(map[string]any)
				for key, value := range all {
					if _, is := value.(string); !is {
						return fmt.Errorf("%s: %s %s is %v, not a string", o.id(), name, key, value)
					}
				}
			}
		}
	}
	return nil
}

// checkSelectors checks that each Deployment and StatefulSet selects its own pods.
func checkSelectors(objects []object) error {
	for _, o := range objects {
		wanted, _ := o.at("spec", "selector", "matchLabels").(map[string]any)
		labels, _ := o.at("spec", "template", "metadata", "labels").(map[string]any)
		for key, value := range wanted {
			if labels != nil && labels[key] != value {
				return fmt.Errorf("%s selects %s=%v, but its pods have %v", o.id(), key, value, labels[key])
			}
		}
	}
	return nil
}
