package main

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/testing"
)

// newClientset returns an in-memory Kubernetes API that supports field selectors by name.
// client-go's fake ignores them, and Argo CD, which watches only argocd-rbac-cm for its
// policy, would read it from every ConfigMap.
func newClientset(objects ...runtime.Object) *fake.Clientset {
	clientset := fake.NewClientset(objects...)
	tracker := clientset.Tracker()
	clientset.PrependReactor("list", "*", func(action testing.Action) (bool, runtime.Object, error) {
		handled, list, err := testing.ObjectReaction(tracker)(action)
		if err == nil {
			err = keep(list, action.(testing.ListAction).GetListRestrictions().Fields)
		}
		return handled, list, err
	})
	clientset.PrependWatchReactor("*", func(action testing.Action) (bool, watch.Interface, error) {
		all, err := tracker.Watch(action.GetResource(), action.GetNamespace())
		if err != nil {
			return true, nil, err
		}
		selector := action.(testing.WatchAction).GetWatchRestrictions().Fields
		return true, watch.Filter(all, func(event watch.Event) (watch.Event, bool) {
			return event, selects(selector, event.Object)
		}), nil
	})
	return clientset
}

func keep(list runtime.Object, selector fields.Selector) error {
	all, err := meta.ExtractList(list)
	if err != nil {
		return err
	}
	var kept []runtime.Object
	for _, object := range all {
		if selects(selector, object) {
			kept = append(kept, object)
		}
	}
	return meta.SetList(list, kept)
}

func selects(selector fields.Selector, object runtime.Object) bool {
	accessor, err := meta.Accessor(object)
	return err == nil && selector.Matches(fields.Set{"metadata.name": accessor.GetName(), "metadata.namespace": accessor.GetNamespace()})
}
