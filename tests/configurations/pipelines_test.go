package configurations

import (
	"errors"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/client/listers/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/server/rbacpolicy"
	"github.com/argoproj/argo-cd/v3/util/assets"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	"github.com/golang-jwt/jwt/v5"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
)

// claimsPolicy is how Argo CD, with these settings, looks up who may do what by a
// token's claims.
func claimsPolicy(t *testing.T, sent deployed) *rbacpolicy.RBACPolicyEnforcer {
	t.Helper()
	enforcer := rbac.NewEnforcer(fake.NewClientset(), namespace, "argocd-rbac-cm", nil)
	if err := errors.Join(enforcer.SetBuiltinPolicy(assets.BuiltinPolicyCSV), enforcer.SetUserPolicy(sent.settings[`configs.rbac.policy\.csv`])); err != nil {
		t.Fatal(err)
	}
	projects := v1alpha1.NewAppProjectLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})).AppProjects(namespace)
	policy := rbacpolicy.NewRBACPolicyEnforcer(enforcer, projects)
	policy.SetScopes([]string{"groups", "roles"})
	return policy
}

// claimed is a token's claims, and what their bearer may do.
type claimed struct {
	claims jwt.MapClaims
	may    []bool // get, delete
}

// sub is that of a token from Entra.
const sub = "KX7bq2ZyV3w_Tt-0aJ9"

var none, readonly, admin = []bool{false, false}, []bool{true, false}, []bool{true, true}

// wantClaims asks Argo CD's own RBAC, with the settings of a configuration, what tokens
// may do with an application.
func wantClaims(t *testing.T, changes map[string]string, tokens map[string]claimed) {
	t.Helper()
	policy := claimsPolicy(t, accepted(t, plain(changes)))
	for name, c := range tokens {
		t.Run(name, func(t *testing.T) {
			for i, action := range []string{"get", "delete"} {
				if got := policy.EnforceClaims(c.claims, c.claims, "applications", action, "shop/cart"); got != c.may[i] {
					t.Errorf("%s: got %v, want %v", action, got, c.may[i])
				}
			}
		})
	}
}

// TestPipelineClaims asks Argo CD's own RBAC which claims of a token have a
// pipeline's role: its app role's value in roles, and nothing that Entra lets
// people choose. It also shows why the value has a prefix: of some texts Argo CD
// has roles of its own.
func TestPipelineClaims(t *testing.T) {
	t.Parallel()
	const value = "argocd-pipeline:release"
	wantClaims(t, map[string]string{
		"pipelines": `[{"name":"admin","principalId":"` + releaseID + `","role":"readonly"},{"name":"release","principalId":"` + auditID + `","role":"admin"}]`,
	}, map[string]claimed{
		"the pipeline release":             {jwt.MapClaims{"sub": auditID, "roles": []any{value}}, admin},
		"the pipeline admin, who is not":   {jwt.MapClaims{"sub": releaseID, "roles": []any{"argocd-pipeline:admin"}}, readonly},
		"its principal without a role":     {jwt.MapClaims{"sub": auditID}, none},
		"another value":                    {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:other"}}, none},
		"the beginning of it":              {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:", "argocd-pipeline"}}, none},
		"in capitals":                      {jwt.MapClaims{"sub": sub, "roles": []any{"Argocd-Pipeline:Release"}}, none},
		"a pattern":                        {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:*", "*"}}, none},
		"people's names like it":           {jwt.MapClaims{"sub": sub, "name": value, "preferred_username": value, "email": value, "upn": value}, none},
		"a group's object ID":              {jwt.MapClaims{"sub": sub, "groups": []any{groups["Developers"]}}, none},
		"the admins' group, as before":     {jwt.MapClaims{"sub": sub, "groups": []any{groups["Admins"]}}, admin},
		"in wids, scp, or one text":        {jwt.MapClaims{"sub": sub, "wids": []any{value}, "scp": value}, none},
		"without a prefix, Argo CD's own":  {jwt.MapClaims{"sub": sub, "roles": []any{"admin"}}, admin},
		"without a prefix, a role's name":  {jwt.MapClaims{"sub": sub, "roles": []any{"role:admin"}}, admin},
		"a sub, which Entra makes not so":  {jwt.MapClaims{"sub": value}, admin},
		"a group, whose ID is never so":    {jwt.MapClaims{"sub": sub, "groups": []any{value}}, admin},
		"an account, that has no colon":    {jwt.MapClaims{"sub": "argocd-pipeline"}, none},
		"a project's token with that name": {jwt.MapClaims{"sub": "proj:argocd-pipeline:release"}, none},
	})
}
