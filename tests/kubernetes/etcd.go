package main

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcdSocket is where etcd listens: only who may read the folder gets there.
func etcdSocket(dir string) string { return "unix://" + filepath.Join(dir, "etcd") }

// startEtcd runs a member of a cluster of one, which writes to a folder.
func startEtcd(ctx context.Context, dir string) (*embed.Etcd, error) {
	client, err := url.Parse(etcdSocket(dir))
	if err != nil {
		return nil, err
	}
	config := embed.NewConfig()
	config.Dir = filepath.Join(dir, "data")
	config.ListenClientUrls = []url.URL{*client}
	config.ListenPeerUrls = nil // it has none
	config.LogLevel = "error"
	config.UnsafeNoFsync = true // nothing of it survives the process
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
		return nil, errors.New("ended before it was ready")
	}
}
