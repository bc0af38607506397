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

// claimsPolicy returns Argo CD's policy enforcer for a token's claims, with the deployed settings.
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

// claimed is the claims of a token and the permissions of its bearer.
type claimed struct {
	claims jwt.MapClaims
	may    []bool // get, delete
}

// sub is the subject of a token from Entra.
const sub = "KX7bq2ZyV3w_Tt-0aJ9"

var none, readonly, admin = []bool{false, false}, []bool{true, false}, []bool{true, true}

// wantClaims checks with Argo CD's RBAC what tokens can do with an application in a configuration.
func wantClaims(t *testing.T, changes map[string]string, tokens map[string]claimed) {
	t.Helper()
	policy := claimsPolicy(t, mustAccept(t, plain(changes)))
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

// TestPipelineClaims checks with Argo CD's RBAC which claims grant the role of a pipeline: the app
// role in roles, and no claim that users can set. It also shows why the value has a prefix: Argo CD
// has built-in roles for some values without one.
func TestPipelineClaims(t *testing.T) {
	t.Parallel()
	const value = "argocd-pipeline:release"
	wantClaims(t, map[string]string{
		"pipelines": `[{"name":"admin","principalId":"` + releaseID + `","role":"readonly"},{"name":"release","principalId":"` + auditID + `","role":"admin"}]`,
	}, map[string]claimed{
		"the pipeline release":           {jwt.MapClaims{"sub": auditID, "roles": []any{value}}, admin},
		"the pipeline named admin":       {jwt.MapClaims{"sub": releaseID, "roles": []any{"argocd-pipeline:admin"}}, readonly},
		"service principal only":         {jwt.MapClaims{"sub": auditID}, none},
		"another value":                  {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:other"}}, none},
		"prefix of the value":            {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:", "argocd-pipeline"}}, none},
		"upper case":                     {jwt.MapClaims{"sub": sub, "roles": []any{"Argocd-Pipeline:Release"}}, none},
		"a pattern":                      {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:*", "*"}}, none},
		"users with the same name":       {jwt.MapClaims{"sub": sub, "name": value, "preferred_username": value, "email": value, "upn": value}, none},
		"a group's object ID":            {jwt.MapClaims{"sub": sub, "groups": []any{groups["Developers"]}}, none},
		"the admins' group":              {jwt.MapClaims{"sub": sub, "groups": []any{groups["Admins"]}}, admin},
		"in wids, scp, or one text":      {jwt.MapClaims{"sub": sub, "wids": []any{value}, "scp": value}, none},
		"built-in role without a prefix": {jwt.MapClaims{"sub": sub, "roles": []any{"admin"}}, admin},
		"role name without a prefix":     {jwt.MapClaims{"sub": sub, "roles": []any{"role:admin"}}, admin},
		"sub, not issued by Entra":       {jwt.MapClaims{"sub": value}, admin},
		"group, not issued by Entra":     {jwt.MapClaims{"sub": sub, "groups": []any{value}}, admin},
		"account":                        {jwt.MapClaims{"sub": "argocd-pipeline"}, none},
		"project token of that name":     {jwt.MapClaims{"sub": "proj:argocd-pipeline:release"}, none},
	})
}
