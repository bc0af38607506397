// Package oidc is the OpenID Connect issuer that Entra and the clusters share: a signing
// key, tokens and JSON documents.
package oidc

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// Issuer signs tokens of the tenant or of a cluster.
type Issuer struct {
	URL string

	key *rsa.PrivateKey
}

// NewIssuer returns an issuer. It generates its key on first use.
func NewIssuer(url string) *Issuer { return &Issuer{URL: url} }

// Under returns an issuer with the same key and another URL, such as Entra's for version 1
// tokens.
func (i *Issuer) Under(url string) *Issuer { return &Issuer{URL: url, key: i.Key()} }

// Sign returns a signed token.
func (i *Issuer) Sign(lifetime time.Duration, claims jwt.MapClaims) (string, error) {
	now := time.Now()
	claims["iss"], claims["iat"], claims["nbf"], claims["exp"] = i.URL, now.Unix(), now.Unix(), now.Add(lifetime).Unix()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = i.keyID()
	signed, err := token.SignedString(i.Key())
	if err != nil {
		return "", fmt.Errorf("signing for %s: %w", i.URL, err)
	}
	return signed, nil
}

// Verify returns the claims of a valid token of the issuer.
func (i *Issuer) Verify(token string, options ...jwt.ParserOption) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	options = append(options, jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired())
	_, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return &i.Key().PublicKey, nil }, options...)
	return claims, err
}

// KeySet returns the public keys.
func (i *Issuer) KeySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &i.Key().PublicKey, KeyID: i.keyID(), Algorithm: "RS256", Use: "sig"}}}
}

// keyID returns the key ID that a Kubernetes API server computes, since both sign with the
// key. https://github.com/kubernetes/kubernetes/blob/master/pkg/serviceaccount/jwt.go,
// keyIDFromPublicKey
func (i *Issuer) keyID() string {
	der, err := x509.MarshalPKIXPublicKey(&i.Key().PublicKey)
	if err != nil {
		panic(err) // only for unsupported key types
	}
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Key returns the signing key.
func (i *Issuer) Key() *rsa.PrivateKey {
	if i.key != nil {
		return i.key
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // only for unsupported key sizes
	}
	i.key = key
	return key
}

// Answer writes a JSON document.
func Answer(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document) // fails only if the client has disconnected
}
