package stack

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

const (
	releaseID = "0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a"
	auditID   = "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"
	pipelines = `[{"name":"release","principalId":"` + releaseID + `","role":"admin"},{"name":"audit","principalId":"` + auditID + `","role":"readonly"}]`
)

// exposed returns an application with only the properties for pipelines.
func exposed(application mocks.Registration) mocks.Registration {
	all := application.Inputs
	application.Inputs = resource.PropertyMap{}
	for _, key := range []resource.PropertyKey{"identifierUris", "api", "appRoles"} {
		if value, there := all[key]; there {
			application.Inputs[key] = value
		}
	}
	return application
}

// TestPipelines: the application has an app role for each pipeline, which users cannot have,
// and Argo CD maps its value to a role.
func TestPipelines(t *testing.T) {
	t.Parallel()
	// Entra writes object IDs in lower case.
	recorded := deploy(t, map[string]string{"pipelines": strings.Replace(pipelines, releaseID, strings.ToUpper(releaseID), 1)})
	application := exposed(recorded.Named(t, "entra-application"))
	application.Has(t, object{
		"identifierUris": []any{"api://" + mocks.TenantID + "/argocd-dev"}, "api": object{"requestedAccessTokenVersion": 2.0},
		"appRoles": []any{
			object{
				"id": "a12f9671-8384-543b-8144-3117b42b75a8", "value": "argocd-pipeline:release", "allowedMemberTypes": []any{"Application"},
				"displayName": "Argo CD pipeline release", "description": "Comes to Argo CD as the pipeline release",
			},
			object{
				"id": "921a0cb3-6d81-5973-b974-7f63622a0763", "value": "argocd-pipeline:audit", "allowedMemberTypes": []any{"Application"},
				"displayName": "Argo CD pipeline audit", "description": "Comes to Argo CD as the pipeline audit",
			},
		},
	})
	roles := application.Inputs["appRoles"].ArrayValue()
	for i, c := range []struct{ name, principal string }{{"entra-pipeline-release", releaseID}, {"entra-pipeline-audit", auditID}} {
		assignment := recorded.Named(t, c.name)
		assignment.Has(t, object{"appRoleId": roles[i].ObjectValue()["id"].StringValue(), "principalObjectId": c.principal, "resourceObjectId": "principal-object"})
		if assignment.Parent != "entra" || assignment.Protect {
			t.Errorf("%s is below %s, protected: %v", c.name, assignment.Parent, assignment.Protect)
		}
	}
	settings := recorded.Settings(t)
	policy := "g, \"" + mocks.AdminsID + "\", role:admin\ng, \"argocd-pipeline:release\", role:admin\ng, \"argocd-pipeline:audit\", role:readonly\n"
	if settings["configs.rbac.scopes"] != "[groups, roles]" || settings[`configs.rbac.policy\.csv`] != policy {
		t.Errorf("settings %q", settings)
	}
}

// TestWithoutPipelines: without pipelines, none of that exists.
func TestWithoutPipelines(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, nil)
	exposed(recorded.Named(t, "entra-application")).Has(t, object{})
	if scopes, there := recorded.Settings(t)["configs.rbac.scopes"]; there {
		t.Errorf("scopes %s", scopes)
	}
}

// TestIdentifierURI: the application ID URI needs no quotes on a command line, for any display
// name.
func TestIdentifierURI(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{"pipelines": pipelines, "names": `{"application":"Argo CD (prod)"}`})
	application := recorded.Named(t, "entra-application")
	if got := application.Inputs["identifierUris"].ArrayValue(); len(got) != 1 || got[0].StringValue() != "api://"+mocks.TenantID+"/Argo-CD-prod" {
		t.Errorf("identifier URIs %v", got)
	}
}
