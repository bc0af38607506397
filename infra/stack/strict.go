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

// strictly decodes the JSON of a key. It wants each field once, in its own spelling
// and of its own type, and nothing after the end; it lists all that is wrong, as
// who writes configuration calls it.
func strictly(text string, into any) error {
	if n := depth(text); n > maxDepth {
		return fmt.Errorf("it has lists and objects %d levels deep, and a key has at most %d", n, maxDepth)
	}
	s := &spelling{decoder: json.NewDecoder(strings.NewReader(text))}
	s.decoder.UseNumber()
	if err := s.value("", reflect.TypeOf(into).Elem()); errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if _, err := s.decoder.Token(); err != io.EOF {
		s.wrong = append(s.wrong, "there is more after its end")
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
	// maxDepth is more than any key needs: cluster.userPool.zones has three levels.
	maxDepth = 10
	// maxEntries is more than any key needs, and few enough for checks that compare each
	// entry with each other.
	maxEntries = 10000
	// maxWrong and maxPath keep messages short.
	maxWrong, maxPath = 20, 200
)

// depth counts how deep lists and objects are nested in a JSON text.
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

// spelling holds the fields in a text against those of a type.
type spelling struct {
	decoder *json.Decoder
	wrong   []string
}

// value reads one value. A nil type, as that of an unknown field, has any
// fields.
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
			s.wrong = append(s.wrong, field+" is there twice")
		}
		seen[name] = true
		if problem := misspelt(name, known); problem != "" {
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
		s.wrong = append(s.wrong, fmt.Sprintf("%s has %d entries, and a list has at most %d", cmp.Or(path, "it"), entries, maxEntries))
	}
}

// kindOf is what a token begins, in words.
func kindOf(token json.Token) string {
	switch value := token.(type) {
	case json.Delim:
		return map[json.Delim]string{'{': "an object", '[': "a list"}[value]
	case string:
		return "a text"
	case bool:
		return "true or false"
	case json.Number:
		if _, err := strconv.Atoi(value.String()); err != nil {
			return "the number " + value.String()
		}
		return "a number"
	}
	return "nothing"
}

// kindOfType is what a type is read from; empty: anything, as it reads itself.
func kindOfType(t reflect.Type) string {
	if t == nil || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return ""
	}
	return map[reflect.Kind]string{
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Slice: "a list", reflect.String: "a text",
		reflect.Bool: "true or false", reflect.Int: "a number",
	}[t.Kind()]
}

// quotes says what turns a number into a text: YAML takes 1.35 for one.
func quotes(got, want string) string {
	if want == "a text" && strings.Contains(got, "number") {
		return ": put it into quotes"
	}
	return ""
}

func misspelt(name string, known map[string]reflect.Type) string {
	if known == nil || known[name] != nil {
		return ""
	}
	for other := range known {
		if strings.EqualFold(other, name) {
			return " is spelt " + other
		}
	}
	return " is not known"
}

// fieldsOf are the fields of a struct as configuration spells them; nil for
// anything else, which may have any. An outer field hides one that is embedded.
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
