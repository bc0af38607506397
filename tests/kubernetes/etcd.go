package main

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcdSocket returns the socket of etcd. Access to the folder restricts access to it.
func etcdSocket(dir string) string { return "unix://" + filepath.Join(dir, "etcd") }

// startEtcd starts a single etcd member that stores its data in a folder.
func startEtcd(ctx context.Context, dir string) (*embed.Etcd, error) {
	client, err := url.Parse(etcdSocket(dir))
	if err != nil {
		return nil, err
	}
	config := embed.NewConfig()
	config.Dir = filepath.Join(dir, "data")
	config.ListenClientUrls = []url.URL{*client}
	config.ListenPeerUrls = nil // single member
	config.LogLevel = "error"
	config.UnsafeNoFsync = true // the data does not outlive the process
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, nil
	case err := <-etcd.Err():
		return nil, err
	case <-ctx.Done():
		etcd.Close()
		return nil, errors.New("etcd ended before it was ready")
	}
}
