package cluster

import (
	"context"
	"fmt"
	"path/filepath"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// Token returns a service account token from the API server, as a node projects it into a
// pod, for audiences or for the API server itself.
func (c *Cluster) Token(ctx context.Context, namespace, serviceAccount string, audiences ...string) (string, error) {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: audiences}}
	answer, err := c.Core.ServiceAccounts(namespace).CreateToken(ctx, serviceAccount, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of %s/%s: %w", namespace, serviceAccount, err)
	}
	return answer.Status.Token, nil
}

// KubeconfigOf writes a kubeconfig for a service account to dir.
func (c *Cluster) KubeconfigOf(ctx context.Context, namespace, serviceAccount, dir string) (file string, err error) {
	token, err := c.Token(ctx, namespace, serviceAccount)
	if err != nil {
		return "", err
	}
	config, err := clientcmd.LoadFromFile(c.Kubeconfig)
	if err != nil {
		return "", fmt.Errorf("kubeconfig: %w", err)
	}
	current := config.Contexts[config.CurrentContext]
	current.Namespace = namespace
	config.AuthInfos[current.AuthInfo].Token = token
	file = filepath.Join(dir, serviceAccount+".kubeconfig")
	return file, clientcmd.WriteToFile(*config, file)
}
