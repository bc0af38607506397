package argocd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// callback is the port where the argocd command waits for the browser.
const callback = 8085

// takeCallback waits for its turn among this user's sign-ins.
func takeCallback(ctx context.Context) (release func() error, err error) {
	if release, err = TakeTurns(ctx, callback); err != nil {
		return nil, fmt.Errorf("the browser's way back to argocd login: %w", err)
	}
	return release, nil
}

// TakeTurns waits for its turn at a port of localhost among this user's processes,
// whatever their TMPDIR, and wants the port to be free then.
func TakeTurns(ctx context.Context, port int) (release func() error, err error) {
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
		go func() { _ = errors.Join(<-locked, lock.Close()) }() // passes its turn on
		return nil, ctx.Err()
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("localhost:%d", port))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("port %d is taken; end what listens there: %w", port, err), lock.Close())
	}
	return lock.Close, listener.Close()
}
