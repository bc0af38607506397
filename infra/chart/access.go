package chart

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"argocd-on-aks/infra/internal/problem"
)

// RoleMapping gives the members of a group a role in Argo CD.
type RoleMapping struct {
	// Group is the group as it stands in the groups claim. Entra's holds object
	// IDs, not names.
	Group string
	// Role is "admin", "readonly" or one that a policy line defines.
	Role string
}

// accessProblems checks who may do what.
func (s Settings) accessProblems() problem.List {
	var p problem.List
	known := []string{"admin", "readonly"}
	for i, line := range s.Policies {
		role, err := roleOf(line)
		if err != nil {
			p.Add(problem.Item("Policies", i), "%q: %w", line, err)
		} else if !slices.Contains(known, role) {
			known = append(known, role)
		}
	}
	defined := strings.Join(known, ", ")
	if len(s.Roles) == 0 {
		p.Add("Roles", "is empty: nobody could use Argo CD")
	}
	for i, mapping := range s.Roles {
		p.Check(problem.Item("Roles", i)+".Group", CheckGroup(mapping.Group))
		if !slices.Contains(known, mapping.Role) {
			p.Add(problem.Item("Roles", i)+".Role", "%q is not defined; use one of %s, or define it in policies", mapping.Role, defined)
		}
	}
	if s.DefaultRole != "" && !slices.Contains(known, s.DefaultRole) {
		p.Add("DefaultRole", "%q is not defined; use one of %s, or define it in policies", s.DefaultRole, defined)
	}
	return p
}

// CheckGroup refuses a group that could break out of its field of policy.csv, or
// was hardly meant.
func CheckGroup(group string) error {
	switch {
	case strings.TrimSpace(group) == "":
		return errors.New("is empty; use the group's display name or object ID, such as \"Argo CD Admins\"")
	case strings.ContainsAny(group, ",\"'`\r\n") || group != strings.TrimSpace(group):
		return fmt.Errorf("%q has a comma, a quote, a line break or space at an end; use the group's object ID", group)
	}
	return nil
}

var (
	policyResources = []string{
		"applications", "applicationsets", "clusters", "projects", "repositories", "accounts", "certificates",
		"gpgkeys", "logs", "exec", "extensions", "write-repositories", "*",
	}
	roleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// roleOf returns the role that a `p,` line defines, or what is wrong with the
// line.
func roleOf(line string) (string, error) {
	if strings.ContainsAny(line, "\r\n\"'`") {
		return "", errors.New("must be one line without quotes")
	}
	fields := strings.Split(line, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if fields[0] != "p" || len(fields) != 6 {
		return "", errors.New("must have the form \"p, role:<name>, <resource>, <action>, <object>, allow|deny\"; groups get roles in roles")
	}
	role, isRole := strings.CutPrefix(fields[1], "role:")
	switch {
	case !isRole || !roleName.MatchString(role):
		return "", fmt.Errorf("subject %q must be role:<name>, a name of letters, digits, '.', '_' and '-'", fields[1])
	case !slices.Contains(policyResources, fields[2]):
		return "", fmt.Errorf("resource %q is not one of %s", fields[2], strings.Join(policyResources, ", "))
	case fields[3] == "" || fields[4] == "":
		return "", errors.New("action and object must not be empty; use * for any")
	case fields[5] != "allow" && fields[5] != "deny":
		return "", fmt.Errorf("effect %q must be allow or deny", fields[5])
	}
	return role, nil
}

// policyCSV renders argocd-rbac-cm's policy.csv: the roles' own rules, then who
// has which role. https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
func policyCSV(policies []string, roles []RoleMapping) string {
	var csv strings.Builder
	for _, policy := range policies {
		fmt.Fprintln(&csv, policy)
	}
	for _, mapping := range roles {
		fmt.Fprintf(&csv, "g, \"%s\", role:%s\n", mapping.Group, mapping.Role)
	}
	return csv.String()
}
