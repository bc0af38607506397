package verify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// checkCertificate connects to Argo CD. The TLS handshake verifies the certificate, except
// on localhost. unreachable is the error of the connection.
func checkCertificate(ctx context.Context, client *http.Client, argocdURL string) (result Check, unreachable error) {
	check := Check{Name: "certificate", Fix: "check that Argo CD is running and that DNS resolves its domain to the ingress: `kubectl get pods,ingress -n argocd`"}
	response, err := get(ctx, client, argocdURL+"/healthz")
	var invalid *tls.CertificateVerificationError
	switch {
	case errors.As(err, &invalid):
		check.Fix = "renew or replace the certificate that the ingress serves for this domain"
		return check.failedBy(err), err
	case err != nil && isLocal(argocdURL):
		check.Fix = "run the port-forward in the stack output portForwardCommand"
		return check.failedBy(err), err
	case err != nil:
		return check.failedBy(err), err
	case isLocal(argocdURL):
		return check.notApplicable("self-signed on localhost"), nil
	}
	return checkExpiry(response.TLS.PeerCertificates[0], time.Now()), nil
}

// checkExpiry reports a certificate whose renewal is overdue. Automatic renewal happens a
// month before the end, or with a third of a shorter lifetime left:
// https://go.googlesource.com/crypto/+/2df4153a0311bdfea44376e0eb6ef2faefb0275b
// At most ten days, or less than three tenths of the lifetime, is a warning. Less than a week,
// or than a fifth of the lifetime, is a failure, while there is time to fix the renewal.
func checkExpiry(certificate *x509.Certificate, now time.Time) Check {
	const day = 24 * time.Hour
	left, life := certificate.NotAfter.Sub(now), certificate.NotAfter.Sub(certificate.NotBefore)
	check := Check{Name: "certificate", OK: left >= min(7*day, life/5), Detail: fmt.Sprintf("valid until %s, %s left",
		certificate.NotAfter.UTC().Format("2006-01-02 15:04 MST"), inDays(left))}
	check.Warning = check.OK && left < min(11*day, life*3/10)
	if !check.OK || check.Warning {
		check.Fix = "the renewal is overdue; check cert-manager (`kubectl get certificate -n argocd`) or the process that updates the TLS secret"
	}
	return check
}

func inDays(d time.Duration) string {
	if hours := int(d.Hours()); hours < 48 {
		return fmt.Sprintf("%d hours", hours)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}
