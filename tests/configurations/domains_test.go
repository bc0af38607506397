package configurations

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// TestIngressOfDomains checks that the chart creates one Ingress with one certificate for all
// domains except localhost.
func TestIngressOfDomains(t *testing.T) {
	t.Parallel()
	checker := newChecker(t, chart.AllTemplates)
	const two, withLocal = `["argocd.corp.example","cd.example.com"]`, `["argocd.corp.example","localhost:9000","cd.example.com"]`
	for _, c := range []struct{ domains, ingress, secret string }{
		{two, traefik + "}", "argocd-tls"},
		{two, `{"className":"traefik","certManagerIssuer":"letsencrypt"}`, "argocd-server-tls"},
		{withLocal, `{"className":"haproxy","tlsSecret":"argocd-server-tls","tls":"passthrough"}`, "argocd-server-tls"},
	} {
		objects := checker.rendered(t, map[string]string{"additionalDomains": c.domains, "ingress": c.ingress})
		ingress, err := one(objects, "Ingress argocd-server")
		if err != nil {
			t.Fatal(err)
		}
		var got []any
		rules, _ := ingress.at("spec", "rules").([]any)
		for _, rule := range rules {
			got = append(got, object(rule.(map[string]any)).text("host"))
		}
		want := []any{onDomain, "argocd.corp.example", "cd.example.com"}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s: rules: %s", c.ingress, difference)
		}
		tls := []any{map[string]any{"hosts": want, "secretName": c.secret}}
		if difference := cmp.Diff(tls, ingress.at("spec", "tls")); difference != "" {
			t.Errorf("%s: tls: %s", c.ingress, difference)
		}
	}
}
