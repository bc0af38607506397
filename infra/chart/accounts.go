package chart

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/OWNER/argocd-on-aks/infra/chart/rbac"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// AccountRole grants an API account of Argo CD a role. It is for clients that cannot be
// pipelines: they send a token that Argo CD signed and an admin created. An account cannot
// sign in.
type AccountRole struct {
	// Name of the account: 1 to 32 lower-case letters, digits and hyphens.
	Name string `pulumi:"name"`
	// Role in Argo CD: admin, readonly or one that a policy line defines.
	Role string `pulumi:"role"`
}

const (
	keyAccount = `configs.cm.accounts\.`
	// apiKey has tokens made for an account. The other capability that there is,
	// login, gives it sessions by a password.
	// https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#local-usersaccounts
	apiKey = "apiKey"
	// builtInAdmin is an account that is always there, and has `g, admin, role:admin`.
	builtInAdmin = "admin"
)

// accountName is what Argo CD can neither read as another account, nor take for
// anybody else (of Argo CD 3.2, parseAccounts in util/settings/accounts.go, Parse in
// util/session/sessionmanager.go, EnforceClaims in server/rbacpolicy/rbacpolicy.go):
//
//   - It is part of a key of argocd-cm, which is split at its dots: ci.enabled would
//     switch the account ci on or off.
//   - It is the subject of the account's tokens up to a colon, and then looked up in
//     the first field of the g lines, as a user's sub is and each text in the claims
//     of scopes. What begins with role:, proj: or a pipeline's prefix has a colon.
//     Object IDs, which are what groups are called by and the sub of a service
//     principal, have 36 characters. A user's sub, which nobody chooses, has 43
//     (inferred from published tokens).
//   - More than 32 characters are no user name for Argo CD (maxUsernameLength).
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

// checkAccountName rejects a name that is not valid, or that of another account or
// of a group.
func checkAccountName(name string, taken, groups map[string]bool) error {
	switch {
	case !accountName.MatchString(name):
		return fmt.Errorf("%q must be 1 to 32 lower-case letters, digits and hyphens, such as \"ci\"", name)
	case name == builtInAdmin:
		return errors.New("\"admin\" is Argo CD's own, which may do everything; use another name")
	case taken[name]:
		return fmt.Errorf("duplicate %q; give each account one role", name)
	case groups[name]:
		return fmt.Errorf("%q is what a group is called, and one would have the other's role; use the group's object ID", name)
	}
	return nil
}
