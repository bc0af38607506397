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

// visit is what people wait for once Argo CD is there.
type visit struct{ browser, cli, verify act }

// act is done several times.
type act struct {
	took []usage
	// requests are those of the last time: to Argo CD, and to Entra and the cluster's
	// issuer, also Argo CD's own.
	requests int64
}

func (a act) milliseconds() float64 { return median(a.took, wall).Seconds() * 1000 }
func (a act) asked() float64        { return float64(a.requests) }

// visiting is a figure of a visit to dev.
func visiting(value func(*visit) float64) measure {
	return from(func(ctx context.Context, l *lab) (*visit, error) {
		return once(l.visits, "dev", func() (*visit, error) { return come(ctx, l.repository) })
	}, value)
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
	for range laps {
		for _, one := range []struct {
			into *act
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
			took, err := measuring(func() error { return one.do(person) })
			if err != nil {
				return nil, err
			}
			person.Leave()
			one.into.took = append(one.into.took, took)
			one.into.requests = internet.Requests.Load() - before + person.Local.Load()
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
