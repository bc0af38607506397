package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
)

// argocd-secret is stored in a file, so it survives restarts. Argo CD writes the session
// signing key and the IDs of account tokens to it.
const argocdSecret = "argocd-secret"

func readSecret(file string) (map[string][]byte, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string][]byte{
			"admin.password": []byte(argocd.AdminPasswordHash), "admin.passwordMtime": []byte("2026-01-01T00:00:00Z"),
		}, nil
	}
	if err != nil {
		return nil, err
	}
	var data map[string][]byte
	return data, json.Unmarshal(content, &data)
}

func keepSecret(clientset *fake.Clientset, file string) {
	clientset.PrependReactor("update", "secrets", func(action testing.Action) (handled bool, _ runtime.Object, err error) {
		secret, is := action.(testing.UpdateAction).GetObject().(*corev1.Secret)
		if !is || secret.Name != argocdSecret {
			return false, nil, nil
		}
		content, err := json.Marshal(secret.Data)
		if err == nil {
			err = os.WriteFile(file, content, 0o600)
		}
		return err != nil, nil, err
	})
}
