package acceptance_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/acceptance"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	complete := map[string]string{"AZURE_SUBSCRIPTION_ID": "sub", "ACCEPTANCE_GROUP": "Admins", "ACCEPTANCE_SLOW": "1"}
	here := func(string) (string, error) { return "/usr/bin/az", nil }
	want := acceptance.Environment{Subscription: "sub", Slow: true, Config: acceptance.Config{
		Region: "westus3", Group: "Admins", Domain: "localhost:9000", OtherDomain: "localhost:9443",
	}}
	if e, err := acceptance.ReadEnvironment(func(key string) string { return complete[key] }, here); err != nil || e != want {
		t.Errorf("got %+v, %v; want %+v", e, err, want)
	}

	wrong := map[string]string{"ACCEPTANCE_DOMAIN": "argocd.example.com"}
	gone := func(string) (string, error) { return "", errors.New("not found") }
	_, err := acceptance.ReadEnvironment(func(key string) string { return wrong[key] }, gone)
	for _, missing := range []string{"nothing was created", "ARM_SUBSCRIPTION_ID", "ACCEPTANCE_GROUP", "argocd.example.com", "az, the Azure CLI"} {
		if err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("no %q in: %v", missing, err)
		}
	}
}
