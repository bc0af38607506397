package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"argocd-on-aks/tests/argocd"
	"argocd-on-aks/tests/azuresim"
	"argocd-on-aks/tests/engine"
	"argocd-on-aks/verify"
)

// session is a running Argo CD on the simulated internet.
type session struct {
	internet *azuresim.Internet
	server   *argocd.Server
	outputs  verify.Outputs
	login    string
	home     string
}

// startArgoCD runs Argo CD where the stack's domain says.
func startArgoCD(ctx context.Context, out io.Writer, stack *engine.Stack, azure *azuresim.Azure, home string) (*session, error) {
	title(out, "Argo CD's API server, configured by the extension's settings")
	s := &session{home: home}
	var err error
	if err := s.readOutputs(ctx, stack); err != nil {
		return nil, err
	}
	u, err := url.Parse(s.outputs.ArgoCDURL)
	if err != nil {
		return nil, err
	}
	port, err := freePort(u)
	if err != nil {
		return nil, err
	}
	installed, err := azure.Extension()
	if err != nil {
		return nil, err
	}
	if s.internet, err = azure.Connect(filepath.Join(home, "ca.pem")); err != nil {
		return nil, err
	}
	if s.server, err = argocd.Start(ctx, azure, s.internet, installed, home, port); err != nil {
		return nil, errors.Join(err, s.internet.Close())
	}
	if u.Hostname() != "localhost" {
		if err := s.expose(installed); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	fmt.Fprintf(out, "Answers at %s (listens on %s).\n", s.outputs.ArgoCDURL, s.server.Address)
	return s, nil
}

// expose has an ingress controller as Pulumi.prod.yaml expects it in the cluster.
func (s *session) expose(installed azuresim.Extension) error {
	// Argo CD's CLI takes no HTTP proxy for grpc-web: it goes to the address.
	s.login = strings.Replace(s.login, strings.TrimPrefix(s.outputs.ArgoCDURL, "https://"), s.internet.Address, 1)
	return argocd.Controller{Class: "traefik", Secrets: []string{"argocd-tls"}}.Serve(s.internet, installed, s.server)
}

func (s *session) close() error { return errors.Join(s.server.Stop(), s.internet.Close()) }

func (s *session) readOutputs(ctx context.Context, stack *engine.Stack) error {
	values, err := stack.Values(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	s.login = fmt.Sprint(values["loginCommand"])
	s.outputs, err = verify.ParseOutputs(bytes.NewReader(text))
	return err
}

// freePort is the port of Argo CD's URL on localhost; behind an ingress, any.
func freePort(argocd *url.URL) (int, error) {
	address := "localhost:0"
	if argocd.Hostname() == "localhost" {
		address = "localhost:" + cmp.Or(argocd.Port(), "443")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return 0, fmt.Errorf("%s is in use, by a port-forward perhaps; stop it and try again: %w", address, err)
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// signIn goes through both flows as alice, an admin.
func (s *session) signIn(ctx context.Context, out io.Writer) error {
	const user = "alice@contoso.example"
	browser, err := argocd.NewBrowser(s.internet, user)
	if err != nil {
		return err
	}
	title(out, "sign-in in the browser: Log in via Microsoft Entra ID")
	info, err := browser.SignIn(ctx, s.outputs.ArgoCDURL)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Username: %s\nIssuer: %s\nGroups: %s\n", info.Username, info.Issuer, strings.Join(info.Groups, ", "))
	if len(info.Groups) == 0 {
		return errors.New("signed in without groups")
	}
	cli := argocd.NewCLI(s.internet, s.home)
	title(out, "sign-in on the command line: "+s.login)
	if err := cli.Login(ctx, s.login, browser); err != nil {
		return err
	}
	for _, command := range []string{"account get-user-info", "account can-i sync applications */*"} {
		printed, err := cli.Run(ctx, strings.Fields(command)...)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "$ argocd %s\n%s\n", command, printed)
	}
	title(out, "make verify")
	checks := verify.Run(ctx, s.internet.Transport(), s.outputs)
	if err := verify.Print(out, checks); err != nil {
		return err
	}
	if verify.Failed(checks) {
		return errors.New("verify: a check failed")
	}
	fmt.Fprintln(out, "\nsign-in verified: web, cli")
	return nil
}
