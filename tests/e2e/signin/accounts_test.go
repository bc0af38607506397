package signin

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// accountStack is the prod stack with an account for releases, and an Argo CD that keeps its secret
// across restarts.
type accountStack struct {
	*engine.Stack
	azure    *azuresim.Azure
	internet *azuresim.Internet
	dir      string
	server   *argocd.Server
}

func withAccount(t *testing.T) *accountStack {
	t.Helper()
	stack, azure := e2e.Open(t, "prod")
	s := &accountStack{Stack: stack, azure: azure, dir: t.TempDir()}
	s.addAccount(t)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	s.internet = e2e.Connect(t, azure)
	s.start(t)
	return s
}

func (s *accountStack) addAccount(t *testing.T) {
	t.Helper()
	e2e.Set(t, s.Stack, "accounts[0].name", "legacy-ci")
	e2e.Set(t, s.Stack, "accounts[0].role", "deployer")
}

// start replaces the running Argo CD with one of the current deployment.
func (s *accountStack) start(t *testing.T) {
	t.Helper()
	if s.server != nil {
		e2e.NoError(t, s.server.Stop())
	}
	s.server = e2e.StartIn(t, s.azure, s.internet, e2e.Installed(t, s.azure), s.dir, e2e.FreePort(t))
	e2e.Expose(t, s.azure, s.internet, s.server, e2e.ProdController)
}

// signedIn returns the CLI of a user of prod.
func (s *accountStack) signedIn(t *testing.T, user string) *argocd.CLI {
	t.Helper()
	return e2e.Login(t, s.Stack, s.internet, user)
}

// refused checks that Argo CD rejects a token for this reason.
func (s *accountStack) refused(t *testing.T, token, reason string) {
	t.Helper()
	e2e.WantError(t, e2e.Err(byToken(t, s.internet, token)(permissions[0])), reason, "the token")
}

func (s *accountStack) accepted(t *testing.T, token string) {
	t.Helper()
	if may, err := byToken(t, s.internet, token)(permissions[0]); err != nil || !may {
		t.Errorf("the token: %v, %v", may, err)
	}
}

var newToken = []string{"account", "generate-token", "--account", "legacy-ci"}

// TestAccounts checks that only an admin can create the token of an API account, that the token has
// the permissions of the account's role, and that state and outputs do not contain it.
func TestAccounts(t *testing.T) {
	t.Parallel()
	s := withAccount(t)
	alice := s.signedIn(t, "alice")
	token := e2e.Run(t, alice, append(newToken, "--expires-in", "24h")...)
	if info, err := withToken(t, s.internet, token, "account", "get-user-info"); err != nil || !strings.HasSuffix(info, "Username: legacy-ci\nIssuer: argocd\nGroups:") {
		t.Errorf("user info: %v: %s", err, info)
	}
	wantPermissions(t, "legacy-ci", byToken(t, s.internet, token), "carol") // the same role
	for _, user := range []string{"bob", "carol"} {
		e2e.Refused(t, s.signedIn(t, user), "permission denied", newToken...)
	}
	outputs, err := s.Values(t.Context())
	e2e.NoError(t, err)
	if state := e2e.Exported(t, s.Stack); strings.Contains(state, token) || !strings.Contains(state, "legacy-ci") {
		t.Error("the state contains the token, or lacks the account")
	}
	for name, value := range outputs {
		if text, is := value.(string); is && strings.Contains(text, token) {
			t.Errorf("the output %s contains the token", name)
		}
	}
	e2e.Verified(t, "verify --azure", e2e.VerifyAzure(t, s.Stack, s.azure, s.internet))
}

// TestAccountHasNoLogin checks that an API account cannot sign in with a password, even if an admin
// sets one. A new password invalidates older tokens.
func TestAccountHasNoLogin(t *testing.T) {
	t.Parallel()
	s := withAccount(t)
	alice := s.signedIn(t, "alice")
	login := func(password string) error {
		_, err := argocd.NewCLI(s.internet, t.TempDir()).Run(t.Context(), "login", s.internet.Address, "--grpc-web", "--skip-test-tls", "--username", "legacy-ci", "--password", password)
		return err
	}
	const password = "legacy-ci-password"
	e2e.WantError(t, login(password), "Invalid username or password", "an unset password")
	token := e2e.Run(t, alice, newToken...)
	s.accepted(t, token)
	setPassword := func() {
		t.Helper()
		e2e.Run(t, alice, "account", "update-password", "--account", "legacy-ci", "--new-password", password)
	}
	setPassword()
	e2e.WantError(t, login(password), "Account legacy-ci does not have login capability", "a password set by an admin")
	// Argo CD compares seconds: a token of the same second stays valid.
	ended := func() bool {
		_, err := byToken(t, s.internet, token)(permissions[0])
		return err != nil
	}
	for deadline := time.Now().Add(time.Minute); !ended() && time.Now().Before(deadline); {
		setPassword()
	}
	s.refused(t, token, "account password has changed since token issued")
}

// TestAccountsOwnTokens checks that the bearer of a token can create unlimited tokens for its own
// account only. Token expiry does not stop a thief. Revoking all tokens does.
func TestAccountsOwnTokens(t *testing.T) {
	t.Parallel()
	s := withAccount(t)
	alice := s.signedIn(t, "alice")
	token := e2e.Run(t, alice, append(newToken, "--expires-in", "1h", "--id", "given")...)
	other, err := withToken(t, s.internet, token, append(newToken, "--id", "taken")...)
	e2e.NoError(t, err)
	s.accepted(t, other)
	for _, account := range []string{"admin", "alice"} {
		e2e.WantError(t, e2e.Err(withToken(t, s.internet, token, "account", "generate-token", "--account", account)), "permission denied", "legacy-ci creates a token for %s", account)
	}
	listed := e2e.Run(t, alice, "account", "get", "--account", "legacy-ci")
	for id, token := range map[string]string{"given": token, "taken": other} {
		if !strings.Contains(listed, id) {
			t.Errorf("the list of tokens lacks %s: %s", id, listed)
		}
		e2e.Run(t, alice, "account", "delete-token", "--account", "legacy-ci", id)
		s.refused(t, token, "account legacy-ci does not have token with id "+id)
	}
}

// TestAccountLifecycle checks that a token survives a restart of Argo CD. Without the account it is
// invalid. When the account returns, it is valid again, because Argo CD keeps it.
func TestAccountLifecycle(t *testing.T) {
	t.Parallel()
	s := withAccount(t)
	alice := s.signedIn(t, "alice")
	token := e2e.Run(t, alice, append(newToken, "--id", "old")...)
	s.start(t)
	s.accepted(t, token)

	e2e.Unset(t, s.Stack, "accounts")
	e2e.Want(t, s.Up, map[string]int{"update": 1, "same": e2e.ProdResources - 1})
	s.start(t)
	s.refused(t, token, "account 'legacy-ci' does not exist")
	wantUsers(t, s.internet, e2e.Output(t, s.Stack, "argocdUrl"), "alice", "bob", "carol")

	s.addAccount(t)
	e2e.Want(t, s.Up, map[string]int{"update": 1, "same": e2e.ProdResources - 1})
	s.start(t)
	s.accepted(t, token)
	alice = s.signedIn(t, "alice")
	e2e.Run(t, alice, "account", "delete-token", "--account", "legacy-ci", "old")
	s.refused(t, token, "does not have token with id old")
}

// TestAccountCommands runs the commands of docs/security.md for an account.
func TestAccountCommands(t *testing.T) {
	t.Parallel()
	s := withAccount(t)
	alice := s.signedIn(t, "alice")
	script := e2e.Block(t, e2e.Read(t, "docs/security.md"), "## API accounts", "```sh\n")
	command := exec.CommandContext(t.Context(), "sh", "-euc", script)
	command.Env = append(append(os.Environ(), alice.Env()...), "HOME="+t.TempDir())
	printed, err := command.CombinedOutput()
	token, listed, _ := strings.Cut(string(printed), "\n")
	if err != nil || !strings.Contains(listed, "2026-11") || strings.Count(token, ".") != 2 {
		t.Fatalf("%v: %s", err, printed)
	}
	s.refused(t, token, "does not have token with id 2026-11")
}
