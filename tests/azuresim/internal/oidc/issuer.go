// Package oidc has what Entra and the clusters share as OpenID Connect issuers:
// a signing key, the tokens that it signs, and documents in JSON.
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

// Issuer signs tokens: the tenant, or a cluster.
type Issuer struct {
	URL string

	key *rsa.PrivateKey
}

// NewIssuer returns an issuer. Its key is made when it is first needed.
func NewIssuer(url string) *Issuer { return &Issuer{URL: url} }

// Under is the same issuer under another URL, as Entra is for tokens of version 1.
func (i *Issuer) Under(url string) *Issuer { return &Issuer{URL: url, key: i.Key()} }

// Sign issues a token.
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

// Verify checks that the issuer signed a token that is still good.
func (i *Issuer) Verify(token string, options ...jwt.ParserOption) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	options = append(options, jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired())
	_, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return &i.Key().PublicKey, nil }, options...)
	return claims, err
}

// KeySet is the public key set.
func (i *Issuer) KeySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &i.Key().PublicKey, KeyID: i.keyID(), Algorithm: "RS256", Use: "sig"}}}
}

// keyID names the key as a Kubernetes API server does, so that both may sign with it.
// https://github.com/kubernetes/kubernetes/blob/master/pkg/serviceaccount/jwt.go, keyIDFromPublicKey
func (i *Issuer) keyID() string {
	der, err := x509.MarshalPKIXPublicKey(&i.Key().PublicKey)
	if err != nil {
		panic(err) // only for a kind of key that is not RSA
	}
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Key signs.
func (i *Issuer) Key() *rsa.PrivateKey {
	if i.key != nil {
		return i.key
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // only for a size that RSA does not have
	}
	i.key = key
	return key
}

// Answer writes a document.
func Answer(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document) // the client is gone: nothing to do
}
