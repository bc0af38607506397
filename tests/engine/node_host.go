package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// loggedError is the exit code of a Node.js program that has reported its error:
// nodeJSProcessExitedAfterLoggingUserActionableMessage in https://github.com/pulumi/pulumi,
// sdk/nodejs/cmd/pulumi-language-nodejs/main.go.
const loggedError = 32

// ServeNode is ServeGo for JavaScript programs. It runs them with the SDK in their
// node_modules, as Pulumi's plugin for Node.js does.
func ServeNode() (debugLanguages string, stop func() error, err error) {
	debugLanguages, stop, err = serve(&languageHost{run: startNode})
	return strings.Replace(debugLanguages, "go:", "nodejs:", 1), stop, err
}

func startNode(ctx context.Context, r *pulumirpc.RunRequest, engine string) (*pulumirpc.RunResponse, error) {
	config, err := json.Marshal(r.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(r.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	args := []string{
		"node_modules/@pulumi/pulumi/cmd/run", "--monitor", r.GetMonitorAddress(), "--engine", engine, "--organization", r.GetOrganization(),
		"--project", r.GetProject(), "--stack", r.GetStack(), "--pwd", r.GetPwd(), "--parallel", strconv.Itoa(int(r.GetParallel())),
	}
	if r.GetDryRun() {
		args = append(args, "--dry-run")
	}
	run := exec.CommandContext(ctx, "node", append(args, ".")...)
	run.Dir, run.Env = r.GetPwd(), append(os.Environ(), "PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secrets))
	output, err := run.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == loggedError:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case err != nil:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("%v: %s", err, output)}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}
