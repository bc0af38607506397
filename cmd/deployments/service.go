package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"argocd-on-aks/cmd/internal/command"
)

// request is what the service is asked for.
type request struct {
	service, url string
	body         []byte
}

// hints say what to do about an answer of the service that is not a success.
var hints = map[int]string{
	http.StatusUnauthorized: "; run `pulumi login`, or set PULUMI_ACCESS_TOKEN to a valid token",
	http.StatusForbidden:    "; your account may not change this stack's settings",
	http.StatusNotFound:     "; is the organization right, and does the stack exist there (pulumi stack init)?",
}

// prepare reads the settings of a stack of the project in folder.
func prepare(folder, org, stack string) (*request, error) {
	if org == "" || stack == "" || strings.ContainsAny(org+stack, "/ ") {
		return nil, errors.New("needs --org and --stack, each without a slash: make deployments ORG=contoso STACK=prod")
	}
	project, err := workspace.LoadProject(filepath.Join(folder, "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	body, err := readSettings(filepath.Join(folder, "deployments", stack+".yaml"))
	if err != nil {
		return nil, err
	}
	service := strings.TrimSuffix(cmp.Or(os.Getenv("PULUMI_BACKEND_URL"), "https://api.pulumi.com"), "/")
	if err := checkService(service); err != nil {
		return nil, fmt.Errorf("PULUMI_BACKEND_URL is %q: %w", service, err)
	}
	address, err := url.JoinPath(service, "api", "stacks", org, project.Name.String(), stack, "deployments", "settings")
	return &request{service: service, url: address, body: body}, err
}

// checkService refuses a service that the token would reach in the clear. On this
// machine itself it never leaves it: a self-hosted service under test, or one
// behind a port-forward.
func checkService(service string) error {
	address, err := url.Parse(service)
	switch {
	case err != nil:
		return err
	case address.Scheme != "https" && address.Scheme != "http":
		return errors.New("deployments run in Pulumi Cloud or a self-hosted service, not on a state of one's own")
	case address.Host == "":
		return errors.New("has no host; set it to one such as https://api.pulumi.com")
	case address.Scheme == "http" && !loopback(address.Hostname()):
		address.Scheme = "https"
		return fmt.Errorf("over plain HTTP everyone on the way could read your access token, so that nothing was sent; set it to %s", address)
	}
	return nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// client follows no redirect: it would lead the token elsewhere, to plain HTTP even.
var client = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send merges the settings into those of the stack, with the request of
// `pulumi deployment settings edit`.
func (r *request) send(ctx context.Context) error {
	token, err := accessToken(r.service)
	if err != nil {
		return err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(r.body))
	if err != nil {
		return err
	}
	post.Header.Set("Authorization", "token "+token)
	post.Header.Set("Accept", "application/vnd.pulumi+8")
	post.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(post)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	switch answer.StatusCode / 100 {
	case 2:
		return nil
	case 3:
		return fmt.Errorf("%w: the service answered %d and leads to %s; set PULUMI_BACKEND_URL to the service's own address",
			command.ErrNo, answer.StatusCode, answer.Header.Get("Location"))
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return err
	}
	problem := apitype.ErrorResponse{}
	if json.Unmarshal(text, &problem) != nil || problem.Message == "" {
		problem.Message = strings.TrimSpace(string(text))
	}
	return fmt.Errorf("%w: the service answered %d %s: %s%s", command.ErrNo,
		answer.StatusCode, http.StatusText(answer.StatusCode), problem.Message, hints[answer.StatusCode])
}

func accessToken(service string) (string, error) {
	if token := os.Getenv("PULUMI_ACCESS_TOKEN"); token != "" {
		return token, nil
	}
	account, err := workspace.GetAccount(service)
	if err != nil {
		return "", fmt.Errorf("credentials of `pulumi login`: %w", err)
	}
	if account.AccessToken == "" {
		return "", fmt.Errorf("not signed in to %s: run `pulumi login`, or set PULUMI_ACCESS_TOKEN", service)
	}
	return account.AccessToken, nil
}
