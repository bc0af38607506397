package provider

import (
	"context"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// process is the process of a provider plugin, which each engine starts anew. A panic ends it.
type process struct {
	sync.Mutex
	ended chan struct{}
}

// crash is the panic of azuread when it reads a new object that Microsoft Graph does not show
// yet: the bridge asks a null object for its ID (v2InstanceState2 in
// https://github.com/pulumi/pulumi-terraform-bridge, pkg/tfshim/sdk-v2/provider2.go). Requests for
// applications, principals and credentials wait for the object. Those for consent and assignments
// do not: https://github.com/hashicorp/terraform-provider-azuread/issues/763.
type crash string

var (
	errEnded   = status.Error(codes.Unavailable, "error reading from server: EOF")
	errRefused = status.Error(codes.Unavailable, `connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1: connect: connection refused"`)
)

// intercept answers a call of an engine. A crash fails all calls in progress, even if Azure
// carries out their requests, and all later calls.
func (p *process) intercept(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (answer any, err error) {
	ended := p.running(strings.HasSuffix(info.FullMethod, "/Attach") || strings.HasSuffix(info.FullMethod, "/Handshake"))
	if isClosed(ended) {
		return nil, errRefused
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case crash:
			p.end(ended)
		default:
			panic(reason)
		}
		if isClosed(ended) {
			answer, err = nil, errEnded
		}
	}()
	return handle(ctx, request)
}

// running returns a channel that is closed when the process ends. start starts another one
// if it has ended.
func (p *process) running(start bool) chan struct{} {
	p.Lock()
	defer p.Unlock()
	if p.ended == nil || start && isClosed(p.ended) {
		p.ended = make(chan struct{})
	}
	return p.ended
}

func (p *process) end(ended chan struct{}) {
	p.Lock()
	defer p.Unlock()
	if !isClosed(ended) {
		close(ended)
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
