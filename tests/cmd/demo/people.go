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

// rights are what everybody tries.
var rights = []struct{ title, action, resource, object string }{
	{"see shop", "get", "applications", "shop/cart"},
	{"sync shop", "sync", "applications", "shop/cart"},
	{"see bank", "get", "applications", "bank/ledger"},
	{"sync bank", "sync", "applications", "bank/ledger"},
	{"delete shop", "delete", "applications", "shop/cart"},
	{"add project", "create", "projects", "new"},
}

const row = "  %-8s %-18s %-14s"

// people has each of the tenant's users sign in and try. The built-in admin comes
// with the right password.
func (s *session) people(ctx context.Context) error {
	s.printf(row, "", "group", "signs in")
	for _, right := range rights {
		s.printf(" %-11s", right.title)
	}
	s.printf("\n")
	for _, user := range s.azure.Users() {
		if err := s.person(ctx, user); err != nil {
			return err
		}
	}
	err := s.wait("admin", func() error { return argocd.LoginAsAdmin(ctx, s.internet, s.home, s.here) })
	if !strings.Contains(errorText(err), "disabled") {
		return fmt.Errorf("the built-in admin is not refused as it should be: %w", err)
	}
	s.printf(row+"\n", "admin", "(built in)", s.bad("refused: ")+"has a password, and may not use it")
	return nil
}

// person is one row of the table.
func (s *session) person(ctx context.Context, user azuresim.User) error {
	name, _, _ := strings.Cut(user.Name, "@")
	browser, err := argocd.NewBrowser(s.internet, user.Name)
	if err != nil {
		return err
	}
	err = s.wait(name, func() error { _, err := browser.SignIn(ctx, s.outputs.ArgoCDURL); return err })
	if code := aadsts.FindString(errorText(err)); code != "" {
		s.printf(row+"\n", name, s.groupsOf(user), s.bad(code)+" by Entra")
		return nil
	}
	if err != nil {
		return err
	}
	s.printf(row, name, s.groupsOf(user), s.good("yes")+strings.Repeat(" ", 11))
	for _, right := range rights {
		may, err := browser.CanI(ctx, s.outputs.ArgoCDURL, right.action, right.resource, right.object)
		if err != nil {
			return err
		}
		answer := s.dim("no ")
		if may {
			answer = s.good("yes")
		}
		s.printf(" %s%s", answer, strings.Repeat(" ", 8))
	}
	s.printf("\n")
	return nil
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
