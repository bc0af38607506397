package configurations

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	openapi "k8s.io/kube-openapi/pkg/validation/errors"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"

	"github.com/OWNER/argocd-on-aks/tests/chart"
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

// checkTypes decodes the objects with Kubernetes' types, as its API server does, and custom resources
// by their schemas. Of objects without either, it decodes the metadata.
func checkTypes(objects []object, schemas chart.Schemas) error {
	for _, o := range objects {
		kind := schema.FromAPIVersionAndKind(o.text("apiVersion"), o.text("kind"))
		typed, err := scheme.Scheme.New(kind)
		if err != nil {
			typed = &metav1.PartialObjectMetadata{}
		}
		text, err := json.Marshal(o)
		if err == nil {
			err = json.Unmarshal(text, typed)
		}
		if err == nil && schemas[kind] != nil {
			err = checkSchema(o, schemas[kind])
		}
		if err != nil {
			return fmt.Errorf("rejected by Kubernetes: %s: %w", o.id(), err)
		}
	}
	return nil
}

// checkSchema checks the types of an object's fields with the validator of Kubernetes' API server.
func checkSchema(o object, custom *spec.Schema) error {
	result := validate.NewSchemaValidator(custom, nil, "", strfmt.Default).Validate(map[string]any(o))
	for _, err := range result.Errors {
		if wrong := (*openapi.Validation)(nil); errors.As(err, &wrong) && wrong.Code() == openapi.InvalidTypeCode {
			return err
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

// leaf is a value in an object.
type leaf struct {
	object object
	path   []any // names and indexes
	value  any
}

// id identifies the leaf among the objects of a rendering.
func (l leaf) id() string { return fmt.Sprint(l.object.id(), l.path) }

// leavesOf returns the values of the objects, in the order of their names.
func leavesOf(objects []object) (all []leaf) {
	for _, o := range objects {
		var walk func(path []any, value any)
		walk = func(path []any, value any) {
			switch value := value.(type) {
			case map[string]any:
				for _, name := range slices.Sorted(maps.Keys(value)) {
					walk(append(slices.Clip(path), name), value[name])
				}
			case []any:
				for i, element := range value {
					walk(append(slices.Clip(path), i), element)
				}
			default:
				all = append(all, leaf{o, path, value})
			}
		}
		walk(nil, map[string]any(o))
	}
	return all
}

// check returns Kubernetes' error for a value in place of the leaf's.
func (l leaf) check(value any, schemas chart.Schemas) error {
	for _, at := range slices.Backward(l.path) {
		if name, is := at.(string); is {
			value = map[string]any{name: value}
		} else {
			value = []any{value}
		}
	}
	o := object(value.(map[string]any))
	o["apiVersion"], o["kind"] = l.object["apiVersion"], l.object["kind"]
	return checkTypes([]object{o}, schemas)
}
