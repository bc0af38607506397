package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestInvalidConfig: each invalid value is rejected with one message that names the key, before
// a resource is registered.
func TestInvalidConfig(t *testing.T) {
	t.Parallel()
	type config = map[string]string
	for name, c := range map[string]struct {
		config config
		want   string
	}{
		"no region":                   {config{"region": ""}, `argocd-on-aks:region is required; for example: pulumi config set argocd-on-aks:region "westus3"`},
		"no group":                    {config{"group": ""}, "argocd-on-aks:group is required"},
		"no domain":                   {config{"domain": ""}, "argocd-on-aks:domain is required"},
		"region's display name":       {config{"region": "West US 3"}, `argocd-on-aks:region "West US 3" is not a valid region name; use westus3`},
		"region in capitals":          {config{"region": "WestEurope"}, `argocd-on-aks:region "WestEurope" is not a valid region name; use westeurope`},
		"region without extensions":   {config{"region": "qatarcentral"}, `argocd-on-aks:region "qatarcentral" has no cluster extensions, such as Argo CD's; use another region`},
		"region of no shape":          {config{"region": "eu-west-1"}, `argocd-on-aks:region "eu-west-1" is not a valid region name, such as westus3; az account list-locations`},
		"domain with a port too far":  {config{"domain": "a.example:70000"}, "has a port that is not 1 to 65535"},
		"domain with an empty port":   {config{"domain": "a.example:"}, "has a port that is not 1 to 65535"},
		"group with a line break":     {config{"group": "A\nB"}, "a line break"},
		"group that does not exist":   {config{"group": "Nobody"}, `argocd-on-aks:group "Nobody": `},
		"group's e-mail address":      {config{"group": "argocd-admins@contoso.com"}, `az ad group list --filter "mail eq 'argocd-admins@contoso.com'" --query [].id`},
		"part of an object ID":        {config{"group": "22222222-2222-2222-2222-2222"}, "if it is an object ID, write all 32 digits and 4 hyphens, without braces"},
		"object ID without hyphens":   {config{"group": "22222222222222222222222222222222"}, "if it is an object ID, write all 32 digits and 4 hyphens"},
		"group that everyone joins":   {config{"group": "All Hands"}, `argocd-on-aks:group "All Hands" is a public Microsoft 365 group`},
		"cluster's group is open":     {config{"cluster": `{"adminGroups": ["All Hands"]}`}, `argocd-on-aks:cluster.adminGroups[0] "All Hands" is a public Microsoft 365 group`},
		"role's group not there":      {config{"roles": `[{"group":"Nobody","role":"admin"}]`}, `argocd-on-aks:roles[0].group "Nobody": `},
		"role with a line break":      {config{"roles": `[{"group":"Developers","role":"admin\ng, x, role:admin"}]`}, "argocd-on-aks:roles[0].role"},
		"version of no shape":         {config{"extensionVersion": "latest"}, `argocd-on-aks:extensionVersion "latest" is not a valid version, such as 1.0.2`},
		"version with empty parts":    {config{"extensionVersion": "1.0.2-a..b"}, `argocd-on-aks:extensionVersion "1.0.2-a..b" is not a valid version, such as 1.0.2`},
		"version with former keys":    {config{"extensionVersion": "0.0.7-preview"}, `argocd-on-aks:extensionVersion "0.0.7-preview" ignores this program's settings`},
		"last version before 1.0":     {config{"extensionVersion": "0.9.9"}, "Argo CD would run without Entra sign-in and with its built-in admin; use 1.0.0-preview or later"},
		"unknown train":               {config{"releaseTrain": "Nightly"}, `argocd-on-aks:releaseTrain "Nightly" must be one of Preview, Stable`},
		"unknown cloud":               {config{"cloud": "mars"}, `argocd-on-aks:cloud "mars" must be one of public, usgovernment, china`},
		"provider in another cloud":   {config{"cloud": "china", "azuread:environment": "china"}, `argocd-on-aks:cloud is "china" but azure-native:environment (or ARM_ENVIRONMENT) is "public"`},
		"extra with an odd backslash": {config{"extraSettings": `{"glo\\bal.domain":"x"}`}, `has a backslash that is not before a dot`},
		"name too odd":                {config{"name": "argo_cd!"}, `argocd-on-aks:name "argo_cd!" must be 1 to 63`},
		"tag that Azure refuses":      {config{"tags": `{"a/b":"c"}`}, "argocd-on-aks:tags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.config, c.want)
		})
	}
}

// TestAllProblemsAtOnce: one error lists the problems of the configuration and those of all lookups
// that are possible, in this order.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	recorded := withSpoke()
	got := problemsOf(t, recorded, map[string]string{
		"region": "", "domain": "http://x", "protect": "x", "tags": `{"a":[],"b/c":"d"}`,
		"cluster": `{"teir":"Free","adminGroups":["Nobody","All Hands",""]}`, "clusters": `["orders","` + mocks.ClusterID + `"]`,
		"roles": `[{"group":"Developers","role":"deployer"},{"group":"Mailing List","role":"readonly"},{"group":7,"role":"admin"}]`,
	})
	for i, want := range []string{
		`protect "x" must be true or false`, "roles[2].group 7 must be a string", "cluster.teir is not a valid field", `tags "a" must be a string`, "region is required",
		`tags "b/c": a name has`, `cluster.adminGroups[2] "" is empty`, `domain "http://x" has a scheme`, `roles[0].role "deployer" is not defined`,
		`clusters[0] "orders" is not a valid`, `roles[1].group "Mailing List" is not a security group`, `cluster.adminGroups[0] "Nobody": no group found`,
		`cluster.adminGroups[1] "All Hands" is a public`, `clusters[1] "` + mocks.ClusterID + `": `,
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Errorf("line %d is not %q in %q", i+1, want, got)
		}
	}
	if len(got) != 14 {
		t.Errorf("%d lines", len(got))
	}
}

// TestLookupsInAnotherCloud: without a common cloud, the lookups would ask the wrong tenant.
func TestLookupsInAnotherCloud(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{"mars", "china"} {
		recorded := &mocks.Recorder{}
		if got := problemsOf(t, recorded, map[string]string{"cloud": cloud, "group": "Nobody"}); !strings.HasPrefix(got[0], "cloud ") || len(recorded.Invokes) > 0 {
			t.Errorf("%s: got %q after the lookups %q", cloud, got, recorded.Invokes)
		}
	}
}

// TestManyProblems: the problems of one key do not hide those of others.
func TestManyProblems(t *testing.T) {
	t.Parallel()
	got := problemsOf(t, &mocks.Recorder{}, map[string]string{"policies": "[" + strings.Repeat("1,", 9_999) + "1]", "protect": "x"})
	if want := `protect "x" must be true or false`; len(got) != 22 || got[0] != want || got[21] != "policies has 9980 more problems" {
		t.Errorf("got %q", got)
	}
}

// TestSpace: a value with space around it is one problem, also in a list or an object.
func TestSpace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, value, path string }{
		{"region", " westus3", "region"},
		{"group", "Argo CD Admins ", "group"},
		{"domain", "localhost:9000\n", "domain"},
		{"protect", "true ", "protect"},
		{"releaseTrain", "\tStable", "releaseTrain"},
		{"containerRegistry", mocks.RegistryID + " ", "containerRegistry"},
		{"cluster", `{"tier":"Standard "}`, "cluster.tier"},
		{"cluster", `{"adminGroups":[" Developers"]}`, "cluster.adminGroups[0]"},
		{"roles", `[{"group":"Developers","role":" readonly"}]`, "roles[0].role"},
		{"additionalDomains", `["argocd.example.com "]`, "additionalDomains[0]"},
		{"names", `{"cluster":"shop "}`, "names.cluster"},
	} {
		want := []string{c.path + " has leading or trailing space; remove it"}
		if got := problemsOf(t, &mocks.Recorder{}, map[string]string{c.key: c.value}); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	want := []string{"domain has leading or trailing space; remove it", `domain "ARGOCD.example.com:443" is not in lower case, includes the default port 443, which browsers omit; use "argocd.example.com"`}
	if got := problemsOf(t, &mocks.Recorder{}, map[string]string{"domain": " ARGOCD.example.com:443"}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	secret := problemsOf(t, &mocks.Recorder{}, map[string]string{"bootstrap": `{"repoUrl":"https://contoso:s3cret@github.com/contoso/platform "}`})
	if len(secret) != 2 || strings.Contains(strings.Join(secret, ""), "s3cret") {
		t.Errorf("got %q", secret)
	}
	deploy(t, map[string]string{"tags": `{"owner":" platform "}`, "policies": `[" p, role:a, applications, get, shop/*, allow "]`})
}
