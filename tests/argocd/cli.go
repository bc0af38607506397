package argocd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// CLI is the real argocd command on PATH with a separate home directory.
type CLI struct {
	// Dir is the working directory of the commands. The default is the current one.
	Dir string

	config   string
	internet *azuresim.Internet
}

// NewCLI returns a CLI with its configuration in dir.
func NewCLI(internet *azuresim.Internet, dir string) *CLI {
	return &CLI{config: filepath.Join(dir, "argocd-cli.yaml"), internet: internet}
}

// command uses a temporary directory until clean, because a failing command does not remove
// the socket of its gRPC-Web proxy. The path of a socket must be short.
func (c *CLI) command(ctx context.Context, args ...string) (command *exec.Cmd, clean func() error, err error) {
	temporary, err := os.MkdirTemp("", "argocd-")
	if err != nil {
		return nil, nil, fmt.Errorf("argocd: %w", err)
	}
	command = exec.CommandContext(ctx, "argocd", append(args, "--config", c.config)...)
	command.Dir = c.Dir
	command.Env = append(os.Environ(), c.internet.Env()...)
	command.Env = append(command.Env, "HOME="+filepath.Dir(c.config), "TMPDIR="+temporary)
	return command, func() error { return os.RemoveAll(temporary) }, nil
}

// Run runs a command such as `account get-user-info` and returns its output.
func (c *CLI) Run(ctx context.Context, args ...string) (string, error) {
	command, clean, err := c.command(ctx, args...)
	if err != nil {
		return "", err
	}
	output, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("argocd %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return strings.TrimSpace(string(output)), errors.Join(err, clean())
}

// Env returns the environment that makes argocd commands of a shell use this CLI's
// configuration.
func (c *CLI) Env() []string {
	return append(c.internet.Env(), "ARGOCD_OPTS=--config "+c.config)
}

var loginURL = regexp.MustCompile(`Performing .* flow login: (\S+)`)

// Login runs a command such as `argocd login localhost:9000 --sso --insecure`, or `argocd
// relogin`, and opens the page that it prints in browser.
func (c *CLI) Login(ctx context.Context, login string, browser *Browser) (err error) {
	release, err := lockCallback(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	args := append(strings.Fields(login)[1:], "--sso-launch-browser=false")
	if args[0] == "login" {
		args = append(args, "--skip-test-tls") // the test ignores the proxy
	}
	command, clean, err := c.command(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clean()) }()
	read, write := io.Pipe()
	command.Stdout, command.Stderr = write, write
	if err := command.Start(); err != nil {
		return fmt.Errorf("argocd login: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(command.Wait(), write.Close()) }()

	var output strings.Builder
	var page error
	lines := bufio.NewScanner(read)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(&output, lines.Text())
		match := loginURL.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		go func() {
			if err := browser.openOnceUp(ctx, match[1]); err != nil {
				page = err
				cancel() // the command would never end
			}
		}()
	}
	if err := <-ended; err != nil {
		return errors.Join(page, fmt.Errorf("argocd login: %w: %s", err, strings.TrimSpace(output.String())))
	}
	return nil
}

// LoginAsAdmin runs a command such as `argocd login localhost:9000 --sso --insecure` as the
// built-in admin with its password.
func LoginAsAdmin(ctx context.Context, internet *azuresim.Internet, dir, login string) error {
	args := slices.DeleteFunc(strings.Fields(login)[1:], func(arg string) bool { return arg == "--sso" })
	_, err := NewCLI(internet, dir).Run(ctx, append(args, "--skip-test-tls", "--username", "admin", "--password", AdminPassword)...)
	return err
}
