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
	// Group is the group as the groups claim contains it. Entra's contains object IDs in
	// lower case, not names.
	Group string
	// Role is "admin", "readonly" or a role that a policy line defines.
	Role string
}

// accessProblems checks who may do what.
func (s Settings) accessProblems() problem.List {
	var p problem.List
	if n := len(s.policyCSV()); n >= extra.MaxObjectSize {
		p.Add("Policies", "make, with %s, %s and %s, a policy.csv of %d bytes, and a ConfigMap has %d at most",
			problem.Field("Roles"), problem.Field("Pipelines"), problem.Field("Accounts"), n, extra.MaxObjectSize)
		return p
	}
	if err := rbac.CheckSize(s.Policies); err != nil {
		p.Check("Policies", err)
		return p
	}
	policies, p := rbac.Read(s.Policies)
	if len(s.Roles) == 0 {
		p.Add("Roles", "is empty: nobody could use Argo CD")
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
	// Where everyone in the tenant can sign in, everyone has DefaultRole, and with Pipelines
	// so do the tenant's workload identities.
	if s.RequireAssignment != nil && !*s.RequireAssignment {
		p.Check("DefaultRole", policies.CheckReadOnly(s.DefaultRole))
	}
	return p
}

// CheckGroup returns an error if a text cannot be a group in the first field of Argo CD's g
// lines: neither a name nor an ID, or the name of something else that Argo CD looks up there.
// Its own lines are g, admin, role:admin and g, role:admin, role:readonly.
func CheckGroup(group string) error {
	if err := azure.CheckGroupName(group); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(group, rolePrefix):
		return errors.New("begins with " + rolePrefix + ", as only pipelines do; use the group's object ID")
	case strings.HasPrefix(group, "role:") || strings.HasPrefix(group, "proj:"):
		return fmt.Errorf("%q begins as a role or a token of a project does in Argo CD; use the group's object ID", group)
	case group == builtInAdmin:
		return fmt.Errorf("%q is Argo CD's own account, which may do everything; use the group's object ID", group)
	}
	return nil
}

// policyCSV renders argocd-rbac-cm's policy.csv: the roles' own rules, then who
// has which role. https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
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
