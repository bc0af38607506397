package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// permissions are the columns of the table, by the name of an Argo CD project.
var permissions = []struct{ project, action, resource, object string }{
	{"shop", "get", "applications", "shop/cart"},
	{"shop", "sync", "applications", "shop/cart"},
	{"shop", "delete", "applications", "shop/cart"},
	{"bank", "get", "applications", "bank/ledger"},
	{"bank", "sync", "applications", "bank/ledger"},
	{"new project", "create", "projects", "new"},
}

const (
	userRow = "  %-6s  %-17s  "
	signIn  = "%-7s"
	column  = "  %-6s"
)

// permissionTable signs each user of the tenant in and prints the user's permissions. The
// last row is the built-in admin with the correct password.
func (s *session) permissionTable(ctx context.Context) error {
	s.tableHeader()
	for _, user := range s.azure.Users() {
		if err := s.userPermissions(ctx, user); err != nil {
			return err
		}
	}
	err := s.wait("admin", func() error { return argocd.LoginAsAdmin(ctx, s.internet, s.home, s.localLogin) })
	if !strings.Contains(errorText(err), "disabled") {
		return fmt.Errorf("sign-in of the built-in admin is not rejected: %w", err)
	}
	s.rejected("admin", "(built-in)", "Argo CD: the account is disabled")
	return nil
}

func (s *session) tableHeader() {
	projects, actions := fmt.Sprintf(userRow+signIn, "", "", ""), fmt.Sprintf(userRow+signIn, "user", "group", "sign-in")
	for i, permission := range permissions {
		project := permission.project
		if i > 0 && permissions[i-1].project == project {
			project = ""
		}
		projects += fmt.Sprintf(column, project)
		actions += fmt.Sprintf(column, permission.action)
	}
	s.printf("%s\n%s\n", strings.TrimRight(projects, " "), strings.TrimRight(actions, " "))
}

// userPermissions prints one row.
func (s *session) userPermissions(ctx context.Context, user azuresim.User) error {
	name, _, _ := strings.Cut(user.Name, "@")
	browser, err := argocd.NewBrowser(s.internet, user.Name)
	if err != nil {
		return err
	}
	err = s.wait(name, func() error { _, err := browser.SignIn(ctx, s.outputs.ArgoCDURL); return err })
	if code := aadsts.FindString(errorText(err)); code != "" {
		reason := "Entra: " + code
		if code == "AADSTS50105" {
			reason += " (not assigned to the application)"
		}
		s.rejected(name, s.groupsOf(user), reason)
		return nil
	}
	if err != nil {
		return err
	}
	row := fmt.Sprintf(userRow, name, s.groupsOf(user)) + s.good("yes") + strings.Repeat(" ", len("sign-in")-len("yes"))
	for i, permission := range permissions {
		allowed, err := browser.CanI(ctx, s.outputs.ArgoCDURL, permission.action, permission.resource, permission.object)
		if err != nil {
			return err
		}
		answer, style := "no", s.dim
		if allowed {
			answer, style = "yes", s.good
		}
		row += "  " + style(answer)
		if i < len(permissions)-1 {
			row += strings.Repeat(" ", len("delete")-len(answer))
		}
	}
	s.printf("%s\n", row)
	return nil
}

func (s *session) rejected(user, group, reason string) {
	s.printf(userRow+"%s by %s\n", user, group, s.bad("rejected"), reason)
}

var aadsts = regexp.MustCompile(`AADSTS\d+`)

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (s *session) groupsOf(user azuresim.User) string {
	var names []string
	for _, group := range s.azure.Groups() {
		if slices.Contains(group.Members, user.ObjectID) {
			names = append(names, group.DisplayName)
		}
	}
	return strings.Join(names, ", ")
}
