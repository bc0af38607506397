// Command argocd-fetch fetches a Git repository as Argo CD's repo-server does, with Argo
// CD's own packages. It reads the repository's Secret from standard input, signs in
// accordingly, resolves main, fetches it into a folder and prints the revision.
//
//go:debug x509usefallbackroots=1
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/settings"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/yaml"

	"github.com/OWNER/argocd-on-aks/tests/cmd/internal/roots"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: argocd-fetch <folder> < secret.yaml")
		os.Exit(2)
	}
	if err := fetch(context.Background(), os.Stdin, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "argocd-fetch:", err)
		os.Exit(1)
	}
}

func fetch(ctx context.Context, secret io.Reader, folder string) error {
	if err := roots.FromEnvironment(); err != nil {
		return err
	}
	repository, err := read(ctx, secret)
	if err != nil {
		return err
	}
	client, err := git.NewClientExt(repository.Repo, folder, repository.GetGitCreds(git.NoopCredsStore{}), repository.IsInsecure(), repository.EnableLFS, repository.Proxy, repository.NoProxy)
	if err != nil {
		return err
	}
	revision, err := client.LsRemote("main")
	if err != nil {
		return fmt.Errorf("ls-remote: %w", err)
	}
	if err := client.Init(); err != nil {
		return err
	}
	if err := client.Fetch(revision); err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	if _, err := client.Checkout(revision, false); err != nil {
		return fmt.Errorf("checkout: %w", err)
	}
	fmt.Println(revision)
	return nil
}

// read returns the only repository in the Secret.
func read(ctx context.Context, text io.Reader) (*v1alpha1.Repository, error) {
	content, err := io.ReadAll(text)
	if err != nil {
		return nil, err
	}
	var secret corev1.Secret
	if err := yaml.UnmarshalStrict(content, &secret); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	secret.Data = map[string][]byte{}
	for key, value := range secret.StringData { // the API server converts stringData to data
		secret.Data[key] = []byte(value)
	}
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: secret.Namespace, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}}
	}
	clientset := fake.NewClientset(&secret, &corev1.ConfigMap{ObjectMeta: meta("argocd-cm")}, &corev1.Secret{ObjectMeta: meta("argocd-secret")})
	store := db.NewDB(secret.Namespace, settings.NewSettingsManager(ctx, clientset, secret.Namespace), clientset)
	all, err := store.ListRepositories(ctx)
	if err != nil {
		return nil, fmt.Errorf("repositories: %w", err)
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("%d repositories, want 1", len(all))
	}
	// The list omits the credentials.
	return store.GetRepository(ctx, all[0].Repo, all[0].Project)
}
