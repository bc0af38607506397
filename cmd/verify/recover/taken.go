package main

import (
	"context"
	"fmt"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
)

// taken names each application with an application ID URI that an update of the stack's own
// needs. Entra refuses the update without a name. Applications can share redirect URIs.
func (r *recovery) taken(ctx context.Context, s state, p *program) error {
	for _, want := range p.updates() {
		old, known := s.known(want.URN)
		if want.Type != azure.TypeApplication || !known {
			continue
		}
		found, err := r.find(ctx, s, p, want)
		if err != nil {
			return fmt.Errorf("%s: %w", name(want.URN), err)
		}
		for _, one := range found {
			if one.Blocks != "" && !azure.SameID(one.ID, old.ID) {
				r.leave(name(want.URN), "%s has %s, which pulumi up needs%s. Configure another name, or have it removed from there",
					one.What, one.Blocks, listed("; foreign in it: ", one.Doubts()))
			}
		}
	}
	return nil
}
