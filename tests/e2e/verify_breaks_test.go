package e2e

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/verify"
)

// finding is what verify says of a breakage: the check that fails and words of
// its detail, or nothing. Row begins the row of the troubleshooting
// table that users find themselves in, if there is one.
type finding struct{ row, check, detail string }

// findings are verify's, by the name of the breakage. What nobody can see without
// signing in is empty: who is assigned and consented, what Entra puts into a
// token, the roles, and, as Entra looks at a worthless code before it looks at who
// sends it, whether it trusts argocd-server.
var findings = map[string]finding{
	"web redirect URI": {"AADSTS50011 in the browser", "sign-in page", "AADSTS50011"},
	"no public client": {"AADSTS50011 from the CLI", "CLI sign-in", "AADSTS50011"},
	// This one takes the web redirect URI away as well, and that is what is seen.
	"CLI redirect URI on the web platform":                   {"AADSTS50011 in the browser", "sign-in page", "AADSTS50011"},
	"CLI redirect URI on the web platform, beside Argo CD's": {row: "AADSTS7000218 from the CLI"},
	"federated issuer without its slash":                     {row: "AADSTS700211"},
	"federated subject":                                      {row: "AADSTS700213"},
	"federated audience":                                     {row: "AADSTS700212"},
	"workload identity off on the cluster":                   {"`AZURE_FEDERATED_TOKEN_FILE`", "workload identity", "AZURE_FEDERATED_TOKEN_FILE"},
	"workload identity off in the extension":                 {"`AZURE_FEDERATED_TOKEN_FILE`", "workload identity", "AZURE_FEDERATED_TOKEN_FILE"},
	"group not assigned":                                     {row: "AADSTS50105"},
	"permission not granted":                                 {row: "AADSTS65001"},
	"no groups claim":                                        {row: "signed in, but User Info has no groups"},
	"no membership claims":                                   {row: "signed in, but User Info has no groups"},
	"groups claim not requested":                             {"signed in, but User Info has no groups", "scopes and claims", "does not ask for the groups claim"},
	"wrong client ID":                                        {"AADSTS700016", "client ID", `Argo CD has "0`},
	"wrong tenant":                                           {"AADSTS90002", "issuer", "microsoftonline.com/0"},
	"wrong domain":                                           {"`Invalid redirect URL`", "login redirect", "https://argocd.example.com/auth/callback"},
	"unescaped dot":                                          {"`404 page not found`", "issuer", `Argo CD has ""`},
	"group without a role":                                   {row: "signed in with groups, but sees nothing"},
	"authentication off":                                     {"", "without signing in", "authentication is switched off"},
	"anonymous access":                                       {"", "without signing in", "anonymous access is on"},
	"admin as default role":                                  {},
	"Entra's certificate not checked":                        {},
}

// weakened are settings under which Argo CD works, and guards less than it should.
var weakened = map[string]func(resource.PropertyMap){
	"authentication off":              setting(`configs.params.server\.disable\.auth`, "true"),
	"anonymous access":                setting(`configs.cm.users\.anonymous\.enabled`, "true"),
	"admin as default role":           setting(`configs.rbac.policy\.default`, "role:admin"),
	"Entra's certificate not checked": setting(`configs.cm.oidc\.tls\.insecure\.skip\.verify`, "true"),
}

// breakage is one change to one object of a deployment that works.
type breakage struct {
	object string
	change func(resource.PropertyMap)
}

// breakages are all of TestEveryBreak, the weakened settings, and what differs
// from one of the former in what can be seen.
func breakages() map[string]breakage {
	all := map[string]breakage{
		"CLI redirect URI on the web platform, beside Argo CD's": {azuresim.Application, func(in resource.PropertyMap) {
			own := in["web"].ObjectValue()["redirectUris"].ArrayValue()[0].StringValue()
			setList("web", "redirectUris", own, "http://localhost:8085/auth/callback")(in)
			remove("publicClient")(in)
		}},
	}
	for _, c := range breaks {
		all[c.name] = breakage{c.object, c.change}
	}
	for name, change := range weakened {
		all[name] = breakage{azuresim.ArgoExtension, change}
	}
	return all
}

// TestVerifyBreaks has verify look at every breakage, on the real argocd-server,
// and wants it to see what it can see and to raise no false alarm. The troubleshooting
// table says the same.
func TestVerifyBreaks(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := onLocalhost(t)
	deployed := outputs(t, stack)
	all := breakages()
	if broken, judged := slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(findings)); !slices.Equal(broken, judged) {
		t.Fatalf("breakages %q, findings of %q", broken, judged)
	}
	found := 0
	for _, c := range breaks {
		if findings[c.name].check != "" {
			found++
		}
	}
	if found < 10 {
		t.Errorf("verify finds %d of %d", found, len(breaks))
	}
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			restore := breakIt(t, azure, c.object, c.change)
			defer restore()
			start(t, azure, internet, port)
			checks := verify.Run(t.Context(), internet.Transport(), verify.Patience, deployed)
			if want := findings[name]; want.check != "" {
				failing(t, want.check, want.detail)(checks, 1)
			} else if verify.Failed(checks) {
				t.Errorf("seen, against the table: %+v", checks)
			}
		})
	}
}

// TestVerifyColumn: the table of docs/troubleshooting.md names, for each symptom,
// the checks of verify that find it.
func TestVerifyColumn(t *testing.T) {
	t.Parallel()
	for symptom, cell := range verifyColumn(t) {
		known, sees := false, ""
		for _, f := range findings {
			if f.row == "" || !strings.HasPrefix(symptom, f.row) {
				continue
			}
			if known = true; f.check != "" {
				sees = "`" + f.check + "`"
			}
		}
		switch {
		case !known:
			t.Errorf("no breakage for the row %q", symptom)
		case sees == "" && cell != "–", !strings.Contains(cell, sees):
			t.Errorf("%s: the document says %q, verify finds it with %q", symptom, cell, sees)
		}
	}
}

// verifyColumn reads what the table says of `make verify`, by symptom.
func verifyColumn(t *testing.T) map[string]string {
	t.Helper()
	content, err := os.ReadFile("../../docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	section, _, _ := strings.Cut(string(content), "\n## ")
	column, cells := -1, map[string]string{}
	for line := range strings.Lines(section) {
		row := strings.Split(strings.Trim(line, "| \n"), " | ")
		switch {
		case !strings.HasPrefix(line, "| "):
		case column < 0:
			column = slices.Index(row, "`make verify`")
		case len(row) > column:
			cells[row[0]] = row[column]
		}
	}
	if column < 0 || len(cells) < 10 {
		t.Fatalf("column %d, %d rows", column, len(cells))
	}
	return cells
}
