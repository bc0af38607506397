package azuresim

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// signer signs the tokens of one issuer: the tenant, or a cluster.
type signer struct {
	issuer, keyID string
	key           *rsa.PrivateKey
}

func newSigner(issuer string) *signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // only for a size that RSA does not have
	}
	return &signer{issuer: issuer, keyID: newGUID(), key: key}
}

// signer returns an issuer's key, which is made when it is first needed.
func (a *Azure) signer(issuer string) *signer {
	if a.signers[issuer] == nil {
		a.signers[issuer] = newSigner(issuer)
	}
	return a.signers[issuer]
}

func (s *signer) sign(lifetime time.Duration, claims jwt.MapClaims) (string, error) {
	now := time.Now()
	claims["iss"], claims["iat"], claims["nbf"], claims["exp"] = s.issuer, now.Unix(), now.Unix(), now.Add(lifetime).Unix()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = s.keyID
	signed, err := token.SignedString(s.key)
	if err != nil {
		return "", fmt.Errorf("signing for %s: %w", s.issuer, err)
	}
	return signed, nil
}

// jwks is the public key set.
func (s *signer) jwks() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &s.key.PublicKey, KeyID: s.keyID, Algorithm: "RS256", Use: "sig"}}}
}

// MintToken issues the token that a cluster projects into a pod: what the
// workload identity webhook asks the API server for.
func (a *Azure) MintToken(issuer, namespace, serviceAccount string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.isCluster(issuer) {
		return "", fmt.Errorf("no cluster has the issuer %q", issuer)
	}
	return a.signer(issuer).sign(time.Hour, jwt.MapClaims{
		"sub": "system:serviceaccount:" + namespace + ":" + serviceAccount,
		"aud": []string{"api://AzureADTokenExchange"},
	})
}

// isCluster says whether a cluster publishes this issuer.
func (a *Azure) isCluster(issuer string) bool {
	for _, cluster := range a.all(tokenCluster) {
		if url := text(child(cluster.computed, "oidcIssuerProfile"), "issuerURL"); url != "" && url == issuer {
			return true
		}
	}
	return false
}
