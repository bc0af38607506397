package rbac

import "fmt"

// CheckReadOnly returns an error if a role that everyone in the tenant has allows more than
// reading. Even sync deploys any commit that a repository has, on GitHub that of anybody's
// pull request. Deny lines do not count, as they may not cover all that another line allows.
func (p Policies) CheckReadOnly(role string) error {
	const advice = "leave it unset, use readonly or a role that only allows get, or let only members of groups sign in"
	byRole := p.linesByRole()
	seen := map[string]bool{"": true}
	for todo := []string{role}; len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		if todo[0] == "admin" {
			return fmt.Errorf("%q: everyone in the tenant would be an admin; %s", role, advice)
		}
		for _, i := range byRole[todo[0]] {
			switch line := p.lines[i]; {
			case line.kind == "g":
				todo = append(todo, line.inherits)
			case line.effect == "allow" && line.action != "get":
				return fmt.Errorf("%q gives everyone in the tenant more than reading, with %q; %s", role, p.texts[i], advice)
			}
		}
	}
	return nil
}
