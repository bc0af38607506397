// Package timeline tells when each step of a deployment is done, who waits for whom,
// and which chain of steps decides how long all of it takes.
package timeline

import (
	"cmp"
	"slices"
	"time"
)

// Task takes its time once what it needs is done.
type Task struct {
	Name  string
	Takes time.Duration
	// Needs are names of other tasks.
	Needs []string
}

// Bar is when a task is done.
type Bar struct {
	Name       string
	Begin, End time.Duration
	// After is what it waited for last, "" for nothing.
	After string
	// Critical says whether everything would be done earlier if this were.
	Critical bool
}

// Schedule does tasks as soon as they can be done, at most so many at a time, the
// first of the list first. No limit: 0. Tasks that need each other are left out.
func Schedule(tasks []Task, atATime int) []Bar {
	var bars []Bar
	ended := map[string]time.Duration{}
	begun := map[string]bool{}
	for now := time.Duration(0); ; {
		var ends []time.Duration // of what is under way
		for _, b := range bars {
			if b.End > now {
				ends = append(ends, b.End)
			} else {
				ended[b.Name] = b.End
			}
		}
		started := false
		for _, t := range tasks {
			if begun[t.Name] || !all(t.Needs, ended) || atATime > 0 && len(ends) >= atATime {
				continue
			}
			begun[t.Name], started = true, true
			bars = append(bars, Bar{Name: t.Name, Begin: now, End: now + t.Takes})
			ends = append(ends, now+t.Takes)
		}
		if started {
			continue // what takes no time may let others begin
		}
		if len(ends) == 0 {
			return Explain(bars, tasks)
		}
		now = slices.Min(ends)
	}
}

func all(needs []string, ended map[string]time.Duration) bool {
	for _, need := range needs {
		if _, is := ended[need]; !is {
			return false
		}
	}
	return true
}

// Explain says of bars whom each waited for, by what tasks need, and which are
// critical. It sorts them by their beginning, then by name.
func Explain(bars []Bar, tasks []Task) []Bar {
	needs := map[string][]string{}
	for _, t := range tasks {
		needs[t.Name] = t.Needs
	}
	index := map[string]int{}
	bars = slices.Clone(bars)
	slices.SortFunc(bars, func(a, b Bar) int { return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.Name, b.Name)) })
	for i, b := range bars {
		index[b.Name] = i
	}
	for i, b := range bars {
		last := -1
		for _, need := range needs[b.Name] {
			if at, is := index[need]; is && (last < 0 || bars[at].End > bars[last].End) {
				last = at
			}
		}
		if last >= 0 {
			bars[i].After = bars[last].Name
		}
	}
	for name := latest(bars); name != ""; name = bars[index[name]].After {
		bars[index[name]].Critical = true
	}
	return bars
}

// Renamed has other names in bars.
func Renamed(bars []Bar, name func(string) string) []Bar {
	renamed := slices.Clone(bars)
	for i, b := range renamed {
		renamed[i].Name, renamed[i].After = name(b.Name), name(b.After)
	}
	return renamed
}

// latest is what ends last.
func latest(bars []Bar) string {
	if len(bars) == 0 {
		return ""
	}
	return slices.MaxFunc(bars, func(a, b Bar) int { return cmp.Compare(a.End, b.End) }).Name
}

// Length is from the first beginning to the last end.
func Length(bars []Bar) time.Duration {
	if len(bars) == 0 {
		return 0
	}
	begin := slices.MinFunc(bars, func(a, b Bar) int { return cmp.Compare(a.Begin, b.Begin) }).Begin
	return slices.MaxFunc(bars, func(a, b Bar) int { return cmp.Compare(a.End, b.End) }).End - begin
}

// Reversed is the way back: what others need goes after them, in takes's time.
func Reversed(tasks []Task, takes func(name string) time.Duration) []Task {
	back := make([]Task, 0, len(tasks))
	for _, t := range tasks {
		r := Task{Name: t.Name, Takes: takes(t.Name)}
		for _, other := range tasks {
			if slices.Contains(other.Needs, t.Name) {
				r.Needs = append(r.Needs, other.Name)
			}
		}
		back = append(back, r)
	}
	return back
}
