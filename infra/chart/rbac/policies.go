// Package rbac checks policies of Argo CD's RBAC: lines of policy.csv that define roles.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
package rbac

import (
	"fmt"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// policiesField is the field of chart.Settings with the policies.
const policiesField = "Policies"

// Policies are policy lines, as text and as Argo CD reads them.
type Policies struct {
	texts []string
	lines []line
	// defined are the existing roles; listed are the first of them, for messages.
	defined map[string]bool
	listed  []string
}

// CheckSize returns an error if the policies have more alternatives than Argo CD can compare
// in each request.
func CheckSize(policies []string) error {
	const most = 2000
	alternatives := 0
	for _, text := range policies {
		for _, braces := range globBraces.FindAllString(text, -1) {
			alternatives += strings.Count(braces, ",") + 1
		}
	}
	if alternatives > most {
		return fmt.Errorf("have %d alternatives between braces; use at most %d, or patterns with *", alternatives, most)
	}
	return nil
}

// Read reads policies and reports invalid lines. It keeps the role of an invalid line, so
// references to it cause no further problem.
func Read(policies []string) (Policies, problem.List) {
	read := Policies{texts: policies, defined: map[string]bool{}}
	for _, role := range builtInRoles {
		read.define(role)
	}
	var p problem.List
	for i, text := range policies {
		one, err := parseLine(text)
		if err != nil {
			p.Add(problem.Item(policiesField, i), "%q: %w", shortened(text), err)
			one = line{role: roleOf(text)}
		}
		read.lines = append(read.lines, one)
		if one.role != "" {
			read.define(one.role)
		}
	}
	return read, append(p, read.checkInheritance()...)
}

func (p *Policies) define(role string) {
	const most = 10
	if !p.defined[role] && len(p.listed) < most {
		p.listed = append(p.listed, role)
	}
	p.defined[role] = true
}

// CheckRole returns an error if a role is not built in and not defined by a line.
func (p Policies) CheckRole(role string) error {
	if p.defined[role] {
		return nil
	}
	return problem.Errorf("%q is not defined; use one of %s, or define it in %s", role, strings.Join(p.listed, ", "), problem.Field(policiesField))
}

// linesByRole returns the indexes of each role's lines.
func (p Policies) linesByRole() map[string][]int {
	all := map[string][]int{}
	for i, line := range p.lines {
		all[line.role] = append(all[line.role], i)
	}
	return all
}

// roleOf returns the role of an invalid line, or "".
func roleOf(line string) string {
	fields := strings.Split(line, ",")
	if len(fields) < 2 {
		return ""
	}
	return strings.TrimPrefix(strings.Trim(fields[1], "\" \t"), "role:")
}

// shortened truncates a long line for a message.
func shortened(text string) string {
	const most = 200
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
