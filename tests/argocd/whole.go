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

// Whole is an Argo CD with all that syncs applications: API server, repo-server and
// application controller, each as its own service account.
type Whole struct {
	*Server

	redis *miniredis.Miniredis
	parts map[string]*process.Process
}

// Run starts what is installed, with argocd-components, which must be on PATH: each
// pod's own command in its own environment, but for the addresses.
func (i Installation) Run(ctx context.Context, port int) (*Whole, error) {
	redis, err := miniredis.Run()
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	w := &Whole{redis: redis, parts: map[string]*process.Process{}}
	if err := w.start(ctx, i, port); err != nil {
		return nil, errors.Join(fmt.Errorf("argo cd: %w", err), w.Stop())
	}
	return w, nil
}

func (w *Whole) start(ctx context.Context, i Installation, port int) error {
	repoPort, err := FreePort()
	if err != nil {
		return err
	}
	shared := []string{"--redis", w.redis.Addr(), "--metrics-port", "0"}
	toRepoServer := []string{"--repo-server", fmt.Sprintf("localhost:%d", repoPort)}
	listen := func(port int) []string {
		return []string{"--address", "localhost", "--metrics-address", "localhost", "--port", fmt.Sprint(port)}
	}
	if _, err := w.part(ctx, i, "argocd-repo-server", shared, listen(repoPort)); err != nil {
		return err
	}
	if _, err := w.part(ctx, i, "argocd-application-controller", shared, toRepoServer); err != nil {
		return err
	}
	environment, err := w.part(ctx, i, "argocd-server", shared, toRepoServer, listen(port), []string{"--staticassets", WebApplication()})
	if err != nil {
		return err
	}
	w.Server = &Server{Address: fmt.Sprintf("localhost:%d", port), Process: w.parts["argocd-server"], scheme: "https"}
	if slices.Contains(environment, "ARGOCD_SERVER_INSECURE=true") {
		w.scheme = "http"
	}
	return w.ready(ctx)
}

// part starts a pod's command with more flags, and returns its environment.
func (w *Whole) part(ctx context.Context, i Installation, name string, flags ...[]string) (environment []string, err error) {
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
	if name == "argocd-server" && identified(i.Extension) {
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

// projectToken puts the API server's token for Entra where the pod finds it.
func (i Installation) projectToken(ctx context.Context, serviceAccount string) (file string, err error) {
	token, err := i.Cluster.Token(ctx, i.Extension.Namespace, serviceAccount, Audience)
	if err != nil {
		return "", err
	}
	return writeToken(i.Dir, token)
}

// Stop ends all parts. It is safe to call twice.
func (w *Whole) Stop() error {
	var all error
	for _, part := range w.parts {
		all = errors.Join(all, part.Stop())
	}
	w.redis.Close()
	return all
}

// Log is what the parts printed.
func (w *Whole) Log() string {
	var log strings.Builder
	for name, part := range w.parts {
		fmt.Fprintf(&log, "%s:\n%s\n", name, part.Log())
	}
	return log.String()
}

// FreePort is a port of localhost that nothing listens on. It is below the ports that
// systems assign (RFC 6335, Linux), so that no other process gets it before the server
// listens.
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
