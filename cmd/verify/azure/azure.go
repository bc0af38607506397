// Package azure checks Entra and Azure: that the application, the cluster and the extension
// match the stack, without manual additions. It reads as the caller and changes nothing.
//
// Pulumi refreshes only resources in its state. A refresh does not show other objects, such as
// a second federated credential or a client secret.
package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/verify"
)

// Run performs all checks. A check without the required permission is inconclusive.
func Run(ctx context.Context, c *Client, s *Stack) []verify.Check {
	checks := []verify.Check{s.origin()}
	for _, app := range s.Applications {
		checks = append(checks, checkApplication(ctx, c, s, app)...)
	}
	if !slices.ContainsFunc(s.Applications, func(app Application) bool { return app.ClientID == s.ClientID }) {
		checks = append(checks, verify.Check{Name: "application", Detail: "the stack's state has no application with the client ID " + s.ClientID, Fix: restore})
	}
	checks = append(checks, checkCluster(ctx, c, s)...)
	// Last, because others can register any number of applications.
	for _, app := range s.Applications {
		last := duplicates(ctx, c, s, app)
		last.name = s.nameOf(app, last.name)
		if errors.Is(last.err, errAbsent) {
			checks = append(checks, verify.Skip(s.nameOf(app, "application"), last.name)...)
			continue
		}
		checks = append(checks, last.check())
	}
	return checks
}

// restore is the correction of a manual change to a resource of the stack.
const restore = "find out who changed it and why, then run `pulumi refresh` and `pulumi up`"

// finding is the result of one check.
type finding struct {
	name string
	// err is the error of a request, needs the permission for it.
	err   error
	needs string
	// wrong are failures, doubtful are warnings; seen is the detail without either.
	wrong, doubtful []string
	seen            string
	fix             string
}

func (f finding) check() verify.Check {
	check := verify.Check{Name: f.name, Detail: f.seen, Fix: f.fix}
	switch {
	case errors.Is(f.err, errAbsent):
		check.Detail, check.Fix = f.err.Error(), restore
	case errors.Is(f.err, errForbidden):
		check.Unseen, check.Detail, check.Fix = true, f.err.Error(), "run it with "+f.needs
	case f.err != nil:
		check.Unseen, check.Detail, check.Fix = true, f.err.Error(), "retry"
	case len(f.wrong) > 0:
		check.Detail = strings.Join(slices.Concat(f.wrong, f.doubtful), "; ")
	case len(f.doubtful) > 0:
		check.OK, check.Warning, check.Detail = true, true, strings.Join(f.doubtful, "; ")
	default:
		check.OK, check.Fix = true, ""
	}
	return check
}

func checksOf(findings []finding) (checks []verify.Check) {
	for _, f := range findings {
		checks = append(checks, f.check())
	}
	return checks
}

// withoutObject returns one failed check for an object that does not exist. The findings on the
// object are skipped.
func withoutObject(name, detail string, findings []finding) []verify.Check {
	checks := []verify.Check{{Name: name, Detail: detail, Fix: restore}}
	for _, f := range findings {
		if errors.Is(f.err, errAbsent) {
			checks = append(checks, verify.Skip(name, f.name)...)
		} else {
			checks = append(checks, f.check())
		}
	}
	return checks
}

// The permissions of the requests: an application needs the permission, a user the role. They
// are from the pages named in graph.go.
const (
	needsCredentials  = "the permission Application.Read.All of Microsoft Graph, ownership of the application, or the role Cloud Application Administrator"
	needsApplications = "the permission Application.Read.All of Microsoft Graph, or the role Directory Readers"
	needsDirectory    = "the permission Directory.Read.All of Microsoft Graph, or the role Directory Readers"
	needsReader       = "the role Reader on the cluster"
)

// plural returns a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// differences describes missing and additional entries of a list.
func differences(what string, got, want []string) (wrong []string) {
	for _, entry := range want {
		if !slices.Contains(got, entry) {
			wrong = append(wrong, fmt.Sprintf("%s %s is missing", what, entry))
		}
	}
	for _, entry := range got {
		if !slices.Contains(want, entry) {
			wrong = append(wrong, fmt.Sprintf("%s %s is not in the stack", what, entry))
		}
	}
	return wrong
}

// unequal is a table of properties with their values in Azure and in the stack.
type unequal []struct {
	what      string
	got, want any
}

func (u unequal) wrong() (wrong []string) {
	for _, p := range u {
		if p.got != p.want {
			wrong = append(wrong, fmt.Sprintf("%s is %v, not %v", p.what, p.got, p.want))
		}
	}
	return wrong
}
