package provider

import (
	"context"
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// TestUnfinished checks that only azure-native reports IDs, and only of long-running
// operations, with Azure's answer unless the read was canceled too.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	failed := error(&store.Failed{Reason: errors.New("out of nodes")})
	for name, c := range map[string]struct {
		behavior    behavior
		longRunning bool
		err         error
		id, answer  bool
	}{
		"failed later":       {native{}, true, failed, true, true},
		"canceled":           {native{}, true, context.Canceled, true, false},
		"answered at once":   {native{}, false, context.Canceled, false, false},
		"answer lost":        {native{}, true, errors.New("connection reset by peer"), false, false},
		"of Microsoft Graph": {bridge{}, false, failed, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{behavior: c.behavior}
			err := p.failure(store.Kind{LongRunning: c.longRunning}, "/id", toMap(nil), toMap(properties{"name": "prod"}), c.err)
			var detail *pulumirpc.ErrorResourceInitFailed
			if told, is := rpcerror.FromError(err); is {
				detail, _ = told.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
			}
			if (detail.GetId() == "/id") != c.id || (len(detail.GetProperties().GetFields()) == 1) != c.answer {
				t.Errorf("%v with %v", err, detail)
			}
		})
	}
}
