package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Pod is a command with its environment and service account, as a node would run it.
type Pod struct {
	Args, Env      []string
	ServiceAccount string
}

// PodOf returns the pod of the Deployment or StatefulSet with this name.
func (c *Cluster) PodOf(ctx context.Context, namespace, name string) (Pod, error) {
	template, err := c.template(ctx, namespace, name)
	if err != nil {
		return Pod{}, fmt.Errorf("pod of %s: %w", name, err)
	}
	configMaps, err := c.configMaps(ctx, namespace)
	if err != nil {
		return Pod{}, err
	}
	container := template.Spec.Containers[0]
	pod := Pod{Args: container.Args, ServiceAccount: template.Spec.ServiceAccountName}
	for _, variable := range container.Env {
		value, set := variable.Value, variable.ValueFrom == nil
		if !set && variable.ValueFrom.ConfigMapKeyRef != nil {
			ref := variable.ValueFrom.ConfigMapKeyRef
			value, set = configMaps[ref.Name][ref.Key]
		}
		if set {
			pod.Env = append(pod.Env, variable.Name+"="+value)
		}
	}
	return pod, nil
}

func (c *Cluster) template(ctx context.Context, namespace, name string) (corev1.PodTemplateSpec, error) {
	deployment, err := c.Apps.Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
	if err == nil {
		return deployment.Spec.Template, nil
	}
	set, err := c.Apps.StatefulSets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return corev1.PodTemplateSpec{}, err
	}
	return set.Spec.Template, nil
}

func (c *Cluster) configMaps(ctx context.Context, namespace string) (map[string]map[string]string, error) {
	list, err := c.Core.ConfigMaps(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for _, configMap := range list.Items {
		all[configMap.Name] = configMap.Data
	}
	return all, nil
}
