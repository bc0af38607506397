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
	// Err follows the field's name in a sentence, and says what to write instead.
	Err error
}

// List is all that is wrong, in the order in which it was found.
type List []Problem

// Add says what is wrong with a field.
func (l *List) Add(path, format string, args ...any) {
	*l = append(*l, Problem{path, fmt.Errorf(format, args...)})
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
		*l = append(*l, Problem{strings.TrimSuffix(path+"."+p.Path, "."), p.Err})
	}
}

// Has says whether a field has a problem already.
func (l List) Has(path string) bool {
	return slices.ContainsFunc(l, func(p Problem) bool { return p.Path == path })
}

// Item is the path of an element of a list.
func Item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// Arguments is the error of a component whose arguments have these problems; nil
// when there are none.
func (l List) Arguments() error {
	return l.Named(func(path string) string { return "argument " + path })
}

// Named is the same error where the fields have other names.
func (l List) Named(nameOf func(path string) string) error {
	errs := make([]error, len(l))
	for i, p := range l {
		errs[i] = fmt.Errorf("%s %w", nameOf(p.Path), p.Err)
	}
	return errors.Join(errs...)
}
