// Package azure checks what the checks from outside cannot see: whether the
// application in Entra, the cluster and the extension are as the stack made them,
// and nothing else was added by hand. It reads as the caller and changes nothing.
//
// Pulumi refreshes only what is in its state. What others put beside it, such as a
// second federated credential or a client secret, no refresh shows.
package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/verify"
)

// Run does all checks. One that the caller may not make is unseen, not OK.
func Run(ctx context.Context, c *Client, s *Stack) []verify.Check {
	checks := []verify.Check{s.origin()}
	for _, app := range s.Applications {
		checks = append(checks, checkApplication(ctx, c, s, app)...)
	}
	if !slices.ContainsFunc(s.Applications, func(app Application) bool { return app.ClientID == s.ClientID }) {
		checks = append(checks, verify.Check{Name: "application", Detail: "the stack's state has none with the client ID " + s.ClientID, Fix: putBack})
	}
	checks = append(checks, checkCluster(ctx, c, s)...)
	// Last, as others decide how much there is to read.
	for _, app := range s.Applications {
		checks = append(checks, s.checkOf(app, twins(ctx, c, app)))
	}
	return checks
}

// putBack is what to do about a change of what the stack manages.
const putBack = "see who changed it and why, then run pulumi refresh and pulumi up"

// finding is what one look has found.
type finding struct {
	name string
	// err is why nothing could be seen, needs which permission is for it.
	err   error
	needs string
	// wrong are failures, doubtful are warnings; seen is the result
	// if there are none.
	wrong, doubtful []string
	seen            string
	fix             string
}

func (f finding) check() verify.Check {
	check := verify.Check{Name: f.name, Detail: f.seen, Fix: f.fix}
	switch {
	case errors.Is(f.err, errAbsent):
		check.Detail = f.err.Error()
	case errors.Is(f.err, errForbidden):
		check.Unseen, check.Detail, check.Fix = true, f.err.Error(), "look with "+f.needs
	case f.err != nil:
		check.Unseen, check.Detail, check.Fix = true, f.err.Error(), "try again"
	case len(f.wrong) > 0:
		check.Detail = strings.Join(slices.Concat(f.wrong, f.doubtful), "; ")
	case len(f.doubtful) > 0:
		check.OK, check.Warning, check.Detail = true, true, strings.Join(f.doubtful, "; ")
	default:
		check.OK, check.Fix = true, ""
	}
	return check
}

// What a caller needs: an application the permission, a user the role. The page of
// each request, named in graph.go, has them.
const (
	needsCredentials  = "the permission Application.Read.All of Microsoft Graph, or as owner of the application, or with the role Cloud Application Administrator"
	needsApplications = "the permission Application.Read.All of Microsoft Graph, or the role Directory Readers"
	needsDirectory    = "the permission Directory.Read.All of Microsoft Graph, or the role Directory Readers"
	needsReader       = "the role Reader on the cluster"
)

// differences names what is missing in and what was added to a list.
func differences(what string, got, want []string) (wrong []string) {
	for _, entry := range want {
		if !slices.Contains(got, entry) {
			wrong = append(wrong, fmt.Sprintf("%s %s is missing", what, entry))
		}
	}
	for _, entry := range got {
		if !slices.Contains(want, entry) {
			wrong = append(wrong, fmt.Sprintf("%s %s is not the stack's", what, entry))
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
