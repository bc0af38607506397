// Command kube-apiserver runs a real Kubernetes API server on loopback with its own etcd.
// There is no kubelet and no controller, so objects stay as they were created.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
)

// cluster is the configuration of a Kubernetes API.
type cluster struct {
	// kubeconfig is the file to write. signingKey signs the tokens of issuer.
	kubeconfig, issuer, signingKey string
	port                           int
}

func main() {
	var c cluster
	flag.StringVar(&c.kubeconfig, "kubeconfig", "kubeconfig", "kubeconfig file to write for a cluster admin")
	flag.StringVar(&c.issuer, "service-account-issuer", "https://kubernetes.default.svc", "issuer of service account tokens")
	flag.StringVar(&c.signingKey, "service-account-signing-key-file", "", "PEM file with the RSA key that signs service account tokens")
	flag.IntVar(&c.port, "port", 0, "port on 127.0.0.1; 0 selects a free port")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // the reader of the log may end first
	if err := c.run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "kube-apiserver:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends, and removes all files.
func (c cluster) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "kube-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	etcd, err := startEtcd(ctx, dir)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer etcd.Close()
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", c.port))
	if err != nil {
		return err
	}
	server := apiServer{cluster: c, dir: dir, listener: listener}
	if err := server.writeToken(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	go func() { ended <- server.serve(ctx); cancel() }()
	if server.ready(ctx) {
		if err := server.writeKubeconfig(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.Remove(c.kubeconfig)) }()
		fmt.Println("ready", server.url())
	}
	return <-ended
}
