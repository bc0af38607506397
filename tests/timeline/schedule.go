// Package timeline computes the schedule of a deployment: when each task runs, which task
// it waits for, and which tasks are on the critical path.
package timeline

import (
	"cmp"
	"slices"
	"time"
)

// Task starts when the tasks that it needs have ended.
type Task struct {
	Name  string
	Takes time.Duration
	// Needs are the names of other tasks.
	Needs []string
}

// Bar is a scheduled task.
type Bar struct {
	Name       string
	Begin, End time.Duration
	// After is the last task that it waited for, or "".
	After string
	// Critical reports whether the task is on the critical path.
	Critical bool
}

// Schedule runs tasks as early as possible, at most atATime at once (0: no limit), in the
// order of the list. It leaves out tasks in a cycle.
func Schedule(tasks []Task, atATime int) []Bar {
	var bars []Bar
	ended := map[string]time.Duration{}
	begun := map[string]bool{}
	for now := time.Duration(0); ; {
		var ends []time.Duration // of running tasks
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
			continue // a task without duration can release others
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

// Explain sets After, from the needs of tasks, and Critical. It sorts bars by begin and
// name.
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

// Rename returns bars with other names.
func Rename(bars []Bar, name func(string) string) []Bar {
	renamed := slices.Clone(bars)
	for i, b := range renamed {
		renamed[i].Name, renamed[i].After = name(b.Name), name(b.After)
	}
	return renamed
}

// latest returns the name of the bar that ends last.
func latest(bars []Bar) string {
	if len(bars) == 0 {
		return ""
	}
	return slices.MaxFunc(bars, func(a, b Bar) int { return cmp.Compare(a.End, b.End) }).Name
}

// Length returns the time from the first begin to the last end.
func Length(bars []Bar) time.Duration {
	if len(bars) == 0 {
		return 0
	}
	begin := slices.MinFunc(bars, func(a, b Bar) int { return cmp.Compare(a.Begin, b.Begin) }).Begin
	return slices.MaxFunc(bars, func(a, b Bar) int { return cmp.Compare(a.End, b.End) }).End - begin
}

// Reversed returns the tasks in reverse order of dependencies, with other durations.
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
