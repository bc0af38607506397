package components

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// field is a property of the schema as declared in the Go source.
type field struct {
	description string
	tag         reflect.StructTag
	// input is true for a Pulumi input, and elements for a list or map of inputs.
	input, elements bool
}

// object is a type or component of the schema as declared in the Go source.
type object struct {
	description string
	fields      map[string]field
	embedded    []string
}

// sources returns the types of the packages with components by name.
func sources(t *testing.T) map[string]object {
	t.Helper()
	objects, names := map[string]object{}, map[string]string{}
	for _, folder := range []string{"aks", "argo", "chart", "entra"} {
		files, err := filepath.Glob(filepath.Join("../../infra", folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no source in %s: %v", folder, err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range parsed.Decls {
				if group, ok := declaration.(*ast.GenDecl); ok && group.Tok == token.TYPE {
					read(folder, group, objects, names)
				}
			}
		}
	}
	for name, o := range objects {
		typeName, rest, _ := strings.Cut(o.description, " ")
		o.description = strings.TrimSpace(typeName + " " + inputsFor(rest, names))
		for key, f := range o.fields {
			f.description = inputsFor(f.description, names)
			o.fields[key] = f
		}
		objects[name] = o
	}
	return objects
}

func read(folder string, group *ast.GenDecl, objects map[string]object, names map[string]string) {
	for _, spec := range group.Specs {
		declared := spec.(*ast.TypeSpec)
		fields, ok := declared.Type.(*ast.StructType)
		if !ok {
			continue
		}
		o := object{description: group.Doc.Text(), fields: map[string]field{}}
		for _, f := range fields.Fields.List {
			if len(f.Names) == 0 {
				o.embedded = append(o.embedded, embeddedName(folder, f.Type))
			}
			if f.Tag == nil {
				continue
			}
			tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
			if input, _, _ := strings.Cut(tag.Get("pulumi"), ","); input != "" {
				kind := types.ExprString(f.Type)
				isInput := strings.HasSuffix(kind, "Input")
				o.fields[input] = field{f.Doc.Text(), tag, isInput, isInput && kind != "pulumi.StringInput" && !strings.HasPrefix(kind, "pulumi.")}
				names[f.Names[0].Name] = input
			}
		}
		objects[folder+"."+declared.Name.Name] = o
	}
}

func embeddedName(folder string, t ast.Expr) string {
	if selector, ok := t.(*ast.SelectorExpr); ok {
		return fmt.Sprintf("%s.%s", selector.X, selector.Sel)
	}
	return fmt.Sprintf("%s.%s", folder, t)
}

var (
	goName = regexp.MustCompile(`\b[A-Z][A-Za-z]+\b`)
	source = regexp.MustCompile(`(?m)^https?://\S+$`)
)

// inputsFor converts a Go comment to a description in the schema: it replaces field names by
// input names and removes lines that contain only a link. A word at the beginning of a
// sentence is a field name only if it contains a second capital letter.
func inputsFor(comment string, names map[string]string) string {
	comment = source.ReplaceAllString(comment, "")
	comment = strings.Join(strings.Fields(comment), " ")
	var words strings.Builder
	end := 0
	for _, at := range goName.FindAllStringIndex(comment, -1) {
		before, word := comment[:at[0]], comment[at[0]:at[1]]
		begins := before == "" || strings.HasSuffix(before, ". ")
		input, known := names[word]
		if known && strings.ToUpper(word) != word && !(begins && strings.ToLower(word[1:]) == word[1:]) {
			words.WriteString(comment[end:at[0]] + input)
			end = at[1]
		}
	}
	return words.String() + comment[end:]
}

// all returns the fields of an object, including those of embedded objects.
func (o object) all(objects map[string]object) map[string]field {
	fields := map[string]field{}
	for _, name := range o.embedded {
		for key, f := range objects[name].all(objects) {
			fields[key] = f
		}
	}
	for key, f := range o.fields {
		fields[key] = f
	}
	return fields
}
