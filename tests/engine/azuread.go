package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// pluginVariable names the file of the real azuread plugin, which then stands between the
// engine and the simulated Entra. make test-azuread sets it.
const pluginVariable = "AZUREAD_PLUGIN"

// RealAzuread reports whether stacks use the real azuread plugin.
func RealAzuread() bool { return os.Getenv(pluginVariable) != "" }

// azuread starts the real azuread plugin on the simulated internet.
type azuread struct {
	file     string
	azure    *azuresim.Azure
	internet *azuresim.Internet
	log      io.Writer
}

// useAzuread makes a stack use the plugin in a file. The pulumi command finds it in the
// plugin cache of its home: https://www.pulumi.com/docs/iac/concepts/plugins
func (s *Stack) useAzuread(file string) error {
	internet, err := s.azure.Connect(filepath.Join(s.home, "entra.pem"))
	if err != nil {
		return err
	}
	stop := s.stop
	s.stop = func() error { return errors.Join(stop(), internet.Close()) }
	s.providers = without(s.providers, "azuread")
	s.Env["PULUMI_DEBUG_PROVIDERS"] = s.providers
	s.azuread = &azuread{file: file, azure: s.azure, internet: internet, log: s.log}
	cached := filepath.Join(s.Env["PULUMI_HOME"], "plugins", filepath.Base(filepath.Dir(file)))
	return errors.Join(os.MkdirAll(cached, 0o755), os.Symlink(file, filepath.Join(cached, filepath.Base(file))))
}

// without removes a provider from a value of PULUMI_DEBUG_PROVIDERS.
func without(providers, name string) string {
	served := slices.DeleteFunc(strings.Split(providers, ","), func(one string) bool { return strings.HasPrefix(one, name+":") })
	return strings.Join(served, ",")
}

// env returns the plugin's variables: the simulated internet and the deploying identity. A
// nil azuread has none.
func (a *azuread) env() []string {
	if a == nil {
		return nil
	}
	return append(a.azure.DeployerEnv(), a.internet.Env()...)
}

// start starts the plugin for an engine and returns its port.
func (a *azuread) start(ctx context.Context, engine string) (port string, stop func() error, err error) {
	process := exec.CommandContext(context.WithoutCancel(ctx), a.file, engine)
	process.Env, process.Stderr = append(os.Environ(), a.env()...), a.log
	output, err := process.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := process.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error {
		err := process.Process.Kill()
		_ = process.Wait() // killed
		return err
	}
	port, err = bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("%s printed no port: %w", a.file, err), stop())
	}
	return strings.TrimSpace(port), stop, nil
}
