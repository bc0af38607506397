package argocd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

// callback is where the argocd command waits for the browser.
const callback = "localhost:8085"

// takeCallback waits for its turn among this user's sign-ins, in whatever process and
// with whatever TMPDIR, and wants the port to be free then.
func takeCallback(ctx context.Context) (release func() error, err error) {
	lock, err := os.OpenFile(fmt.Sprintf("/tmp/argocd-on-aks-callback-%d.lock", os.Getuid()), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, fmt.Errorf("argocd login: %w", err)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), lock.Close())
		}
	}
	listener, err := net.Listen("tcp", callback)
	if err != nil {
		err = fmt.Errorf("%s is taken, and argocd login needs it for the browser's way back; end what listens there: %w", callback, err)
		return nil, errors.Join(err, lock.Close())
	}
	return lock.Close, listener.Close()
}
