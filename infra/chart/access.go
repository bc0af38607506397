package chart

import (
	"errors"
	"fmt"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart/extra"
	"github.com/OWNER/argocd-on-aks/infra/chart/rbac"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// RoleMapping grants the members of a group a role in Argo CD. A group may have several.
type RoleMapping struct {
	// Group is the group as in the groups claim. Entra's claim contains object IDs in lower
	// case, not names.
	Group string
	// Role is "admin", "readonly" or a role that a policy line defines.
	Role string
}

// accessProblems checks roles, policies, pipelines and accounts.
func (s Settings) accessProblems() problem.List {
	var p problem.List
	if n := len(s.policyCSV()); n >= extra.MaxObjectSize {
		p.Add("Policies", "results, with %s, %s and %s, in a policy.csv of %d bytes; a ConfigMap holds at most %d",
			problem.Field("Roles"), problem.Field("Pipelines"), problem.Field("Accounts"), n, extra.MaxObjectSize)
		return p
	}
	if err := rbac.CheckSize(s.Policies); err != nil {
		p.Check("Policies", err)
		return p
	}
	policies, p := rbac.Read(s.Policies)
	if len(s.Roles) == 0 {
		p.Add("Roles", "is empty; without a role no user could use Argo CD")
	}
	for i, mapping := range s.Roles {
		p.Check(problem.Item("Roles", i)+".Group", CheckGroup(mapping.Group))
		p.Check(problem.Item("Roles", i)+".Role", policies.CheckRole(mapping.Role))
	}
	p = append(p, s.pipelineProblems(policies)...)
	p = append(p, s.accountProblems(policies)...)
	if s.DefaultRole != "" {
		p.Check("DefaultRole", policies.CheckRole(s.DefaultRole))
	}
	// If everyone in the tenant can sign in, everyone has DefaultRole, and with Pipelines so
	// do the tenant's workload identities.
	if s.RequireAssignment != nil && !*s.RequireAssignment {
		p.Check("DefaultRole", policies.CheckReadOnly(s.DefaultRole))
	}
	return p
}

// CheckGroup returns an error if a text cannot be the subject of Argo CD's g lines: if it is
// neither a name nor an ID, or if Argo CD uses the name for another subject. Argo CD's
// built-in lines are g, admin, role:admin and g, role:admin, role:readonly.
func CheckGroup(group string) error {
	if err := azure.CheckGroupName(group); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(group, rolePrefix):
		return errors.New("begins with " + rolePrefix + ", which is reserved for pipelines; use the group's object ID")
	case strings.HasPrefix(group, "role:") || strings.HasPrefix(group, "proj:"):
		return fmt.Errorf("%q begins like a role or a project token of Argo CD; use the group's object ID", group)
	case group == builtInAdmin:
		return fmt.Errorf("%q is Argo CD's built-in administrator; use the group's object ID", group)
	}
	return nil
}

// policyCSV renders policy.csv of argocd-rbac-cm: the rules of roles, then their assignment.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
func (s Settings) policyCSV() string {
	var csv strings.Builder
	for _, policy := range s.Policies {
		fmt.Fprintln(&csv, policy)
	}
	for _, mapping := range s.Roles {
		fmt.Fprintf(&csv, "g, \"%s\", role:%s\n", strings.ReplaceAll(mapping.Group, `"`, `""`), mapping.Role)
	}
	for _, pipeline := range s.Pipelines {
		fmt.Fprintf(&csv, "g, \"%s\", role:%s\n", RoleValue(pipeline.Name), pipeline.Role)
	}
	for _, account := range s.Accounts {
		fmt.Fprintf(&csv, "g, \"%s\", role:%s\n", account.Name, account.Role)
	}
	return csv.String()
}
