package configurations

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// unknownFields has Kubernetes' own types read the objects, and returns the fields that
// their types do not have. An object with a value of another type, Kubernetes refuses when
// it is installed.
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

// labelled wants labels and annotations to be texts, as Kubernetes' own types do.
func labelled(objects []object) error {
	for _, o := range objects {
		for _, at := range [][]string{{"metadata"}, {"spec", "template", "metadata"}} {
			for _, name := range []string{"labels", "annotations"} {
				all, _ := o.at(append(slices.Clone(at), name)...).(map[string]any)
				for key, value := range all {
					if _, is := value.(string); !is {
						return fmt.Errorf("%s: %s %s is %v, no text", o.id(), name, key, value)
					}
				}
			}
		}
	}
	return nil
}

// selects wants each Deployment and StatefulSet to select its own pods.
func selects(objects []object) error {
	for _, o := range objects {
		wanted, _ := o.at("spec", "selector", "matchLabels").(map[string]any)
		labels, _ := o.at("spec", "template", "metadata", "labels").(map[string]any)
		for key, value := range wanted {
			if labels != nil && labels[key] != value {
				return fmt.Errorf("%s selects %s=%v, and its pods have %v", o.id(), key, value, labels[key])
			}
		}
	}
	return nil
}
