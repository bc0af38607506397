package chart

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"argocd-on-aks/infra/internal/problem"
)

// RoleMapping gives the members of a group a role in Argo CD. A group may have
// several.
type RoleMapping struct {
	// Group is the group as it stands in the groups claim, letter by letter. Entra's
	// holds object IDs in lower case, not names.
	Group string
	// Role is "admin", "readonly" or one that a policy line defines.
	Role string
}

// configMapSize is what Kubernetes stores of a ConfigMap, in bytes.
// https://kubernetes.io/docs/concepts/configuration/configmap/#motivation
const configMapSize = 1 << 20

// accessProblems checks who may do what.
func (s Settings) accessProblems() problem.List {
	var p problem.List
	known := slices.Concat(builtInRoles, s.ownRoles(&p))
	checkRole := func(role string) error {
		if slices.Contains(known, role) {
			return nil
		}
		return fmt.Errorf("%q is not defined; use one of %s, or define it in policies", role, strings.Join(known, ", "))
	}
	if len(s.Roles) == 0 {
		p.Add("Roles", "is empty: nobody could use Argo CD")
	}
	for i, mapping := range s.Roles {
		p.Check(problem.Item("Roles", i)+".Group", CheckGroup(mapping.Group))
		p.Check(problem.Item("Roles", i)+".Role", checkRole(mapping.Role))
	}
	p = append(p, s.pipelineProblems(checkRole)...)
	p = append(p, s.accountProblems(checkRole)...)
	if s.DefaultRole != "" {
		p.Check("DefaultRole", checkRole(s.DefaultRole))
	}
	if n := len(s.policyCSV()); n >= configMapSize {
		p.Add("Policies", "make, with roles, a policy.csv of %d bytes, and a ConfigMap has %d at most", n, configMapSize)
	}
	return p
}

// ownRoles are the roles that Policies define, in their order. It reports lines
// that are wrong.
func (s Settings) ownRoles(p *problem.List) []string {
	var own []string
	inherits := map[string][]string{}
	lines := make([]policyLine, len(s.Policies))
	for i, text := range s.Policies {
		line, err := parsePolicy(text)
		if err != nil {
			p.Add(problem.Item("Policies", i), "%q: %w", text, err)
			continue
		}
		if lines[i] = line; !slices.Contains(own, line.role) {
			own = append(own, line.role)
		}
	}
	for i, line := range lines {
		switch {
		case line.kind != "g":
		case !slices.Contains(own, line.inherits) && !slices.Contains(builtInRoles, line.inherits):
			p.Add(problem.Item("Policies", i), "%q: role:%s is not defined", s.Policies[i], line.inherits)
		case inheritsFrom(line.inherits, line.role, inherits):
			p.Add(problem.Item("Policies", i), "%q: role:%s would inherit from itself", s.Policies[i], line.role)
		default:
			inherits[line.role] = append(inherits[line.role], line.inherits)
		}
	}
	for _, role := range own {
		if n := steps(role, inherits); n > maxSteps {
			p.Add("Policies", "have role:%s inherit over %d steps, and Argo CD follows %d", role, n, maxSteps)
		}
	}
	return own
}

// maxSteps is how far casbin, Argo CD's library, follows who inherits from whom:
// ten links, of which the first is from a group to its role and the last from
// admin to readonly.
const maxSteps = 8

// steps is the longest way from a role to those that it inherits from.
func steps(role string, inherits map[string][]string) int {
	longest := 0
	for _, next := range inherits[role] {
		longest = max(longest, 1+steps(next, inherits))
	}
	return longest
}

func inheritsFrom(role, other string, inherits map[string][]string) bool {
	return role == other || slices.ContainsFunc(inherits[role], func(next string) bool { return inheritsFrom(next, other, inherits) })
}

// CheckGroup refuses what is no name and no ID of a group. Any other stays in its
// field of policy.csv.
func CheckGroup(group string) error {
	switch {
	case strings.TrimSpace(group) == "":
		return errors.New("is empty; use the group's object ID, or its display name, such as \"Argo CD Admins\"")
	case group != strings.TrimSpace(group) || strings.ContainsFunc(group, isUnseen):
		return fmt.Errorf("%q has a line break, space at an end, or a character that nobody sees; use the group's object ID", group)
	}
	return notAPipeline(group)
}

// isUnseen is true for control characters, and for those that a reader takes for
// nothing or for a plain blank.
func isUnseen(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || r != ' ' && unicode.IsSpace(r)
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
