package stack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// decode decodes the JSON of a key. Each field must occur once, with the exact name and type.
// It reports each problem under the path of the field and decodes the other fields.
func (r *report) decode(key, text string, into any, example string) {
	var raw json.RawMessage
	err := json.Unmarshal([]byte(text), &raw)
	target := reflect.ValueOf(into).Elem()
	switch want := kindOfType(target.Type()); {
	case text != null && kindOf([]byte(text)) != want:
		r.fail(key, "must be %s; write it like %s", want, example)
	case err != nil:
		r.fail(key, "is not valid JSON (%v); write it like %s", err, example)
	default:
		r.set(key, raw, target)
	}
}

// set decodes one value. A null leaves the default.
func (r *report) set(path string, raw json.RawMessage, into reflect.Value) {
	switch got, want := kindOf(raw), kindOfType(into.Type()); {
	case got == null:
	case got != want:
		r.fail(path, "%s", wrongType(raw, want))
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.set(path, raw, into.Elem())
	case into.Kind() == reflect.Map:
		r.setTexts(path, raw, into)
	case want == anObject:
		r.setFields(path, raw, into)
	case want == aList:
		r.setList(path, raw, into)
	case json.Unmarshal(raw, into.Addr().Interface()) != nil: // a fraction
		r.fail(path, "%s", wrongType(raw, want))
	case want == aString && rootOf(path) != "policies": // Argo CD ignores space around policies
		into.SetString(r.trimmed(path, into.String()))
	}
}

func (r *report) setList(path string, raw json.RawMessage, into reflect.Value) {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || r.exceeds(path, len(items)) {
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
	for i, item := range items {
		r.set(problem.Item(path, i), item, into.Index(i))
	}
}

// setFields decodes the fields of a struct. It decodes a misspelled field as the one that it most
// likely stands for, so no other problem follows from it.
func (r *report) setFields(path string, raw json.RawMessage, into reflect.Value) {
	all := members(raw)
	if r.exceeds(path, len(all)) {
		return
	}
	fields, seen := fieldsOf(into.Type()), map[string]bool{}
	for _, m := range all {
		name, at := m.name, path+"."+shown(m.name)
		if _, known := fields[name]; !known {
			name = nearest(name, maps.Keys(fields))
			r.fail(at, "is not a valid field; %s", correction(name))
		}
		if seen[m.name] {
			r.fail(at, "is a duplicate; remove one")
		} else if field, known := fields[name]; known {
			r.set(path+"."+name, m.value, into.FieldByIndex(field.Index))
		}
		seen[m.name] = true
	}
}

// setTexts decodes an object of texts. It accepts numbers and booleans, which pulumi config set
// --path writes for 2 and true.
func (r *report) setTexts(path string, raw json.RawMessage, into reflect.Value) {
	all, texts, seen := members(raw), map[string]string{}, map[string]bool{}
	if r.exceeds(path, len(all)) {
		return
	}
	for _, m := range all {
		at := path + " " + strconv.Quote(shortened(m.name))
		if seen[m.name] {
			r.fail(at, "is a duplicate; remove one")
		} else if text, isText := textOf(m.value); isText {
			texts[m.name] = text
		} else {
			r.fail(at, "must be a string, a number or a boolean")
		}
		seen[m.name] = true
	}
	into.Set(reflect.ValueOf(texts))
}

// maxEntries exceeds the length of practical lists and limits the time of checks that
// compare all pairs of entries.
const maxEntries = 10000

// exceeds reports a list or an object with too many entries.
func (r *report) exceeds(path string, entries int) bool {
	if entries > maxEntries {
		r.fail(path, "has %d entries; the limit is %d", entries, maxEntries)
	}
	return entries > maxEntries
}

// member is a field of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// members returns the fields of a valid JSON object, including duplicates.
func members(object json.RawMessage) (all []member) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	_, err := decoder.Token()
	for err == nil && decoder.More() {
		var m member
		var name json.Token
		if name, err = decoder.Token(); err == nil {
			m.name, _ = name.(string)
			err = decoder.Decode(&m.value)
		}
		all = append(all, m)
	}
	return all
}

// The kinds of JSON values, in the words of messages.
const (
	anObject  = "an object"
	aList     = "a list"
	aString   = "a string"
	aBoolean  = "true or false"
	anInteger = "an integer"
	null      = "null"
)

// kindOf returns the kind that a JSON value begins like.
func kindOf(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return ""
	}
	return cmp.Or(map[byte]string{'{': anObject, '[': aList, '"': aString, 't': aBoolean, 'f': aBoolean, 'n': null}[raw[0]], anInteger)
}

// kindOfType returns the kind of value that a type accepts.
func kindOfType(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return map[reflect.Kind]string{
		reflect.Struct: anObject, reflect.Map: anObject, reflect.Slice: aList, reflect.String: aString, reflect.Bool: aBoolean, reflect.Int: anInteger,
	}[t.Kind()]
}

// textOf returns a string, a number or a boolean as text, and reports whether it is one.
func textOf(raw json.RawMessage) (text string, ok bool) {
	switch kindOf(raw) {
	case aString:
		return text, json.Unmarshal(raw, &text) == nil
	case aBoolean, anInteger:
		return string(raw), true
	}
	return "", false
}

// wrongType returns the message on a value of the wrong kind. It shows only short values.
func wrongType(raw json.RawMessage, want string) string {
	text, isText := textOf(raw)
	quoted := kindOf(raw) == aString
	switch {
	case !isText || want == aList || want == anObject:
		return "must be " + want
	case want == aString:
		return shortened(text) + " must be a string; put it into quotes"
	case quoted && json.Valid([]byte(text)) && kindOf([]byte(text)) == want:
		return strconv.Quote(text) + " must be " + want + "; remove the quotes"
	case quoted:
		return strconv.Quote(shortened(text)) + " must be " + want
	}
	return shortened(text) + " must be " + want
}

// shown returns a name for a message, in quotes if it contains special characters.
func shown(name string) string {
	name = shortened(name)
	if quoted := strconv.Quote(name); quoted != `"`+name+`"` {
		return quoted
	}
	return name
}

func shortened(text string) string {
	const longest = 200
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// fieldsOf returns the fields of a struct by their names in the configuration.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(t) {
		if !field.Anonymous && field.IsExported() {
			fields[configKey(field.Name)] = field
		}
	}
	return fields
}
