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

// TestAccountClaims checks with Argo CD's RBAC that only the bearer of an account's token has its
// role. Names, groups, app roles and role names in other tokens do not grant it.
func TestAccountClaims(t *testing.T) {
	t.Parallel()
	wantClaims(t, map[string]string{
		"pipelines": `[{"name":"ci","principalId":"` + releaseID + `","role":"readonly"}]`, "accounts": `[{"name":"ci","role":"admin"},{"name":"readonly","role":"admin"}]`,
	}, map[string]claimed{
		"the account ci":                {jwt.MapClaims{"sub": "ci", "iss": "argocd"}, admin},
		"account with a role's name":    {jwt.MapClaims{"sub": "readonly", "iss": "argocd"}, admin},
		"a group with that role":        {jwt.MapClaims{"sub": sub, "groups": []any{groups["Developers"]}}, none},
		"the pipeline of the same name": {jwt.MapClaims{"sub": releaseID, "roles": []any{"argocd-pipeline:ci"}}, readonly},
		"unknown account":               {jwt.MapClaims{"sub": "eve", "iss": "argocd"}, none},
		"upper case":                    {jwt.MapClaims{"sub": "CI"}, none},
		"users with the same name":      {jwt.MapClaims{"sub": sub, "name": "ci", "preferred_username": "ci", "email": "ci", "upn": "ci"}, none},
		"account as a group name":       {jwt.MapClaims{"sub": sub, "groups": []any{"ci:apiKey", "accounts.ci"}}, none},
		"project token of that name":    {jwt.MapClaims{"sub": "proj:ci:ci"}, none},
		"prefix of an app role":         {jwt.MapClaims{"sub": sub, "roles": []any{"argocd-pipeline:", "argocd-pipeline:c"}}, none},
		"app role added by an owner":    {jwt.MapClaims{"sub": sub, "roles": []any{"ci"}}, admin},
		"sub, longer in Entra's tokens": {jwt.MapClaims{"sub": "ci"}, admin},
	})
}

// TestTokensOutliveAnUpgrade merges the data that Argo CD wrote to its secret with the rendered
// charts before and after an upgrade, as Helm does (createPatch in pkg/kube/client.go of
// helm.sh/helm/v3). The upgrade keeps the tokens of accounts, even if it removes the account.
func TestTokensOutliveAnUpgrade(t *testing.T) {
	t.Parallel()
	checker := newChecker(t, chart.AllTemplates)
	account := map[string]string{"accounts": `[{"name":"ci","role":"readonly"}]`}
	changed := maps.Clone(account)
	changed["extraSettings"] = `{"configs.secret.labels.team":"platform"}`
	before := checker.rendered(t, account)
	for name, c := range map[string]struct {
		after   []object
		account string
	}{"another setting": {checker.rendered(t, changed), "apiKey"}, "account removed": {checker.rendered(t, nil), ""}} {
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

// upgrade merges a changed object of the chart with data that others added to it.
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
