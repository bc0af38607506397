package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

const repository = "../.."

// project creates a folder with a Pulumi.yaml and a changed copy of a settings file.
func project(t *testing.T, stack string, change func(settings string) string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "deployments"), 0o755); err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile(filepath.Join(repository, "deployments", stack+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{
		"Pulumi.yaml": "name: argocd-on-aks\nruntime: go\n", "deployments/" + stack + ".yaml": change(string(settings)),
	} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// filledIn replaces the placeholders.
func filledIn(settings string) string {
	return regexp.MustCompile(`(?m): <.*>$`).ReplaceAllString(settings, ": contoso/filled-in")
}

// service simulates the endpoint of Pulumi Cloud and records the request.
type service struct {
	t        *testing.T
	stack    string
	status   int
	response string
	settings *apitype.DeploymentSettings
	raw      map[string]any
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/api/stacks/contoso/argocd-on-aks/"+s.stack+"/deployments/settings" {
		s.t.Errorf("%s %s", r.Method, r.URL.Path)
	}
	for name, want := range map[string]string{"Authorization": "token pul-test", "Accept": "application/vnd.pulumi+8", "Content-Type": "application/json"} {
		if got := r.Header.Get(name); got != want {
			s.t.Errorf("header %s: got %q, want %q", name, got, want)
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	s.settings = &apitype.DeploymentSettings{}
	if err := decoder.Decode(s.settings); err != nil {
		s.t.Errorf("%v: %s", err, body)
	}
	if err := json.Unmarshal(body, &s.raw); err != nil {
		s.t.Error(err)
	}
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.response)
}

// apply runs the command against a service.
func apply(t *testing.T, s *service, folder string, flags ...string) (code int, stdout, stderr string) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	t.Setenv("PULUMI_BACKEND_URL", server.URL)
	t.Setenv("PULUMI_ACCESS_TOKEN", "pul-test")
	var out, problems bytes.Buffer
	code = deployments.Run(t.Context(), append([]string{"--org", "contoso", "--stack", s.stack, "--folder", folder}, flags...), nil, &out, &problems)
	return code, out.String(), problems.String()
}

func TestApply(t *testing.T) {
	for _, stack := range []string{"dev", "prod"} {
		s := &service{t: t, stack: stack, status: http.StatusOK}
		if code, _, stderr := apply(t, s, project(t, stack, filledIn)); code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		git, hub, azure := s.settings.SourceContext.Git, s.settings.GitHub, s.settings.Operation.OIDC.Azure
		if git.Branch != "main" || !hub.DeployCommits || hub.Repository != "contoso/filled-in" ||
			azure.ClientID == "" || azure.TenantID == "" || azure.SubscriptionID == "" {
			t.Errorf("%s: %+v %+v %+v", stack, git, hub, azure)
		}
		// The request has no other fields: the service would apply them as changes.
		if _, sent := s.raw["operationContext"].(map[string]any)["operation"]; sent || s.raw["executorContext"] != nil {
			t.Errorf("%s: the request has fields that the file does not contain: %v", stack, s.raw)
		}
		pathsExist(t, stack, hub.Paths)
	}
}

// TestNoPullRequestRuns checks that the shipped settings run nothing for pull requests. A
// preview would run their code with admin access to the stack and write access to the
// repository; a template would deploy it.
func TestNoPullRequestRuns(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repository, "deployments", "*.yaml"))
	if err != nil || len(files) < 2 {
		t.Fatalf("shipped settings: %v, %v", files, err)
	}
	for _, file := range files {
		stack := strings.TrimSuffix(filepath.Base(file), ".yaml")
		s := &service{t: t, stack: stack, status: http.StatusOK}
		if code, _, stderr := apply(t, s, project(t, stack, filledIn)); code != 0 {
			t.Fatalf("%s: exit code %d: %s", stack, code, stderr)
		}
		// The service keeps fields that are not in the request, so these must be.
		hub, _ := s.raw["gitHub"].(map[string]any)
		for _, trigger := range []string{"previewPullRequests", "pullRequestTemplate"} {
			if on, set := hub[trigger].(bool); on || !set {
				t.Errorf("%s: %s is %v", stack, trigger, hub[trigger])
			}
		}
	}
}

// pathsExist checks path filters: one that matches no file would never deploy.
func pathsExist(t *testing.T, stack string, paths []string) {
	t.Helper()
	hasStackFile := false
	for _, path := range paths {
		hasStackFile = hasStackFile || path == "Pulumi."+stack+".yaml"
		if _, err := os.Stat(filepath.Join(repository, strings.TrimSuffix(path, "/**"))); err != nil {
			t.Errorf("path filter of %s: %v", stack, err)
		}
	}
	if !hasStackFile {
		t.Errorf("path filters of %s do not contain its stack configuration: %v", stack, paths)
	}
}

func TestDryRunSendsNothing(t *testing.T) {
	s := &service{t: t, stack: "prod", status: http.StatusOK}
	code, stdout, _ := apply(t, s, project(t, "prod", filledIn), "--dry-run")
	if code != 0 || s.settings != nil || !strings.Contains(stdout, "POST http") || !strings.Contains(stdout, `"clientId": "contoso/filled-in"`) {
		t.Errorf("exit code %d, sent %v: %s", code, s.settings, stdout)
	}
}

func TestInvalidSettings(t *testing.T) {
	add := func(line string) func(string) string {
		return func(settings string) string { return filledIn(settings) + line }
	}
	for name, c := range map[string]struct {
		change func(string) string
		want   string
	}{
		"placeholders":       {func(s string) string { return s }, `operationContext.oidc.azure.clientId "<client ID of the deploying identity>" is a placeholder; replace it with a value`},
		"unknown field":      {add("cacheOptions: {enable: true}\n"), "field cacheOptions not found"},
		"misspelled field":   {func(s string) string { return strings.Replace(filledIn(s), "deployCommits", "deployCommit", 1) }, "field deployCommit not found"},
		"secret variable":    {add("  environmentVariables:\n    TOKEN: {secret: x}\n"), "operationContext.environmentVariables.TOKEN.secret: secrets are not allowed"},
		"encrypted variable": {add("  environmentVariables:\n    TOKEN: {ciphertext: x}\n"), "operationContext.environmentVariables.TOKEN.ciphertext: secrets are not allowed"},
		"git credentials": {func(s string) string {
			return strings.Replace(filledIn(s), "repoDir: .", "gitAuth: {accessToken: {secret: x}}", 1)
		}, "sourceContext.git.gitAuth: secrets are not allowed"},
		"two documents": {add("---\ntag: x\n"), "must contain only one YAML document"},
		"not YAML":      {func(string) string { return "{" }, "prod.yaml: yaml: line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &service{t: t, stack: "prod", status: http.StatusOK}
			code, _, stderr := apply(t, s, project(t, "prod", c.change))
			if code != 2 || s.settings != nil || !strings.Contains(stderr, c.want) {
				t.Errorf("exit code %d, sent %v: %s", code, s.settings, stderr)
			}
		})
	}
}

// TestMissingSettings covers a project from the template, which has no settings file.
func TestMissingSettings(t *testing.T) {
	s := &service{t: t, stack: "test"}
	code, _, stderr := apply(t, s, project(t, "prod", filledIn))
	if code != 2 || !strings.Contains(stderr, "deployments/test.yaml: no such file; start from https://") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// TestServiceErrors: the exit code is 1 if the service rejects the settings, and 3 if it does
// not say.
func TestServiceErrors(t *testing.T) {
	for _, c := range []struct {
		status, code   int
		response, want string
	}{
		{401, 1, `{"code":401,"message":"Unauthorized"}`, "run `pulumi login`"},
		{403, 1, `{"code":403,"message":"no"}`, "not allowed to change"},
		{404, 1, `{"code":404,"message":"Not Found: Stack 'contoso/argocd-on-aks/prod' not found"}`, "pulumi stack init"},
		{400, 1, `{"code":400,"message":"invalid path filter"}`, "400 Bad Request: invalid path filter"},
		{502, 3, "<html>bad gateway</html>", "inconclusive: the service returned 502 Bad Gateway: <html>"},
		{429, 3, `{"code":429,"message":"rate limit exceeded"}`, "429 Too Many Requests: rate limit exceeded"},
		{400, 1, `{"code":400,"message":"a\u001b[2J\u202e\nApplied the deployment settings"}`, `400 Bad Request: a\x1b[2J\u202e Applied`},
		{400, 1, strings.Repeat("é", 2000), strings.Repeat("é", longest) + "… (cut)"},
	} {
		code, _, stderr := apply(t, &service{t: t, stack: "prod", status: c.status, response: c.response}, project(t, "prod", filledIn))
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%d: exit code %d: %s", c.status, code, stderr)
		}
	}
}

// TestNoService: the settings may or may not be applied if the service does not answer.
func TestNoService(t *testing.T) {
	signedIn(t, "http://localhost:1", map[string]string{"http://localhost:1": "token"})
	var stderr bytes.Buffer
	args := []string{"--org", "contoso", "--stack", "prod", "--folder", project(t, "prod", filledIn)}
	if code := deployments.Run(t.Context(), args, nil, io.Discard, &stderr); code != 3 || !strings.Contains(stderr.String(), "connection refused") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}

// signedIn writes credentials of the Pulumi CLI with the current login and a token for each
// address.
func signedIn(t *testing.T, current string, tokens map[string]string) {
	t.Helper()
	home := t.TempDir()
	content, err := json.Marshal(map[string]any{"current": current, "accessTokens": tokens})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "credentials.json"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PULUMI_HOME", home)
	for _, name := range []string{"PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_API", "PULUMI_CREDENTIALS_PATH"} {
		t.Setenv(name, "")
	}
}

// TestService checks that the request goes to the service that `pulumi up` uses for
// the stack, with the token of that service.
func TestService(t *testing.T) {
	const names = "environment project login api"
	for name, c := range map[string]struct{ set, want string }{
		"environment":   {names, "environment"},
		"Pulumi.yaml":   {"project login api", "project"},
		"current login": {"login api", "login"},
		"PULUMI_API":    {"api", "api"},
		"no login":      {"project", "project"},
	} {
		t.Run(name, func(t *testing.T) {
			var reached []string
			addresses, tokens := map[string]string{}, map[string]string{"https://api.pulumi.com": "token-of-cloud"}
			for _, service := range strings.Fields(names) {
				server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					reached = append(reached, service+" "+r.Header.Get("Authorization"))
				}))
				t.Cleanup(server.Close)
				addresses[service], tokens[server.URL] = server.URL, "token-of-"+service
			}
			set := func(service string) string {
				if slices.Contains(strings.Fields(c.set), service) {
					return addresses[service]
				}
				return ""
			}
			signedIn(t, set("login"), tokens)
			t.Setenv("PULUMI_BACKEND_URL", set("environment"))
			t.Setenv("PULUMI_API", set("api"))
			folder := project(t, "prod", filledIn)
			if backend := set("project"); backend != "" {
				ofProject(t, folder, "name: argocd-on-aks\nruntime: go\nbackend: {url: \""+backend+"/\"}\n")
			}
			var stderr bytes.Buffer
			code := deployments.Run(t.Context(), []string{"--org", "contoso", "--stack", "prod", "--folder", folder}, nil, io.Discard, &stderr)
			if want := []string{c.want + " token token-of-" + c.want}; code != 0 || !slices.Equal(reached, want) {
				t.Errorf("exit code %d, reached %q, want %q: %s", code, reached, want, &stderr)
			}
		})
	}
	signedIn(t, "", nil)
	var stdout bytes.Buffer
	code := deployments.Run(t.Context(), []string{"--org", "contoso", "--stack", "prod", "--dry-run", "--folder", project(t, "prod", filledIn)}, nil, &stdout, io.Discard)
	if code != 0 || !strings.HasPrefix(stdout.String(), "POST https://api.pulumi.com/api/stacks/contoso/argocd-on-aks/prod/") {
		t.Errorf("default service: exit code %d, %s", code, &stdout)
	}
}

func ofProject(t *testing.T, folder, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestForeignToken checks that a token for one service is never sent to another.
func TestForeignToken(t *testing.T) {
	var reached bool
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer service.Close()
	signedIn(t, "https://api.pulumi.com", map[string]string{"https://api.pulumi.com": "token-of-cloud"})
	folder := project(t, "prod", filledIn)
	ofProject(t, folder, "name: argocd-on-aks\nruntime: go\nbackend: {url: \""+service.URL+"\"}\n")
	var stderr bytes.Buffer
	code := deployments.Run(t.Context(), []string{"--org", "contoso", "--stack", "prod", "--folder", folder}, nil, io.Discard, &stderr)
	if code != 2 || reached || !strings.Contains(stderr.String(), "not signed in to "+service.URL) {
		t.Errorf("exit code %d, reached %v: %s", code, reached, &stderr)
	}
}

// TestStateBackends checks the error for backends that have no deployment settings.
func TestStateBackends(t *testing.T) {
	for _, backend := range []string{"file://~", "file:///tmp/state", "s3://bucket", "gs://bucket", "azblob://container?storage_account=x", "postgres://user:hush@host/state"} {
		for _, from := range []string{"PULUMI_BACKEND_URL", "backend.url", "pulumi login"} {
			t.Run(backend+" "+from, func(t *testing.T) {
				signedIn(t, "https://api.pulumi.com", map[string]string{"https://api.pulumi.com": "token-of-cloud"})
				folder := project(t, "prod", filledIn)
				switch from {
				case "PULUMI_BACKEND_URL":
					t.Setenv(from, backend)
				case "backend.url":
					ofProject(t, folder, "name: argocd-on-aks\nruntime: go\nbackend: {url: \""+backend+"\"}\n")
				default:
					signedIn(t, backend, map[string]string{"https://api.pulumi.com": "token-of-cloud"})
				}
				var stdout, stderr bytes.Buffer
				code := deployments.Run(t.Context(), []string{"--org", "contoso", "--stack", "prod", "--dry-run", "--folder", folder}, nil, &stdout, &stderr)
				for _, want := range []string{from, "is not a Pulumi service"} {
					if code != 2 || strings.Contains(stderr.String(), "hush") || !strings.Contains(stderr.String(), want) {
						t.Errorf("exit code %d, no %q: %s%s", code, want, &stderr, &stdout)
					}
				}
			})
		}
	}
}

// TestInvalidNames checks that organization, project and stack are one segment of the URL's
// path each.
func TestInvalidNames(t *testing.T) {
	for _, invalid := range []string{"..", ".", "a/b", `a\b`, "a%2fb", "%2e%2e", "a?b", "a#b", "a b", "a\nb", "a\u202eb", "ä", ""} {
		t.Setenv("PULUMI_DISABLE_VALIDATION", "true") // disables Pulumi's rules for stack names
		t.Setenv("PULUMI_BACKEND_URL", "https://pulumi.invalid")
		for _, part := range []string{"--org", "--stack", "project"} {
			folder := project(t, "prod", filledIn)
			args := map[string]string{"--org": "contoso", "--stack": "prod"}
			if part == "project" {
				name, _ := json.Marshal(invalid)
				ofProject(t, folder, "runtime: go\nname: "+string(name)+"\n")
			} else {
				args[part] = invalid
			}
			var stdout, stderr bytes.Buffer
			code := deployments.Run(t.Context(), []string{"--org", args["--org"], "--stack", args["--stack"], "--dry-run", "--folder", folder}, nil, &stdout, &stderr)
			if code != 2 || stdout.Len() > 0 || !strings.Contains(stderr.String(), part) {
				t.Errorf("%s %q: exit code %d: %s%s", part, invalid, code, &stderr, &stdout)
			}
		}
	}
}

// TestRedirects checks that a redirect does not send the token to another address.
func TestRedirects(t *testing.T) {
	var reached bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer elsewhere.Close()
	service := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer service.Close()
	t.Setenv("PULUMI_BACKEND_URL", service.URL)
	t.Setenv("PULUMI_ACCESS_TOKEN", "pul-test")
	var stderr bytes.Buffer
	code := deployments.Run(t.Context(), []string{"--org", "contoso", "--stack", "prod", "--folder", project(t, "prod", filledIn)}, nil, io.Discard, &stderr)
	if code != 1 || reached || !strings.Contains(stderr.String(), elsewhere.URL) {
		t.Errorf("exit code %d, reached %v: %s", code, reached, &stderr)
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.8.8": true, "::1": true,
		"pulumi.example.com": false, "localhost.example.com": false, "10.0.0.1": false, "0.0.0.0": false, "": false,
	} {
		if got := loopback(host); got != want {
			t.Errorf("loopback(%q) = %v", host, got)
		}
	}
}

func TestInvalidArguments(t *testing.T) {
	for name, c := range map[string]struct {
		args    []string
		backend string
		want    string
	}{
		"no organization":  {[]string{"--stack", "prod"}, "https://pulumi.invalid", "--org \"\" is not"},
		"no settings file": {[]string{"--org", "contoso", "--stack", "test"}, "https://pulumi.invalid", "test.yaml"},
		"state backend":    {[]string{"--org", "contoso", "--stack", "prod"}, "file:///tmp/state", "is not a Pulumi service"},
		"a password":       {[]string{"--org", "contoso", "--stack", "prod", "--dry-run"}, "https://user:hush@pulumi.invalid", "must contain only a host and a path"},
		"a query":          {[]string{"--org", "contoso", "--stack", "prod", "--dry-run"}, "https://pulumi.invalid/?x=y", "must contain only a host and a path"},
		"not signed in":    {[]string{"--org", "contoso", "--stack", "prod"}, "https://pulumi.invalid", "not signed in to https://pulumi.invalid"},
		"plain HTTP":       {[]string{"--org", "contoso", "--stack", "prod"}, "http://pulumi.invalid", "set it to https://pulumi.invalid"},
		"HTTP in dry run":  {[]string{"--org", "contoso", "--stack", "prod", "--dry-run"}, "http://pulumi.invalid:8080", "set it to https://pulumi.invalid:8080"},
		"local prefix":     {[]string{"--org", "contoso", "--stack", "prod"}, "http://localhost.pulumi.invalid", "set it to https://localhost.pulumi.invalid"},
		"no host":          {[]string{"--org", "contoso", "--stack", "prod"}, "https:pulumi", "has no host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PULUMI_BACKEND_URL", c.backend)
			t.Setenv("PULUMI_ACCESS_TOKEN", "")
			t.Setenv("PULUMI_HOME", t.TempDir())
			var stderr bytes.Buffer
			args := append(c.args, "--folder", project(t, "prod", filledIn))
			if code := deployments.Run(t.Context(), args, nil, io.Discard, &stderr); code != 2 || !strings.Contains(stderr.String(), c.want) || strings.Contains(stderr.String(), "hush") {
				t.Errorf("exit code %d: %s", code, &stderr)
			}
		})
	}
}
