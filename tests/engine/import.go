package engine

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
)

// adopt runs `pulumi import` on what exists: the resources of an import file.
func (s *Stack) adopt(ctx context.Context, resources []*optimport.ImportResource, names map[string]string) (err error) {
	languages, stop, err := ServeGo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	const key = "PULUMI_DEBUG_LANGUAGES"
	s.Workspace().SetEnvVar(key, languages)
	defer s.Workspace().UnsetEnvVar(key)
	_, err = s.ImportResources(ctx, optimport.Resources(resources), optimport.NameTable(names),
		optimport.GenerateCode(false), optimport.Protect(false), optimport.ProgressStreams(s.log), optimport.ErrorProgressStreams(s.log))
	return err
}
