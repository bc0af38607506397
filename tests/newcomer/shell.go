package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/process"
)

// shell is a terminal that runs each command as a line of bash.
type shell struct {
	dir string
	env []string
	// opening has the commands that run before each line.
	opening string
}

// used is the time and memory that commands used.
type used struct {
	commands  int
	wall, cpu time.Duration
	memory    uint64
}

// cleanEnvironment returns an environment without the caller's settings, except those for Go's
// module proxy and the network.
func cleanEnvironment(ctx context.Context, home string) ([]string, error) {
	path := []string{}
	for _, command := range []string{"go", "git", "make"} {
		found, err := exec.LookPath(command)
		if err != nil {
			return nil, err
		}
		path = append(path, filepath.Dir(found))
	}
	path = append(path, "/usr/bin", "/bin")
	environment := []string{"HOME=" + home, "TMPDIR=" + filepath.Join(home, "tmp"), "LANG=C.UTF-8", "TERM=dumb",
		"PATH=" + strings.Join(slices.Compact(path), ":")}
	for _, setting := range []string{"GOPROXY", "GOSUMDB"} {
		value, err := exec.CommandContext(ctx, "go", "env", setting).Output()
		if err != nil {
			return nil, err
		}
		environment = append(environment, setting+"="+strings.TrimSpace(string(value)))
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"} {
		if value, set := os.LookupEnv(name); set {
			environment = append(environment, name+"="+value)
		}
	}
	return environment, nil
}

func (s shell) command(ctx context.Context, line string) *exec.Cmd {
	command := exec.CommandContext(ctx, "bash", "-c", s.opening+"\n"+line)
	command.Dir, command.Env = s.dir, s.env
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return interrupt(command) }
	return command
}

// interrupt sends Ctrl-C to a command's process group.
func interrupt(command *exec.Cmd) error { return syscall.Kill(-command.Process.Pid, syscall.SIGINT) }

// run runs a line and returns its output.
func (s shell) run(ctx context.Context, line string) (output string, u used, err error) {
	command := s.command(ctx, line)
	var printed bytes.Buffer
	command.Stdout, command.Stderr = &printed, &printed
	started := time.Now()
	err = command.Run()
	if command.ProcessState != nil {
		u = use(command.ProcessState)
	}
	u.wall = time.Since(started)
	if err != nil {
		err = fmt.Errorf("%s: %w:\n%s", line, err, tail(printed.String(), 40))
	}
	return printed.String(), u, err
}

// use returns the time and memory of a command and its children.
func use(state *os.ProcessState) used {
	u := process.Used(state)
	return used{commands: 1, cpu: u.CPU, memory: u.Memory}
}

func (u *used) add(other used) {
	u.commands += other.commands
	u.wall += other.wall
	u.cpu += other.cpu
	u.memory = max(u.memory, other.memory)
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
