package signin

import (
	"errors"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestBreakages applies each breakage to a working deployment and checks the error of Entra or Argo
// CD.
func TestBreakages(t *testing.T) {
	t.Parallel()
	_, azure, internet, port := e2e.OnLocalhost(t)
	for _, b := range e2e.Breakages {
		if b.SignIn == nil {
			continue
		}
		t.Run(b.Name, func(t *testing.T) {
			defer e2e.Break(t, azure, b.Object, b.Change)()
			server := e2e.Start(t, azure, internet, port)
			e2e.WantError(t, b.SignIn(t.Context(), azure, internet, server), b.Error, "sign-in")
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("no breakage", func(t *testing.T) {
		server := e2e.Start(t, azure, internet, port)
		if err := errors.Join(e2e.Web(t.Context(), azure, internet, server), e2e.CLI(t.Context(), azure, internet, server)); err != nil {
			t.Error(err)
		}
	})
}
