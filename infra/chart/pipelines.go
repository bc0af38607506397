package chart

import (
	"fmt"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/chart/rbac"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// PipelineRole grants a pipeline a role in Argo CD. Instead of a session token, a pipeline
// sends an access token from Entra whose roles claim contains the pipeline's app role.
type PipelineRole struct {
	// Name of the pipeline: lower-case letters, digits and hyphens.
	Name string `pulumi:"name"`
	// Role in Argo CD: admin, readonly or one that a policy line defines.
	Role string `pulumi:"role"`
}

const (
	// rolePrefix is the prefix of pipelines in the roles claim. No other subject that Argo
	// CD looks up in the first field of its g lines has it (EnforceClaims in
	// server/rbacpolicy/rbacpolicy.go of Argo CD 3.2): a user's sub has letters, digits,
	// - and _; groups are object IDs; an account's name is part of a ConfigMap key and has
	// no colon; the subject of a project token begins with proj:. Argo CD's built-in lines
	// include g, admin, role:admin and g, role:admin, role:readonly: a claim with free text
	// would let its author become admin.
	rolePrefix = "argocd-pipeline:"

	keyScopes = "configs.rbac.scopes"
	// pipelineScopes are the claims that grant roles. Without pipelines, the setting is
	// omitted and the chart uses its default, [groups]. If Azure keeps the setting after
	// the last pipeline is removed, no line of policy.csv matches the roles claim.
	pipelineScopes = "[groups, roles]"
)

// RoleValue returns the value of a pipeline's app role in the roles claim.
func RoleValue(name string) string { return rolePrefix + name }

var pipelineName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CheckPipelineName rejects a name that is invalid or a duplicate.
func CheckPipelineName(name string, taken map[string]bool) error {
	switch {
	case !pipelineName.MatchString(name):
		return fmt.Errorf("%q must be 1 to 63 lower-case letters, digits and hyphens, such as \"release\"", name)
	case taken[name]:
		return fmt.Errorf("duplicate %q; use a unique name for each pipeline", name)
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
