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
	"strings"

	"argocd-on-aks/tests/azuresim"
)

// CLI is the real argocd command, found on PATH, with a home of its own.
type CLI struct {
	config   string
	internet *azuresim.Internet
}

// NewCLI returns the command with its configuration in dir.
func NewCLI(internet *azuresim.Internet, dir string) *CLI {
	return &CLI{config: filepath.Join(dir, "argocd-cli.yaml"), internet: internet}
}

func (c *CLI) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "argocd", append(args, "--config", c.config)...)
	command.Env = append(os.Environ(), c.internet.Env()...)
	command.Env = append(command.Env, "HOME="+filepath.Dir(c.config))
	return command
}

// Run runs a command such as `account get-user-info` and returns its output.
func (c *CLI) Run(ctx context.Context, args ...string) (string, error) {
	output, err := c.command(ctx, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("argocd %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return strings.TrimSpace(string(output)), nil
}

var loginURL = regexp.MustCompile(`Performing .* flow login: (\S+)`)

// Login runs a command such as `argocd login localhost:9000 --sso --insecure` and
// plays the user's browser on the page that it names.
func (c *CLI) Login(ctx context.Context, login string, browser *Browser) (err error) {
	release, err := takeCallback(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The TLS test would look for Argo CD past the proxy.
	command := c.command(ctx, append(strings.Fields(login)[1:], "--sso-launch-browser=false", "--skip-test-tls")...)
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
				cancel() // the command would wait for ever
			}
		}()
	}
	if err := <-ended; err != nil {
		return errors.Join(page, fmt.Errorf("argocd login: %w: %s", err, strings.TrimSpace(output.String())))
	}
	return nil
}
