package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

const (
	// retries is how often azuread repeats a request that Graph answered with 429, each
	// time after Retry-After: hashicorp/terraform-provider-azuread,
	// internal/common/client_options.go, and manicminer/hamilton, msgraph/client.go.
	retries = 9
	// readTimeout is the timeout of a data source such as getGroup
	// (internal/services/groups/group_data_source.go). azuread gives up during a wait that
	// would exceed it. Waits take no time here and are only added up.
	readTimeout = 5 * time.Minute
)

// retry repeats a call while Graph throttles. The final error message is hamilton's.
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

// retry calls once: azure-native's retries are not simulated.
func (native) retry(ask func() (after time.Duration, err error)) error {
	_, err := ask()
	return err
}
