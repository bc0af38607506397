package signin

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

var signIns = flag.Int("sign-ins", 30, "number of users that TestLoad signs in")

const (
	// batches is the number of parts of the hour.
	batches = 10
	// atATime is the number of concurrent sign-ins.
	atATime = 4
	// maxGroups is Entra's limit. A token of a user with more groups has none.
	maxGroups = 200
)

// TestLoad signs in many users within an hour of Entra's clock, through browser and argocd CLI,
// while others keep using their sessions. Each has exactly the permissions of their groups, before,
// during and after Entra throttles. `make load` uses 1,000 users.
func TestLoad(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	users := addUsers(azure, *signIns)
	for role, key := range []string{"group", "roles[0].group", "roles[2].group"} {
		e2e.Set(t, stack, key, azure.GroupID(roles[role]))
	}
	withSecurityGroups(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources - 4})
	internet, server := e2e.Serve(t, azure, e2e.ProdController)
	l := &load{
		Azure: azure, internet: internet, server: server, homes: t.TempDir(), url: e2e.Output(t, stack, "argocdUrl"),
		login: strings.Replace(e2e.Output(t, stack, "loginCommand"), "argocd.example.com", internet.Address, 1),
	}

	early, users := users[:2], users[2:]
	azure.TokenLife = 5 * time.Second
	l.all(t, early, l.signIn)
	azure.TokenLife = time.Hour

	var figures []figure
	for i := range batches {
		in, batch := users[:i*len(users)/batches], users[i*len(users)/batches:(i+1)*len(users)/batches]
		if i == batches/2 {
			l.throttled(t, batch, in)
		}
		figures = append(figures, l.batch(t, batch, in))
		azure.Advance(time.Hour / batches)
	}
	l.all(t, users, l.checkSession)
	l.all(t, early, l.renews)
	l.checkGrowth(t, figures)
	fmt.Print(table(figures))
}

// user is a user with the expected groups and role.
type user struct {
	name, id string
	// role is an index of roles. inGroups is the number of groups.
	role, inGroups int
	// groups are the groups in the token.
	groups []string
	by     flow

	browser *argocd.Browser
	session session
	took    time.Duration
}

// flow is a way to sign in.
type flow int

const (
	byBrowser flow = iota
	// cliInProcess is the argocd command in the test process, cliProcess in a separate process.
	cliInProcess
	cliProcess
)

func flowOf(i int) flow {
	switch {
	case i%10 == 9:
		return cliProcess
	case i%2 == 1:
		return cliInProcess
	}
	return byBrowser
}

// roles are groups. Each user is in one. The last group has no role.
var roles = []string{"Load: admins", "Load: readers", "Load: deployers", "Load: others"}

// addUsers adds users to the tenant, in 1 to 200 groups. One in fifty is in more.
func addUsers(azure *azuresim.Azure, count int) []*user {
	const spread = 61 // coprime to maxGroups, to get all counts
	users := make([]*user, count)
	for i := range users {
		p := &user{name: fmt.Sprintf("user-%04d@contoso.example", i), role: (i + i/10) % len(roles), inGroups: 1 + i*spread%maxGroups, by: flowOf(i)}
		if i%50 == 20 {
			p.inGroups += maxGroups
		}
		p.id, users[i] = azure.AddUser(p.name), p
	}
	with := make([]string, len(roles))
	for role, name := range roles {
		with[role] = azure.AddGroup(name, selectIDs(users, func(p *user) bool { return p.role == role })...)
	}
	var teams []string // nested: each group contains the next, so its members are also in all previous groups
	for n := 2 * maxGroups; n > 1; n-- {
		members := append(selectIDs(users, func(p *user) bool { return p.inGroups == n }), teams[:min(1, len(teams))]...)
		teams = slices.Insert(teams, 0, azure.AddGroup(fmt.Sprint("Load: team ", n), members...))
	}
	for _, p := range users {
		if p.inGroups <= maxGroups {
			p.groups = append([]string{with[p.role]}, teams[:p.inGroups-1]...)
			slices.Sort(p.groups)
		}
	}
	return users
}

// selectIDs returns the object IDs of the matching users.
func selectIDs(users []*user, match func(*user) bool) (ids []string) {
	for _, p := range users {
		if match(p) {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// session is the session of a signed-in user.
type session interface {
	UserInfo(ctx context.Context, argocdURL string) (argocd.UserInfo, error)
	CanI(ctx context.Context, argocdURL, action, resource, object string) (bool, error)
}

// processes is the session of the argocd command, with a process for each request.
type processes struct{ *argocd.CLI }

func (p processes) UserInfo(ctx context.Context, _ string) (info argocd.UserInfo, err error) {
	printed, err := p.Run(ctx, "account", "get-user-info", "--output", "json")
	if err != nil {
		return info, err
	}
	return info, json.Unmarshal([]byte(printed), &info)
}

func (p processes) CanI(ctx context.Context, _, action, resource, object string) (bool, error) {
	printed, err := p.Run(ctx, "account", "can-i", action, resource, object)
	return printed == "yes", err
}

// load is an Argo CD on its domain.
type load struct {
	*azuresim.Azure
	internet   *azuresim.Internet
	server     *argocd.Server
	url, login string
	// homes is the folder of the home directories of the argocd processes.
	homes string
}

// signIn signs a user in and checks the session.
func (l *load) signIn(ctx context.Context, p *user) (err error) {
	if p.browser == nil {
		if p.browser, err = argocd.NewBrowser(l.internet, p.name); err != nil {
			return err
		}
		p.session = p.browser
	}
	defer p.browser.CloseConnections()
	began := time.Now()
	switch p.by {
	case byBrowser:
		_, err = p.browser.SignIn(ctx, l.url)
	case cliInProcess:
		_, err = p.browser.SignInAsCommand(ctx, l.url)
	case cliProcess:
		cli := argocd.NewCLI(l.internet, filepath.Join(l.homes, p.name))
		p.session = processes{cli}
		err = cli.Login(ctx, l.login, p.browser)
	}
	p.took = time.Since(began)
	if err != nil {
		return err
	}
	return l.checkSession(ctx, p)
}

// checkSession checks the user, the groups and two permissions of a session.
func (l *load) checkSession(ctx context.Context, p *user) error {
	info, err := p.session.UserInfo(ctx, l.url)
	if err != nil {
		return err
	}
	slices.Sort(info.Groups)
	if info.Username != p.name || !slices.Equal(info.Groups, p.groups) {
		return fmt.Errorf("is %s with %d groups, not with %d", info.Username, len(info.Groups), len(p.groups))
	}
	for i, c := range permissions {
		if (i+len(p.groups))%5 > 0 {
			continue
		}
		got, err := p.session.CanI(ctx, l.url, c.action, c.resource, strings.TrimPrefix(c.object, "https://"))
		if err != nil {
			return err
		}
		want := p.groups != nil && []bool{c.alice, c.bob, c.carol, false}[p.role]
		if got != want {
			return fmt.Errorf("%s %s %s: %v", c.action, c.resource, c.object, got)
		}
	}
	return nil
}

// all calls a function for the users, several at a time.
func (l *load) all(t *testing.T, users []*user, do func(context.Context, *user) error) {
	t.Helper()
	next := make(chan *user)
	var working sync.WaitGroup
	for range atATime {
		working.Go(func() {
			for p := range next {
				if err := do(t.Context(), p); err != nil {
					t.Errorf("%s: %v", p.name, err)
				}
			}
		})
	}
	for _, p := range users {
		next <- p
	}
	close(next)
	working.Wait()
}

// batch signs users in while it checks as many existing sessions.
func (l *load) batch(t *testing.T, users, in []*user) figure {
	t.Helper()
	var asking sync.WaitGroup
	asking.Go(func() { l.all(t, in[max(0, len(in)-len(users)):], l.checkSession) })
	l.all(t, users, l.signIn)
	asking.Wait()
	return l.measure(t, users)
}

// throttled checks that while Entra throttles, sign-ins fail with the reason and existing sessions
// continue.
func (l *load) throttled(t *testing.T, users, in []*user) {
	t.Helper()
	restore := l.Throttle()
	defer restore()
	l.all(t, users, func(ctx context.Context, p *user) error {
		if err := l.signIn(ctx, p); err == nil || !strings.Contains(err.Error(), "429 Too Many Requests") {
			return fmt.Errorf("sign-in while Entra throttles: %v, want 429", err) //nolint:errorlint // err can be nil
		}
		if info, err := p.session.UserInfo(ctx, l.url); err == nil {
			return fmt.Errorf("signed in as %s while Entra throttles", info.Username)
		}
		return nil
	})
	l.all(t, in, l.checkSession)
}

// renews checks that a user whose session ended signs in without a prompt, because Entra's session
// continues. Argo CD uses the system clock, so the test waits for the end.
func (l *load) renews(ctx context.Context, p *user) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for ended := false; !ended; {
		_, err := p.session.UserInfo(ctx, l.url)
		ended = err != nil
	}
	if err := l.signIn(ctx, p); err != nil {
		return err
	}
	if p.browser.AccountPrompts != 1 {
		return fmt.Errorf("Entra asked %d times for an account", p.browser.AccountPrompts)
	}
	return nil
}

// checkGrowth checks that the server's memory and goroutines do not grow with the number of
// sign-ins, except for the decisions that Argo CD caches for each user for an hour.
func (l *load) checkGrowth(t *testing.T, figures []figure) {
	t.Helper()
	const some, ofEach, noise = 10, 3 << 10, 2 << 20
	first, last := figures[0], figures[len(figures)-1]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for last.goroutines > first.goroutines+some { // connections take time to close
		if ctx.Err() != nil {
			t.Fatalf("%.0f goroutines, %.0f after the first batch", last.goroutines, first.goroutines)
		}
		last = l.measure(t, nil)
	}
	if grown := last.heap - first.heap; grown > float64(noise+ofEach**signIns) {
		t.Errorf("the heap grew by %.0f bytes with %d sign-ins", grown, *signIns)
	}
}

// figure is the measurement of a batch.
type figure struct {
	signIns int
	// p50 and p95 are durations of the sign-ins in the test process, process is p50 of the others.
	p50, p95, process               time.Duration
	resident, heap, cpu, goroutines float64
}

func (l *load) measure(t *testing.T, users []*user) figure {
	t.Helper()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	metrics, err := l.server.Metrics(t.Context())
	e2e.NoError(t, err)
	var here, own []time.Duration
	for _, p := range users {
		if p.by == cliProcess {
			own = append(own, p.took)
		} else {
			here = append(here, p.took)
		}
	}
	return figure{
		signIns: len(users), p50: percentile(here, 50), p95: percentile(here, 95), process: percentile(own, 50),
		resident: metrics["process_resident_memory_bytes"], heap: metrics["go_memstats_heap_alloc_bytes"],
		cpu: metrics["process_cpu_seconds_total"], goroutines: metrics["go_goroutines"],
	}
}

func percentile(all []time.Duration, percent int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[(len(all)-1)*percent/100]
}

func table(figures []figure) string {
	const mb = 1 << 20
	var out strings.Builder
	fmt.Fprintln(&out, "| sign-ins | p50 ms | p95 ms | process ms | resident MB | heap MB | goroutines | CPU s |\n|---|---|---|---|---|---|---|---|")
	for _, f := range figures {
		fmt.Fprintf(&out, "| %d | %d | %d | %d | %.0f | %.2f | %.0f | %.1f |\n",
			f.signIns, f.p50.Milliseconds(), f.p95.Milliseconds(), f.process.Milliseconds(), f.resident/mb, f.heap/mb, f.goroutines, f.cpu)
	}
	return out.String()
}
