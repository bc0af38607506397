package chart

import (
	"fmt"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/chart/rbac"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// PipelineRole grants a pipeline a role in Argo CD. A pipeline sends, instead of a session,
// an access token of Entra whose roles claim contains the pipeline's app role.
type PipelineRole struct {
	// Name of the pipeline: lower-case letters, digits and hyphens.
	Name string `pulumi:"name"`
	// Role in Argo CD: admin, readonly or one that a policy line defines.
	Role string `pulumi:"role"`
}

const (
	// rolePrefix begins what the roles claim has of pipelines, and nothing else that
	// Argo CD looks up in the first field of its g lines (EnforceClaims in
	// server/rbacpolicy/rbacpolicy.go of Argo CD 3.2): a user's sub, which Entra makes
	// of letters, digits, - and _; a group's object ID; an account, whose name is part
	// of a ConfigMap's key and has no colon; the subject of a project's token, which
	// begins with proj:. Among these lines are Argo CD's own, `g, admin, role:admin`
	// and `g, role:admin, role:readonly`: a claim that may hold any text, such as
	// admin or role:admin, would let who chooses the text be an admin.
	rolePrefix = "argocd-pipeline:"

	keyScopes = "configs.rbac.scopes"
	// pipelineScopes are the claims with what a token's bearer has roles by. Without
	// pipelines it is the chart's default, [groups], and is left out, as it always
	// was; should Azure then keep this one, no line of policy.csv has a pipeline.
	pipelineScopes = "[groups, roles]"
)

// RoleValue is what the roles claim has of the pipeline with a name: the value of
// its app role.
func RoleValue(name string) string { return rolePrefix + name }

var pipelineName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CheckPipelineName rejects a name that is not valid, or taken by another pipeline.
func CheckPipelineName(name string, taken map[string]bool) error {
	switch {
	case !pipelineName.MatchString(name):
		return fmt.Errorf("%q must be 1 to 63 lower-case letters, digits and hyphens, such as \"release\"", name)
	case taken[name]:
		return fmt.Errorf("duplicate %q; give each pipeline a name of its own", name)
	}
	return nil
}

// pipelineProblems checks pipelines against the roles that are defined.
func (s Settings) pipelineProblems(policies rbac.Policies) problem.List {
	var p problem.List
	taken := map[string]bool{}
	for i, pipeline := range s.Pipelines {
		path := problem.Item("Pipelines", i)
		p.Check(path+".Name", CheckPipelineName(pipeline.Name, taken))
		p.Check(path+".Role", policies.CheckRole(pipeline.Role))
		taken[pipeline.Name] = true
	}
	return p
}
