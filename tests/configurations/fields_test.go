package configurations

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	settings "github.com/OWNER/argocd-on-aks/infra/chart/extra"
)

// TestKubernetesFields checks that the program accepts in each field of pods and Ingresses values
// of the field's type, and rejects numbers, booleans and texts in fields of another type.
func TestKubernetesFields(t *testing.T) {
	t.Parallel()
	fields := map[string]map[string]bool{} // the values that Kubernetes accepts, by field
	fieldValues(reflect.TypeFor[corev1.PodSpec](), "", map[reflect.Type]bool{}, fields)
	fieldValues(reflect.TypeFor[netv1.IngressSpec](), "", map[reflect.Type]bool{}, fields)
	if len(fields) < 100 {
		t.Errorf("only %d fields", len(fields))
	}
	for field, values := range fields {
		for _, value := range []string{"1", "true", "x"} {
			if err := settings.CheckValue([]string{"controller", "extraContainers", "[0]", "a", field}, value); (err == nil) != values[value] {
				t.Errorf("%s=%s: %v", field, value, err)
			}
		}
	}
}

// fieldValues adds the fields of a type, and of those in it.
func fieldValues(of reflect.Type, name string, seen map[reflect.Type]bool, fields map[string]map[string]bool) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct {
		of = of.Elem()
	}
	value := map[reflect.Kind]string{reflect.Bool: "true", reflect.String: "x", reflect.Int32: "1", reflect.Int64: "1"}[of.Kind()]
	switch {
	case of == reflect.TypeFor[resource.Quantity]():
		value = "1"
	case of == reflect.TypeFor[intstr.IntOrString]():
		fields[name] = map[string]bool{"1": true, "x": true}
	case of == reflect.TypeFor[metav1.ObjectMeta]() || reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return
	case of.Kind() == reflect.Struct && !seen[of]:
		seen[of] = true
		for i := range of.NumField() {
			field := of.Field(i)
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" || field.Anonymous {
				fieldValues(field.Type, name, seen, fields)
			}
		}
	}
	if value != "" {
		if fields[name] == nil {
			fields[name] = map[string]bool{}
		}
		fields[name][value] = true
	}
}
