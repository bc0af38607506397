package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// signInRequests counts the requests of a client to Argo CD, Entra and the cluster's issuer,
// including Argo CD's own.
type signInRequests struct{ browser, cli, verify int64 }

// signIn returns a figure of the sign-ins to dev.
func signIn(value func(*signInRequests) int64) measure {
	return derived(func(ctx context.Context, l *runner) (*signInRequests, error) {
		return once(l.signIns, "dev", func() (*signInRequests, error) { return measureSignIn(ctx, l.repository) })
	}, func(v *signInRequests) float64 { return float64(value(v)) })
}

// measureSignIn deploys dev, signs users in to the real Argo CD one after another, and runs verify.
func measureSignIn(ctx context.Context, repository string) (v *signInRequests, err error) {
	azure := azuresim.New()
	stack, err := open(ctx, azure, repository, "dev")
	if err != nil {
		return nil, err
	}
	defer stack.remove(&err)
	port, err := argocd.FreePort()
	if err != nil {
		return nil, err
	}
	if err := stack.Set(ctx, "domain", fmt.Sprintf("localhost:%d", port)); err != nil {
		return nil, err
	}
	if _, err := stack.Up(ctx); err != nil {
		return nil, err
	}
	outputs, err := outputsOf(ctx, stack.Stack)
	if err != nil {
		return nil, err
	}
	internet, err := azure.Connect(filepath.Join(stack.home, "ca.pem"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, internet.Close()) }()
	installed, err := azure.Extension()
	if err != nil {
		return nil, err
	}
	server, err := argocd.Start(ctx, azure, internet, installed, stack.home, port)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	v = &signInRequests{}
	for range 2 { // in the first round, Argo CD also reads Entra's keys
		for _, one := range []struct {
			into *int64
			do   func(*argocd.Browser) error
		}{
			{&v.browser, func(b *argocd.Browser) error { _, err := b.SignIn(ctx, outputs.ArgoCDURL); return err }},
			{&v.cli, func(b *argocd.Browser) error { _, err := b.SignInAsCommand(ctx, outputs.ArgoCDURL); return err }},
			{&v.verify, func(*argocd.Browser) error {
				if checks := verify.Run(ctx, internet.Transport(), verify.Patience, outputs); verify.Failed(checks) {
					return fmt.Errorf("verify: %v", checks)
				}
				return nil
			}},
		} {
			person, err := argocd.NewBrowser(internet, "alice@contoso.example")
			if err != nil {
				return nil, err
			}
			before := internet.Requests.Load()
			if err := one.do(person); err != nil {
				return nil, err
			}
			person.CloseConnections()
			*one.into = internet.Requests.Load() - before + person.Local.Load()
		}
	}
	return v, nil
}

func outputsOf(ctx context.Context, stack *engine.Stack) (outputs verify.Outputs, err error) {
	values, err := stack.Values(ctx)
	if err != nil {
		return outputs, err
	}
	text, err := json.Marshal(values)
	if err != nil {
		return outputs, err
	}
	return verify.ParseOutputs(bytes.NewReader(text))
}
