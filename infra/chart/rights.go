package chart

import (
	"strings"

	"argocd-on-aks/infra/problem"
)

// maxSteps is how far casbin, Argo CD's library, follows who inherits from whom:
// ten links, of which the first is from a group to its role and the last from
// admin to readonly.
const maxSteps = 8

// policyLines parses Policies. It reports lines that are wrong, and keeps only their role:
// what refers to it has no problem of its own.
func (s Settings) policyLines(p *problem.List) []policyLine {
	lines := make([]policyLine, len(s.Policies))
	for i, text := range s.Policies {
		line, err := parsePolicy(text)
		if err != nil {
			p.Add(problem.Item("Policies", i), "%q: %w", shortened(text), err)
			line = policyLine{role: roleOf(text)}
		}
		lines[i] = line
	}
	return lines
}

// roleOf returns the role that a wrong line is about, or "".
func roleOf(line string) string {
	fields := strings.Split(line, ",")
	if len(fields) < 2 {
		return ""
	}
	return strings.TrimPrefix(strings.Trim(fields[1], "\" \t"), "role:")
}

// shortened keeps a long line out of a message.
func shortened(text string) string {
	const most = 200
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// parents are the g lines of each role, by their index.
func parents(lines []policyLine) map[string][]int {
	all := map[string][]int{}
	for i, line := range lines {
		if line.kind == "g" {
			all[line.role] = append(all[line.role], i)
		}
	}
	return all
}

// inheritanceProblems visits each role once: a role may inherit from another in more
// ways than could be counted.
func (s Settings) inheritanceProblems(lines []policyLine, roles roleNames) problem.List {
	var p problem.List
	inherits := parents(lines)
	const visiting = -1
	steps := map[string]int{}
	longest := ""
	var visit func(role string) int
	visit = func(role string) int {
		if n, visited := steps[role]; visited {
			return n
		}
		steps[role] = visiting
		most := 0
		for _, i := range inherits[role] {
			parent := lines[i].inherits
			switch n := visit(parent); {
			case n == visiting:
				p.Add(problem.Item("Policies", i), "%q: role:%s would inherit from itself", s.Policies[i], role)
			case !roles.defined[parent]:
				p.Add(problem.Item("Policies", i), "%q: role:%s is not defined", s.Policies[i], parent)
			default:
				most = max(most, n+1)
			}
		}
		steps[role] = most
		if most > steps[longest] {
			longest = role
		}
		return most
	}
	for _, line := range lines {
		if line.kind == "g" {
			visit(line.role)
		}
	}
	if n := steps[longest]; n > maxSteps {
		p.Add("Policies", "have role:%s inherit over %d steps, and Argo CD follows %d", longest, n, maxSteps)
	}
	return p
}

// openToTenantProblems lists what is wrong where everyone in the tenant can sign in.
// Everyone then has DefaultRole, and with Pipelines so do the tenant's workload identities.
// DefaultRole may only read: even sync deploys any commit that a repository has, on GitHub
// that of anybody's pull request. Deny lines do not count, as they may not cover all that
// another line allows.
func (s Settings) openToTenantProblems() problem.List {
	if s.RequireAssignment == nil || *s.RequireAssignment {
		return nil
	}
	var ignored, p problem.List
	lines := s.policyLines(&ignored)
	ofRole := map[string][]int{}
	for i, line := range lines {
		ofRole[line.role] = append(ofRole[line.role], i)
	}
	const advice = "leave it unset, use readonly or a role that only allows get, or let only members of groups sign in"
	seen, todo := map[string]bool{"": true}, []string{s.DefaultRole}
	for len(todo) > 0 {
		role := todo[0]
		todo = todo[1:]
		if seen[role] {
			continue
		}
		seen[role] = true
		if role == "admin" {
			p.Add("DefaultRole", "%q: everyone in the tenant would be an admin; %s", s.DefaultRole, advice)
			return p
		}
		for _, i := range ofRole[role] {
			if lines[i].kind == "g" {
				todo = append(todo, lines[i].inherits)
			} else if lines[i].effect == "allow" && lines[i].action != "get" {
				p.Add("DefaultRole", "%q gives everyone in the tenant more than reading, with %q; %s", s.DefaultRole, s.Policies[i], advice)
				return p
			}
		}
	}
	return p
}
