package rbac

import "fmt"

// CheckReadOnly returns an error if a role of everyone in the tenant allows more than
// reading. Even sync deploys any commit in a repository; on GitHub, that includes pull
// requests of outside contributors. Deny lines do not count, because they may not cover all of
// an allow line.
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
				return fmt.Errorf("%q gives everyone in the tenant more than read access, with %q; %s", role, p.texts[i], advice)
			}
		}
	}
	return nil
}
