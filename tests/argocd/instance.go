package argocd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alicebob/miniredis/v2"

	"github.com/OWNER/argocd-on-aks/tests/process"
)

// Instance is an Argo CD with the components that sync applications: API server, repo-server
// and application controller, each with its own service account.
type Instance struct {
	*Server

	redis *miniredis.Miniredis
	parts map[string]*process.Process
}

// Run starts an installation with argocd-components, which must be on PATH: the command and
// environment of each pod, with other addresses.
func (i Installation) Run(ctx context.Context, port int) (*Instance, error) {
	redis, err := miniredis.Run()
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	w := &Instance{redis: redis, parts: map[string]*process.Process{}}
	if err := w.start(ctx, i, port); err != nil {
		return nil, errors.Join(fmt.Errorf("argo cd: %w", err), w.Stop())
	}
	return w, nil
}

func (w *Instance) start(ctx context.Context, i Installation, port int) error {
	repoPort, err := FreePort()
	if err != nil {
		return err
	}
	shared := []string{"--redis", w.redis.Addr(), "--metrics-port", "0"}
	toRepoServer := []string{"--repo-server", fmt.Sprintf("localhost:%d", repoPort)}
	listen := func(port int) []string {
		return []string{"--address", "localhost", "--metrics-address", "localhost", "--port", fmt.Sprint(port)}
	}
	if _, err := w.startComponent(ctx, i, "argocd-repo-server", shared, listen(repoPort)); err != nil {
		return err
	}
	if _, err := w.startComponent(ctx, i, "argocd-application-controller", shared, toRepoServer); err != nil {
		return err
	}
	environment, err := w.startComponent(ctx, i, "argocd-server", shared, toRepoServer, listen(port), []string{"--staticassets", WebApplication()})
	if err != nil {
		return err
	}
	w.Server = &Server{Address: fmt.Sprintf("localhost:%d", port), Process: w.parts["argocd-server"], scheme: "https"}
	if slices.Contains(environment, "ARGOCD_SERVER_INSECURE=true") {
		w.scheme = "http"
	}
	return w.ready(ctx)
}

// startComponent starts a pod's command with additional flags, and returns its environment.
func (w *Instance) startComponent(ctx context.Context, i Installation, name string, flags ...[]string) (environment []string, err error) {
	pod, err := i.Cluster.PodOf(ctx, i.Extension.Namespace, name)
	if err != nil {
		return nil, err
	}
	kubeconfig, err := i.Cluster.KubeconfigOf(ctx, i.Extension.Namespace, pod.ServiceAccount, i.Dir)
	if err != nil {
		return nil, err
	}
	environment = append(pod.Env,
		"KUBECONFIG="+kubeconfig,
		"ARGOCD_FAKE_IN_CLUSTER=true",
		"ARGOCD_GPG_ENABLED=false",
		"ARGOCD_ASK_PASS_SOCK="+filepath.Join(i.Dir, "ask-pass"),
		"HOME="+i.Dir, "TMPDIR="+i.Dir,
	)
	if name == "argocd-server" && hasWorkloadIdentity(i.Extension) {
		token, err := i.projectToken(ctx, pod.ServiceAccount)
		if err != nil {
			return nil, err
		}
		environment = append(environment, "AZURE_FEDERATED_TOKEN_FILE="+token)
	}
	args := append([]string{filepath.Base(pod.Args[0])}, pod.Args[1:]...)
	command := exec.Command("argocd-components", slices.Concat(append([][]string{args}, flags...)...)...)
	command.Env = append(append(os.Environ(), i.Internet.Env()...), environment...)
	part, err := process.Start(command, syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	w.parts[name] = part
	return environment, nil
}

// projectToken writes the API server's token for Entra to the file that the pod reads.
func (i Installation) projectToken(ctx context.Context, serviceAccount string) (file string, err error) {
	token, err := i.Cluster.Token(ctx, i.Extension.Namespace, serviceAccount, Audience)
	if err != nil {
		return "", err
	}
	return writeToken(i.Dir, token)
}

// Stop stops all components. It can be called twice.
func (w *Instance) Stop() error {
	var all error
	for _, part := range w.parts {
		all = errors.Join(all, part.Stop())
	}
	w.redis.Close()
	return all
}

// Log returns the output of the components.
func (w *Instance) Log() string {
	var log strings.Builder
	for name, part := range w.parts {
		fmt.Fprintf(&log, "%s:\n%s\n", name, part.Log())
	}
	return log.String()
}

// FreePort returns a free port of localhost. It is below the range from which systems
// assign ports (RFC 6335, Linux), so other processes do not get it meanwhile.
func FreePort() (port int, err error) {
	for range 100 {
		port = 20_000 + rand.IntN(12_000)
		var listener net.Listener
		if listener, err = net.Listen("tcp", fmt.Sprintf("localhost:%d", port)); err == nil {
			return port, listener.Close()
		}
	}
	return 0, err
}
