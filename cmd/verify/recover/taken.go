package main

import (
	"context"
	"fmt"

	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
)

// taken reports applications with an application ID URI that an update of the stack's
// application needs, because Entra's error does not name them. Redirect URIs can be shared.
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
				r.manual(name(want.URN), fmt.Sprintf("%s has %s, which pulumi up needs%s", one.What, one.Blocks, foreign(one.Doubts())),
					"configure another name, or remove it from that application")
			}
		}
	}
	return nil
}
