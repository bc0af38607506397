package stack

import (
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

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	config := map[string]string{"argocd-on-aks:domain": "http://x", "argocd-on-aks:cloud": "mars", "argocd-on-aks:protect": "x"}
	_ = (&mocks.Recorder{}).Refused(t, config, Deploy,
		"argocd-on-aks:region ", "argocd-on-aks:group ", "argocd-on-aks:domain ", "argocd-on-aks:cloud ", "argocd-on-aks:protect ")
}
