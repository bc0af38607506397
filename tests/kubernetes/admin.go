package main

import (
	"crypto/rand"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeToken generates the token of a cluster admin.
func (s *apiServer) writeToken() error {
	s.token = rand.Text()
	return os.WriteFile(s.tokens(), fmt.Appendf(nil, "%s,admin,admin,system:masters\n", s.token), 0o600)
}

// config returns the client configuration of the cluster admin.
func (s *apiServer) config() *rest.Config {
	return &rest.Config{
		Host: s.url(), BearerToken: s.token, TLSClientConfig: rest.TLSClientConfig{CAFile: s.certificate()},
		ContentConfig: rest.ContentConfig{GroupVersion: &schema.GroupVersion{}, NegotiatedSerializer: scheme.Codecs.WithoutConversion()},
	}
}

func (s *apiServer) writeKubeconfig() error {
	authority, err := os.ReadFile(s.certificate())
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters["aks"] = &api.Cluster{Server: s.url(), CertificateAuthorityData: authority}
	config.AuthInfos["admin"] = &api.AuthInfo{Token: s.token}
	config.Contexts["aks"] = &api.Context{Cluster: "aks", AuthInfo: "admin"}
	config.CurrentContext = "aks"
	return clientcmd.WriteToFile(*config, s.kubeconfig)
}
