// Package problem collects what is wrong with settings, by field. A rule stands
// with the type that it is about and adds to a List; a component reports the
// list as its arguments, a program as its own configuration.
package problem

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Problem is what is wrong with one field.
type Problem struct {
	// Path leads to the field, as Go writes it: UserPool.Zones[0].
	Path string
	err  error
}

// Message says what is wrong, and what to write instead. It follows the field's name in a
// sentence. nameOf returns the name of each field that it mentions, for the reader.
func (p Problem) Message(nameOf func(path string) string) string { return render(p.err, nameOf) }

// List is all that is wrong, in the order in which it was found.
type List []Problem

// Field is a path in a message, such as that of a field that another one cannot be combined
// with. It begins where the path of the problem begins.
type Field string

// fieldError is an error that mentions fields.
type fieldError struct {
	format string
	args   []any
}

// Errorf is fmt.Errorf for messages that mention fields.
func Errorf(format string, args ...any) error { return &fieldError{format, args} }

// Error has the fields' names in Go.
func (e *fieldError) Error() string { return render(e, goName) }

func goName(path string) string { return path }

func render(err error, nameOf func(string) string) string {
	mentions, ok := err.(*fieldError) //nolint:errorlint // an error around it has text of its own
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

// below is an error for the reader of the struct with a field that the error is about.
func below(path string, err error) error {
	mentions, ok := err.(*fieldError) //nolint:errorlint // an error around it has text of its own
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

// Add adds what is wrong with a field. Arguments can be a Field.
func (l *List) Add(path, format string, args ...any) {
	*l = append(*l, Problem{path, Errorf(format, args...)})
}

// Check adds an error, if there is one.
func (l *List) Check(path string, err error) {
	if err != nil {
		*l = append(*l, Problem{path, err})
	}
}

// Enums adds the fields of a struct whose value is not in the list of their enum tag,
// such as enum:"edge,passthrough". An empty value is the default.
func (l *List) Enums(of any) {
	v := reflect.ValueOf(of)
	for i := range v.NumField() {
		allowed := v.Type().Field(i).Tag.Get("enum")
		if value := v.Field(i).String(); allowed != "" && value != "" && !slices.Contains(strings.Split(allowed, ","), value) {
			l.Add(v.Type().Field(i).Name, "%q must be one of %s", value, strings.ReplaceAll(allowed, ",", ", "))
		}
	}
}

// Below adds the problems of a struct that is a field itself.
func (l *List) Below(path string, problems List) {
	for _, p := range problems {
		*l = append(*l, Problem{strings.TrimSuffix(path+"."+p.Path, "."), below(path, p.err)})
	}
}

// Has reports whether a field has a problem already.
func (l List) Has(path string) bool {
	return slices.ContainsFunc(l, func(p Problem) bool { return p.Path == path })
}

// Item is the path of an element of a list.
func Item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// Arguments is the error of a component whose arguments have these problems; nil
// when there are none.
func (l List) Arguments() error {
	return l.named("argument ", goName)
}

// Inputs is the same error for programs that know the fields by other names.
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
