package argocd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// callback is the port on which argocd login waits for the browser.
const callback = 8085

// lockCallback locks the callback port.
func lockCallback(ctx context.Context) (release func() error, err error) {
	if release, err = LockPort(ctx, callback); err != nil {
		return nil, fmt.Errorf("callback port of argocd login: %w", err)
	}
	return release, nil
}

// LockPort locks a port of localhost among this user's processes, regardless of TMPDIR. It
// returns an error if another process listens on the port.
func LockPort(ctx context.Context, port int) (release func() error, err error) {
	lock, err := os.OpenFile(fmt.Sprintf("/tmp/argocd-on-aks-%d-%d.lock", port, os.Getuid()), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	locked := make(chan error, 1)
	go func() { locked <- syscall.Flock(int(lock.Fd()), syscall.LOCK_EX) }()
	select {
	case err := <-locked:
		if err != nil {
			return nil, errors.Join(err, lock.Close())
		}
	case <-ctx.Done():
		go func() { _ = errors.Join(<-locked, lock.Close()) }() // the lock passes to the next process
		return nil, ctx.Err()
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("localhost:%d", port))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("port %d is in use; stop the process that listens on it: %w", port, err), lock.Close())
	}
	return lock.Close, listener.Close()
}
