package property

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

type part struct {
	Name  *string           `pulumi:"name"`
	Tags  map[string]string `pulumi:"tags"`
	Count *int              `pulumi:"count"`
}

type whole struct {
	Part  *part    `pulumi:"part"`
	Parts []part   `pulumi:"parts"`
	Words []string `pulumi:"words"`
}

type values = map[string]any

func TestSplit(t *testing.T) {
	t.Parallel()
	answer := From(values{
		"id": "x", "words": []any{"a"}, "part": values{"name": "n", "url": "u"},
		"parts": []any{values{"name": "n", "url": "u"}},
	})
	same(t, answer.Writable(reflect.TypeFor[whole]()), values{"words": []any{"a"}, "part": values{"name": "n"}, "parts": []any{values{"name": "n"}}})
	same(t, answer.ReadOnly(reflect.TypeFor[whole]()), values{"id": "x", "part": values{"url": "u"}})
}

func TestPut(t *testing.T) {
	t.Parallel()
	before := values{
		"words": []any{"a", "b"}, "part": values{"name": "n", "count": 1, "tags": values{"a": "b", "c": "d"}},
		"parts": []any{values{"name": "x", "count": 1}, values{"name": "y"}},
	}
	request := values{
		"words": []any{"c"}, "part": values{"count": 0, "tags": values{"a": "z"}},
		"parts": []any{values{"name": "z"}, values{"name": "x", "count": 2}},
	}
	same(t, From(before).Put(reflect.TypeFor[whole](), From(request)), values{
		"words": []any{"c"}, "part": values{"name": "n", "count": 0, "tags": values{"a": "z"}},
		"parts": []any{values{"name": "x", "count": 2}, values{"name": "y"}, values{"name": "z"}},
	})
	same(t, From(before).Put(reflect.TypeFor[whole](), From(values{"words": []any{}, "part": nil})), values{"words": []any{}, "part": before["part"], "parts": before["parts"]})
}

func TestOver(t *testing.T) {
	t.Parallel()
	same(t, From(values{"a": values{"b": 1}, "l": []any{1}}).Over(From(values{"a": values{"b": 2, "c": 3}, "l": []any{2, 3}, "d": 4})), values{
		"a": values{"b": 1, "c": 3}, "l": []any{1}, "d": 4,
	})
}

func same(t *testing.T, got Map, want values) {
	t.Helper()
	if !resource.PropertyMap(got).DeepEquals(resource.NewPropertyMapFromMap(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
}
