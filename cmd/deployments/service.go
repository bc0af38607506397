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
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// request updates the deployment settings of a stack.
type request struct {
	service, url string
	body         []byte
}

// hints are appended to the errors for response codes.
var hints = map[int]string{
	http.StatusUnauthorized: "; run `pulumi login`, or set PULUMI_ACCESS_TOKEN to a valid token",
	http.StatusForbidden:    "; your account is not allowed to change this stack's settings",
	http.StatusNotFound:     "; check the organization, and that the stack exists there (pulumi stack init)",
}

// busy are the response codes below 500 that do not reject the settings: the same request can
// succeed later.
var busy = []int{http.StatusRequestTimeout, http.StatusTooManyRequests}

// prepare returns the request for a stack of the project in folder.
func prepare(folder, org, stack string) (*request, error) {
	project, err := workspace.LoadProject(filepath.Join(folder, "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	name := project.Name.String()
	err = errors.Join(checkSegment("--org", org), checkSegment("--stack", stack), checkSegment("project name", name))
	if err != nil {
		return nil, err
	}
	body, err := readSettings(filepath.Join(folder, "deployments", stack+".yaml"))
	if err != nil {
		return nil, err
	}
	service, source, err := serviceOf(project)
	if err != nil {
		return nil, err
	}
	if err := checkService(service); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	address, err := url.JoinPath(service, "api", "stacks", org, name, stack, "deployments", "settings")
	return &request{service: service, url: address, body: body}, err
}

// segment matches a segment of a URL's path with the characters that Pulumi Cloud accepts
// in names of organizations, projects and stacks: validateOwnerName in
// pkg/backend/httpstate/backend.go, ValidateProjectName and ParseStackName in
// sdk/go/common/tokens of Pulumi v3.259.0.
var segment = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func checkSegment(what, name string) error {
	if !segment.MatchString(name) || name == "." || name == ".." {
		return fmt.Errorf("%s %q is not a valid name in Pulumi Cloud; for example: --org contoso --stack prod", what, name)
	}
	return nil
}

// serviceOf returns the address of the Pulumi service that the CLI uses for the project's
// stacks, and the source of the address. The order is that of
// GetCurrentCloudURLWithSource in pkg/workspace/creds.go and of ValueOrDefaultURL in
// pkg/backend/httpstate/backend.go of Pulumi v3.259.0.
func serviceOf(project *workspace.Project) (address, source string, err error) {
	address, source = os.Getenv("PULUMI_BACKEND_URL"), "PULUMI_BACKEND_URL"
	if address == "" && project.Backend != nil {
		address, source = project.Backend.URL, "backend.url in Pulumi.yaml"
	}
	if address == "" {
		credentials, err := workspace.GetStoredCredentials()
		if err != nil {
			return "", "", fmt.Errorf("current login: %w", err)
		}
		address, source = credentials.Current, "current login (pulumi login)"
	}
	if address == "" {
		address, source = os.Getenv("PULUMI_API"), "PULUMI_API"
	}
	return strings.TrimSuffix(cmp.Or(address, "https://api.pulumi.com"), "/"), source, nil
}

// checkService returns an error for a backend that is not a Pulumi service, and for a
// service that would receive the token in plain text. It accepts plain HTTP on loopback, for
// a self-hosted service under test or behind a port-forward.
func checkService(service string) error {
	address, err := url.Parse(service)
	switch {
	case err != nil:
		return errors.New("is not a valid URL; use one such as https://api.pulumi.com")
	case address.Scheme != "https" && address.Scheme != "http":
		return fmt.Errorf("a backend with the scheme %q is not a Pulumi service; only Pulumi Cloud and self-hosted Pulumi services have deployment settings", address.Scheme)
	case address.User != nil || address.RawQuery != "" || address.Fragment != "":
		return errors.New("must contain only a host and a path; use a URL such as https://api.pulumi.com")
	case address.Host == "":
		return fmt.Errorf("%q has no host; use a URL such as https://api.pulumi.com", service)
	case address.Scheme == "http" && !loopback(address.Hostname()):
		address.Scheme = "https"
		return fmt.Errorf("%q would receive your access token in plain text; set it to %s", service, address)
	}
	return nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// client does not follow redirects, which could send the token to another host or over
// plain HTTP.
var client = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// longest is the maximum number of characters of a response in an error.
const longest = 300

// send merges the settings into those of the stack, with the same request as
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
	response, err := client.Do(post)
	if err != nil {
		return fmt.Errorf("%w: %w", command.ErrUnknown, err)
	}
	defer response.Body.Close()
	switch response.StatusCode / 100 {
	case 2:
		return nil
	case 3:
		return fmt.Errorf("%w: the service returned %d, a redirect to %s; set PULUMI_BACKEND_URL to the address of the service",
			command.ErrNo, response.StatusCode, printable.Line(response.Header.Get("Location"), longest))
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		return fmt.Errorf("%w: %w", command.ErrUnknown, err)
	}
	problem := apitype.ErrorResponse{}
	if json.Unmarshal(text, &problem) != nil || problem.Message == "" {
		problem.Message = string(text)
	}
	verdict := command.ErrNo
	if response.StatusCode >= 500 || slices.Contains(busy, response.StatusCode) {
		verdict = command.ErrUnknown
	}
	return fmt.Errorf("%w: the service returned %d %s: %s%s", verdict,
		response.StatusCode, http.StatusText(response.StatusCode), printable.Line(problem.Message, longest), hints[response.StatusCode])
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
		return "", fmt.Errorf("not signed in to %[1]s; run `pulumi login %[1]s`, or set PULUMI_ACCESS_TOKEN", service)
	}
	return account.AccessToken, nil
}
