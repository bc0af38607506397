package configurations

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

// TestRepositorySecrets checks that the program accepts each field of a repository that Argo CD's API
// never returns only in secretSettings, except for names.
func TestRepositorySecrets(t *testing.T) {
	t.Parallel()
	names := []string{"username", "tlsClientCertData"}
	var secrets []string
	full := reflect.New(reflect.TypeFor[v1alpha1.Repository]()).Elem()
	for i := range full.NumField() {
		if full.Field(i).Kind() == reflect.String {
			full.Field(i).SetString("x")
		}
	}
	repository := full.Addr().Interface().(*v1alpha1.Repository)
	shown := reflect.ValueOf(repository.Sanitized()).Elem()
	for i := range full.NumField() {
		name, _, _ := strings.Cut(full.Type().Field(i).Tag.Get("json"), ",")
		if full.Field(i).Kind() == reflect.String && shown.Field(i).String() == "" {
			secrets = append(secrets, name)
		}
	}
	if len(secrets) < 8 {
		t.Errorf("only %v", secrets)
	}
	for _, name := range append(secrets, "azureServicePrincipalClientSecret") { // of Argo CD 3.5
		for _, section := range []string{"repositories", "credentialTemplates"} {
			_, err := deploy(plain(map[string]string{"extraSettings": asJSON(map[string]string{"configs." + section + ".x." + name: "text"})}))
			isName := slices.Contains(names, name)
			if secret := err != nil && strings.Contains(err.Error(), "is a secret; move it to secretSettings"); secret == isName {
				t.Errorf("%s of %s: %v", name, section, err)
			}
		}
	}
}
