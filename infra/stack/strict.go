package stack

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// strictly decodes the JSON of a key. Each field must occur once, with the exact name and
// type, and no text can follow the end. The error lists all problems by field.
func strictly(text string, into any) error {
	if n := depth(text); n > maxDepth {
		return fmt.Errorf("it nests lists and objects %d levels deep; the limit is %d", n, maxDepth)
	}
	s := &spelling{decoder: json.NewDecoder(strings.NewReader(text))}
	s.decoder.UseNumber()
	if err := s.value("", reflect.TypeOf(into).Elem()); errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if _, err := s.decoder.Token(); err != io.EOF {
		s.wrong = append(s.wrong, "unexpected text after the end")
	}
	if n := len(s.wrong); n > maxWrong {
		s.wrong = append(s.wrong[:maxWrong], fmt.Sprintf("and %d more", n-maxWrong))
	}
	if len(s.wrong) > 0 {
		return errors.New(strings.Join(s.wrong, ", "))
	}
	return json.Unmarshal([]byte(text), into)
}

const (
	// maxDepth exceeds the depth of all keys: cluster.userPool.zones has three levels.
	maxDepth = 10
	// maxEntries exceeds the length of practical lists and limits the time of checks that
	// compare all pairs of entries.
	maxEntries = 10000
	// maxWrong and maxPath keep messages short.
	maxWrong, maxPath = 20, 200
)

// depth returns the nesting depth of lists and objects in a JSON text.
func depth(text string) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			now++
			deepest = max(deepest, now)
		case c == ']' || c == '}':
			now--
		}
	}
	return deepest
}

// spelling compares the fields in a JSON text with those of a type.
type spelling struct {
	decoder *json.Decoder
	wrong   []string
}

// value reads one value. A nil type, such as that of an unknown field, accepts any fields.
func (s *spelling) value(path string, t reflect.Type) error {
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if got, want := kindOf(token), kindOfType(t); want != "" && got != want && got != "nothing" {
		s.wrong = append(s.wrong, cmp.Or(path, "it")+" must be "+want+", not "+got+quotes(got, want))
		t = nil
	}
	switch token {
	case json.Delim('{'):
		return s.object(path, t)
	case json.Delim('['):
		var element reflect.Type
		if t != nil && t.Kind() == reflect.Slice {
			element = t.Elem()
		}
		entries := 0
		for ; s.decoder.More(); entries++ {
			if err := s.value(fmt.Sprintf("%s[%d]", path, entries), element); err != nil {
				return err
			}
		}
		s.limit(path, entries)
		_, err = s.decoder.Token()
	}
	return err
}

func (s *spelling) object(path string, t reflect.Type) error {
	known := fieldsOf(t)
	seen := map[string]bool{}
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		name := token.(string) // JSON has no other keys
		field := strings.TrimPrefix(path+"."+name, ".")
		if len(field) > maxPath {
			field = strings.ToValidUTF8(field[:maxPath], "") + "…"
		}
		if seen[name] {
			s.wrong = append(s.wrong, "duplicate "+field)
		}
		seen[name] = true
		if problem := misspelled(name, known); problem != "" {
			s.wrong = append(s.wrong, field+problem)
		}
		if err := s.value(field, known[name]); err != nil {
			return err
		}
	}
	s.limit(path, len(seen))
	_, err := s.decoder.Token()
	return err
}

// limit rejects a list or an object with too many entries.
func (s *spelling) limit(path string, entries int) {
	if entries > maxEntries {
		s.wrong = append(s.wrong, fmt.Sprintf("%s has %d entries; the limit is %d", cmp.Or(path, "it"), entries, maxEntries))
	}
}

// kindOf names the kind of value that a token begins.
func kindOf(token json.Token) string {
	switch value := token.(type) {
	case json.Delim:
		return map[json.Delim]string{'{': "an object", '[': "a list"}[value]
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number:
		if _, err := strconv.Atoi(value.String()); err != nil {
			return "the number " + value.String()
		}
		return "a number"
	}
	return "nothing"
}

// kindOfType names the kind of value that a type accepts, or "" if it decodes itself.
func kindOfType(t reflect.Type) string {
	if t == nil || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return ""
	}
	return map[reflect.Kind]string{
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Slice: "a list", reflect.String: "a string",
		reflect.Bool: "a boolean", reflect.Int: "a number",
	}[t.Kind()]
}

// quotes returns advice for a number in place of a string, as YAML reads 1.35.
func quotes(got, want string) string {
	if want == "a string" && strings.Contains(got, "number") {
		return ": put it into quotes"
	}
	return ""
}

// misspelled returns the problem of a field name that is not known, or "".
func misspelled(name string, known map[string]reflect.Type) string {
	if known == nil || known[name] != nil {
		return ""
	}
	for other := range known {
		if strings.EqualFold(other, name) {
			return " must be spelled " + other
		}
	}
	return " is not a valid field"
}

// fieldsOf returns the fields of a struct by their names in the configuration, or nil for
// other types, which accept any fields. An outer field hides an embedded one.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	fields := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(t) {
		if !field.Anonymous && field.IsExported() {
			name := configKey(field.Name)
			if fields[name] == nil || len(field.Index) == 1 {
				fields[name] = field.Type
			}
		}
	}
	return fields
}
