package provider

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net"
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// azuread repeats a request nine times after 429, 5xx and network errors:
// hashicorp/terraform-provider-azuread, internal/common/client_options.go. It waits
// Retry-After, or 1, 2, 4, 8, 16 and then 30 seconds, 151 in all: hashicorp/go-retryablehttp,
// DefaultBackoff and baseRetryPolicy in client.go. A lookup ends after 20 minutes, the default of
// hashicorp/terraform-plugin-sdk (Timeout in helper/schema/resource_data.go); the timeouts of
// resources are not simulated.
const (
	retries       = 9
	longestWait   = 30 * time.Second
	lookupTimeout = 20 * time.Minute
	noTimeout     = time.Duration(math.MaxInt64)
)

func (bridge) retry(send func(again bool) error, missing func() bool, wait func(time.Duration) error) error {
	for tries := 0; ; tries++ {
		err := send(tries < retries)
		var refusal *store.Error
		var network *net.OpError
		pause := min(time.Second<<tries, longestWait)
		switch {
		case errors.As(err, &refusal):
			again := refusal.Status == 429 || refusal.Status >= 500 || refusal.Status == 404 && missing()
			if !again || tries == retries {
				return odata(refusal)
			}
			pause = cmp.Or(refusal.RetryAfter, pause)
		case !errors.As(err, &network) || tries == retries:
			return err
		}
		if err := wait(pause); err != nil {
			return err
		}
	}
}

// odata returns the error that the client of azuread makes of a refusal: manicminer/hamilton,
// msgraph/client.go.
func odata(refusal *store.Error) error {
	return fmt.Errorf("unexpected status %d with OData error: %w", refusal.Status, &graphError{refusal})
}

type graphError struct{ refusal *store.Error }

func (e *graphError) Error() string { return e.refusal.Code + ": " + e.refusal.Message }
func (e *graphError) Unwrap() error { return e.refusal }

// waitsFor reports whether azuread repeats a request after a 404: RetryOn404ConsistencyFailureFunc
// in manicminer/hamilton, msgraph. The requests of all operations share the client that holds
// this rule (CheckRetry in msgraph/client.go), so another create can replace it.
func (p *provider) waitsFor(kind store.Kind, r store.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !slices.Contains(kind.Unretried, cmp.Or(r.Step, r.Verb)) && p.creating[r.Type] < 2
}

// retry calls once: azure-native's retries are not simulated.
func (native) retry(send func(again bool) error, _ func() bool, _ func(time.Duration) error) error {
	return send(false)
}

// readsBack: the Create and Update functions in internal/services end with a Read.
func (bridge) readsBack() bool { return true }

// readsBack: ARM answers a write with the object.
func (native) readsBack() bool { return false }
