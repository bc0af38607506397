package chart

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/chart/rbac"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// AccountRole grants an API account of Argo CD a role. It is for clients that cannot be
// pipelines: they send a token that an admin created in Argo CD. An account cannot sign in.
type AccountRole struct {
	// Name of the account: 1 to 32 lower-case letters, digits and hyphens.
	Name string `pulumi:"name"`
	// Role in Argo CD: admin, readonly or one that a policy line defines.
	Role string `pulumi:"role"`
}

const (
	keyAccount = `configs.cm.accounts\.`
	// apiKey allows tokens for an account. The other capability, login, allows sessions
	// with a password.
	// https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#local-usersaccounts
	apiKey = "apiKey"
	// builtInAdmin is an account that always exists, with g, admin, role:admin.
	builtInAdmin = "admin"
)

// accountName matches names that Argo CD cannot confuse with other subjects (of Argo CD 3.2,
// parseAccounts in util/settings/accounts.go, Parse in util/session/sessionmanager.go,
// EnforceClaims in server/rbacpolicy/rbacpolicy.go):
//
//   - The name is part of a key of argocd-cm, which Argo CD splits at dots: ci.enabled would
//     enable or disable the account ci.
//   - The name is the subject of the account's tokens up to a colon. Argo CD looks it up in
//     the first field of the g lines, like a user's sub and the claims of scopes. Roles,
//     project tokens and pipelines have a prefix with a colon. Object IDs of groups and the
//     sub of a service principal have 36 characters. A user's sub, which Entra chooses, has
//     43 (inferred from published tokens).
//   - Argo CD's user names have at most 32 characters (maxUsernameLength).
var accountName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// accountProblems checks accounts against the roles that are defined.
func (s Settings) accountProblems(policies rbac.Policies) problem.List {
	var p problem.List
	groups, taken := map[string]bool{}, map[string]bool{}
	for _, mapping := range s.Roles {
		groups[mapping.Group] = true
	}
	for i, account := range s.Accounts {
		path := problem.Item("Accounts", i)
		p.Check(path+".Name", checkAccountName(account.Name, taken, groups))
		p.Check(path+".Role", policies.CheckRole(account.Role))
		taken[account.Name] = true
	}
	return p
}

// checkAccountName rejects a name that is invalid, a duplicate, or a group's.
func checkAccountName(name string, taken, groups map[string]bool) error {
	switch {
	case !accountName.MatchString(name):
		return fmt.Errorf("%q must be 1 to 32 lower-case letters, digits and hyphens, such as \"ci\"", name)
	case name == builtInAdmin:
		return errors.New("\"admin\" is Argo CD's built-in administrator; use another name")
	case taken[name]:
		return fmt.Errorf("duplicate %q; give each account one role", name)
	case groups[name]:
		return fmt.Errorf("%q is also a group's name, and each would get the other's role; use the group's object ID", name)
	}
	return nil
}
