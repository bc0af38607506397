package rbac

import "github.com/OWNER/argocd-on-aks/infra/problem"

// maxSteps is the maximum number of inheritance steps between roles. casbin, Argo CD's
// library, follows ten: the first is from a group to its role, the last from admin to
// readonly.
const maxSteps = 8

// checkInheritance visits each role once, because the number of inheritance paths can grow
// exponentially.
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
		problems.Add(policiesField, "let role:%s inherit over %d steps; Argo CD follows at most %d", longest, n, maxSteps)
	}
	return problems
}
