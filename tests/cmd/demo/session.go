package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/cluster"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// session is a running Argo CD on the simulated internet.
type session struct {
	*screen
	stack    *engine.Stack
	azure    *azuresim.Azure
	internet *azuresim.Internet
	server   *argocd.Server
	stop     func() error
	cluster  *cluster.Cluster // nil without GitOps
	outputs  verify.Outputs
	// repository is the folder of the clone, home the folder of the demo's files.
	repository, home string
	// login is the output loginCommand, localLogin the same command for this machine.
	login, localLogin string
}

// startArgoCD starts Argo CD on the domain of the stack.
func (d demo) startArgoCD(ctx context.Context, screen *screen, stack *engine.Stack, azure *azuresim.Azure, home string) (*session, error) {
	s := &session{screen: screen, stack: stack, azure: azure, repository: d.repository, home: home}
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
	start := s.startServer
	if d.gitops {
		start = s.startAll
	}
	if err := s.wait("starting Argo CD", func() error { return start(ctx, installed, port) }); err != nil {
		return nil, errors.Join(err, s.internet.Close())
	}
	if u.Hostname() != "localhost" {
		if err := s.expose(installed); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *session) startServer(ctx context.Context, installed azuresim.Extension, port int) (err error) {
	if s.server, err = argocd.Start(ctx, s.azure, s.internet, installed, s.home, port); err != nil {
		return err
	}
	s.stop = s.server.Stop
	return nil
}

// expose serves Argo CD through the ingress controller that Pulumi.prod.yaml expects.
func (s *session) expose(installed azuresim.Extension) error {
	s.localLogin = strings.Replace(s.login, strings.TrimPrefix(s.outputs.ArgoCDURL, "https://"), s.internet.Address, 1)
	return argocd.Controller{Class: "traefik", Secrets: []string{"argocd-tls"}}.Serve(s.internet, installed, s.server)
}

func (s *session) close() error { return errors.Join(s.stop(), s.internet.Close()) }

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
	s.localLogin = s.login
	s.outputs, err = verify.ParseOutputs(bytes.NewReader(text))
	return err
}

// freePort returns the port of Argo CD's URL on localhost, or any free port behind an
// ingress.
func freePort(argocd *url.URL) (int, error) {
	address := "localhost:0"
	if argocd.Hostname() == "localhost" {
		address = "localhost:" + cmp.Or(argocd.Port(), "443")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return 0, fmt.Errorf("%s is in use: %w; stop the process, for example a port-forward, and retry", address, err)
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// signIn prints the permissions of each user, signs in with the argocd CLI and checks the
// stack from outside.
func (s *session) signIn(ctx context.Context) error {
	s.title("Permissions in Argo CD at "+s.outputs.ArgoCDURL, "argocd login")
	if err := s.permissionTable(ctx); err != nil {
		return err
	}
	if err := s.commandLine(ctx); err != nil {
		return err
	}
	s.title("Checks from outside", "make verify")
	var checks []verify.Check
	err := s.wait("make verify", func() error { checks = verify.Run(ctx, s.internet.Transport(), verify.Patience, s.outputs); return nil })
	if err != nil {
		return err
	}
	var table bytes.Buffer
	if err := verify.Print(&table, checks); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		result, rest, _ := strings.Cut(line, " ")
		style := s.bad
		if result == "ok" {
			style = s.good
		}
		s.printf("%s %s", style(result), rest)
	}
	if verify.Failed(checks) {
		return errors.New("verify: a check failed")
	}
	s.printf("\n%s\n", s.good("sign-in verified: web, cli"))
	return nil
}

// commandLine signs alice in with the argocd CLI.
func (s *session) commandLine(ctx context.Context) error {
	browser, err := argocd.NewBrowser(s.internet, "alice@contoso.example")
	if err != nil {
		return err
	}
	cli := argocd.NewCLI(s.internet, s.home)
	if err := s.wait(s.login, func() error { return cli.Login(ctx, s.localLogin, browser) }); err != nil {
		return err
	}
	info, err := cli.Run(ctx, "account", "get-user-info")
	if err != nil {
		return err
	}
	s.printf("\n  $ %s\n", s.login)
	if s.localLogin != s.login {
		s.printf("  %s\n", s.dim("(run with "+s.internet.Address+" here, because argocd uses no proxy for gRPC-Web)"))
	}
	s.printf("  $ argocd account get-user-info\n")
	for line := range strings.Lines(info) {
		s.printf("  %s", line)
	}
	s.printf("\n")
	return nil
}
