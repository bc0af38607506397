package main

import (
	"errors"
	"os"
	"path/filepath"
)

// copyProject copies this project to a folder, with a stack that extends dev.
func copyProject(repository, folder, stack, more string) error {
	project, err := os.ReadFile(filepath.Join(repository, "Pulumi.yaml"))
	if err != nil {
		return err
	}
	dev, err := os.ReadFile(filepath.Join(repository, "Pulumi.dev.yaml"))
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), project, 0o600),
		os.WriteFile(filepath.Join(folder, "Pulumi."+stack+".yaml"), append(dev, more...), 0o600),
	)
}
