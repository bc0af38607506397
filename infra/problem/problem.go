// Package problem collects validation errors by field. A rule belongs to the type that it
// checks and adds to a List. A component reports the list as arguments, a program as
// configuration keys.
package problem

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Problem is a validation error of one field.
type Problem struct {
	// Path is the field's path in Go: UserPool.Zones[0].
	Path string
	err  error
}

// Message states the error and its correction. It follows the field's name in a sentence.
// nameOf translates the paths of the fields that it mentions.
func (p Problem) Message(nameOf func(path string) string) string { return render(p.err, nameOf) }

// List holds validation errors in the order in which they were found.
type List []Problem

// Field is the path of another field that a message mentions, relative to the struct of the
// problem.
type Field string

// fieldError is an error that mentions fields.
type fieldError struct {
	format string
	args   []any
}

// Errorf is fmt.Errorf for messages that mention fields.
func Errorf(format string, args ...any) error { return &fieldError{format, args} }

// Error returns the message with the fields' names in Go.
func (e *fieldError) Error() string { return render(e, goName) }

func goName(path string) string { return path }

func render(err error, nameOf func(string) string) string {
	mentions, ok := err.(*fieldError) //nolint:errorlint // a wrapping error has its own text
	if !ok {
		return err.Error()
	}
	args := slices.Clone(mentions.args)
	for i, arg := range args {
		switch arg := arg.(type) {
		case Field:
			args[i] = nameOf(string(arg))
		case error:
			args[i] = errors.New(render(arg, nameOf))
		}
	}
	return fmt.Errorf(mentions.format, args...).Error()
}

// below prefixes the fields that an error mentions with the path of their struct.
func below(path string, err error) error {
	mentions, ok := err.(*fieldError) //nolint:errorlint // a wrapping error has its own text
	if !ok {
		return err
	}
	args := slices.Clone(mentions.args)
	for i, arg := range args {
		switch arg := arg.(type) {
		case Field:
			args[i] = Field(path) + "." + arg
		case error:
			args[i] = below(path, arg)
		}
	}
	return &fieldError{mentions.format, args}
}

// Add adds a problem of a field. Arguments can be a Field.
func (l *List) Add(path, format string, args ...any) {
	*l = append(*l, Problem{path, Errorf(format, args...)})
}

// Check adds an error unless it is nil.
func (l *List) Check(path string, err error) {
	if err != nil {
		*l = append(*l, Problem{path, err})
	}
}

// Enums adds the fields of a struct with a value that their enum tag, such as
// enum:"edge,passthrough", does not list. An empty value selects the default.
func (l *List) Enums(of any) {
	v := reflect.ValueOf(of)
	for i := range v.NumField() {
		allowed := v.Type().Field(i).Tag.Get("enum")
		if value := v.Field(i).String(); allowed != "" && value != "" && !slices.Contains(strings.Split(allowed, ","), value) {
			l.Add(v.Type().Field(i).Name, "%q must be one of %s", value, strings.ReplaceAll(allowed, ",", ", "))
		}
	}
}

// Below adds the problems of a struct that is itself a field.
func (l *List) Below(path string, problems List) {
	for _, p := range problems {
		*l = append(*l, Problem{strings.TrimSuffix(path+"."+p.Path, "."), below(path, p.err)})
	}
}

// Has reports whether the list has a problem of a field.
func (l List) Has(path string) bool {
	return slices.ContainsFunc(l, func(p Problem) bool { return p.Path == path })
}

// Item returns the path of a list's element.
func Item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// Arguments returns a component's error for these problems, or nil if there are none.
func (l List) Arguments() error {
	return l.named("argument ", goName)
}

// Inputs returns the same error with input names from nameOf.
func (l List) Inputs(nameOf func(path string) string) error {
	return l.named("input ", nameOf)
}

func (l List) named(kind string, nameOf func(path string) string) error {
	errs := make([]error, len(l))
	for i, p := range l {
		errs[i] = errors.New(kind + nameOf(p.Path) + " " + p.Message(nameOf))
	}
	return errors.Join(errs...)
}
