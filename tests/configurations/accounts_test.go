package configurations

import (
	"encoding/json"
	"errors"
	"maps"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// TestAccountClaims asks Argo CD's own RBAC who has an account's role: the bearer
// of its token, and nobody by a name, a group, an app role or a role's name.
func TestAccountClaims(t *testing.T) {
	t.Parallel()
	wantClaims(t, map[string]string{
		"pipelines": `[{"name":"ci","principalId":"` + releaseID + `","role":"readonly"}]`, "accounts": `[{"name":"ci","role":"admin"},{"name":"readonly","role":"admin"}]`,
	}, map[string]claimed{
		"the account ci":                    {jwt.MapClaims{"sub": "ci", "iss": "argocd"}, admin},
		"an account called as a role":       {jwt.MapClaims{"sub": "readonly", "iss": "argocd"}, admin},
		"a group with that role":            {jwt.MapClaims{"sub": sub, "groups": []any{groups["Developers"]}}, none},
		"the pipeline of the same name":     {jwt.MapClaims{"sub": releaseID, "roles": []any{"argocd-pipeline:ci"}}, readonly},
		"an account that is not there":      {jwt.MapClaims{"sub": "eve", "iss": "argocd"}, none},
		"in capitals":                       {jwt.MapClaims{"sub": "CI"}, none},
		"people's names like it":            {jwt.MapClaims{"sub": sub, "name": "ci", "preferred_username": "ci", "email": "ci", "upn": "ci"}, none},
		"the account's token as a text":     {jwt.MapClaims{"sub": sub, "groups": []any{"ci:apiKey", "accounts.ci"}}, none},
		"a project's token with that name":  {jwt.MapClaims{"sub": "proj:ci:ci"}, none},
		"an app role, whose values begin":   {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:", "argocd-pipeline:c"}}, none},
		"an app role that an owner has put": {jwt.MapClaims{"sub": sub, "roles": []any{"ci"}}, admin},
		"a sub, which Entra makes longer":   {jwt.MapClaims{"sub": "ci"}, admin},
	})
}

// TestTokensOutliveAnUpgrade merges what Argo CD has written into its secret with
// what the chart renders before and after, as Helm does (createPatch in
// pkg/kube/client.go of helm.sh/helm/v3): an upgrade leaves the tokens of accounts
// alone, also when it takes the account away.
func TestTokensOutliveAnUpgrade(t *testing.T) {
	t.Parallel()
	judges := convene(t, chart.AllTemplates)
	account := map[string]string{"accounts": `[{"name":"ci","role":"readonly"}]`}
	changed := maps.Clone(account)
	changed["extraSettings"] = `{"configs.secret.labels.team":"platform"}`
	before := judges.rendered(t, account)
	for name, c := range map[string]struct {
		after   []object
		account string
	}{"another setting": {judges.rendered(t, changed), "apiKey"}, "the account taken away": {judges.rendered(t, nil), ""}} {
		t.Run(name, func(t *testing.T) {
			const tokens, key = `[{"id":"release","iat":1764000000}]`, "accounts.ci.tokens"
			var secret corev1.Secret
			upgrade(t, before, c.after, "Secret argocd-secret", map[string]any{key: []byte(tokens), "server.secretkey": []byte("x")}, &secret)
			if string(secret.Data[key]) != tokens || string(secret.Data["server.secretkey"]) != "x" {
				t.Errorf("argocd-secret: %q", secret.Data)
			}
			var settings corev1.ConfigMap
			upgrade(t, before, c.after, "ConfigMap argocd-cm", nil, &settings)
			if settings.Data["accounts.ci"] != c.account {
				t.Errorf("argocd-cm: accounts.ci %q, want %q", settings.Data["accounts.ci"], c.account)
			}
		})
	}
}

// upgrade merges one object, to which others have added data, into an object of a type.
func upgrade(t *testing.T, before, after []object, id string, added map[string]any, into any) {
	t.Helper()
	was, err := one(before, id)
	is, isErr := one(after, id)
	if err := errors.Join(err, isErr); err != nil {
		t.Fatal(err)
	}
	live := maps.Clone(was)
	data := map[string]any{}
	if own, has := was["data"].(map[string]any); has {
		maps.Copy(data, own)
	}
	maps.Copy(data, added)
	live["data"] = data
	var documents [3][]byte
	for i, o := range []object{was, is, live} {
		if documents[i], err = json.Marshal(o); err != nil {
			t.Fatal(err)
		}
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(into)
	if err != nil {
		t.Fatal(err)
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(documents[0], documents[1], documents[2], meta, true)
	if err != nil {
		t.Fatal(err)
	}
	merged, err := strategicpatch.StrategicMergePatch(documents[2], patch, into)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(merged, into); err != nil {
		t.Fatal(err)
	}
}
