package engine

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
)

// adopt runs `pulumi import` with an import file.
func (s *Stack) adopt(ctx context.Context, resources []*optimport.ImportResource, names map[string]string) (err error) {
	languages, stop, err := ServeGo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	served := s.languages
	s.languages = languages // required, although no code is generated
	defer func() { s.languages = served }()
	list := map[string]any{"nameTable": names, "resources": resources}
	return s.commandOn(ctx, list, "import", "--yes", "--generate-code=false", "--protect=false")
}
