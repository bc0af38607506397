package provider

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// uncompiled is a language whose example program the tests do not compile or run, because
// its SDK is not available to them. TestRegistryNames compares the program with the deployed
// YAML program. The names follow Pulumi's SDK generators.
type uncompiled struct {
	// object matches the type and the beginning of an object that contains inputs.
	object *regexp.Regexp
	// input matches the name and the value of an input.
	input *regexp.Regexp
	// name returns the name of an input or an output.
	name func(string) string
	// imports returns the lines that import the package and its types.
	imports func(namespace, name string, components, objects []string) []string
	// missing is an option that Pulumi's SDK does not have.
	missing string
}

var notCompiled = map[string]uncompiled{
	// https://github.com/pulumi/pulumi, pkg/codegen/python
	"python": {
		regexp.MustCompile(`infra\.(\w+?)(?:Args)?\(`), regexp.MustCompile(`(\w+)=\[?([^@,(\[\])]*)`), snakeCase,
		func(namespace, name string, _, _ []string) []string {
			return []string{"from " + strings.ReplaceAll(namespace+"_"+name, "-", "_") + " import infra"}
		}, "",
	},
	// https://github.com/pulumi/pulumi-dotnet, pulumi-language-dotnet/codegen
	"csharp": {
		regexp.MustCompile(`new (\w+)Args\s*{`), regexp.MustCompile(`([A-Z]\w*) = {?([^@,{}]*)`), pascalCase,
		func(namespace, name string, _, _ []string) []string {
			infra := "using " + pascalCase(namespace) + "." + pascalCase(name) + ".Infra"
			return []string{infra + ";", infra + ".Inputs;"}
		}, "",
	},
	// https://github.com/pulumi/pulumi-java, pkg/codegen/java;
	// sdk/java/pulumi/src/main/java/com/pulumi/resources/ResourceOptions.java
	"java": {
		regexp.MustCompile(`(\w+)Args\.builder\(\)`), regexp.MustCompile(`\.(\w+)\(([^@()]*)`), func(name string) string { return name },
		func(namespace, name string, components, objects []string) (imports []string) {
			infra := "import com." + strings.ReplaceAll(namespace+"."+name, "-", "") + ".infra."
			for _, component := range components {
				imports = append(imports, infra+component+";", infra+component+"Args;")
			}
			for _, object := range objects {
				imports = append(imports, infra+"inputs."+object+"Args;")
			}
			return imports
		}, "deletedWith",
	},
}

var hump = regexp.MustCompile(`([a-z])([A-Z])`)

func snakeCase(name string) string { return strings.ToLower(hump.ReplaceAllString(name, "${1}_${2}")) }

func pascalCase(name string) string {
	words := strings.Split(name, "-")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// TestRegistryNames checks that the programs that are not compiled contain the types, inputs,
// values and outputs of the YAML program.
func TestRegistryNames(t *testing.T) {
	t.Parallel()
	schema := readSchema(t)
	var deployed yamlProgram
	e2e.Parse(t, example(t, "yaml"), &deployed)
	for fence, language := range notCompiled {
		t.Run(fence, func(t *testing.T) {
			t.Parallel()
			source := example(t, fence)
			want := slices.DeleteFunc(deployed.inputs(t, schema, language.name), func(input string) bool {
				return language.missing != "" && strings.HasPrefix(input, language.missing+"=")
			})
			if got := language.inputs(source); !slices.Equal(got, want) {
				t.Errorf("inputs are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			for _, line := range language.imports(schema.Namespace, schema.Name, deployed.components(), schema.objects(want)) {
				if !slices.Contains(strings.Split(source, "\n"), line) {
					t.Errorf("missing line %q", line)
				}
			}
			for name, value := range deployed.Outputs {
				output := regexp.MustCompile(`"` + name + `"\W+` + regexp.QuoteMeta(reference(value, language.name)) + `\b`)
				if !output.MatchString(source) {
					t.Errorf("does not export %s", output)
				}
			}
			for name, value := range deployed.Variables {
				if !strings.Contains(source, name+` = "`+value+`"`) {
					t.Errorf("does not set %s to %q", name, value)
				}
			}
		})
	}
}

// TestRegistryPython checks the syntax of the Python program.
func TestRegistryPython(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3 on PATH")
	}
	folder := t.TempDir()
	e2e.Write(t, filepath.Join(folder, "__main__.py"), example(t, "python"))
	command(t, folder, "python3", "-m", "py_compile", filepath.Join(folder, "__main__.py"))
}

// inputs returns the types and inputs of a program in order.
func (l uncompiled) inputs(source string) (all []string) {
	source = l.object.ReplaceAllString(source, "@$1@")
	_, source, _ = strings.Cut(source, "@")
	part := regexp.MustCompile(`@(\w+)@|` + l.input.String())
	for _, found := range part.FindAllStringSubmatch("@"+source, -1) {
		value := strings.Trim(found[3], ` "`)
		switch {
		case found[1] != "":
			all = append(all, found[1])
		case !slices.Contains([]string{"builder", "build", "export", "opts"}, found[2]):
			all = append(all, found[2]+"="+value)
		}
	}
	return all
}

// yamlProgram is a program in YAML.
type yamlProgram struct {
	Variables, Outputs map[string]string
	Resources          yaml.Node
}

func (p yamlProgram) components() (names []string) {
	for _, resource := range pairs(&p.Resources) {
		names = append(names, componentName(resource.value))
	}
	return names
}

func componentName(resource *yaml.Node) string {
	token := pairs(resource)[0].value.Value
	return token[strings.LastIndexByte(token, ':')+1:]
}

// inputs returns the types, inputs and options of the program in order, with their names in
// a language.
func (p yamlProgram) inputs(t *testing.T, schema packageSchema, name func(string) string) (all []string) {
	t.Helper()
	for _, resource := range pairs(&p.Resources) {
		component := componentName(resource.value)
		all = append(all, component)
		for _, section := range pairs(resource.value)[1:] {
			for _, property := range pairs(section.value) {
				all = append(all, values(property, schema.itemType(component, property.key), name)...)
			}
		}
	}
	return all
}

// values returns a property and the properties of its objects.
func values(property pair, itemType string, name func(string) string) []string {
	own := name(property.key) + "="
	if property.value.Kind == yaml.ScalarNode {
		return []string{own + reference(property.value.Value, name)}
	}
	all := []string{own}
	for _, item := range property.value.Content {
		if item.Kind == yaml.ScalarNode {
			all[0] += reference(item.Value, name)
			continue
		}
		all = append(all, itemType)
		for _, inner := range pairs(item) {
			all = append(all, values(inner, "", name)...)
		}
	}
	return all
}

// reference converts a YAML value to an expression: ${aks.oidcIssuerUrl} without braces and
// with the output's name in a language.
func reference(value string, name func(string) string) string {
	expression, isReference := strings.CutPrefix(value, "${")
	resource, output, isOutput := strings.Cut(strings.TrimSuffix(expression, "}"), ".")
	switch {
	case !isReference:
		return value
	case isOutput:
		return resource + "." + name(output)
	}
	return resource
}

type pair struct {
	key   string
	value *yaml.Node
}

func pairs(mapping *yaml.Node) (all []pair) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		all = append(all, pair{mapping.Content[i].Value, mapping.Content[i+1]})
	}
	return all
}
