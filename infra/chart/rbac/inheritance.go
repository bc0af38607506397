package rbac

import "github.com/OWNER/argocd-on-aks/infra/problem"

// maxSteps is how far casbin, Argo CD's library, follows who inherits from whom:
// ten links, of which the first is from a group to its role and the last from
// admin to readonly.
const maxSteps = 8

// checkInheritance visits each role once: a role may inherit from another in more
// ways than could be counted.
func (p Policies) checkInheritance() problem.List {
	var problems problem.List
	byRole := p.linesByRole()
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
		for _, i := range byRole[role] {
			if p.lines[i].kind != "g" {
				continue
			}
			parent := p.lines[i].inherits
			switch n := visit(parent); {
			case n == visiting:
				problems.Add(problem.Item(policiesField, i), "%q: role:%s would inherit from itself", p.texts[i], role)
			case !p.defined[parent]:
				problems.Add(problem.Item(policiesField, i), "%q: role:%s is not defined", p.texts[i], parent)
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
	for _, line := range p.lines {
		if line.kind == "g" {
			visit(line.role)
		}
	}
	if n := steps[longest]; n > maxSteps {
		problems.Add(policiesField, "have role:%s inherit over %d steps, and Argo CD follows %d", longest, n, maxSteps)
	}
	return problems
}
