package argocd

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// SignInAsCommand signs in as `argocd login --sso` does (oauth2Login in
// cmd/argocd/commands/login.go of Argo CD v3.2.6), in this process but with the same
// libraries: a public client with PKCE and a callback on localhost. Afterwards the browser
// sends the token to Argo CD.
func (b *Browser) SignInAsCommand(ctx context.Context, argocdURL string) (UserInfo, error) {
	b.token = ""
	ctx = oidc.ClientContext(ctx, b.client)
	login, claims, err := b.loginConfig(ctx, argocdURL)
	if err != nil {
		return UserInfo{}, err
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return UserInfo{}, err
	}
	login.RedirectURL = fmt.Sprintf("http://localhost:%d/auth/callback", listener.Addr().(*net.TCPAddr).Port)
	state, verifier, token := rand.Text(), oauth2.GenerateVerifier(), ""
	back := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("state") != state {
			http.Error(w, "Unknown state nonce", http.StatusBadRequest)
			return
		}
		tokens, err := login.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(verifier))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		token, _ = tokens.Extra("id_token").(string)
	})}
	go func() { _ = back.Serve(listener) }()
	_, err = b.open(ctx, login.AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier), claims))
	if err := errors.Join(err, back.Shutdown(ctx)); err != nil {
		return UserInfo{}, err
	}
	b.token = token
	return b.UserInfo(ctx, argocdURL)
}

// loginConfig returns the OAuth configuration from Argo CD and Entra's endpoints.
func (b *Browser) loginConfig(ctx context.Context, argocdURL string) (*oauth2.Config, oauth2.AuthCodeOption, error) {
	page, err := b.open(ctx, argocdURL+"/api/v1/settings")
	if err != nil {
		return nil, nil, err
	}
	var settings struct {
		OIDCConfig struct {
			Issuer, ClientID string
			Scopes           []string
			IDTokenClaims    json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(page), &settings); err != nil {
		return nil, nil, fmt.Errorf("settings: %w", err)
	}
	config := settings.OIDCConfig
	provider, err := oidc.NewProvider(ctx, config.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("failed to query provider %q: %w", config.Issuer, err)
	}
	claims, err := json.Marshal(map[string]any{"id_token": config.IDTokenClaims})
	return &oauth2.Config{
		ClientID: config.ClientID, Endpoint: provider.Endpoint(), Scopes: append(config.Scopes, oidc.ScopeOfflineAccess),
	}, oauth2.SetAuthURLParam("claims", string(claims)), err
}
