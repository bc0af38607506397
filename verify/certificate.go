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

// checkCertificate connects to Argo CD. The TLS handshake verifies the
// certificate of a real domain.
func checkCertificate(ctx context.Context, client *http.Client, argocdURL string) Check {
	response, err := get(ctx, client, argocdURL+"/healthz")
	if err != nil {
		fix := "is Argo CD running, and does its domain lead to it? kubectl get pods,ingress -n argocd"
		var invalid *tls.CertificateVerificationError
		switch {
		case errors.As(err, &invalid):
			fix = "renew or replace the certificate that the ingress shows for this domain"
		case isLocal(argocdURL):
			fix = "is the port-forward running? See the stack output portForwardCommand"
		}
		return Check{Name: "certificate", Detail: err.Error(), Fix: fix}
	}
	if isLocal(argocdURL) {
		return Check{Name: "certificate", OK: true, Detail: "self-signed, as expected on localhost; not looked at"}
	}
	return checkExpiry(response.TLS.PeerCertificates[0], time.Now())
}

// checkExpiry finds a certificate whose renewal is overdue. What renews by itself
// does so a month before the end, or with a third of a shorter life left:
// https://go.googlesource.com/crypto/+/2df4153a0311bdfea44376e0eb6ef2faefb0275b
// Ten days or fewer, or less than three tenths, is a warning. Less than a week, or
// than a fifth, is a failure that leaves time to see why nothing was renewed.
func checkExpiry(certificate *x509.Certificate, now time.Time) Check {
	const day = 24 * time.Hour
	left, life := certificate.NotAfter.Sub(now), certificate.NotAfter.Sub(certificate.NotBefore)
	check := Check{Name: "certificate", OK: left >= min(7*day, life/5), Detail: fmt.Sprintf("valid until %s, %s left",
		certificate.NotAfter.UTC().Format("2006-01-02 15:04 MST"), inDays(left))}
	check.Warning = check.OK && left < min(11*day, life*3/10)
	if !check.OK || check.Warning {
		check.Fix = "it should have been renewed by now: kubectl get certificate -n argocd, or whoever fills the ingress's TLS secret"
	}
	return check
}

func inDays(d time.Duration) string {
	if hours := int(d.Hours()); hours < 48 {
		return fmt.Sprintf("%d hours", hours)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}
