package cluster

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// Until watches an object until it satisfies is. The object may not exist yet.
func (c *Cluster) Until(ctx context.Context, resource schema.GroupVersionResource, namespace, name string, is func(object map[string]any) bool) error {
	client, err := dynamic.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var last map[string]any
	for ctx.Err() == nil { // the API server ends watches from time to time
		watch, err := client.Resource(resource).Namespace(namespace).
			Watch(ctx, metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("metadata.name", name).String()})
		if err != nil {
			return fmt.Errorf("%s %s: %w", resource.Resource, name, err)
		}
		for event := range watch.ResultChan() {
			object, of := event.Object.(*unstructured.Unstructured)
			if of && is(object.Object) {
				watch.Stop()
				return nil
			}
			if of {
				last = object.Object
			}
		}
	}
	return fmt.Errorf("%s %s: %w; last state: %v", resource.Resource, name, ctx.Err(), last)
}
