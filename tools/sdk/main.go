// Command sdk generates the SDK of a Pulumi package for TypeScript or Python. It replaces
// `pulumi package gen-sdk`, which requires Pulumi's language plugins; these are not available
// as Go modules.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	language := flag.String("language", "typescript", "`language` of the SDK: typescript or python")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: sdk [-language python] <schema.json> <folder>")
		os.Exit(2)
	}
	if err := write(*language, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintf(os.Stderr, "sdk: %v\n", err)
		os.Exit(1)
	}
}

func write(language, schemaFile, folder string) error {
	content, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(content, &spec); err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}
	bound, problems, err := schema.BindSpec(spec, struct{ schema.Loader }{}, schema.ValidationOptions{})
	if err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}
	if problems.HasErrors() {
		return fmt.Errorf("%s: %w", schemaFile, problems)
	}
	files, err := generate(language, bound)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func generate(language string, bound *schema.Package) (map[string][]byte, error) {
	switch language {
	case "typescript":
		return nodejs.GeneratePackage("pulumi", bound, nil, nil, false, nil)
	case "python":
		return python.GeneratePackage("pulumi", bound, nil, nil)
	}
	return nil, fmt.Errorf("unknown language %q; must be one of typescript, python", language)
}
