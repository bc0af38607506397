package engine

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
)

// adopt runs `pulumi import` on what exists: the resources of an import file.
func (s *Stack) adopt(ctx context.Context, resources []*optimport.ImportResource, names map[string]string) (err error) {
	languages, stop, err := ServeGo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	content, err := json.Marshal(map[string]any{"nameTable": names, "resources": resources})
	if err != nil {
		return err
	}
	file := filepath.Join(s.Dir, "adopt.json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return err
	}
	served := s.languages
	s.languages = languages // generates no code, but has to be there
	defer func() { s.languages = served }()
	_, err = s.Command(ctx, "import", "--file", file, "--yes", "--generate-code=false", "--protect=false")
	return err
}
