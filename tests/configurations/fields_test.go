package configurations

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kube-openapi/pkg/validation/spec"

	settings "github.com/OWNER/argocd-on-aks/infra/chart/extra"
	"github.com/OWNER/argocd-on-aks/tests/chart"
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

// copiedSchemas are the parts of custom resources that the chart copies, by their settings.
var copiedSchemas = []struct{ setting, kind, path string }{
	{"server httproute rules [0] filters [0]", "HTTPRoute", "rules filters"},
	{"server httproute rules [0] matches [0]", "HTTPRoute", "rules matches"},
	{"server httproute rules [0] timeouts", "HTTPRoute", "rules timeouts"},
	{"server httproute parentRefs [0]", "HTTPRoute", "parentRefs"},
	{"server grpcroute rules [0] filters [0]", "GRPCRoute", "rules filters"},
	{"server grpcroute rules [0] matches [0]", "GRPCRoute", "rules matches"},
	{"server grpcroute parentRefs [0]", "GRPCRoute", "parentRefs"},
	{"server backendTLSPolicy targetRefs [0]", "BackendTLSPolicy", "targetRefs"},
	{"server backendTLSPolicy validation", "BackendTLSPolicy", "validation"},
	{"server listenerset parentRef", "ListenerSet", "parentRef"},
	{"server listenerset listeners [0]", "ListenerSet", "listeners"},
	{"server listenerset allowedRoutes", "ListenerSet", "listeners allowedRoutes"},
	{"server metrics serviceMonitor tlsConfig", "ServiceMonitor", "endpoints tlsConfig"},
	{"server metrics serviceMonitor relabelings [0]", "ServiceMonitor", "endpoints relabelings"},
	{"server metrics serviceMonitor metricRelabelings [0]", "ServiceMonitor", "endpoints metricRelabelings"},
	{"controller metrics rules spec [0]", "PrometheusRule", "groups rules"},
	{"server certificate privateKey", "Certificate", "privateKey"},
	{"server vpa recommenders [0]", "VerticalPodAutoscaler", "recommenders"},
	{"server vpa startupBoost", "VerticalPodAutoscaler", "startupBoost"},
	{"server vpa containerPolicy", "VerticalPodAutoscaler", "resourcePolicy containerPolicies"},
}

// TestCustomResourceFields is TestKubernetesFields for the custom resources in the chart.
func TestCustomResourceFields(t *testing.T) {
	t.Parallel()
	schemas, err := chart.LoadSchemas("../chart/argo-helm")
	if err != nil {
		t.Fatal(err)
	}
	custom := map[string]spec.Schema{}
	for kind, of := range schemas {
		if kind.Version == "v1" {
			custom[kind.Kind] = of.Properties["spec"]
		}
	}
	for _, c := range copiedSchemas {
		of := custom[c.kind]
		for name := range strings.FieldsSeq(c.path) {
			if of = of.Properties[name]; of.Items != nil {
				of = *of.Items.Schema
			}
		}
		setting := strings.Fields(c.setting)
		if len(of.Properties) == 0 {
			t.Errorf("%s: %s has no %s", c.setting, c.kind, c.path)
		}
		if settings.CheckValue(setting, "x") == nil {
			t.Errorf("%s: text in place of an object", c.setting)
		}
		checkFields(t, setting, of)
	}
}

// checkFields checks the values in an object or list.
func checkFields(t *testing.T, path []string, of spec.Schema) {
	t.Helper()
	for name, below := range of.Properties {
		checkFields(t, append(slices.Clip(path), name), below)
	}
	if of.Items != nil {
		checkFields(t, append(slices.Clip(path), "[0]"), *of.Items.Schema)
	}
	if of.AdditionalProperties != nil {
		checkFields(t, append(slices.Clip(path), "x"), *of.AdditionalProperties.Schema)
	}
	mixed, _ := of.Extensions.GetBool("x-kubernetes-int-or-string")
	if !mixed && (len(of.Type) == 0 || of.Type.Contains("object") || of.Type.Contains("array")) {
		return
	}
	accepted := map[string]bool{
		"1":    mixed || of.Type.Contains("integer") || of.Type.Contains("number"),
		"true": of.Type.Contains("boolean"),
		"x":    mixed && of.Pattern == "" || of.Type.Contains("string"),
	}
	for value, accepted := range accepted {
		if err := settings.CheckValue(path, value); (err == nil) != accepted {
			t.Errorf("%s=%s: %v", settingOf(path), value, err)
		}
	}
}
