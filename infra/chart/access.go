package chart

import (
	"errors"
	"fmt"
	"strings"

	"argocd-on-aks/infra/problem"
)

// RoleMapping grants the members of a group a role in Argo CD. A group may have several.
type RoleMapping struct {
	// Group is the group as the groups claim contains it. Entra's contains object IDs in
	// lower case, not names.
	Group string
	// Role is "admin", "readonly" or a role that a policy line defines.
	Role string
}

// configMapSize is what Kubernetes stores of a ConfigMap, in bytes.
// https://kubernetes.io/docs/concepts/configuration/configmap/#motivation
const configMapSize = 1 << 20

// accessProblems checks who may do what.
func (s Settings) accessProblems() problem.List {
	var p problem.List
	if n := len(s.policyCSV()); n >= configMapSize {
		p.Add("Policies", "make, with roles, pipelines and accounts, a policy.csv of %d bytes, and a ConfigMap has %d at most", n, configMapSize)
		return p
	}
	if n := s.alternatives(); n > maxAlternatives {
		p.Add("Policies", "have %d alternatives between braces; use at most %d, or patterns with *", n, maxAlternatives)
		return p
	}
	lines := s.policyLines(&p)
	roles := newRoleNames(lines)
	p = append(p, s.inheritanceProblems(lines, roles)...)
	if len(s.Roles) == 0 {
		p.Add("Roles", "is empty: nobody could use Argo CD")
	}
	for i, mapping := range s.Roles {
		p.Check(problem.Item("Roles", i)+".Group", CheckGroup(mapping.Group))
		p.Check(problem.Item("Roles", i)+".Role", roles.check(mapping.Role))
	}
	p = append(p, s.pipelineProblems(roles)...)
	p = append(p, s.accountProblems(roles)...)
	if s.DefaultRole != "" {
		p.Check("DefaultRole", roles.check(s.DefaultRole))
	}
	return p
}

// maxAlternatives is the number of texts between braces in all policies: each is held
// against the requests of Argo CD.
const maxAlternatives = 2000

func (s Settings) alternatives() (n int) {
	for _, line := range s.Policies {
		for _, braces := range globBraces.FindAllString(line, -1) {
			n += strings.Count(braces, ",") + 1
		}
	}
	return n
}

// roleNames are the roles that are defined.
type roleNames struct {
	defined map[string]bool
	// listed are the first of them, for messages.
	listed []string
}

func newRoleNames(lines []policyLine) roleNames {
	const most = 10
	roles := roleNames{defined: map[string]bool{}}
	add := func(role string) {
		if !roles.defined[role] && len(roles.listed) < most {
			roles.listed = append(roles.listed, role)
		}
		roles.defined[role] = true
	}
	for _, role := range builtInRoles {
		add(role)
	}
	for _, line := range lines {
		if line.role != "" {
			add(line.role)
		}
	}
	return roles
}

func (r roleNames) check(role string) error {
	if r.defined[role] {
		return nil
	}
	return fmt.Errorf("%q is not defined; use one of %s, or define it in policies", role, strings.Join(r.listed, ", "))
}

// CheckGroup refuses what is no name and no ID of a group. Any other stays in its
// field of policy.csv.
func CheckGroup(group string) error {
	switch {
	case strings.TrimSpace(group) == "":
		return errors.New("is empty; use the group's object ID, or its display name, such as \"Argo CD Admins\"")
	case group != strings.TrimSpace(group) || strings.ContainsFunc(group, problem.IsUnseen):
		return fmt.Errorf("%q has a line break, space at an end, or an invisible character; use the group's object ID", group)
	}
	return notAnother(group)
}

// notAnother rejects a group with the name of something else that Argo CD looks up in
// the first field of the g lines. Its own lines there are g, admin, role:admin and
// g, role:admin, role:readonly.
func notAnother(group string) error {
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
