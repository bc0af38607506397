package rbac

import (
	"regexp"
	"testing"
)

// TestIntersect compares intersect with a search of all short texts.
func TestIntersect(t *testing.T) {
	t.Parallel()
	var texts []string
	for begun := []string{""}; len(begun[0]) <= 5; {
		texts = append(texts, begun...)
		var longer []string
		for _, text := range begun {
			for _, letter := range "abc/" {
				longer = append(longer, text+string(letter))
			}
		}
		begun = longer
	}
	expressions := []string{
		"", "a", "b/", ".", ".*", "[^/]+", "[^/]*/[^/]*", "[ab]?", "a.*", ".*b", ".*/.*", "(?:a|b/|ab)", "(?:a|b)+/a?", "a(?:/a)*", "[^ab]", "a.b", "a.b.a", "(?:)", "/{2}", "[a-b]*/?",
	}
	for _, one := range expressions {
		for _, other := range expressions {
			want := false
			first, second := regexp.MustCompile("^(?:"+one+")$"), regexp.MustCompile("^(?:"+other+")$")
			for _, text := range texts {
				want = want || first.MatchString(text) && second.MatchString(text)
			}
			if got := intersect(compileExpression(one), compileExpression(other)); got != want {
				t.Errorf("%q and %q: got %v, want %v", one, other, got, want)
			}
		}
	}
}
