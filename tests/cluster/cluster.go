// Package cluster adds a Kubernetes API to the simulated AKS: a real kube-apiserver,
// without nodes.
package cluster

import (
	"bufio"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/discovery"
	apps "k8s.io/client-go/kubernetes/typed/apps/v1"
	core "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/OWNER/argocd-on-aks/tests/process"
)

// Cluster is a running Kubernetes API.
type Cluster struct {
	// Kubeconfig is the file of a cluster admin, Config its content.
	Kubeconfig string
	Config     *rest.Config
	// Clients of the admin. A clientset of all API groups would be a tenth of the code that
	// the demo compiles.
	Core      *core.CoreV1Client
	Apps      *apps.AppsV1Client
	Discovery *discovery.DiscoveryClient

	*process.Process
}

// Start starts kube-apiserver, which must be on PATH, and waits until it is ready. It
// issues service account tokens as issuer, with the issuer's key. Its files are in dir.
func Start(ctx context.Context, issuer string, key *rsa.PrivateKey, dir string) (*Cluster, error) {
	signing := filepath.Join(dir, "issuer.pem")
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	if err := os.WriteFile(signing, pem.EncodeToMemory(block), 0o600); err != nil {
		return nil, fmt.Errorf("kube-apiserver: %w", err)
	}
	c := &Cluster{Kubeconfig: filepath.Join(dir, "kubeconfig")}
	command := exec.Command("kube-apiserver", "-kubeconfig", c.Kubeconfig,
		"-service-account-issuer", issuer, "-service-account-signing-key-file", signing)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("kube-apiserver: %w", err)
	}
	if c.Process, err = process.Start(command, syscall.SIGTERM); err != nil {
		return nil, fmt.Errorf("kube-apiserver: %w", err)
	}
	if err := c.ready(ctx, stdout); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	if err := c.connect(); err != nil {
		return nil, errors.Join(fmt.Errorf("kubeconfig: %w", err), c.Stop())
	}
	return c, nil
}

// timeout is the timeout of operations that normally take seconds.
const timeout = 2 * time.Minute

// ready waits for kube-apiserver's ready line.
func (c *Cluster) ready(ctx context.Context, stdout io.ReadCloser) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = stdout.Close() })
	defer stop()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if strings.HasPrefix(line, "ready ") {
		return nil
	}
	err = errors.Join(err, ctx.Err(), c.Stop())
	return fmt.Errorf("kube-apiserver is not ready: %w\n%s", err, c.Log())
}

func (c *Cluster) connect() (err error) {
	if c.Config, err = clientcmd.BuildConfigFromFlags("", c.Kubeconfig); err != nil {
		return err
	}
	c.Config.QPS = -1 // no limit
	var errs [3]error
	c.Core, errs[0] = core.NewForConfig(c.Config)
	c.Apps, errs[1] = apps.NewForConfig(c.Config)
	c.Discovery, errs[2] = discovery.NewDiscoveryClientForConfig(c.Config)
	return errors.Join(errs[:]...)
}
