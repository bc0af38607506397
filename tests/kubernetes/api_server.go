package main

import (
	"context"
	"net"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// apiServer is the kube-apiserver of this process. Its files are in dir.
type apiServer struct {
	cluster
	dir      string
	listener net.Listener
	token    string
}

func (s *apiServer) url() string { return "https://" + s.listener.Addr().String() }

func (s *apiServer) tokens() string { return filepath.Join(s.dir, "tokens.csv") }

// certificate returns the path of the self-generated certificate with its authority.
func (s *apiServer) certificate() string { return filepath.Join(s.dir, "apiserver.crt") }

// serve runs the kube-apiserver command, without publishing its address as the service
// kubernetes, which rejects loopback addresses.
func (s *apiServer) serve(ctx context.Context) error {
	server := options.NewServerRunOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	named := server.Flags()
	for _, set := range named.FlagSets {
		flags.AddFlagSet(set)
	}
	err := flags.Parse([]string{
		"--advertise-address=127.0.0.1",
		"--authorization-mode=RBAC",
		"--bind-address=127.0.0.1",
		"--cert-dir=" + s.dir,
		"--endpoint-reconciler-type=none",
		"--etcd-servers=" + etcdSocket(s.dir),
		"--service-account-issuer=" + s.issuer,
		"--service-account-key-file=" + s.signingKey,
		"--service-account-signing-key-file=" + s.signingKey,
		"--service-cluster-ip-range=10.0.0.0/16",
		"--token-auth-file=" + s.tokens(),
	})
	if err != nil {
		return err
	}
	server.SecureServing.Listener = s.listener
	server.SecureServing.BindPort = s.listener.Addr().(*net.TCPAddr).Port
	if err := server.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	complete, err := server.Complete(ctx)
	if err != nil {
		return err
	}
	if problems := complete.Validate(); len(problems) > 0 {
		return utilerrors.NewAggregate(problems)
	}
	return app.Run(ctx, complete)
}

// ready waits until the API server reports readiness or ctx ends.
func (s *apiServer) ready(ctx context.Context) bool {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		client, err := rest.UnversionedRESTClientFor(s.config())
		if err == nil && client.Get().AbsPath("/readyz").Do(ctx).Error() == nil {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}
