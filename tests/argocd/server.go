// Package argocd runs the real Argo CD API server and CLI on the simulated
// Azure, configured by the deployed extension and by nothing else, and signs
// users in.
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

// AdminPassword is the built-in admin's: it has one, whether it may sign in or not.
const (
	AdminPassword     = "built-in-admin"
	AdminPasswordHash = "$2a$10$BNxkXQOT2OkoCpmyHROn5eFVKcq1nYtRELMPu2b6JhH1YrRwbVMN2"
)

// Config is what the argocd-server command reads: the namespace and its
// ConfigMaps and certificate.
type Config struct {
	Namespace  string
	ConfigMaps map[string]map[string]string
	// TLS is the content of the secret argocd-server-tls, if there is one.
	TLS map[string][]byte
}

// Insecure says whether the server leaves TLS to others: the chart hands it the
// ConfigMap's keys as flags.
func (c Config) Insecure() bool {
	return c.ConfigMaps["argocd-cmd-params-cm"]["server.insecure"] == "true"
}

// DisableAuth says whether the server asks nobody who they are, which the chart
// hands it as ARGOCD_SERVER_DISABLE_AUTH.
func (c Config) DisableAuth() bool {
	return c.ConfigMaps["argocd-cmd-params-cm"]["server.disable.auth"] == "true"
}

// ApplicationNamespaces are those beside the server's own in which it takes
// applications, which the chart hands it as ARGOCD_APPLICATION_NAMESPACES.
func (c Config) ApplicationNamespaces() []string {
	var names []string
	for _, name := range strings.Split(c.ConfigMaps["argocd-cmd-params-cm"]["application.namespaces"], ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Server is a running Argo CD API server. It is a process of its own: proxy,
// certificate authority and token file are read from its environment, once.
type Server struct {
	// Address is where it listens: localhost:<port>.
	Address string

	*process.Process
	scheme string
	// metrics is where they are; of a Whole's server nobody looks at them.
	metrics string
}

// Start runs the argocd-server of an extension and waits until it answers. The
// command must be on PATH, with the web application beside it where it is built.
// Its files go to dir, argocd-secret among them: a server that is started there
// again has it.
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

// WebApplication is the folder of Argo CD's web application, which `make ui` builds
// beside the argocd-server command; empty if it is not there.
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

// certificate is what the team or cert-manager has put into the secret that the
// chart's ingress names with `tls: true`.
func certificate(internet *azuresim.Internet, extension azuresim.Extension) (map[string][]byte, error) {
	if fmt.Sprint(child(child(extension.Values, "server"), "ingress")["tls"]) != "true" {
		return nil, nil
	}
	hosts := ingressHosts(extension)
	leaf, key, err := internet.Issue(hosts[0], hosts[1:]...)
	return map[string][]byte{"tls.crt": leaf, "tls.key": key}, err
}

// Audience is whom a token is for that shall be taken for one of Entra's.
const Audience = "api://AzureADTokenExchange"

// identified says whether workload identity gives argocd-server's pod a token: if
// the cluster has the webhook and the extension labels the pod for it.
func identified(extension azuresim.Extension) bool {
	return fmt.Sprint(child(child(extension.Values, "azure"), "workloadIdentity")["enabled"]) == "true" && extension.Webhook
}

// pod is what workload identity puts into argocd-server's pod.
func pod(azure *azuresim.Azure, extension azuresim.Extension, dir string) ([]string, error) {
	if !identified(extension) {
		return nil, nil
	}
	token, err := azure.MintToken(extension.Issuer, extension.Namespace, "argocd-server")
	if err != nil {
		return nil, err
	}
	file, err := writeToken(dir, token)
	return []string{"AZURE_FEDERATED_TOKEN_FILE=" + file}, err
}

// writeToken puts a service account's token where its pod finds it.
func writeToken(dir, token string) (file string, err error) {
	file = filepath.Join(dir, "azure-identity-token")
	return file, os.WriteFile(file, []byte(token), 0o600)
}

// ready polls, as Argo CD reports nowhere else that its handlers are ready (available in
// server/server.go of argo-cd).
func (s *Server) ready(ctx context.Context) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate is self-signed
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
