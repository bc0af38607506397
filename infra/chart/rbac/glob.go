package rbac

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

var (
	globText   = regexp.MustCompile(`^[A-Za-z0-9._:/@+~=%$&#-]+$`)
	globSet    = regexp.MustCompile(`^\[!?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9._]+)\]`)
	globBraces = regexp.MustCompile(`\{[^}]*\}`)
	// globStars matches the stars of a pattern; several in a row count as one.
	globStars = regexp.MustCompile(`\*+`)
	// globEnds matches a pattern of text, star and text. A set of one letter is text.
	globEnds   = regexp.MustCompile(`^([^*?[{]+)\*+([^*?[{]+)$`)
	globLetter = regexp.MustCompile(`\[([^!\]])\]`)
)

// maxStars limits the stars in a pattern. The time that gobwas/glob v0.2.3 needs grows with
// the power of their number: with seven, shop/*b*a*a*a*a*a*a takes 16 seconds for an
// application of 100 letters.
const maxStars = 4

// glob is a pattern of a policy and its regular expression.
type glob struct {
	pattern, expression string
	program             *syntax.Prog
}

// Glob returns the regular expression for Argo CD's reading of a policy's pattern. It returns
// an error for a pattern that gobwas/glob v0.2.3, the library of Argo CD 3.2, reads
// differently from its documentation and v1.1.0. Valid patterns consist of text, *, ?, [abc],
// [a-z], [!abc] and {a,b} of plain text. A slash is not special.
func Glob(pattern string) (*regexp.Regexp, error) {
	g, err := compileGlob(pattern)
	if err != nil {
		return nil, err
	}
	return regexp.Compile("^(?:" + g.expression + ")$")
}

func compileGlob(pattern string) (glob, error) {
	if pattern == "" {
		return glob{}, errors.New("is empty; use * for any")
	}
	if n := len(globStars.FindAllString(pattern, -1)); n > maxStars {
		return glob{}, fmt.Errorf("has %d stars; use at most %d, because Argo CD's time to match grows with the power of their number", n, maxStars)
	}
	if err := checkEnds(pattern); err != nil {
		return glob{}, err
	}
	return translateGlob(pattern)
}

func translateGlob(pattern string) (glob, error) {
	var expression strings.Builder
	for rest := pattern; rest != ""; {
		part, translated, err := globPart(rest)
		if err != nil {
			return glob{}, err
		}
		expression.WriteString(translated)
		rest = rest[len(part):]
	}
	return glob{pattern, expression.String(), compileExpression(expression.String())}, nil
}

// alternatives returns the globs with each text in place of its braces.
func (g glob) alternatives() (all []glob) {
	for _, braces := range globBraces.FindAllStringIndex(g.pattern, -1) {
		for _, text := range strings.Split(g.pattern[braces[0]+1:braces[1]-1], ",") {
			if one, err := translateGlob(g.pattern[:braces[0]] + text + g.pattern[braces[1]:]); err == nil {
				all = append(all, one)
			}
		}
	}
	return all
}

// globPart translates the first part of a pattern.
func globPart(pattern string) (part, expression string, err error) {
	switch first := pattern[:1]; first {
	case "*":
		return first, ".*", nil
	case "?":
		return first, ".", nil
	case "[":
		set := globSet.FindString(pattern)
		expression = strings.Replace(set, "[!", "[^", 1)
		if _, err := regexp.Compile(expression); set == "" || err != nil {
			return "", "", errors.New("has an unclosed bracket, or one with other content than [abc], [a-z] or [!abc]")
		}
		return set, expression, nil
	case "{":
		text, _, closed := strings.Cut(pattern[1:], "}")
		if !closed {
			return "", "", errors.New("has an unclosed brace; put a field with {a,b} into double quotes")
		}
		expression, err = globAlternatives(strings.Split(text, ","))
		return "{" + text + "}", expression, err
	default:
		if !globText.MatchString(first) {
			return "", "", fmt.Errorf("has %q, which is not allowed in a glob", []rune(pattern)[0])
		}
		return first, regexp.QuoteMeta(first), nil
	}
}

// globAlternatives translates the content of braces. With an empty text or a pattern in
// them, gobwas/glob v0.2.3 misses texts or panics: b{} on b, {shop*-a,shop} on shop.
func globAlternatives(texts []string) (string, error) {
	for i, text := range texts {
		switch {
		case text == "":
			return "", errors.New("has an empty alternative between braces; write a line for each pattern instead")
		case !globText.MatchString(text):
			return "", fmt.Errorf("has %q between braces, where only plain text is allowed; write a line for each pattern instead", text)
		}
		texts[i] = regexp.QuoteMeta(text)
	}
	slices.Sort(texts)
	if texts = slices.Compact(texts); len(texts) == 1 {
		return "", errors.New("has a single alternative between braces; remove the braces")
	}
	return "(?:" + strings.Join(texts, "|") + ")", nil
}

// checkEnds rejects a text, a star and a text that can overlap. gobwas/glob v0.2.3 compares
// only both ends, so shop/*/cart matches shop/cart as well.
func checkEnds(pattern string) error {
	ends := globEnds.FindStringSubmatch(globLetter.ReplaceAllString(pattern, "$1"))
	if ends == nil {
		return nil
	}
	for n := min(len(ends[1]), len(ends[2])); n > 0; n-- {
		if strings.HasSuffix(ends[1], ends[2][:n]) {
			return fmt.Errorf("also matches %q in Argo CD 3.2, which compares only the text before and after the star; write %s", ends[1]+ends[2][n:], ends[1]+"?*"+ends[2])
		}
	}
	return nil
}
