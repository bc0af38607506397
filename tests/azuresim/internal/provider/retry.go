package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

const (
	// retries are how often azuread asks Graph again that has answered 429, each time
	// after what Retry-After says: hashicorp/terraform-provider-azuread,
	// internal/common/client_options.go, and manicminer/hamilton, msgraph/client.go.
	retries = 9
	// readTimeout is all that it takes for a data source such as getGroup
	// (internal/services/groups/group_data_source.go). azuread is cut off in the wait that
	// would end later; here waits take no time, and only count.
	readTimeout = 5 * time.Minute
)

// retry asks again while Graph throttles. Its text for what it gives up is hamilton's.
func (bridge) retry(ask func() (after time.Duration, err error)) error {
	waited := time.Duration(0)
	for tries := 0; ; tries++ {
		after, err := ask()
		throttled := (*store.Error)(nil)
		if !errors.As(err, &throttled) || throttled.Status != 429 {
			return err
		}
		if tries == retries {
			return fmt.Errorf("unexpected status 429 with OData error: %s: %s", throttled.Code, throttled.Message)
		}
		if waited += after; waited > readTimeout {
			return context.DeadlineExceeded
		}
	}
}

// retry of azure-native's is not simulated.
func (native) retry(ask func() (after time.Duration, err error)) error {
	_, err := ask()
	return err
}
