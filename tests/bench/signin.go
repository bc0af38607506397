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

// visit is how many requests people and commands send once Argo CD is there: to Argo CD,
// and to Entra and the cluster's issuer, Argo CD's own included.
type visit struct{ browser, cli, verify int64 }

// visiting is a figure of a visit to dev.
func visiting(value func(*visit) int64) measure {
	return from(func(ctx context.Context, l *lab) (*visit, error) {
		return once(l.visits, "dev", func() (*visit, error) { return come(ctx, l.repository) })
	}, func(v *visit) float64 { return float64(value(v)) })
}

// come deploys dev, has people sign in to the real Argo CD one after another, and
// verify look at it.
func come(ctx context.Context, repository string) (v *visit, err error) {
	azure := azuresim.New()
	stack, err := open(ctx, azure, repository, "dev")
	if err != nil {
		return nil, err
	}
	defer stack.leave(&err)
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
	v = &visit{}
	for range 2 { // the first time, Argo CD reads Entra's keys too
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
			person.Leave()
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
