package configurations

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	apppath "github.com/argoproj/argo-cd/v3/util/app/path"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/settings"
	difference "github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/kubernetes/fake"
)

// application is the configured first application.
type application struct{ RepoURL, Path, Revision, Name, Project string }

// checkBootstrap checks the manifest of the first application with Argo CD's own types and
// validation against the configuration.
func checkBootstrap(ctx context.Context, manifest string, want application) error {
	if want == (application{}) {
		if manifest != "" {
			return fmt.Errorf("unexpected first application: %s", manifest)
		}
		return nil
	}
	got, err := decoded(manifest)
	if err != nil {
		return fmt.Errorf("first application: %w", err)
	}
	meant := v1alpha1.Application{
		TypeMeta:   metav1.TypeMeta{APIVersion: "argoproj.io/v1alpha1", Kind: "Application"},
		ObjectMeta: metav1.ObjectMeta{Name: cmp.Or(want.Name, "root"), Namespace: namespace},
		Spec: v1alpha1.ApplicationSpec{
			Project:     cmp.Or(want.Project, "default"),
			Source:      &v1alpha1.ApplicationSource{RepoURL: want.RepoURL, Path: cmp.Or(want.Path, "."), TargetRevision: cmp.Or(want.Revision, "HEAD")},
			Destination: v1alpha1.ApplicationDestination{Server: v1alpha1.KubernetesInternalAPIServerAddr, Namespace: namespace},
			SyncPolicy:  &v1alpha1.SyncPolicy{Automated: &v1alpha1.SyncPolicyAutomated{Prune: true}},
		},
	}
	if text := difference.Diff(meant, got); text != "" {
		return fmt.Errorf("first application: %s", text)
	}
	if text := difference.Diff(meant.Spec, *argo.NormalizeApplicationSpec(&got.Spec)); text != "" {
		return fmt.Errorf("first application, normalized by argo cd: %s", text)
	}
	return errors.Join(checkApplicationNames(got), permitted(ctx, got), parseSource(*got.Spec.Source))
}

// decoded decodes the manifest strictly: an unknown field is an error, also by its case.
func decoded(manifest string) (v1alpha1.Application, error) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return v1alpha1.Application{}, err
	}
	var app v1alpha1.Application
	_, _, err := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer().Decode([]byte(manifest), nil, &app)
	return app, err
}

// checkApplicationNames checks the names in the manifest against Kubernetes' rules.
func checkApplicationNames(app v1alpha1.Application) error {
	for _, name := range []string{app.Name, app.Namespace, app.Spec.Project} {
		if wrong := validation.IsDNS1123Subdomain(name); len(wrong) > 0 {
			return fmt.Errorf("first application: %q: %s", name, strings.Join(wrong, ", "))
		}
	}
	return nil
}

// permitted checks that Argo CD's default project permits the application.
func permitted(ctx context.Context, app v1alpha1.Application) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	labels := map[string]string{"app.kubernetes.io/part-of": "argocd"}
	client := fake.NewClientset(
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "argocd-cm", Namespace: namespace, Labels: labels}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "argocd-secret", Namespace: namespace, Labels: labels}, Data: map[string][]byte{"server.secretkey": []byte("x")}},
	)
	manager := settings.NewSettingsManager(ctx, client, namespace)
	project := &v1alpha1.AppProject{Spec: v1alpha1.AppProjectSpec{
		SourceRepos: []string{"*"}, Destinations: []v1alpha1.ApplicationDestination{{Server: "*", Namespace: "*"}},
	}}
	conditions, err := argo.ValidatePermissions(ctx, &app.Spec, project, db.NewDB(namespace, manager, client))
	if len(conditions) > 0 {
		err = errors.Join(err, errors.New(argo.FormatAppConditions(conditions)))
	}
	return err
}

// parseSource parses the repository and the folder with the packages of repo-server.
func parseSource(source v1alpha1.ApplicationSource) error {
	if ssh, _ := git.IsSSHURL(source.RepoURL); !ssh && !git.IsHTTPSURL(source.RepoURL) || git.NormalizeGitURL(source.RepoURL) == "" {
		return fmt.Errorf("first application: argo cd reads no address in %q", source.RepoURL)
	}
	root, err := os.MkdirTemp("", "repository-")
	if err != nil {
		return err
	}
	err = os.MkdirAll(filepath.Join(root, source.Path), 0o700)
	if err == nil {
		_, err = apppath.Path(root, source.Path)
	}
	return errors.Join(err, os.RemoveAll(root))
}
