package provider

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"google.golang.org/grpc"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// entra is azuread on a directory.
type entra struct {
	*provider
	directory *directory.Service
}

func newEntra() entra {
	s := store.New()
	d := directory.New(&s.Objects, "tenant")
	s.Register(d.Kinds())
	return entra{&provider{behavior: bridge{}, store: s, canceled: make(chan struct{})}, d}
}

func (e entra) make(token string, in properties) (plugin.CreateResponse, error) {
	return e.Create(context.Background(), plugin.CreateRequest{Type: tokens.Type(token), Properties: toMap(in)})
}

func (e entra) read(t *testing.T, token string, id resource.ID) plugin.ReadResponse {
	t.Helper()
	r, err := e.Read(t.Context(), plugin.ReadRequest{Type: tokens.Type(token), ID: id})
	if err != nil {
		t.Error(err)
	}
	return r
}

// made returns the ID of a new object.
func (e entra) made(t *testing.T, token string, in properties) string {
	t.Helper()
	r, err := e.make(token, in)
	if err != nil {
		t.Fatal(err)
	}
	return string(r.ID)
}

// application returns the ID and client ID of a new application.
func (e entra) application(t *testing.T) (id, clientID string) {
	t.Helper()
	id = e.made(t, directory.Application, properties{"displayName": "argocd"})
	return id, e.store.Get(id).Computed.Text("clientId")
}

// principal returns the ID of the principal of a new application.
func (e entra) principal(t *testing.T) string {
	t.Helper()
	_, clientID := e.application(t)
	return e.made(t, directory.ServicePrincipal, properties{"clientId": clientID})
}

func (e entra) grant(principal string) properties {
	return properties{"servicePrincipalObjectId": principal, "resourceServicePrincipalObjectId": e.directory.GraphPrincipal(), "claimValues": []any{"openid"}}
}

func (e entra) assignment(principal string) properties {
	return properties{"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": e.directory.GroupID("Developers"), "resourceObjectId": principal}
}

// waited returns the time that azuread has spent on retries.
func (e entra) waited() time.Duration { return e.store.Now().Sub(time.Unix(0, 0)) }

func refusal(status int) error { return &store.Error{Status: status, Code: "Refused", Message: "no"} }

// TestApplicationCreation checks which failures azuread retries, and the remaining application
// after the others.
func TestApplicationCreation(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	slow := &store.Error{Status: 429, Code: "TooManyRequests", RetryAfter: 2 * time.Minute}
	for name, c := range map[string]struct {
		fault store.Fault
		lag   time.Duration
		// err is part of the error, empty for none.
		err   string
		names []string
		waits time.Duration
	}{
		"no failure":          {names: []string{"argocd"}},
		"server error":        {fault: store.Fault{Err: refusal(500)}, names: []string{"argocd"}, waits: time.Second},
		"nine server errors":  {fault: store.Fault{Err: refusal(503), Times: 9}, names: []string{"argocd"}, waits: 151 * time.Second},
		"ten server errors":   {fault: store.Fault{Err: refusal(500), Persistent: true}, err: "unexpected status 500 with OData error: Refused: no", waits: 151 * time.Second},
		"Retry-After":         {fault: store.Fault{Err: slow, Times: 9}, names: []string{"argocd"}, waits: 18 * time.Minute},
		"refusal":             {fault: store.Fault{Err: refusal(400)}, err: "unexpected status 400"},
		"missing owner":       {fault: store.Fault{Err: refusal(404)}, err: "unexpected status 404"},
		"lost response":       {fault: store.Fault{Err: refusal(504), After: true}, names: []string{"argocd", "argocd"}, waits: time.Second},
		"broken connection":   {fault: store.Fault{Err: reset, After: true}, names: []string{"argocd", "argocd"}, waits: time.Second},
		"first PATCH refused": {fault: store.Fault{Step: directory.Rename, Err: refusal(403)}, err: "unexpected status 403", names: []string{"argocd"}},
		"second PATCH":        {fault: store.Fault{Step: directory.RenameBack, Err: refusal(403)}, err: "unexpected status 403", names: []string{"TERRAFORM_UPDATE_"}},
		"lagging replica":     {lag: 3 * time.Second, names: []string{"argocd"}, waits: 3 * time.Second},
		"no replica":          {lag: 152 * time.Second, err: "Timed out whilst waiting for new application", names: []string{"argocd"}, waits: 151 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEntra()
			if c.fault.Err != nil {
				c.fault.Verb, c.fault.Type = "create", directory.Application
				e.store.Inject(c.fault)
			}
			e.store.DelayReplicas(directory.Application, c.lag)
			_, err := e.make(directory.Application, properties{"displayName": "argocd"})
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v, want %q", err, c.err)
			}
			apps := e.store.All(directory.Application)
			if len(apps) != len(c.names) || e.waited() != c.waits || len(e.store.PendingFaults()) > 0 {
				t.Fatalf("%d applications after %v, want %d after %v; %v", len(apps), e.waited(), len(c.names), c.waits, e.store.PendingFaults())
			}
			for i, app := range apps {
				if name := app.Inputs.Text("displayName"); !strings.HasPrefix(name, c.names[i]) {
					t.Errorf("an application is called %q, want %q", name, c.names[i])
				}
			}
		})
	}
}

// TestUnseen checks that azuread waits for new principals and credentials on a lagging replica,
// and crashes on consent and assignments.
func TestUnseen(t *testing.T) {
	t.Parallel()
	const lag = 5 * time.Second
	e := newEntra()
	app, clientID := e.application(t)
	e.store.DelayReplicas(directory.ServicePrincipal, lag)
	r, err := e.make(directory.ServicePrincipal, properties{"clientId": clientID})
	if err != nil || !strings.HasPrefix(r.Properties["description"].StringValue(), "TERRAFORM_UPDATE_") || e.waited() != 7*time.Second {
		t.Errorf("principal %v after %v: %v", r.Properties, e.waited(), err)
	}
	principal := string(r.ID)
	if now := e.store.Get(principal).Inputs.Text("description"); now != "" {
		t.Errorf("the principal is described as %q", now)
	}
	if _, err := e.make(directory.ServicePrincipal, properties{"clientId": clientID}); err == nil || !strings.Contains(err.Error(), "needs to be imported") {
		t.Error(err)
	}
	e.store.DelayReplicas(directory.FederatedCredential, lag)
	e.made(t, directory.FederatedCredential, properties{"applicationId": app, "displayName": "argocd", "issuer": "https://i", "subject": "s", "audiences": []any{"a"}})
	for token, in := range map[string]properties{directory.DelegatedGrant: e.grant(principal), directory.AppRoleAssignment: e.assignment(principal)} {
		e.store.DelayReplicas(token, time.Second)
		before := e.waited()
		func() {
			defer func() {
				if _, crashed := recover().(crash); !crashed {
					t.Errorf("%s: no crash", token)
				}
			}()
			_, err := e.make(token, in)
			t.Error(err)
		}()
		if len(e.store.All(token)) != 1 || e.waited() != before {
			t.Errorf("%d objects of type %s after %v", len(e.store.All(token)), token, e.waited())
		}
	}
}

// TestLaggingRefresh checks that a refresh on a lagging replica loses only consent and
// assignments, and that an update can return the former values.
func TestLaggingRefresh(t *testing.T) {
	t.Parallel()
	for token, lost := range map[string]bool{
		directory.Application: false, directory.ServicePrincipal: false, directory.FederatedCredential: false,
		directory.DelegatedGrant: true, directory.AppRoleAssignment: true,
	} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			e := newEntra()
			e.principal(t)
			app, principal := e.store.All(directory.Application)[0].ID, e.store.All(directory.ServicePrincipal)[0].ID
			ids := map[string]string{
				directory.Application: app, directory.ServicePrincipal: principal,
				directory.FederatedCredential: e.made(t, directory.FederatedCredential, properties{"applicationId": app, "displayName": "argocd", "issuer": "https://i", "subject": "s", "audiences": []any{"a"}}),
				directory.DelegatedGrant:      e.made(t, directory.DelegatedGrant, e.grant(principal)),
				directory.AppRoleAssignment:   e.made(t, directory.AppRoleAssignment, e.assignment(principal)),
			}
			e.store.DelayReplicas(token, time.Second)
			if got := e.read(t, token, resource.ID(ids[token])); (got.ID == "") != lost {
				t.Errorf("%+v after %v", got, e.waited())
			}
		})
	}
	e := newEntra()
	id, _ := e.application(t)
	e.store.DelayReplicas(directory.Application, time.Second)
	e.store.Advance(time.Minute)
	r, err := e.Update(t.Context(), plugin.UpdateRequest{Type: directory.Application, ID: resource.ID(id), NewInputs: toMap(properties{"displayName": "gitops"})})
	if err != nil || r.Properties["displayName"].StringValue() != "argocd" {
		t.Errorf("%v: %v", r.Properties, err)
	}
	e.store.Advance(time.Second)
	if got := e.read(t, directory.Application, resource.ID(id)); got.Outputs["displayName"].StringValue() != "gitops" {
		t.Error(got.Outputs)
	}
}

// TestGone checks that azuread asks for a missing object for 151 seconds, except for consent and
// assignments during a refresh.
func TestGone(t *testing.T) {
	t.Parallel()
	for token, refresh := range map[string]time.Duration{
		directory.Application: 151 * time.Second, directory.ServicePrincipal: 151 * time.Second, directory.FederatedCredential: 151 * time.Second,
		directory.DelegatedGrant: 0, directory.AppRoleAssignment: 0,
	} {
		e := newEntra()
		if got := e.read(t, token, "x"); got.ID != "" || e.waited() != refresh {
			t.Errorf("refresh of %s: %v after %v", token, got, e.waited())
		}
		if _, err := e.Delete(t.Context(), plugin.DeleteRequest{Type: tokens.Type(token), ID: "x"}); err == nil || e.waited() != refresh+151*time.Second {
			t.Errorf("deletion of %s: %v after %v", token, err, e.waited())
		}
	}
}

// TestSharedClient checks that another creation takes the retry of a 404 away.
func TestSharedClient(t *testing.T) {
	t.Parallel()
	e := newEntra()
	_, first := e.application(t)
	_, second := e.application(t)
	e.store.DelayReplicas(directory.ServicePrincipal, 3*time.Second)
	hangs := e.store.Inject(store.Fault{Verb: "create", Type: directory.ServicePrincipal})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := e.Create(ctx, plugin.CreateRequest{Type: directory.ServicePrincipal, Properties: toMap(properties{"clientId": first})})
		ended <- err
	}()
	<-hangs
	_, err := e.make(directory.ServicePrincipal, properties{"clientId": second})
	if err == nil || err.Error() != "Timed out whilst waiting for new service principal to be replicated in Azure AD" || e.waited() != 0 {
		t.Errorf("%v after %v", err, e.waited())
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestLookups checks that a lookup is retried after 429 as Microsoft Graph asks, for 20 minutes.
func TestLookups(t *testing.T) {
	t.Parallel()
	const token = "azuread:index/getGroup:getGroup"
	for _, c := range []struct {
		after, waits time.Duration
		err          error
	}{{2 * time.Minute, 18 * time.Minute, nil}, {3 * time.Minute, 18 * time.Minute, context.DeadlineExceeded}} {
		e := newEntra()
		e.functions = e.directory.Functions()
		e.store.Inject(store.Fault{Verb: "invoke", Type: token, Times: 9, Err: &store.Error{Status: 429, Code: "TooManyRequests", RetryAfter: c.after}})
		_, err := e.Invoke(t.Context(), plugin.InvokeRequest{Tok: token, Args: toMap(properties{"displayName": "Developers"})})
		if !errors.Is(err, c.err) || e.waited() != c.waits {
			t.Errorf("%v after %v", err, e.waited())
		}
	}
}

// TestProcess checks that a crash fails the calls in progress and those that follow, until an
// engine starts another process.
func TestProcess(t *testing.T) {
	t.Parallel()
	var p process
	call := func(method string, work func(context.Context) error) error {
		_, err := p.intercept(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: "/pulumirpc.ResourceProvider/" + method}, func(ctx context.Context, _ any) (any, error) { return nil, work(ctx) })
		return err
	}
	idle := func(context.Context) error { return nil }
	started, ended := make(chan struct{}), make(chan error)
	go func() {
		ended <- call("Update", func(ctx context.Context) error {
			close(started)
			<-ctx.Done()
			return nil
		})
	}()
	<-started
	for _, c := range []struct {
		name, method string
		work         func(context.Context) error
		want         error
	}{
		{"before", "Check", idle, nil},
		{"the crash", "Create", func(context.Context) error { panic(crash("no ID")) }, errEnded},
		{"after", "Create", idle, errRefused},
		{"another engine", "Attach", idle, nil},
		{"its calls", "Create", idle, nil},
	} {
		if err := call(c.method, c.work); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if err := <-ended; !errors.Is(err, errEnded) {
		t.Errorf("in progress: %v", err)
	}
}
