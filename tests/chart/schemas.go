package chart

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/yaml"
)

// Schemas are the schemas of the custom resources in the chart.
type Schemas map[schema.GroupVersionKind]*spec.Schema

// definitions lists the files with the custom resource definitions, by module. Those of Google's and
// OpenShift's resources, which AKS does not serve, are not included.
var definitions = map[string][]string{
	"github.com/cert-manager/cert-manager": {"deploy/crds/cert-manager.io_certificates.yaml"},
	"github.com/prometheus-operator/prometheus-operator": {
		"example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
		"example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
	},
	"k8s.io/autoscaler/vertical-pod-autoscaler": {"deploy/vpa-v1-crd-gen.yaml"},
	"sigs.k8s.io/gateway-api": {
		"config/crd/standard/gateway.networking.k8s.io_backendtlspolicies.yaml",
		"config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml",
		"config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
		"config/crd/standard/gateway.networking.k8s.io_listenersets.yaml",
	},
}

// LoadSchemas reads the custom resource definitions of the modules in folder's go.mod.
func LoadSchemas(folder string) (Schemas, error) {
	schemas := Schemas{}
	for module, files := range definitions {
		dir, err := download(folder, module)
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err == nil {
				err = schemas.add(string(content))
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", module, name, err)
			}
		}
	}
	return schemas, nil
}

// definition is a custom resource definition.
type definition struct {
	Spec struct {
		Group    string
		Names    struct{ Kind string }
		Versions []struct {
			Name   string
			Schema struct{ OpenAPIV3Schema *spec.Schema }
		}
	}
}

// add reads the definitions in a file.
func (s Schemas) add(file string) error {
	for _, document := range documents(file) {
		var d definition
		if err := yaml.Unmarshal([]byte(document), &d); err != nil {
			return err
		}
		for _, version := range d.Spec.Versions {
			s[schema.GroupVersionKind{Group: d.Spec.Group, Version: version.Name, Kind: d.Spec.Names.Kind}] = version.Schema.OpenAPIV3Schema
		}
	}
	return nil
}
