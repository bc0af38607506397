// Package argocd runs the real Argo CD API server and CLI on the simulated Azure,
// configured only by the deployed extension, and signs users in.
package argocd

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/process"
)

// AdminPassword is the password of the built-in admin, which exists even if it is disabled.
const (
	AdminPassword     = "built-in-admin"
	AdminPasswordHash = "$2a$10$BNxkXQOT2OkoCpmyHROn5eFVKcq1nYtRELMPu2b6JhH1YrRwbVMN2"
)

// Config is the configuration of the argocd-server command: the namespace with its
// ConfigMaps and certificate.
type Config struct {
	Namespace  string
	ConfigMaps map[string]map[string]string
	// TLS is the content of the secret argocd-server-tls, if it exists.
	TLS map[string][]byte
}

// Insecure reports whether the server does not terminate TLS. The chart passes the setting
// as a flag.
func (c Config) Insecure() bool {
	return c.ConfigMaps["argocd-cmd-params-cm"]["server.insecure"] == "true"
}

// DisableAuth reports whether the server does not require sign-in. The chart passes the
// setting as ARGOCD_SERVER_DISABLE_AUTH.
func (c Config) DisableAuth() bool {
	return c.ConfigMaps["argocd-cmd-params-cm"]["server.disable.auth"] == "true"
}

// ApplicationNamespaces returns the additional namespaces for applications. The chart
// passes them as ARGOCD_APPLICATION_NAMESPACES.
func (c Config) ApplicationNamespaces() []string {
	var names []string
	for _, name := range strings.Split(c.ConfigMaps["argocd-cmd-params-cm"]["application.namespaces"], ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Server is a running Argo CD API server. It is a separate process because it reads proxy,
// certificate authority and token file from its environment, once.
type Server struct {
	// Address is localhost:<port>.
	Address string

	*process.Process
	scheme string
	// metrics is the address of the metrics. It is empty for the server of a Instance.
	metrics string
}

// Start starts the argocd-server of an extension and waits until it answers. The command
// must be on PATH, with the web application beside it if it was built. The server's files
// are in dir, including argocd-secret: a server that is restarted there keeps it.
func Start(ctx context.Context, azure *azuresim.Azure, internet *azuresim.Internet, extension azuresim.Extension, dir string, port int) (*Server, error) {
	environment, err := pod(azure, extension, dir)
	if err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	config := filepath.Join(dir, "argocd.json")
	settings := Config{Namespace: extension.Namespace, ConfigMaps: configMaps(extension.Values)}
	if settings.TLS, err = certificate(internet, extension); err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	content, err := json.Marshal(settings)
	if err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	if err := os.WriteFile(config, content, 0o600); err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	profiler, err := enableProfiler(dir)
	if err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	metricsPort, err := FreePort()
	if err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	s := &Server{Address: fmt.Sprintf("localhost:%d", port), scheme: "https", metrics: fmt.Sprintf("localhost:%d", metricsPort)}
	if settings.Insecure() {
		s.scheme = "http"
	}
	command := exec.Command("argocd-server", "-config", config, "-port", fmt.Sprint(port), "-metrics-port", fmt.Sprint(metricsPort), "-ui", WebApplication())
	command.Env = append(append(append(os.Environ(), internet.Env()...), environment...), profiler)
	if s.Process, err = process.Start(command, syscall.SIGKILL); err != nil {
		return nil, fmt.Errorf("argo cd: %w", err)
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// WebApplication returns the folder of Argo CD's web application, which `make ui` builds
// next to argocd-server, or "".
func WebApplication() string {
	command, err := exec.LookPath("argocd-server")
	if err != nil {
		return ""
	}
	folder := filepath.Join(filepath.Dir(command), "ui")
	if _, err := os.Stat(filepath.Join(folder, "main.js")); err != nil {
		return ""
	}
	return folder
}

// certificate returns the content of the secret that the chart's ingress uses with `tls:
// true`.
func certificate(internet *azuresim.Internet, extension azuresim.Extension) (map[string][]byte, error) {
	if fmt.Sprint(child(child(extension.Values, "server"), "ingress")["tls"]) != "true" {
		return nil, nil
	}
	hosts := ingressHosts(extension)
	leaf, key, err := internet.Issue(hosts[0], hosts[1:]...)
	return map[string][]byte{"tls.crt": leaf, "tls.key": key}, err
}

// Audience is the audience of service account tokens that Entra accepts.
const Audience = "api://AzureADTokenExchange"

// hasWorkloadIdentity reports whether workload identity gives argocd-server's pod a token: the
// cluster has the webhook, and the extension labels the pod.
func hasWorkloadIdentity(extension azuresim.Extension) bool {
	return fmt.Sprint(child(child(extension.Values, "azure"), "workloadIdentity")["enabled"]) == "true" && extension.Webhook
}

// pod returns the variables that workload identity adds to argocd-server's pod.
func pod(azure *azuresim.Azure, extension azuresim.Extension, dir string) ([]string, error) {
	if !hasWorkloadIdentity(extension) {
		return nil, nil
	}
	token, err := azure.MintToken(extension.Issuer, extension.Namespace, "argocd-server")
	if err != nil {
		return nil, err
	}
	file, err := writeToken(dir, token)
	return []string{"AZURE_FEDERATED_TOKEN_FILE=" + file}, err
}

// writeToken writes a service account token to the file that its pod reads.
func writeToken(dir, token string) (file string, err error) {
	file = filepath.Join(dir, "azure-identity-token")
	return file, os.WriteFile(file, []byte(token), 0o600)
}

// ready polls, because Argo CD does not report in another way that its handlers are ready
// (available in server/server.go of argo-cd).
func (s *Server) ready(ctx context.Context) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // self-signed certificate
	}}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		response, err := client.Get(s.scheme + "://" + s.Address + "/healthz")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-s.Ended:
			return fmt.Errorf("argo cd ended:\n%s", s.Log())
		case <-ctx.Done():
			return fmt.Errorf("argo cd does not answer: %w\n%s", ctx.Err(), s.Log())
		}
	}
}
