package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// Set sets a key of the stack's configuration, or a path below it, as `pulumi config set`
// does. An empty value removes it.
func (s *Stack) Set(_ context.Context, key, value string) error {
	if value == "" {
		return s.edit(key, func(settings *workspace.ProjectStack, at config.Key, path bool) error {
			return settings.Config.Remove(at, path)
		})
	}
	return s.edit(key, func(settings *workspace.ProjectStack, at config.Key, path bool) error {
		return settings.Config.Set(at, config.NewValue(value), path)
	})
}

// SetSecret sets a secret, as `pulumi config set --secret` does.
func (s *Stack) SetSecret(ctx context.Context, key, value string) error {
	return s.edit(key, func(settings *workspace.ProjectStack, at config.Key, path bool) error {
		manager, err := s.secrets(settings)
		if err != nil {
			return err
		}
		encrypted, err := manager.Encrypter().EncryptValue(ctx, value)
		if err != nil {
			return err
		}
		return settings.Config.Set(at, config.NewSecureValue(encrypted), path)
	})
}

// Protected reports whether the configuration protects the stack.
func (s *Stack) Protected() (bool, error) {
	settings, err := s.settings()
	if err != nil {
		return false, err
	}
	protect, _, err := settings.Config.Get(s.key("protect"), false)
	if err != nil {
		return false, err
	}
	value, err := protect.Value(config.NopDecrypter)
	return value == "true", err
}

func (s *Stack) edit(key string, change func(settings *workspace.ProjectStack, at config.Key, path bool) error) error {
	settings, err := s.settings()
	if err != nil {
		return err
	}
	if err := change(settings, s.key(key), strings.ContainsAny(key, ".[")); err != nil {
		return fmt.Errorf("configuration key %s: %w", key, err)
	}
	return settings.Save(s.settingsFile())
}

// key adds the project's prefix to a key without prefix.
func (s *Stack) key(key string) config.Key {
	namespace, name, prefixed := strings.Cut(key, ":")
	if !prefixed || strings.ContainsAny(namespace, ".[") {
		namespace, name = s.project.Name.String(), key
	}
	return config.MustMakeKey(namespace, name)
}

func (s *Stack) settings() (*workspace.ProjectStack, error) {
	return workspace.LoadProjectStack(diag.DefaultSink(s.log, s.log, diag.FormatOptions{Color: "never"}), s.project, s.settingsFile())
}

func (s *Stack) settingsFile() string { return filepath.Join(s.Dir, "Pulumi."+s.Name+".yaml") }

// testPassphrase encrypts the secrets of the stacks.
const testPassphrase = "local"

// salt is shared by all stacks of this process, since key derivation is slow: a million
// rounds.
var salt = sync.OnceValues(func() (string, error) {
	salt, _, err := passphrase.NewPassphraseSecretsManager(testPassphrase)
	return salt, err
})

// secrets returns the secrets manager for the salt of the stack's file, or for a new one.
func (s *Stack) secrets(settings *workspace.ProjectStack) (secrets.Manager, error) {
	if settings.EncryptionSalt == "" {
		var err error
		if settings.EncryptionSalt, err = salt(); err != nil {
			return nil, err
		}
	}
	return passphrase.GetPassphraseSecretsManager(testPassphrase, settings.EncryptionSalt)
}
