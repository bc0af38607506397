package rbac

import (
	"regexp/syntax"
	"slices"
)

// compileExpression compiles an expression for intersect. Like regexp.MustCompile, it panics
// if the expression is invalid.
func compileExpression(expression string) *syntax.Prog {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(err)
	}
	compiled, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic(err)
	}
	return compiled
}

// intersect reports whether a text exists that matches both expressions completely. It runs
// the two programs in parallel; the time grows with the product of their lengths.
func intersect(a, b *syntax.Prog) bool {
	type pair struct{ a, b int }
	seen := make([]bool, len(a.Inst)*len(b.Inst))
	todo := []pair{{a.Start, b.Start}}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if place := at.a*len(b.Inst) + at.b; seen[place] {
			continue
		} else {
			seen[place] = true
		}
		x, y := &a.Inst[at.a], &b.Inst[at.b]
		switch {
		case isRune(x) && isRune(y):
			if shareRune(x, y) {
				todo = append(todo, pair{int(x.Out), int(y.Out)})
			}
		case x.Op == syntax.InstMatch && y.Op == syntax.InstMatch:
			return true
		case !isRune(x) && x.Op != syntax.InstMatch:
			for _, next := range branches(x) {
				todo = append(todo, pair{next, at.b})
			}
		case !isRune(y) && y.Op != syntax.InstMatch:
			for _, next := range branches(y) {
				todo = append(todo, pair{at.a, next})
			}
		}
	}
	return false
}

func isRune(i *syntax.Inst) bool {
	return i.Op == syntax.InstRune || i.Op == syntax.InstRune1 || i.Op == syntax.InstRuneAny || i.Op == syntax.InstRuneAnyNotNL
}

// branches returns the instructions after one that consumes no character.
func branches(i *syntax.Inst) []int {
	switch i.Op {
	case syntax.InstFail:
		return nil
	case syntax.InstAlt, syntax.InstAltMatch:
		return []int{int(i.Out), int(i.Arg)}
	}
	return []int{int(i.Out)}
}

// shareRune reports whether two instructions accept a common character. If they do, the first
// character of a range of one is in the other.
func shareRune(x, y *syntax.Inst) bool {
	return slices.ContainsFunc(firstRunes(x), y.MatchRune) || slices.ContainsFunc(firstRunes(y), x.MatchRune)
}

func firstRunes(i *syntax.Inst) []rune {
	switch i.Op {
	case syntax.InstRune:
		var first []rune
		for n := 0; n < len(i.Rune); n += 2 {
			first = append(first, i.Rune[n])
		}
		return first
	case syntax.InstRune1:
		return i.Rune
	}
	return []rune{'a'}
}
