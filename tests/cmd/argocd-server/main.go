// Command argocd-server is Argo CD's own API server with an in-memory Kubernetes API. It
// reads its ConfigMaps from a file and serves HTTPS on localhost.
//
//go:debug x509usefallbackroots=1
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	appfake "github.com/argoproj/argo-cd/v3/pkg/client/clientset/versioned/fake"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/server"
	servercache "github.com/argoproj/argo-cd/v3/server/cache"
	"github.com/argoproj/argo-cd/v3/ui"
	"github.com/argoproj/argo-cd/v3/util/cache"
	"github.com/argoproj/argo-cd/v3/util/cache/appstate"
	"github.com/redis/go-redis/v9"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	clientfake "sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/cmd/internal/page"
	"github.com/OWNER/argocd-on-aks/tests/cmd/internal/roots"
)

func main() {
	file := flag.String("config", "", "JSON file with the namespace and its ConfigMaps")
	port := flag.Int("port", 9000, "port on localhost")
	metrics := flag.Int("metrics-port", 0, "port on localhost for metrics; 0 selects a free port")
	assets := flag.String("ui", "", "folder with the web application's scripts that make ui builds")
	flag.Parse()
	if err := serve(context.Background(), *file, *port, *metrics, *assets); err != nil {
		fmt.Fprintln(os.Stderr, "argocd-server:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, file string, port, metrics int, assets string) error {
	if err := roots.FromEnvironment(); err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var config argocd.Config
	if err := json.Unmarshal(content, &config); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	secretFile := filepath.Join(filepath.Dir(file), argocdSecret+".json")
	secret, err := readSecret(secretFile)
	if err != nil {
		return fmt.Errorf("%s: %w", secretFile, err)
	}
	clientset := newClientset(objects(config, secret)...)
	keepSecret(clientset, secretFile)
	ui.Embedded = page.Files
	memory, err := miniredis.Run()
	if err != nil {
		return err
	}
	defer memory.Close()
	state := appstate.NewCache(cache.NewCache(cache.NewInMemoryCache(time.Hour)), time.Minute)
	s := server.NewServer(ctx, server.ArgoCDServerOpts{
		ListenHost: "localhost", ListenPort: port, MetricsHost: "localhost", MetricsPort: metrics, BaseHRef: "/", StaticAssetsDir: assets,
		Insecure:                config.Insecure(),
		DisableAuth:             config.DisableAuth(),
		Namespace:               config.Namespace,
		ApplicationNamespaces:   config.ApplicationNamespaces(),
		KubeClientset:           clientset,
		AppClientset:            appfake.NewSimpleClientset(defaultProject(config.Namespace)),
		DynamicClientset:        dynamicfake.NewSimpleDynamicClient(runtime.NewScheme()),
		KubeControllerClientset: clientfake.NewClientBuilder().Build(),
		RepoClientset:           apiclient.NewRepoServerClientset("localhost:1", 1, apiclient.TLSConfiguration{DisableTLS: true}),
		Cache:                   servercache.NewCache(state, time.Minute, time.Minute),
		RedisClient:             redis.NewClient(&redis.Options{Addr: memory.Addr()}),
	}, server.ApplicationSetOpts{})
	s.Init(ctx)
	listeners, err := s.Listen()
	if err != nil {
		return err
	}
	s.Run(ctx, listeners)
	return nil
}

// objects returns the objects of the namespace. Argo CD reads only labeled ConfigMaps and
// Secrets.
func objects(config argocd.Config, secret map[string][]byte) []runtime.Object {
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: config.Namespace, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}}
	}
	all := []runtime.Object{&corev1.Secret{ObjectMeta: meta(argocdSecret), Data: secret}}
	if config.TLS != nil {
		all = append(all, &corev1.Secret{ObjectMeta: meta("argocd-server-tls"), Type: corev1.SecretTypeTLS, Data: config.TLS})
	}
	for name, data := range config.ConfigMaps {
		all = append(all, &corev1.ConfigMap{ObjectMeta: meta(name), Data: data})
	}
	return all
}

func defaultProject(namespace string) *v1alpha1.AppProject {
	return &v1alpha1.AppProject{
		ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: namespace},
		Spec:       v1alpha1.AppProjectSpec{SourceRepos: []string{"*"}, Destinations: []v1alpha1.ApplicationDestination{{Namespace: "*", Server: "*"}}},
	}
}
