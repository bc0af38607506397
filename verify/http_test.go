package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestUnreachableHosts: if a host does not respond, the checks that use it fail and name it.
func TestUnreachableHosts(t *testing.T) {
	const limit = time.Second
	faults := map[string]string{
		"refused": "connection refused",
		hang:      "no response within 1s",
		breakOff:  "connection closed",
	}
	for host, fails := range map[string][]string{
		"login.microsoftonline.com":      {"Entra tenant"},
		"westus3.oic.prod-aks.azure.com": {"cluster issuer"},
		"argocd.example.com":             {"certificate"},
	} {
		for fault, says := range faults {
			t.Run(host+" "+fault, func(t *testing.T) {
				t.Parallel()
				cut := pages()
				for page := range cut {
					if at, err := url.Parse(page); err == nil && at.Host == host {
						cut[page] = fault
					}
				}
				transport := transportTo(t, cut, allHosts, tomorrow)
				if fault == "refused" {
					transport.DialContext = refusing(host, transport.DialContext)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				var failed []string
				for _, check := range Run(ctx, transport, limit, outputs) {
					if check.OK || check.Skipped {
						continue
					}
					failed = append(failed, check.Name)
					if strings.Contains(check.Fix, "pulumi") || strings.Contains(check.Fix, "tenantId") {
						t.Errorf("blames the configuration: %+v", check)
					}
					if !strings.Contains(check.Detail, host) || !strings.Contains(check.Detail, says) {
						t.Errorf("no %q and %q in %+v", host, says, check)
					}
				}
				if !slices.Equal(failed, fails) {
					t.Errorf("failed: %q, want %q", failed, fails)
				}
			})
		}
	}
}

type dial = func(ctx context.Context, network, address string) (net.Conn, error)

func refusing(host string, others dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, host+":") {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		return others(ctx, network, address)
	}
}

// TestProxy: the error of an unreachable host names the proxy.
func TestProxy(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer proxy.Close()
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("user", "hush")
	failed := 0
	for _, check := range Run(t.Context(), &http.Transport{Proxy: http.ProxyURL(address)}, Patience, outputs) {
		if check.OK || check.Skipped {
			continue
		}
		failed++
		if want := fmt.Sprintf("the proxy %s returned 502 Bad Gateway", address.Host); !strings.Contains(check.Detail, want) || strings.Contains(check.Detail, "hush") {
			t.Errorf("no %q in %+v", want, check)
		}
	}
	if failed != 3 { // the cluster's issuer, Entra and Argo CD
		t.Errorf("%d checks failed", failed)
	}
}

// TestInterrupted: a timeout or an interrupt is inconclusive, and not an error of a host.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	over, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	interrupted, interrupt := context.WithCancelCause(t.Context())
	interrupt(errors.New("interrupt signal received"))
	for want, ctx := range map[string]context.Context{
		"no response before the timeout of all checks": over,
		"interrupted: interrupt signal received":       interrupted,
	} {
		for _, check := range Run(ctx, transportTo(t, pages(), allHosts, tomorrow), Patience, outputs) {
			if !check.Unseen || !check.Skipped && !strings.Contains(check.Detail, want) {
				t.Errorf("no %q in %+v", want, check)
			}
		}
	}
}
